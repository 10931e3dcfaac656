import { expect } from 'chai';
import { withoutWho } from '../../../nodes/shared/privacy';
import type { Item } from '../../../nodes/shared/message';
import { expectSchema } from '../../support/node-red/harness';

const HOME = '0a1b2c3d-0000-4000-8000-000000000001';
const SITE = '0a1b2c3d-0000-4000-8000-000000000002';
const PERSON = '0a1b2c3d-0000-4000-8000-0000000000f1';
const SECRETS = [PERSON, 'A Person', 'a@example.org', 'nfc-0A1B2C3D', 'OCMF|planted'];

const item = (payload: unknown, id = HOME): Item => ({ payload, facts: { installation: { id } }, topic: 't' });
const session = {
  id: '0a1b2c3d-0000-4000-8000-00000000005a',
  chargerId: '0a1b2c3d-0000-4000-8000-0000000000a1',
  chargerName: 'Garage',
  userId: PERSON,
  userName: 'A Person',
  userEmail: 'a@example.org',
  token: 'nfc-0A1B2C3D',
  tokenName: 'nfc-0A1B2C3D',
  energyKwh: 1.5,
  signed: 'OCMF|planted',
};
const completed = {
  sessionId: session.id,
  energy: 1.5,
  authenticationCode: 'nfc-0A1B2C3D',
  signedSession: 'OCMF|planted',
};
const payloads: Readonly<Record<string, unknown>> = {
  'a session': session,
  'the observation of a user': { id: 722, name: 'ChargerCurrentUserUuid', value: PERSON },
  'the observation of a finished session': { id: 723, name: 'CompletedSession', value: completed },
  'the observation of a new card': { id: 750, name: 'NewChargeCard', value: `${PERSON};nfc-0A1B2C3D;A Person` },
  'the observation of a finished session that is cut short': {
    id: 723,
    name: 'CompletedSession',
    value: '{"UserUuid":"A Person","AuthenticationCode":"nfc-0A1B2C3D","Energy":1.5,',
  },
  'a snapshot with a new card and a record that is cut short': {
    name: 'Garage',
    observations: { NewChargeCard: `${PERSON};nfc-0A1B2C3D`, CompletedSession: '{"AuthenticationCode":"nfc-0A1B2C3D' },
  },
  'a snapshot with observations': {
    id: session.chargerId,
    name: 'Garage',
    observations: { ChargerCurrentUserUuid: PERSON, CompletedSession: completed, AuthorizationCache: [PERSON] },
  },
  'several of them': [session, { id: 722, name: 'ChargerCurrentUserUuid', value: PERSON }],
};

describe('who charged', () => {
  for (const [what, payload] of Object.entries(payloads)) {
    for (const who of ['hash', 'omit'] as const) {
      it(`is in ${what} no longer, with ${who}`, () => {
        const text = JSON.stringify(withoutWho(item(payload), who));
        for (const secret of SECRETS) expect(text).not.to.contain(secret);
        expect(text).to.match(/Garage|Uuid|1\.5|Session|Card/);
      });
    }
    it(`stays in ${what} in a flow that says nothing of it`, () => {
      expect(withoutWho(item(payload), 'show').payload).to.equal(payload);
      expect(withoutWho(item(payload), '' as never).payload).to.equal(payload);
    });
  }

  it('is the same hash for the same person at one installation only, and keeps the form of an id', () => {
    const hash = (id: string) => withoutWho(item(session, id), 'hash').payload as typeof session;
    expect(hash(HOME)).to.deep.equal(hash(HOME));
    expect(hash(HOME).userId).not.to.equal(hash(SITE).userId);
    expect(hash(HOME)).to.include({ id: session.id, chargerName: 'Garage', energyKwh: 1.5 });
    expectSchema('session', hash(HOME));
    expectSchema('session', withoutWho(item(session), 'omit').payload);
  });

  it('is nowhere in a payload without people', () => {
    const payload = { id: 710, name: 'ChargerOperationMode', value: 'charging' };
    expect(withoutWho(item(payload), 'omit').payload).to.deep.equal(payload);
  });
});

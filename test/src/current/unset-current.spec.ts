import { expect } from 'chai';
import type { CurrentRequest, Decision } from '../../../src/client';
import { everyPhase } from '../../../src/current/currents';
import { settings } from '../../support/governed-world';
import { HOME, ScriptedCloud } from '../../support/scripted-cloud';

const MINUTE = 60_000;
const OWNER = 2;
const PATH = `/api/installation/${HOME}`;

type Fields = Readonly<Record<string, unknown>>;

describe('the available current of an installation, in each form of an answer', () => {
  let cloud: ScriptedCloud;
  let installation: Fields;

  beforeEach(async () => {
    cloud = await ScriptedCloud.start();
    // The cloud shows what was written, as the real one does.
    cloud.server.handler = ({ method, url, body }, response) => {
      if (method === 'POST') installation = { ...installation, ...capitalised(JSON.parse(body) as Fields) };
      response.end(JSON.stringify(method === 'POST' || url === PATH ? installation : { Pages: 1, Data: [] }));
    };
  });
  afterEach(() => cloud.stop());

  const answer = (fields: Fields) => {
    installation = { Id: HOME, CurrentUserRoles: OWNER, AvailableCurrentMode: 0, MaxCurrent: 25, ...fields };
  };
  const request = (ampere: number, over: Partial<CurrentRequest> = {}): Promise<Decision> =>
    cloud.clock.until(
      cloud.client.current.request(HOME, { ...settings('solar'), ...over, currents: everyPhase(ampere) }),
    );
  const written = () => cloud.server.seen.filter(({ method }) => method === 'POST').map(({ body }) => JSON.parse(body));

  const unset: [what: string, fields: Fields][] = [
    ['absent', {}],
    ['null', { AvailableCurrent: null, AvailableCurrentPhase1: null }],
    ['-1, which means automatic', { AvailableCurrent: -1 }],
    ['absent in camelCase', { Id: undefined, id: HOME, MaxCurrent: undefined, maxCurrent: 25 }],
    ['absent beside a maximum in a text', { MaxCurrent: '25.0' }],
    ['absent, the role in a text', { CurrentUserRoles: '2' }],
    ['absent for an owner with further roles', { CurrentUserRoles: 70 }],
    ['absent for a service account', { CurrentUserRoles: 4 }],
  ];
  for (const [what, fields] of unset) {
    it(`is the maximum where it is ${what}: the first target is written, the next ones follow the rules`, async () => {
      answer(fields);
      expect(await request(25)).to.include({ decision: 'unchanged' });
      expect(await request(10)).to.deep.include({ decision: 'applied', applied: everyPhase(10) });
      expect(await request(16)).to.include({ decision: 'deferred' });
      expect(written()).to.deep.equal([{ availableCurrent: 10 }]);
    });
  }

  const told: [what: string, fields: Fields][] = [
    ['a number', { AvailableCurrent: 10 }],
    ['a number in a text', { AvailableCurrent: '10.0' }],
    ['in camelCase', { availableCurrent: 10 }],
    ['of single phases', { AvailableCurrentPhase1: 10, AvailableCurrentPhase2: '10', AvailableCurrentPhase3: 10.0 }],
    [
      'of all phases beside nulls',
      { AvailableCurrent: 10, AvailableCurrentPhase1: null, AvailableCurrentPhase2: null },
    ],
    ['shown to an account of unknown role', { AvailableCurrent: 10, CurrentUserRoles: undefined }],
  ];
  for (const [what, fields] of told) {
    it(`is what the cloud says where it is ${what}`, async () => {
      answer(fields);
      expect(await request(10)).to.deep.include({ decision: 'unchanged', applied: everyPhase(10) });
      expect(written()).to.deep.equal([]);
    });
  }

  const unknown: [what: string, fields: Fields, names: RegExp][] = [
    ['absent for an account of unknown role', { CurrentUserRoles: undefined }, /AvailableCurrent.*role/],
    ['absent for an account whose role is null', { CurrentUserRoles: null }, /AvailableCurrent.*role/],
    ['absent beside an absent maximum', { MaxCurrent: undefined }, /AvailableCurrent.*maximum/],
    ['absent beside an unreadable maximum', { MaxCurrent: {} }, /AvailableCurrent.*maximum/],
    ['an object', { AvailableCurrent: {} }, /an object in the field availableCurrent\b/],
    ['a text without a number', { AvailableCurrentPhase2: 'much' }, /a string in the field availableCurrentPhase2/],
  ];
  for (const [what, fields, names] of unknown) {
    it(`is unknown where it is ${what}: a target waits and says so, a limit is written`, async () => {
      answer(fields);
      const waiting = await request(10);
      expect(waiting).to.include({ decision: 'deferred' });
      expect(waiting.error).to.include({ code: 'BAD_ANSWER' });
      expect(waiting.error!.message).to.match(names);
      expect(written()).to.deep.equal([]);

      await request(16, { by: 'fuse', role: 'limit' });
      await cloud.clock.pass(2 * MINUTE, 1_000);
      expect(written()).to.have.length(1);
      const [{ availableCurrent }] = written() as [{ availableCurrent: number }];
      expect(availableCurrent).to.be.at.most(16);
    });
  }

  it('is unknown and no obstacle to a limit alone, which is written as it is', async () => {
    answer({ CurrentUserRoles: undefined });
    const decision = await request(16, { by: 'fuse', role: 'limit' });
    expect(decision).to.deep.include({ decision: 'applied', applied: everyPhase(16) });
    expect(written()).to.deep.equal([{ availableCurrent: 16 }]);
  });

  it('stays a refusal for a mere user, who may not write', async () => {
    answer({ CurrentUserRoles: 1 });
    expect((await request(10)).error).to.include({ code: 'ROLE_MISSING' });
    expect((await request(10, { by: 'fuse', role: 'limit' })).error).to.include({ code: 'ROLE_MISSING' });
    expect(written()).to.deep.equal([]);
  });
});

function capitalised(fields: Fields): Fields {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name[0]!.toUpperCase() + name.slice(1), value]),
  );
}

import { expect } from 'chai';
import type { Caller } from '../../../src/api/caller';
import type { CurrentRequest } from '../../../src/client';
import { ChargerTarget } from '../../../src/current/charger-target';
import { everyPhase } from '../../../src/current/currents';
import { clock } from '../../../src/time/clock';
import { OBSERVATION } from '../../../src/zaptec/observation-ids';
import { settings } from '../../support/governed-world';
import { GARAGE, ScriptedCloud } from '../../support/scripted-cloud';

const { IsStandAlone: IS_STAND_ALONE, ChargerMaxCurrent: MAXIMUM } = OBSERVATION;
const PATH = `/api/chargers/${GARAGE}`;

describe('the own limit of a charger, in each form of an answer', () => {
  let cloud: ScriptedCloud;
  /** What the cloud says of the charger, and its observations by number. */
  let details: object;
  let observations: Map<number, string>;
  beforeEach(async () => {
    cloud = await ScriptedCloud.start();
    details = { Id: GARAGE, CurrentUserRoles: 2 };
    observations = new Map([
      [MAXIMUM, '16'],
      [IS_STAND_ALONE, '0'],
    ]);
    cloud.server.handler = ({ method, url, body }, response) => {
      if (method === 'POST') {
        const { maxChargeCurrent } = JSON.parse(body) as { maxChargeCurrent: number };
        observations.set(MAXIMUM, String(maxChargeCurrent));
      }
      const state = [...observations].map(([id, value]) => ({
        ...{ ChargerId: GARAGE, StateId: id, ValueAsString: value, Timestamp: '2026-05-04T09:59:00' },
      }));
      response.end(JSON.stringify(url === `${PATH}/state` ? state : method === 'GET' && url === PATH ? details : {}));
    };
  });
  afterEach(() => cloud.stop());

  const request = (currents: CurrentRequest['currents']) =>
    cloud.clock.until(cloud.client.chargerCurrent.request(GARAGE, { ...settings('own'), currents }));
  const written = () =>
    cloud.server.seen.filter(({ method }) => method === 'POST').map(({ body }) => JSON.parse(body) as unknown);

  it('is what the charger reports', async () => {
    expect(await request(everyPhase(16))).to.include({ decision: 'unchanged' });
    expect(written()).to.deep.equal([]);
  });

  for (const value of [undefined, '', 'much']) {
    it(`is the most that there is where the charger reports ${JSON.stringify(value)}`, async () => {
      if (value === undefined) observations.delete(MAXIMUM);
      else observations.set(MAXIMUM, value);
      expect(await request(everyPhase(32))).to.include({ decision: 'unchanged' });
      expect(await request(everyPhase(20))).to.include({ decision: 'applied' });
      expect(written()).to.deep.equal([{ maxChargeCurrent: 20 }]);
    });
  }

  it('is the lowest of three phases, since it is one for all', async () => {
    for (const [index, currents] of [
      { phase1: 7, phase2: 9, phase3: 10 },
      { phase1: 12, phase2: 8, phase3: 10 },
      { phase1: 12, phase2: 11, phase3: 9 },
    ].entries()) {
      expect((await request(currents)).decision).to.be.oneOf(['applied', 'deferred', 'lowered-early']);
      await cloud.clock.pass(20 * 60_000, 10_000);
      expect(written()[index]).to.deep.equal({ maxChargeCurrent: [7, 8, 9][index] });
    }
  });

  for (const [what, change, code] of [
    ['has the role of a mere user', () => (details = { Id: GARAGE, CurrentUserRoles: 1 }), 'ROLE_MISSING'],
    ['works stand-alone', () => observations.set(IS_STAND_ALONE, '1'), 'STAND_ALONE'],
  ] as const) {
    it(`is not written where the account or the charger ${what}`, async () => {
      change();
      expect((await request(everyPhase(10))).error).to.include({ code });
      expect(written()).to.deep.equal([]);
    });
  }

  it('is written where the cloud names no role, and the charger does not say that it works stand-alone', async () => {
    details = { Id: GARAGE };
    observations.delete(IS_STAND_ALONE);
    expect(await request(everyPhase(10))).to.include({ decision: 'applied' });
  });

  it('is as old as the state that was kept, and as much older as the cloud may have kept it', async () => {
    const ages = { cache: 5_000, rest: 0 };
    for (const source of ['cache', 'rest'] as const) {
      const meta = { source, time: '', ageMs: 5_000, attempts: 1 };
      const state = [{ stateId: MAXIMUM, valueAsString: '16' }];
      const get = (path: string) => Promise.resolve({ data: path.endsWith('/state') ? state : {}, meta });
      const target = new ChargerTarget(GARAGE, () => ({ get }) as unknown as Caller);
      const { at, ageMs } = await target.read(false, new AbortController().signal);
      expect({ ageMs, agoMs: clock.steady() - at }).to.deep.equal({ ageMs: 15_000, agoMs: 15_000 + ages[source] });
    }
  });

  it('is written again as soon as the role is there', async () => {
    details = { Id: GARAGE, CurrentUserRoles: 1 };
    expect(await request(everyPhase(10))).to.include({ decision: 'refused' });
    details = { Id: GARAGE, CurrentUserRoles: 4 };
    await cloud.clock.pass(2 * 3_600_000, 60_000);
    await request(everyPhase(10));
    await cloud.clock.pass(60_000, 10_000);
    expect(written()).to.deep.equal([{ maxChargeCurrent: 10 }]);
  });
});

import { expect } from 'chai';
import type { Caller } from '../../../src/api/caller';
import type { CurrentRequest } from '../../../src/client';
import { ChargerTarget } from '../../../src/current/charger-target';
import { everyPhase } from '../../../src/current/currents';
import { zaptecError } from '../../../src/errors/zaptec-error';
import { clock } from '../../../src/time/clock';
import { OBSERVATION } from '../../../src/zaptec/observation-ids';
import { failureOf } from '../../support/failure';
import { fakeTimers, type FakeTimers } from '../../support/fake-timers';
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

describe('the own limit of a charger', () => {
  const HOUR = 3_600_000;
  const SIGNAL = new AbortController().signal;
  let timers: FakeTimers;
  let roles: unknown;
  let standAlone: string;
  let meta: { source: 'rest' | 'cache'; ageMs: number };
  /** What was asked for, with its options. */
  let asked: [path: string, options: object][];
  let postError: Error | undefined;
  let target: ChargerTarget;
  beforeEach(() => {
    timers = fakeTimers();
    [roles, standAlone, meta, asked, postError] = [2, '0', { source: 'rest', ageMs: 5_000 }, [], undefined];
    target = new ChargerTarget(GARAGE, () => caller);
  });
  afterEach(() => timers.restore());

  const caller = {
    get: (path: string, options: object, shape: (data: unknown) => unknown, floor?: () => number) => {
      asked.push([path, { ...options, floorMs: floor?.() }]);
      const state = [
        { stateId: MAXIMUM, valueAsString: '16' },
        { stateId: IS_STAND_ALONE, valueAsString: standAlone },
      ];
      return Promise.resolve({ data: shape(path === PATH ? { currentUserRoles: roles } : state), meta });
    },
    post: (path: string, body: object, options: object) => {
      asked.push([path, { body, ...options }]);
      return postError ? Promise.reject(postError) : Promise.resolve({ data: null, meta });
    },
  } as unknown as Caller;
  const read = (isFresh = false) => target.read(isFresh, SIGNAL);
  const detailsRead = () => asked.filter(([path]) => path === PATH).length;
  const sending = { lane: 'message' as const, signal: SIGNAL, beforeSend: () => undefined };

  it('is as old as the state that was kept, and as much older as the cloud may have kept it', async () => {
    for (const [source, agoMs] of [
      ['rest', 15_000],
      ['cache', 20_000],
    ] as const) {
      meta = { source, ageMs: 5_000 };
      const { at, ageMs, currents, maxCurrent } = await read();
      expect({ ageMs, agoMs: clock.steady() - at }).to.deep.equal({ ageMs: 15_000, agoMs });
      expect({ currents, maxCurrent }).to.deep.equal({ currents: everyPhase(16), maxCurrent: 32 });
    }
  });

  it('is read as one value of a state that is a minute old at most, past every cache where it has to be fresh', async () => {
    await read();
    await read(true);
    const states = asked.filter(([path]) => path !== PATH);
    expect(states).to.deep.equal(
      [false, true].map((refresh) => [`${PATH}/state`, { signal: SIGNAL, refresh, floorMs: 60_000 }]),
    );
  });

  it('needs a role that is read once an hour, and each time while it is missing', async () => {
    await read();
    timers.tick(HOUR - 1);
    await read();
    expect(detailsRead()).to.equal(1);
    timers.tick(1);
    await read();
    expect(detailsRead()).to.equal(2);
    timers.tick(HOUR);
    for (const role of [1, undefined]) {
      roles = role;
      const before = detailsRead();
      const { refusal } = await read();
      expect(refusal?.code).to.equal(role === 1 ? 'ROLE_MISSING' : undefined);
      await read();
      expect(detailsRead(), String(role)).to.equal(before + 2);
    }
  });

  for (const [status, isDoubted] of [
    [403, true],
    [429, false],
    [undefined, false],
  ] as const) {
    it(`${isDoubted ? 'doubts' : 'keeps'} the role after a write that failed with ${status ?? 'another error'}`, async () => {
      await read();
      postError = status === undefined ? new Error('made up') : zaptecError('INTERNAL', 'made up', { status });
      expect(await failureOf(target.send(everyPhase(10), {}, sending))).to.equal(postError);
      await read();
      expect(detailsRead()).to.equal(isDoubted ? 2 : 1);
    });
  }

  it('is sent once, as the lowest of the phases, with what goes along', async () => {
    await target.send({ phase1: 10, phase2: 9, phase3: 11 }, { some: 1 }, sending);
    expect(asked).to.deep.equal([
      [`${PATH}/update`, { body: { some: 1, maxChargeCurrent: 9 }, ...sending, once: true }],
    ]);
    expect(target.key).to.equal(`charger-${GARAGE}`);
  });

  it('is refused for other reasons each time they change', async () => {
    const prints = [(await read()).fingerprint];
    standAlone = '1';
    const alone = await read();
    expect(alone.refusal?.message).to.contain('The charger works stand-alone and ignores the cloud');
    prints.push(alone.fingerprint);
    timers.tick(HOUR);
    roles = 1;
    const missing = await read();
    expect(missing.refusal?.message).to.contain('Setting the current needs the owner or service role');
    prints.push(missing.fingerprint);
    expect(new Set(prints).size).to.equal(3);
  });
});

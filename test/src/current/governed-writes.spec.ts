import { expect } from 'chai';
import type { Caller } from '../../../src/api/caller';
import type { AnyRequest, CurrentRequest } from '../../../src/client';
import { GovernedWrites } from '../../../src/current/governed-writes';
import type { Governors } from '../../../src/current/governors';
import type { Tokens } from '../../../src/http/requester';
import { OBSERVATION } from '../../../src/zaptec/observation-ids';
import { failureOf } from '../../support/failure';
import { CHARGERS, GARAGE, HOME, NOBODY, ScriptedCloud } from '../../support/scripted-cloud';

const MINUTE = 60_000;
const OF_INSTALLATION = `/api/installation/${HOME}/update`;
const OF_CHARGER = `/api/chargers/${GARAGE}/update`;
const OF_SESSION = `/api/session/${NOBODY}/priority`;

describe('single writes of settings', () => {
  let cloud: ScriptedCloud;
  beforeEach(async () => {
    cloud = await ScriptedCloud.start();
    cloud.routes[`/api/installation/${HOME}`] = {
      ...{ AvailableCurrent: 20, MaxCurrent: 32, CurrentUserRoles: 2, ThreeToOnePhaseSwitchCurrent: 8 },
    };
    cloud.routes[`/api/chargers/${GARAGE}`] = { ...CHARGERS[0], CurrentUserRoles: 2 };
    cloud.routes[`/api/chargers/${GARAGE}/state`] = [
      { StateId: OBSERVATION.ChargerMaxCurrent, ValueAsString: '32' },
      { StateId: OBSERVATION.MaxPhases, ValueAsString: '3' },
    ];
    for (const path of [OF_INSTALLATION, OF_CHARGER, OF_SESSION]) cloud.routes[path] = null;
  });
  afterEach(() => cloud.stop());

  const send = (path: string, body: unknown, over: Partial<AnyRequest> = {}) =>
    cloud.client.request({ method: 'POST', path, body, ...over });
  const sent = (path: string, body: unknown) => cloud.clock.until(send(path, body));
  const posts = () =>
    cloud.server.seen
      .filter(({ method }) => method === 'POST')
      .map(({ body }) => JSON.parse(body || 'null') as unknown);

  for (const [what, path, current] of [
    ['an installation', OF_INSTALLATION, { availableCurrent: 10 }],
    ['a charger', OF_CHARGER, { maxChargeCurrent: 10 }],
  ] as const) {
    it(`of ${what} set a current once, where the setting that comes with it need not wait`, async () => {
      await sent(path, { some: 1, ...current });
      expect(posts()).to.deep.equal([{ some: 1, ...current }]);
    });

    it(`of ${what} need settings`, async () => {
      for (const body of [undefined, null, 'text', [], 7]) {
        const error = await cloud.failing(send(path, body));
        expect(error.code, String(body)).to.equal('INPUT_INVALID');
        expect(error.message).to.contain('There are no settings to write. Remedy: Give an object with settings');
      }
      expect(posts()).to.deep.equal([]);
    });

    it(`of ${what} set no current below 0, nor one that is no number`, async () => {
      for (const ampere of [-1, 'much', true]) {
        const body = Object.fromEntries(Object.keys(current).map((name) => [name, ampere]));
        const error = await cloud.failing(send(path, body));
        expect(error.code, String(ampere)).to.equal('INPUT_INVALID');
        expect(error.message).to.contain('The current is no number from 0 on. Remedy: Give A as a number, 0 pauses');
      }
      expect(posts()).to.deep.equal([]);
    });
  }

  it('of a charger set a current at once, though a setting that comes with it has to wait', async () => {
    await sent(OF_CHARGER, { some: 1 });
    const waiting = send(OF_CHARGER, { some: 2, maxChargeCurrent: 10 });
    await cloud.clock.advance(5_000);
    expect(posts()).to.deep.equal([{ some: 1 }, { maxChargeCurrent: 10 }]);
    await cloud.clock.pass(MINUTE, 5_000);
    await cloud.clock.until(waiting);
    expect(posts().slice(2)).to.deep.equal([{ some: 2 }]);
  });

  it('of a charger leave a newer target alone when a setting follows the current that it came with', async () => {
    await sent(OF_CHARGER, { some: 1 });
    const waiting = send(OF_CHARGER, { some: 2, maxChargeCurrent: 16 });
    await cloud.clock.advance(5_000);
    const request: CurrentRequest = {
      ...{ by: 'solar', role: 'target', currents: { phase1: 10, phase2: 10, phase3: 10 } },
      ...{ intervalMs: 15 * MINUTE, deadBandA: 1, lowerAtOnce: true, cooldownMs: MINUTE, foreign: 'report' },
      dryRun: false,
    };
    const { decision } = await cloud.clock.until(cloud.client.chargerCurrent.request(GARAGE, request));
    expect(decision).to.equal('deferred');
    await cloud.clock.pass(2 * MINUTE, 5_000);
    await cloud.clock.until(waiting);
    expect(posts().slice(1)).to.deep.equal([{ maxChargeCurrent: 16 }, { some: 2 }, { maxChargeCurrent: 10 }]);
  });

  it('of an installation refuse a current at once, though a setting that comes with it has to wait', async () => {
    await sent(OF_INSTALLATION, { some: 1 });
    const startedAt = Date.now();
    const error = await cloud.failing(send(OF_INSTALLATION, { some: 2, availableCurrent: 10 }));
    expect({ code: error.code, isAtOnce: Date.now() - startedAt < 1_000 }).to.deep.equal({
      ...{ code: 'TOO_SOON', isAtOnce: true },
    });
    await cloud.clock.until(send(OF_INSTALLATION, { some: 3, availableCurrent: 20 }));
    expect(Date.now() - startedAt).to.be.closeTo(MINUTE, 1_000);
    expect(posts()).to.deep.equal([1, 3].map((some) => ({ some, availableCurrent: 20 })));
  });

  it('of an installation set three phases together, in any casing', async () => {
    await sent(OF_INSTALLATION, { AvailableCurrentPhase1: 6, availablecurrentphase2: '7', availableCurrentPhase3: 8 });
    expect(posts()).to.deep.equal([
      { availableCurrentPhase1: 6, availableCurrentPhase2: 7, availableCurrentPhase3: 8 },
    ]);
  });

  for (const phases of [
    { availableCurrentPhase1: 6 },
    { availableCurrentPhase1: 6, availableCurrentPhase3: 8 },
    { availableCurrentPhase1: 6, availableCurrentPhase2: 7, availableCurrentPhase3: 8, availableCurrent: 6 },
  ]) {
    it(`of an installation set no current by ${Object.keys(phases).join(', ')}`, async () => {
      const error = await cloud.failing(send(OF_INSTALLATION, phases));
      expect(error.code).to.equal('INPUT_INVALID');
      expect(error.message).to.contain(
        `${Object.keys(phases).join(', ')} do not go together. Remedy: Give either availableCurrent or all three phases`,
      );
      expect(posts()).to.deep.equal([]);
    });
  }

  it('leave out a current that is null, which would mean the maximum', async () => {
    const none = { availableCurrent: null, availableCurrentPhase1: null, availableCurrentPhase2: undefined };
    await sent(OF_INSTALLATION, { some: '1', ...none });
    expect(posts()).to.deep.equal([{ some: '1', availableCurrent: 20 }]);
  });

  for (const [shown, given] of [
    ['null', null],
    ['a boolean', true],
    ['a number', Infinity],
    ['a object', [1]],
    ['"3,5 A"', '3,5 A'],
    [`"${'x'.repeat(40)}"`, 'x'.repeat(50)],
  ] as const) {
    it(`switch no phases by ${shown}`, async () => {
      for (const [path, field] of [
        [OF_INSTALLATION, 'threeToOnePhaseSwitchCurrent'],
        [OF_CHARGER, 'maxChargePhases'],
        [OF_SESSION, 'prioritizedPhases'],
      ] as const) {
        const error = await cloud.failing(send(path, { [field]: given }));
        expect(error.code).to.equal('INPUT_INVALID');
        expect(error.message).to.contain(`${field} is ${shown}, no number`);
        if (path !== OF_SESSION) expect(error.message).to.contain(`Send ${field} as a number, or leave it out`);
      }
      expect(posts()).to.deep.equal([]);
    });
  }

  it('send nothing for phases that are there already, but what comes with them', async () => {
    for (const [path, phases, current] of [
      [OF_INSTALLATION, { threeToOnePhaseSwitchCurrent: 8 }, { availableCurrent: 10 }],
      [OF_CHARGER, { maxChargePhases: 3 }, { maxChargeCurrent: 10 }],
    ] as const) {
      const { data, meta } = await sent(path, phases);
      expect(data).to.equal(null);
      expect(meta).to.deep.include({ source: 'cache', ageMs: 0, attempts: 0 });
      expect(Date.parse(meta.time)).to.be.closeTo(Date.now(), 1_000);
      await sent(path, { ...phases, ...current });
      await sent(path, { ...phases, some: 1 });
      const last = path === OF_CHARGER ? { some: 1 } : { some: 1, ...current };
      expect(posts().slice(-2)).to.deep.equal([current, last]);
    }
    expect(posts()).to.have.length(4);
  });

  for (const [path, first, second, whole] of [
    [
      OF_INSTALLATION,
      { ThreeToOnePhaseSwitchCurrent: '10' },
      { threeToOnePhaseSwitchCurrent: 9 },
      {
        ...{ threeToOnePhaseSwitchCurrent: 10, some: 1, availableCurrent: 20 },
      },
    ],
    [OF_CHARGER, { MAXCHARGEPHASES: '1' }, { maxChargePhases: 2 }, { maxChargePhases: 1, some: 1 }],
  ] as const) {
    it(`switch the phases with what comes with it, and not soon again, by ${path.split('/')[2]}`, async () => {
      await sent(path, { ...first, some: 1 });
      expect((await cloud.failing(send(path, second))).code).to.equal('PHASES_TOO_SOON');
      expect(posts()).to.deep.equal([whole]);
    });
  }

  it('switch the phases of a charger of which nobody knows the installation', async () => {
    cloud.routes[`/api/chargers/${GARAGE}`] = { Id: GARAGE };
    await sent(OF_CHARGER, { maxChargePhases: 1 });
    expect(posts()).to.deep.equal([{ maxChargePhases: 1 }]);
    await cloud.clock.advance(20 * MINUTE);
    cloud.routes[`/api/chargers/${GARAGE}`] = null;
    const error = await cloud.failing(send(OF_CHARGER, { maxChargePhases: 2 }));
    expect(error.message).to.contain('the charger');
  });

  it('are not sent with a password that Zaptec refuses, which alone is asked again', async () => {
    let asked = 0;
    const get = () => {
      asked += 1;
      return Promise.reject(new Error('asked'));
    };
    const caller = {
      mayWrite: () => undefined,
      guarded: (options: object, work: (options: object) => unknown) => work(options),
    } as unknown as Caller;
    const written = { data: 'written' };
    const runner = { write: () => Promise.resolve(written) };
    const governors = { use: () => undefined, of: () => runner } as unknown as Governors;
    const write = (isRefused: boolean) => {
      const tokens = { isRefused, get } as unknown as Tokens;
      const writes = new GovernedWrites(caller, { governors, tokens, readOnly: false, directory: undefined });
      return writes.charger(GARAGE, { maxChargeCurrent: 10 }, {});
    };
    expect([await write(false), asked]).to.deep.equal([written, 0]);
    expect((await failureOf(write(true))).message).to.equal('asked');
  });

  it('of a session leave a minute apart, of which the newest counts', async () => {
    await sent(OF_SESSION, { prioritizedCurrent: 10 });
    const waiting = [send(OF_SESSION, { prioritizedCurrent: 12 }), send(OF_SESSION, { prioritizedCurrent: 14 })];
    await cloud.clock.pass(MINUTE - 2_000, 5_000);
    expect(posts()).to.have.length(1);
    await cloud.clock.pass(3_000, 1_000);
    await cloud.clock.until(Promise.all(waiting));
    expect(posts().slice(1)).to.deep.equal([{ prioritizedCurrent: 14 }]);
  });

  it('of a session that are no object go as they come', async () => {
    for (const body of [[1], [1], null]) await sent(OF_SESSION, body);
    expect(posts()).to.deep.equal([[1], [1], null]);
  });

  it('need ids, and a connection that may write', async () => {
    for (const path of [OF_INSTALLATION, OF_CHARGER, OF_SESSION]) {
      const reader = cloud.open({ readOnly: true });
      const request = reader.request({ method: 'POST', path, body: { some: 1 } });
      expect((await cloud.failing(request)).code, path).to.equal('READ_ONLY');
      reader.close();
    }
    expect(posts()).to.deep.equal([]);
  });

  it('by another way than the documented one set no current, whatever its name is written like', async () => {
    for (const path of [
      `/api/installation/${HOME}`,
      `/api/Chargers/${GARAGE}/localsettings`,
      `/api//chargers/${GARAGE}/`,
    ]) {
      for (const field of ['availableCurrent', 'MAXCURRENT', 'threeToOnePhaseSwitchCurrent', 'maxChargeCurrent']) {
        const error = await cloud.failing(send(path, { some: 1, [field]: 6 }, { method: 'PUT', undocumented: true }));
        expect(error.code, `${path} ${field}`).to.equal('GOVERNED');
        expect(error.message).to.contain(`PUT ${path} was not sent: currents are governed`);
      }
    }
    cloud.routes[`/api/chargers/${GARAGE}`] = null;
    for (const body of [{ some: 1 }, 'availableCurrent', undefined]) {
      await cloud.clock.until(send(`/api/chargers/${GARAGE}`, body, { method: 'PUT', undocumented: true }));
      await cloud.clock.advance(MINUTE);
    }
    await cloud.clock.until(send('/api/other', { availableCurrent: 6 }, { undocumented: true }).catch(() => undefined));
    expect(cloud.paths().filter((path) => path.startsWith('PUT') || path.includes('other'))).to.have.length(4);
  });
});

import { expect } from 'chai';
import type { Caller } from '../../../src/api/caller';
import { everyPhase } from '../../../src/current/currents';
import { InstallationTarget } from '../../../src/current/installation-target';
import { clock } from '../../../src/time/clock';
import { failureOf } from '../../support/failure';
import { HOME } from '../../support/scripted-cloud';

const SIGNAL = new AbortController().signal;
const META = { source: 'rest' as 'rest' | 'cache', time: '', ageMs: 0, attempts: 1 };

describe('the available current of an installation', () => {
  /** What the cloud answers, and how. */
  let data: unknown;
  let meta: typeof META;
  let posts: unknown[];
  /** Where it was read. */
  let asked: string[];
  beforeEach(() => {
    data = { id: HOME, currentUserRoles: 2, maxCurrent: 25, availableCurrent: 10 };
    meta = { ...META };
    posts = [];
    asked = [];
  });

  const caller = {
    get: (_path: string, _options: object, shape: (data: unknown) => unknown) => {
      asked.push('cache');
      return Promise.resolve({ data: shape(data), meta });
    },
    fetch: ({ path }: { path: string }) => {
      asked.push(path);
      return Promise.resolve(data === undefined ? undefined : { data, attempts: 1 });
    },
    guarded: (options: object, work: (options: object) => unknown) => work(options),
    post: (path: string, body: unknown, options: object) => {
      posts.push({ path, body, options });
      return Promise.resolve({ data: null, meta });
    },
  } as unknown as Caller;
  const open = (standAlone?: () => boolean[]) => new InstallationTarget(HOME, () => caller, standAlone);
  const read = (isFresh = false, standAlone?: () => boolean[]) => open(standAlone).read(isFresh, SIGNAL);

  it('is as old as the answer that was kept', async () => {
    for (const [source, ageMs, least] of [
      ['rest', 5_000, 0],
      ['cache', 5_000, 5_000],
    ] as const) {
      meta = { ...META, source, ageMs };
      const { at } = await read();
      // Of the time, half a millisecond may be cut off.
      expect(clock.steady() - at, source).to.be.within(least - 1, least + 1_000);
    }
  });

  it('is that of the installation, also in a fresh answer, which may lack its id', async () => {
    const known = await read();
    expect(known).to.deep.include({ currents: everyPhase(10), maxCurrent: 25, unknown: undefined, refusal: undefined });
    data = { currentUserRoles: 2, maxCurrent: 25, availableCurrent: 11 };
    expect(await read(true)).to.deep.include({ currents: everyPhase(11) });
    expect(asked).to.deep.equal(['cache', `/api/installation/${HOME}`]);
    for (const none of [undefined, null, 'text']) {
      data = none;
      const error = await failureOf(read(true));
      expect(error.code).to.equal('BAD_ANSWER');
      expect(error.message).to.contain('Zaptec answered without the installation');
    }
  });

  for (const maxCurrent of [undefined, 0, -1]) {
    it(`has the usual maximum where the cloud says ${maxCurrent}`, async () => {
      data = { id: HOME, currentUserRoles: 2, maxCurrent, availableCurrent: 10 };
      expect((await read()).maxCurrent).to.equal(32);
    });
  }

  it('is unknown where the cloud tells neither it nor a readable maximum, which is named', async () => {
    for (const [maxCurrent, text] of [
      [{}, 'and an object as the maximum (MaxCurrent)'],
      [null, 'nor the maximum'],
    ] as const) {
      data = { id: HOME, currentUserRoles: 2, maxCurrent };
      const { currents, unknown } = await read();
      expect(currents).to.equal(undefined);
      expect(unknown?.code).to.equal('BAD_ANSWER');
      expect(unknown?.message).to.contain(`Zaptec does not send the available current (AvailableCurrent), ${text}`);
      expect(unknown?.message).to.contain('Set the available current once in the Zaptec portal');
    }
  });

  for (const phase of [1, 2, 3]) {
    it(`is unknown where only that of phase ${phase} is missing, and no maximum takes its place`, async () => {
      const told = [1, 2, 3].filter((one) => one !== phase).map((one) => [`availableCurrentPhase${one}`, one]);
      data = { id: HOME, currentUserRoles: 2, ...(Object.fromEntries(told) as object) };
      expect(await read()).to.deep.include({ currents: undefined });
    });
  }

  it('may be 0, and is unknown to who has no role, who is told so', async () => {
    data = { id: HOME, currentUserRoles: 2, maxCurrent: 25, availableCurrent: 0 };
    expect((await read()).currents).to.deep.equal(everyPhase(0));
    data = { id: HOME, maxCurrent: 25 };
    const { unknown } = await read();
    expect(unknown?.message).to.contain(
      'nor a role that may read it. Remedy: Use an account with the owner or service',
    );
  });

  it('cannot be set where all chargers are stand-alone, and another one makes another refusal', async () => {
    const [alone, one, unheard] = [await read(false, () => [true]), await read(false, () => [false]), await read()];
    expect([alone.refusal?.code, one.refusal, unheard.refusal]).to.deep.equal(['STAND_ALONE', undefined, undefined]);
    expect(new Set([alone, one, unheard].map(({ fingerprint }) => fingerprint)).size).to.equal(3);
  });

  it('is sent as one value, or as three where the phases differ', async () => {
    const sending = { lane: 'message' as const, signal: SIGNAL, beforeSend: () => undefined };
    await open().send(everyPhase(10), { some: 1 }, sending);
    for (const phases of [
      { phase1: 9, phase2: 10, phase3: 10 },
      { phase1: 10, phase2: 10, phase3: 9 },
    ]) {
      await open().send(phases, {}, sending);
    }
    const three = (...[one, two, last]: number[]) => ({
      ...{ availableCurrentPhase1: one, availableCurrentPhase2: two, availableCurrentPhase3: last },
    });
    const options = { ...sending, once: true };
    const path = `/api/installation/${HOME}/update`;
    expect(posts).to.deep.equal(
      [{ some: 1, availableCurrent: 10 }, three(9, 10, 10), three(10, 10, 9)].map((body) => ({ path, body, options })),
    );
  });
});

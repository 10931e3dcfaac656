import { expect } from 'chai';
import type { SinonFakeTimers } from 'sinon';
import { AnswerCache, type LoadContext } from '../../../src/http/cache';
import { zaptecError } from '../../../src/errors/zaptec-error';
import { failureOf } from '../../support/failure';
import { fakeTimers } from '../../support/fake-timers';

const HOUR = 3_600_000;

describe('the cache', () => {
  let clock: SinonFakeTimers;
  let cache: AnswerCache;
  let loads: LoadContext[];
  let finish: ((data: unknown) => void)[];
  let fail: ((error: unknown) => void)[];

  beforeEach(() => {
    clock = fakeTimers(1_000_000);
    cache = new AnswerCache();
    loads = [];
    finish = [];
    fail = [];
  });
  afterEach(() => clock.restore());

  const load = (context: LoadContext) => {
    loads.push(context);
    return new Promise<{ data: unknown; attempts: number } | undefined>((resolve, reject) => {
      finish.push((data) => resolve(data === undefined ? undefined : { data, attempts: 1 }));
      fail.push(reject);
    });
  };
  const read = (key: string, options = {}, floor = HOUR) => cache.readThrough<unknown>(key, options, () => floor, load);
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  /** The first load is that of a slow caller, the second that of an urgent one. */
  const overtaken = async () => {
    const slow = read('/a', { lane: 'background' });
    await turn();
    const urgent = read('/a', { lane: 'message' });
    await turn();
    return [slow, urgent] as const;
  };
  const answered = async (promise: Promise<unknown>, data: unknown) => {
    await turn();
    finish.pop()!(data);
    return promise;
  };

  it('shares one request among those who ask at once', async () => {
    const both = Promise.all([read('/a'), read('/a')]);
    await answered(both, { x: 1 });
    expect(loads).to.have.length(1);
  });

  it('answers from memory until the floor has passed, with the age of the answer', async () => {
    expect(await answered(read('/a'), [1])).to.deep.include({
      data: [1],
      meta: { source: 'rest', time: '1970-01-01T00:16:40.000Z', ageMs: 0, attempts: 1 },
    });
    clock.tick(HOUR - 1);
    expect((await read('/a')).meta).to.include({ source: 'cache', ageMs: HOUR - 1, attempts: 0 });
    clock.tick(1);
    await answered(read('/a'), [2]);
    expect(loads).to.have.length(2);
  });

  it('goes below the floor when asked, but never below 15 s', async () => {
    await answered(read('/a'), [1]);
    clock.tick(14_999);
    expect((await read('/a', { refresh: true })).meta.source).to.equal('cache');
    clock.tick(1);
    await answered(read('/a', { refresh: true }), [2]);
    expect(loads).to.have.length(2);
  });

  for (const [what, floorMs, most] of [
    ['a list', HOUR, 3],
    ['a state that changes', 60_000, 58],
    ['a state at rest', 600_000, 56],
  ] as const) {
    it(`lets nobody poll ${what} by refreshing it`, async () => {
      for (let second = 0; second < 3_500; second += 16) {
        clock.tick(16_000);
        const refreshed = read('/a', { refresh: true }, floorMs);
        await turn();
        finish.pop()?.([second]);
        expect((await refreshed).meta.ageMs).to.be.below(floorMs + 1);
      }
      expect(loads.length).to.be.within(most - 1, most + 4);
    });
  }

  it('hands out answers that nobody can change', async () => {
    const { data } = (await answered(read('/a'), { deep: { list: [1] } })) as { data: { deep: { list: number[] } } };
    expect(() => data.deep.list.push(2)).to.throw(TypeError);
  });

  it('forgets what a write invalidates, and keeps the next answer for a short time only', async () => {
    await answered(read('/a/1'), 'old');
    await answered(read('/a/2'), 'other');
    cache.written(['/a/1']);
    expect((await read('/a/2')).data).to.equal('other');
    clock.tick(1000);
    await answered(read('/a/1'), 'perhaps old');
    clock.tick(15_000);
    await answered(read('/a/1'), 'new');
    clock.tick(61_000);
    await answered(read('/a/1'), 'newer');
    clock.tick(HOUR - 1);
    expect((await read('/a/1')).data).to.equal('newer');
  });

  it('does not keep an answer that was under way during a write', async () => {
    const early = read('/a');
    await turn();
    cache.written(['/a']);
    finish.pop()!('before the write');
    expect((await early).data).to.equal('before the write');
    expect(await answered(read('/a'), 'after')).to.include({ data: 'after' });
  });

  it('lets an urgent caller overtake, and sends no request for the slow one then', async () => {
    const [slow, urgent] = await overtaken();
    expect(loads).to.have.length(2);
    clock.tick(5);
    finish[1]!('fresh');
    expect((await urgent).data).to.equal('fresh');
    expect(loads[0]!.stillNeeded()).to.equal(false);
    finish[0]!(undefined);
    expect(await slow).to.deep.include({ data: 'fresh' });
  });

  for (const [name, first, second] of [
    ['the urgent one', 1, 0],
    ['the slow one', 0, 1],
  ] as const) {
    it(`sends one request where an urgent caller overtakes and the request of ${name} is sent first`, async () => {
      const both = await overtaken();
      expect(loads[first]!.stillNeeded()).to.equal(true);
      clock.tick(2);
      expect(loads[second]!.stillNeeded()).to.equal(false);
      finish[second]!(undefined);
      await turn();
      finish[first]!('answer');
      for (const { data } of await Promise.all(both)) expect(data).to.equal('answer');
      expect((await read('/a')).meta.source).to.equal('cache');
      expect(loads).to.have.length(2);
    });
  }

  it('sends no request for the urgent caller where the slow one was answered before it', async () => {
    const [slow, urgent] = await overtaken();
    expect(loads[0]!.stillNeeded()).to.equal(true);
    clock.tick(2);
    finish[0]!('answer');
    await slow;
    expect(loads[1]!.stillNeeded()).to.equal(false);
    finish[1]!(undefined);
    expect((await urgent).data).to.equal('answer');
  });

  it('sends a request again where the duplicate that it waited for has failed', async () => {
    const [slow, urgent] = await overtaken();
    expect(loads[0]!.stillNeeded()).to.equal(true);
    expect(loads[1]!.stillNeeded()).to.equal(false);
    // The duplicate ends without an answer before the other has noticed that it need not be sent.
    fail[0]!(zaptecError('NETWORK', 'The connection was lost'));
    await failureOf(slow);
    finish[1]!(undefined);
    await turn();
    expect(loads).to.have.length(3);
    expect(loads[2]!.stillNeeded()).to.equal(true);
    finish[2]!('answer');
    expect((await urgent).data).to.equal('answer');
  });

  it('sends another request where the answer to the first is long in coming', async () => {
    const [slow, urgent] = await overtaken();
    expect(loads[0]!.stillNeeded()).to.equal(true);
    clock.tick(2_000);
    expect(loads[1]!.stillNeeded()).to.equal(true);
    for (const end of finish) end('answer');
    for (const { data } of await Promise.all([slow, urgent])) expect(data).to.equal('answer');
  });

  it('joins a less urgent request that was sent already, unless its answer is long in coming', async () => {
    const slow = read('/a', { lane: 'background' });
    await turn();
    expect(loads[0]!.stillNeeded(), 'called when it is sent').to.equal(true);
    clock.tick(100);
    const urgent = read('/a', { lane: 'message' });
    await turn();
    expect(loads).to.have.length(1);
    clock.tick(2_000);
    const late = read('/a', { lane: 'message' });
    await turn();
    expect(loads).to.have.length(2);
    for (const end of finish) end('answer');
    for (const { data } of await Promise.all([slow, urgent, late])) expect(data).to.equal('answer');
  });

  it('joins a more urgent request that is under way', async () => {
    const urgent = read('/a', { lane: 'command' });
    const slow = read('/a', { lane: 'background' });
    await answered(Promise.all([urgent, slow]), 1);
    expect(loads).to.have.length(1);
  });

  it('ends the request only when the last caller has left', async () => {
    const first = new AbortController();
    const second = new AbortController();
    const failures = [
      failureOf(read('/a', { signal: first.signal })),
      failureOf(read('/a', { signal: second.signal })),
    ];
    await turn();
    first.abort();
    await turn();
    expect(loads[0]!.signal.aborted).to.equal(false);
    second.abort();
    expect(loads[0]!.signal.aborted).to.equal(true);
    expect((await Promise.all(failures)).map(({ code }) => code)).to.deep.equal(['ABORTED', 'ABORTED']);
  });

  it('passes a failure on and tries again next time', async () => {
    const failing = cache.readThrough(
      '/a',
      {},
      () => HOUR,
      () => Promise.reject(new Error('away')),
    );
    expect((await failureOf(failing)).message).to.equal('away');
    await answered(read('/a'), 1);
  });

  it('pauses a read that the server has answered with a failure', async () => {
    let tries = 0;
    const failing = (attempts: number) =>
      failureOf(
        cache.readThrough(
          '/a',
          {},
          () => HOUR,
          () => {
            tries += 1;
            return Promise.reject(zaptecError('HTTP_503', 'away', attempts > 0 ? { attempts, status: 503 } : {}));
          },
        ),
      );
    await failing(0);
    await failing(5);
    expect(tries).to.equal(2);
    expect((await failing(5)).code).to.equal('HTTP_503');
    clock.tick(14_999);
    await failing(5);
    expect(tries).to.equal(2);
    clock.tick(1);
    await answered(read('/a'), 1);
    expect((await read('/a')).data).to.equal(1);
  });

  describe('forgets', () => {
    /** Something else is read, since only that makes it look. */
    const later = async (ms: number) => {
      clock.tick(ms);
      await answered(read('/other', {}, 1), 0);
    };

    it('an answer that is too old to serve anybody', async () => {
      await answered(read('/history?To=1', {}, 60_000), 1);
      await later(299_000);
      expect(cache.peek('/history?To=1'), 'it still counts as a read').to.not.equal(undefined);
      await later(60_000);
      expect(cache.peek('/history?To=1')).to.equal(undefined);
      expect(cache.peek('/other')).to.not.equal(undefined);
    });

    it('a list with a query after its hour', async () => {
      for (const key of ['/list?NameFilter=a', '/list#NameFilter=a']) {
        await answered(read(key), 1);
        await later(HOUR - 1);
        expect(cache.peek(key)).to.not.equal(undefined);
        await later(60_000);
        expect(cache.peek(key)).to.equal(undefined);
      }
    });

    it('no list without a query and no detail, also when they were read soon after a write', async () => {
      await answered(read('/list#'), 1);
      cache.written(['/thing/1']);
      clock.tick(1);
      await answered(read('/thing/1/hierarchy'), 2);
      await later(100 * HOUR);
      expect(cache.peek('/list#')).to.deep.include({ data: 1 });
      expect(cache.peek('/thing/1/hierarchy')).to.deep.include({ data: 2 });
    });
  });

  for (const backMs of [90_000, HOUR, 24 * HOUR]) {
    it(`keeps the age of an answer when the wall clock is set back by ${backMs / 1000} s`, async () => {
      await answered(read('/a'), 1);
      clock.tick(60_000);
      clock.setSystemTime(Date.now() - backMs);
      const { meta } = await read('/a');
      expect(meta).to.include({ source: 'cache', ageMs: 60_000 });
      expect(meta.time, 'by the new wall clock').to.equal(new Date(Date.now() - 60_000).toISOString());
      clock.tick(HOUR - 60_000);
      await answered(read('/a'), 2);
      expect(loads).to.have.length(2);
    });
  }

  it('takes a wall clock that leaps forward for a computer that slept', async () => {
    await answered(read('/a'), 1);
    clock.setSystemTime(Date.now() + HOUR - 1);
    expect((await read('/a')).meta).to.include({ source: 'cache', ageMs: HOUR - 1 });
    clock.setSystemTime(Date.now() + 1);
    await answered(read('/a'), 2);
    expect(loads).to.have.length(2);
  });

  it('trusts no answer after a write the sooner because the wall clock was set forward', async () => {
    cache.written(['/a']);
    clock.setSystemTime(Date.now() + 24 * HOUR);
    await answered(read('/a'), 'perhaps old');
    clock.tick(15_000);
    await answered(read('/a'), 'new');
    expect(loads).to.have.length(2);
  });

  it('pauses a read that has failed for 15 s, whatever the wall clock does', async () => {
    const failure = failureOf(read('/a'));
    await turn();
    fail[0]!(zaptecError('HTTP_503', 'away', { attempts: 5, status: 503 }));
    await failure;
    for (const stepMs of [24 * HOUR, -48 * HOUR]) {
      clock.setSystemTime(Date.now() + stepMs);
      expect((await failureOf(read('/a'))).code).to.equal('HTTP_503');
    }
    clock.tick(15_000);
    await answered(read('/a'), 1);
  });
});

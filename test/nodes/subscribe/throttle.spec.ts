import { expect } from 'chai';
import { Throttle } from '../../../nodes/subscribe/throttle';
import { fakeTimers, type FakeTimers } from '../../support/fake-timers';

describe('the pace of a subscription', () => {
  let clock: FakeTimers;
  let passed: [at: number, value: string][];
  let reported: unknown[];
  let open: Throttle<string> | undefined;
  beforeEach(() => {
    clock = fakeTimers(0, ['setTimeout', 'clearTimeout', 'Date', 'performance']);
    passed = [];
    reported = [];
  });
  afterEach(() => {
    open?.close();
    clock.restore();
  });

  const pace = (everyMs: number, gatherMs?: number): Throttle<string> => {
    const options = { everyMs, ...(gatherMs === undefined ? {} : { gatherMs }) };
    open = new Throttle<string>((value) => passed.push([clock.now, value]), {
      ...options,
      report: (thrown) => reported.push(thrown),
    });
    return open;
  };

  it('lets everything pass at once when there is none', () => {
    const free = pace(0);
    for (const value of ['a', 'b', 'b']) free.offer('power', value);
    expect(passed.map(([, value]) => value)).to.deep.equal(['a', 'b', 'b']);
  });

  it('holds back also for longer than a timer can wait', () => {
    const slow = pace(2 ** 40);
    for (const value of ['a', 'b']) slow.offer('power', value);
    clock.tick(60_000);
    expect(passed.map(([, value]) => value)).to.deep.equal(['a']);
  });

  it('sends the newest of what it held back, when the time is over', () => {
    const slow = pace(10_000);
    slow.offer('power', 'a');
    clock.tick(1_000);
    slow.offer('power', 'b');
    clock.tick(1_000);
    slow.offer('power', 'c');
    clock.tick(60_000);
    expect(passed).to.deep.equal([
      [0, 'a'],
      [10_000, 'c'],
    ]);
    slow.offer('power', 'd');
    expect(passed.at(-1)).to.deep.equal([62_000, 'd']);
  });

  it('counts from the one that was held back as well', () => {
    const slow = pace(10_000);
    slow.offer('power', 'a');
    slow.offer('power', 'b');
    clock.tick(10_000);
    slow.offer('power', 'c');
    clock.tick(9_999);
    expect(passed.map(([, value]) => value)).to.deep.equal(['a', 'b']);
    clock.tick(1);
    expect(passed.map(([, value]) => value)).to.deep.equal(['a', 'b', 'c']);
  });

  it('is kept by each key for itself', () => {
    const slow = pace(10_000);
    slow.offer('power', 'a');
    slow.offer('current', 'b');
    expect(passed.map(([, value]) => value)).to.deep.equal(['a', 'b']);
  });

  it('gathers what belongs to one moment', () => {
    const gathering = pace(0, 100);
    for (const value of ['a', 'b', 'c']) {
      gathering.offer('garage', value);
      clock.tick(40);
    }
    expect(passed).to.deep.equal([[100, 'c']]);
  });

  it('is not silenced for hours by a clock that is set back', () => {
    const slow = pace(10_000);
    clock.tick(3_600_000);
    slow.offer('power', 'a');
    clock.setSystemTime(0);
    slow.offer('power', 'b');
    clock.tick(10_000);
    expect(passed.map(([, value]) => value)).to.deep.equal(['a', 'b']);
  });

  it('sends nothing after its end', () => {
    const slow = pace(10_000);
    slow.offer('power', 'a');
    slow.offer('power', 'b');
    slow.close();
    clock.tick(60_000);
    expect(passed).to.have.length(1);
    expect(clock.countTimers()).to.equal(0);
  });

  it('reports what a receiver throws, and goes on', async () => {
    const broken = new Throttle<string>(
      () => {
        throw new Error('the receiver is broken');
      },
      { everyMs: 0, gatherMs: 100, report: (thrown) => reported.push(thrown) },
    );
    broken.offer('a', 'b');
    await clock.tickAsync(100);
    broken.offer('a', 'b');
    await clock.tickAsync(100);
    expect(reported).to.have.length(2);
  });
});

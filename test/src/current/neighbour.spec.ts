import { expect } from 'chai';
import { ANNOUNCED_MS } from '../../../src/cluster/shared-current';
import { everyPhase } from '../../../src/current/currents';
import type { OtherLimit, SharedNews, WriteRecord } from '../../../src/current/governor/events';
import { Neighbour } from '../../../src/current/neighbour';
import { clock } from '../../../src/time/clock';
import { fakeTimers, type FakeTimers } from '../../support/fake-timers';

const KEY = 'a cloud and a current';

describe('the governors of one current in several accounts', () => {
  let timers: FakeTimers;
  let open: Neighbour[];

  beforeEach(() => {
    timers = fakeTimers();
    open = [];
  });
  afterEach(() => {
    for (const neighbour of open) neighbour.close();
    timers.restore();
  });

  const join = (account: string, key = KEY) => {
    const neighbour = new Neighbour(key, account);
    open.push(neighbour);
    const news: SharedNews[] = [];
    neighbour.listen((one) => news.push(one));
    return { neighbour, news };
  };
  const told = () => new Promise<void>((resolve) => queueMicrotask(() => queueMicrotask(resolve)));
  const limitOf = (ampere: number): OtherLimit => ({
    ...{ currents: everyPhase(ampere), lastInputAt: 0, deadManFired: false },
  });
  const written = (sentAt: number, doneAt = sentAt): WriteRecord => ({
    ...{ sentAt, doneAt, early: [], currents: everyPhase(8), base: everyPhase(8) },
  });

  it('have nobody to ask where there is one account, or another current', async () => {
    const { neighbour, news } = join('a');
    join('b', 'another current');
    join('a');
    neighbour.begin();
    await told();
    expect(neighbour.grant()).to.equal(undefined);
    expect(news.at(-1)).to.deep.equal({ limits: [], record: undefined, busyUntil: -Infinity });
  });

  it('know each other’s limits, of before and of now, each change once', async () => {
    const { neighbour } = join('a');
    neighbour.publish([limitOf(10)]);
    const { news } = join('b');
    expect(news, 'not within the call').to.deep.equal([]);
    await told();
    expect(news.map(({ limits }) => limits)).to.deep.equal([[limitOf(10)]]);
    neighbour.publish([limitOf(10)]);
    await told();
    expect(news, 'no change').to.have.length(1);
    neighbour.publish([limitOf(7)]);
    neighbour.publish([limitOf(6), limitOf(8)]);
    await told();
    expect(news.map(({ limits }) => limits)).to.deep.equal([[limitOf(10)], [limitOf(6), limitOf(8)]]);
  });

  it('forget the limits of one that is gone', async () => {
    const { neighbour } = join('a');
    const { neighbour: other, news } = join('b');
    neighbour.publish([limitOf(10)]);
    await told();
    neighbour.close();
    await told();
    expect(news.at(-1)?.limits).to.deep.equal([]);
    expect(other.grant()).to.equal(undefined);
  });

  it('know those that stay after one that is gone', async () => {
    const { neighbour } = join('a');
    const { neighbour: left } = join('b');
    left.publish([limitOf(8)]);
    neighbour.close();
    const { news } = join('c');
    await told();
    expect(news.at(-1)?.limits).to.deep.equal([limitOf(8)]);
  });

  it('wait for a write of another one, for as long as it may be on its way', async () => {
    const { neighbour } = join('a');
    const { neighbour: other, news } = join('b');
    neighbour.begin();
    const until = clock.steady() + ANNOUNCED_MS;
    await told();
    expect(news.at(-1)?.busyUntil).to.equal(until);
    expect(other.grant()).to.deep.equal({ kind: 'blocked', until });
    expect(neighbour.grant()?.kind, 'its own is no reason').to.equal('granted');
    timers.tick(ANNOUNCED_MS);
    expect(other.grant()?.kind).to.equal('granted');
  });

  it('wait no longer once that has ended', async () => {
    const { neighbour } = join('a');
    const { neighbour: other, news } = join('b');
    neighbour.begin();
    neighbour.end();
    await told();
    expect(other.grant()?.kind).to.equal('granted');
    expect(news.at(-1)?.busyUntil).to.equal(-Infinity);
  });

  it('know the newest write of the others, and of two versions the one that got through', async () => {
    const { neighbour: first } = join('a');
    const { neighbour: second } = join('b');
    const { news } = join('c');
    const newest = async (one: WriteRecord | undefined, other: WriteRecord | undefined) => {
      first.know(one);
      second.know(other);
      await told();
      return news.at(-1)?.record;
    };
    expect(await newest(written(5), written(7))).to.deep.equal(written(7));
    expect(await newest(written(9), written(7))).to.deep.equal(written(9));
    expect(await newest(written(9, -Infinity), written(9))).to.deep.equal(written(9));
    expect(await newest(written(9), written(9, -Infinity))).to.deep.equal(written(9));
    expect(await newest(undefined, written(3))).to.deep.equal(written(3));
  });

  it('send nothing for which they were granted before they knew of a write of another one', async () => {
    const { neighbour } = join('a');
    const { neighbour: other } = join('b');
    await told();
    const grant = other.grant();
    if (grant?.kind !== 'granted') throw new Error('It was not granted');
    expect(grant.isValid()).to.equal(true);
    neighbour.know(written(5));
    expect(grant.isValid(), 'its governor does not know yet').to.equal(false);
    await told();
    expect(grant.isValid()).to.equal(true);
    const next = other.grant();
    expect(next?.kind === 'granted' && next.id !== grant.id).to.equal(true);
  });

  it('tell nothing more to one that is closed', async () => {
    const { neighbour, news } = join('a');
    const { neighbour: other } = join('b');
    await told();
    const { length } = news;
    neighbour.close();
    other.publish([limitOf(6)]);
    await told();
    expect(news).to.have.length(length);
  });
});

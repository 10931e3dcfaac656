import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { feedKeys } from '../../../src/cluster/feed-keys';
import { FeedLease } from '../../../src/cluster/feed-lease';
import { until } from '../../support/cluster/machines';
import { useRedis } from '../../support/redis-server';

const SERIES = 'series';
const MB = 1_000_000;

/** Fields of one entry. */
type Entry = readonly string[];
const ours = (body: string): Entry => ['from', 'another machine', 'body', body];

/** Other programs and faults may write anything into the stream of a topic. */
describe('the messages of a topic, where the stream holds what it should not', function () {
  this.timeout(120_000);
  const { redis, store } = useRedis();
  const leases: FeedLease[] = [];
  const rejections: unknown[] = [];
  const note = (reason: unknown) => void rejections.push(reason);
  before(() => void process.on('unhandledRejection', note));
  after(() => void process.off('unhandledRejection', note));
  afterEach(async () => {
    await Promise.all(leases.splice(0).map((lease) => lease.close()));
    expect(rejections.splice(0)).to.deep.equal([]);
    await store().flushall();
  });

  const fill = async (topic: string, entries: readonly Entry[]) => {
    const [state, messages] = feedKeys('', topic);
    await store().hset(state, { series: SERIES, newest: entries.length });
    for (let from = 0; from < entries.length; from += 5_000) {
      const pipeline = store().pipeline();
      entries.slice(from, from + 5_000).forEach((entry, index) => {
        pipeline.xadd(messages, `${from + index + 1}-1`, ...entry);
      });
      await pipeline.exec();
    }
  };
  /** A machine that was away since the first message. */
  const follow = (topic: string) => {
    const got: string[] = [];
    const roles: string[] = [];
    let missed = 0;
    const lease: FeedLease = new FeedLease({
      ...{ redisUrl: redis().url, topic, position: `${SERIES} 0` },
      status: () => 'status',
      receives: () => false,
      onChange: () => void roles.push(lease.role),
      onMessages: (bodies) => void got.push(...bodies),
      onMissed: () => (missed += 1),
    });
    leases.push(lease);
    return { lease, got, roles, missed: () => missed };
  };
  const readAll = async (entries: readonly Entry[]) => {
    const topic = randomUUID();
    await fill(topic, entries);
    const one = follow(topic);
    await until('the end', () => one.lease.position === `${SERIES} ${entries.length}`, 30_000);
    expect(one.roles).to.not.include('alone');
    return one;
  };

  it('are read though each of many is as long as a message can be', async () => {
    const entries = Array.from({ length: 600 }, (_, index) => ours(`${index} `.padEnd(MB / 4, 'x')));
    const { got, missed } = await readAll(entries);
    expect(got.map((body) => Number.parseInt(body, 10))).to.deep.equal([...entries.keys()]);
    expect(missed()).to.equal(0);
  });

  it('are read in order though there are a hundred thousand', async () => {
    const entries = Array.from({ length: 100_000 }, (_, index) => ours(String(index)));
    const { got, missed } = await readAll(entries);
    expect(got).to.deep.equal(entries.map((_, index) => String(index)));
    expect(missed()).to.equal(0);
  });

  const poisons: Record<string, Entry> = {
    'is longer than any message': ours('x'.repeat(30 * MB)),
    'has a field that is longer than any message': ['from', 'x'.repeat(30 * MB), 'body', 'body'],
    'has one field': ['word', 'word'],
    'has other fields': ['name', 'value', 'name', 'value'],
    'has ten thousand fields': Array.from({ length: 20_000 }, () => 'word'),
  };
  for (const [what, poison] of Object.entries(poisons)) {
    it(`are read before and behind one that ${what}, which counts as missed`, async () => {
      const { got, missed } = await readAll([ours('before'), poison, ours('behind')]);
      expect(got).to.deep.equal(['before', 'behind']);
      expect(missed()).to.equal(1);
    });
  }

  it('are read, one after the other, where half of them are longer than any message', async () => {
    const entries = Array.from({ length: 40 }, (_, index) =>
      ours(index % 2 === 0 ? String(index) : 'x'.repeat(5 * MB)),
    );
    const { got } = await readAll(entries);
    expect(got.map(Number)).to.deep.equal([...entries.keys()].filter((index) => index % 2 === 0));
  });

  for (const body of ['\u0000\u0001', '{', '['.repeat(100_000), '\ud800', 'null']) {
    it(`are handed on as they are, such as ${JSON.stringify(body.slice(0, 3))}`, async () => {
      const { got, missed } = await readAll([ours('before'), ours(body), ours('behind')]);
      expect(got).to.have.length(3);
      expect([got[0], got[2], missed()]).to.deep.equal(['before', 'behind', 0]);
    });
  }

  it('are handed on, long as they are, by a machine that has many of them at once', async () => {
    const topic = randomUUID();
    const [state] = feedKeys('', topic);
    await fill(topic, []);
    const [one, two] = [follow(topic), follow(topic)];
    await until('both', () => one.lease.position === `${SERIES} 0` && two.lease.position === `${SERIES} 0`);
    const bodies = Array.from({ length: 400 }, (_, index) => `${index} `.padEnd(MB / 4, 'x'));
    await Promise.all(bodies.map((body) => one.lease.append(body)));
    await until('the last', () => two.got.length >= bodies.length);
    expect(two.got.map((body) => Number.parseInt(body, 10))).to.deep.equal([...bodies.keys()]);
    expect([...one.roles, ...two.roles]).to.not.include('alone');
    expect(await store().hget(state, 'newest')).to.equal('400');
  });

  it('begin anew where the name of their series is longer than any', async () => {
    const topic = randomUUID();
    const [state] = feedKeys('', topic);
    await fill(topic, [ours('before')]);
    await store().hset(state, { series: 'x'.repeat(60 * MB) });
    const one = follow(topic);
    await until('a place', () => (one.lease.position ?? '').length < 100 && one.missed() > 0);
    expect(one.roles).to.not.include('alone');
  });

  it('are shared where the status of the receiver is longer than any', async () => {
    const topic = randomUUID();
    const [state] = feedKeys('', topic);
    await fill(topic, [ours('before')]);
    await store().hset(state, { holder: 'another', until: Date.now() + 4_500, status: 'x'.repeat(60 * MB) });
    const one = follow(topic);
    await until('the message', () => one.got.length > 0, 4_000);
    expect(one.lease.status).to.equal(undefined);
    await until('the lease', () => one.lease.role === 'receiver', 15_000);
    expect(one.roles).to.not.include('alone');
  });
});

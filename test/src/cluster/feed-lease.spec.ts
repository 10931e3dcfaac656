import { expect } from 'chai';
import { FeedLease } from '../../../src/cluster/feed-lease';
import { feedKeys } from '../../../src/cluster/feed-keys';
import { openRedis } from '../../../src/cluster/redis';
import { pause, until } from '../../support/cluster/machines';
import { ownTime } from '../../support/own-time';
import { ownRedis } from '../../support/redis-server';
import { together, type Scenario } from '../../support/together';

const TOPIC = 'topic';

const begin = async (own: Scenario) => {
  const redis = await ownRedis(own);
  const open = (redisUrl = redis.url) => {
    const got: string[] = [];
    const roles: string[] = [];
    const lease: FeedLease = new FeedLease({
      ...{ redisUrl, topic: TOPIC },
      status: () => 'status',
      receives: () => lease.role === 'receiver' || lease.role === 'alone',
      onChange: () => void roles.push(lease.role),
      onMessages: (bodies) => void got.push(...bodies),
      onMissed: () => void got.push('missed'),
    });
    own.after(() => lease.close());
    return { lease, got, roles };
  };
  return { redis, open };
};
const has = ({ lease }: { lease: FeedLease }, role: FeedLease['role']) => until(role, () => lease.role === role);

describe('the lease of a feed', function () {
  this.timeout(120_000);
  const it = together();

  it('is of one machine, goes over at once when that one closes it, and never to two', async (own) => {
    const { open } = await begin(own);
    const all = [open(), open(), open()];
    for (let left = 3; left > 0; left -= 1) {
      await until('one receiver', () => all.some(({ lease }) => lease.role === 'receiver'));
      const receiver = all.find(({ lease }) => lease.role === 'receiver')!;
      expect(all.filter(({ lease }) => lease.role === 'receiver')).to.have.length(1);
      expect(receiver.lease.wasHanded).to.equal(left < 3);
      all.splice(all.indexOf(receiver), 1);
      const isNext = () => left === 1 || all.some(({ lease }) => lease.role === 'receiver');
      const handedOver = receiver.lease.close().then(() => until('the next', isNext));
      expect(await ownTime(handedOver)).to.be.lessThan(1_500);
    }
  });

  it('hands over again what the others had not fetched from a Redis that was emptied', async (own) => {
    const { redis, open } = await begin(own);
    const one = open();
    await has(one, 'receiver');
    const two = open();
    await has(two, 'follower');
    const inspector = openRedis(redis.url);
    await inspector.ping();
    await one.lease.append('message');
    await inspector.flushall();
    await until('the message', () => two.got.includes('message'), 5_000);
    await inspector.quit();
  });

  it('gives what is later than Redis’s clock to nobody', async (own) => {
    const { redis, open } = await begin(own);
    const inspector = openRedis(redis.url);
    const one = open();
    await has(one, 'receiver');
    const keys = await inspector.keys('zaptec:{feed-*}:holder');
    const future = String(Date.now() + 3_600_000);
    for (const key of keys) await inspector.hset(key, { holder: 'of before the clock was set back', until: future });
    const two = open();
    await has(two, 'follower');
    await pause(1_000);
    expect(one.lease.role).to.equal('receiver');
    inspector.disconnect();
  });

  it('expires by itself, and its keys too', async (own) => {
    const { redis, open } = await begin(own);
    const one = open();
    await has(one, 'receiver');
    const inspector = openRedis(redis.url);
    for (const key of await inspector.keys('zaptec:{feed-*}:holder'))
      expect(await inspector.pttl(key)).to.be.within(1, 86_400_000);
    inspector.disconnect();
  });

  it('works in a database with a prefix and a user of few rights', async (own) => {
    const { redis, open } = await begin(own);
    const inspector = openRedis(redis.url);
    const commands = '+evalsha +eval +time +@hash +@sortedset +@stream +@string +pexpire +del +info +select +client';
    await inspector.call('ACL', 'SETUSER', 'zaptec', 'on', '>secret', '~site:zaptec*', ...commands.split(' '));
    const address = `redis://zaptec:secret@127.0.0.1:${redis.port}/3?prefix=site:`;
    const one = open(address);
    await has(one, 'receiver');
    await one.lease.append('message');
    expect(one.lease.problem).to.equal(undefined);
    inspector.disconnect();
  });
});

/** Apart, since so many messages keep this process from everything else. */
describe('the lease of a feed', function () {
  this.timeout(120_000);
  const it = together();

  it('keeps the number of its messages within bounds', async (own) => {
    const { redis, open } = await begin(own);
    const one = open();
    await has(one, 'receiver');
    const two = open();
    await has(two, 'follower');
    for (const from of [0, 11_000]) {
      await Promise.all(Array.from({ length: 11_000 }, (_, index) => one.lease.append(String(from + index))));
      // A machine that lags by more than the stream keeps would miss the oldest.
      await until('the messages', () => two.got.length >= from + 11_000);
    }
    expect(two.got.filter((body, index) => Number(body) !== index)).to.deep.equal([]);
    const inspector = openRedis(redis.url);
    const [, messages] = feedKeys('', TOPIC);
    expect(await inspector.xlen(messages)).to.be.within(20_000, 20_200);
    inspector.disconnect();
  });
});

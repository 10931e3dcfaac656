import { expect } from 'chai';
import { openRedis } from '../../../src/cluster/redis';
import { SessionClaims } from '../../../src/cluster/session-claims';
import { pause, until } from '../../support/cluster/machines';
import { redisOrSkip, type RedisServer } from '../../support/redis-server';

describe('sessions that several machines report once', function () {
  this.timeout(30_000);
  let redis: RedisServer;
  const closing: SessionClaims[] = [];

  beforeEach(async function () {
    redis = await redisOrSkip(this);
  });
  afterEach(async () => {
    for (const claims of closing.splice(0)) claims.close();
    await redis.kill();
  });

  const start = () => {
    const claims = new SessionClaims(redis.url, 'account', () => undefined);
    closing.push(claims);
    return claims;
  };
  const decided = async (claims: SessionClaims, session: string) => {
    await until('an answer', () => claims.isOurs(session) !== undefined);
    return claims.isOurs(session);
  };
  const noted = async (session: string) => {
    const inspector = openRedis(redis.url);
    const [key = ''] = await inspector.keys('*reported*');
    const at = await inspector.zscore(key, session).catch(() => null);
    inspector.disconnect();
    return at !== null;
  };

  it('are claimed by one machine', async () => {
    const [one, two] = [start(), start()];
    expect(await decided(one, 'a')).to.equal(true);
    one.reported('a');
    expect(await decided(two, 'a')).to.equal(false);
  });

  it('are not reported again after Redis was restarted empty', async () => {
    const [one, two] = [start(), start()];
    expect(await decided(one, 'a')).to.equal(true);
    one.reported('a');
    await until('the note', () => noted('a'));
    await redis.restart();
    expect(await decided(two, 'a')).to.equal(false);
  });

  it('are not reported again after Redis was emptied', async () => {
    const [one, two] = [start(), start()];
    expect(await decided(one, 'a')).to.equal(true);
    one.reported('a');
    await until('the note', () => noted('a'));
    const inspector = openRedis(redis.url);
    await inspector.flushall();
    inspector.disconnect();
    expect(await decided(two, 'a')).to.equal(false);
  });

  it('are reported by another machine where the one that has claimed them is gone', async () => {
    const [one, two] = [start(), start()];
    expect(await decided(one, 'a')).to.equal(true);
    one.close();
    await pause(100);
    expect(await decided(two, 'a')).to.equal(true);
  });
});

import { expect } from 'chai';
import { openRedis } from '../../../src/cluster/redis';
import { SessionClaims } from '../../../src/cluster/session-claims';
import { pause, until } from '../../support/cluster/machines';
import { ownRedis, type RedisServer } from '../../support/redis-server';
import { together, type Scenario } from '../../support/together';

describe('sessions that several machines report once', function () {
  this.timeout(30_000);
  const it = together();

  const open = async (own: Scenario) => {
    const redis = await ownRedis(own);
    const start = () => {
      const claims = new SessionClaims(redis.url, 'account', () => undefined);
      own.after(() => claims.close());
      return claims;
    };
    return { redis, start };
  };
  const decided = async (claims: SessionClaims, session: string) => {
    await until('an answer', () => claims.isOurs(session) !== undefined);
    return claims.isOurs(session);
  };
  const noted = async ({ url }: RedisServer, session: string) => {
    const inspector = openRedis(url);
    const [key = ''] = await inspector.keys('*reported*');
    const at = await inspector.zscore(key, session).catch(() => null);
    inspector.disconnect();
    return at !== null;
  };

  it('are claimed by one machine', async (own) => {
    const { start } = await open(own);
    const [one, two] = [start(), start()];
    expect(await decided(one, 'a')).to.equal(true);
    one.reported('a');
    expect(await decided(two, 'a')).to.equal(false);
  });

  it('are not reported again after Redis was restarted empty', async (own) => {
    const { redis, start } = await open(own);
    const [one, two] = [start(), start()];
    expect(await decided(one, 'a')).to.equal(true);
    one.reported('a');
    await until('the note', () => noted(redis, 'a'));
    await redis.restart();
    expect(await decided(two, 'a')).to.equal(false);
  });

  it('are not reported again after Redis was emptied', async (own) => {
    const { redis, start } = await open(own);
    const [one, two] = [start(), start()];
    expect(await decided(one, 'a')).to.equal(true);
    one.reported('a');
    await until('the note', () => noted(redis, 'a'));
    const inspector = openRedis(redis.url);
    await inspector.flushall();
    inspector.disconnect();
    expect(await decided(two, 'a')).to.equal(false);
  });

  it('are reported by another machine where the one that has claimed them is gone', async (own) => {
    const { start } = await open(own);
    const [one, two] = [start(), start()];
    expect(await decided(one, 'a')).to.equal(true);
    one.close();
    await pause(100);
    expect(await decided(two, 'a')).to.equal(true);
  });
});

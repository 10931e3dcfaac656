import { expect } from 'chai';
import { everyPhase } from '../../../src/current/currents';
import { openRedis, type RedisConnection } from '../../../src/cluster/redis';
import { SharedRecord } from '../../../src/current/shared-record';
import { openClient } from '../../../src/client';
import { startSimulator } from '../../../simulator/index';
import { settings } from '../../support/governed-world';
import { decisionOf, writer } from '../../support/killed/process';
import { redisOrSkip, type RedisServer } from '../../support/redis-server';

const MINUTE = 60_000;

describe('the last write, shared over Redis', () => {
  let server: RedisServer;
  let redis: RedisConnection;
  let redisUrl: string;

  before(async function () {
    server = await redisOrSkip(this);
    redisUrl = server.url;
    redis = openRedis(redisUrl);
  });
  after(() => {
    redis.disconnect();
    return server.kill();
  });

  it('lets one machine write at a time, and the next one read the record first', async () => {
    const [one, other] = [new SharedRecord(redis, 'x'), new SharedRecord(redis, 'x')];
    expect(await one.lock()).to.deep.equal({ granted: true, record: undefined });
    expect(await other.lock()).to.include({ granted: false });
    const record = { sentAt: 5, doneAt: 5, early: [], currents: everyPhase(6), base: everyPhase(16) };
    one.save(record);
    one.save(undefined);
    await other.unlock();
    expect(await other.lock()).to.deep.equal({ granted: false, record });
    await one.unlock();
    expect(await other.lock()).to.deep.equal({ granted: true, record });
    await other.unlock();
    expect(await one.lock()).to.include({ granted: true });
  });
  // Another process, since clients of one account share its governor within one.
  it('lets the second machine raise only after the interval of the first', async () => {
    const simulator = await startSimulator({ scenario: 'home' });
    const site = [...simulator.world.installations.keys()][0]!;
    const { baseUrl } = simulator;
    const [{ username, password } = { username: '', password: '' }] = simulator.accounts;
    const here = openClient({ baseUrl, username, password, redisUrl });
    let there: ReturnType<typeof writer> | undefined;
    try {
      const first = await here.current.request(site, { ...settings('solar'), currents: everyPhase(10) });
      expect(first.decision).to.equal('applied');
      const [write] = simulator.requests.filter(({ path }) => path.endsWith('/update'));
      there = writer({ baseUrl, username, password, redisUrl, site, ampere: 16 });
      const second = await decisionOf(there);
      expect(second.decision).to.equal('deferred');
      expect(Date.parse(second.until!)).to.be.within(write!.at + 14.9 * MINUTE, write!.at + 15.1 * MINUTE);
      expect(simulator.requests.filter(({ path }) => path.endsWith('/update'))).to.have.length(1);
    } finally {
      there?.kill('SIGKILL');
      here.close();
      await simulator.stop();
    }
  });
});

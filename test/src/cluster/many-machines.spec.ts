import { expect } from 'chai';
import type { Redis } from 'ioredis';
import { openRedis } from '../../../src/cluster/redis';
import { SharedPermits } from '../../../src/cluster/shared-permits';
import { ownRedis } from '../../support/redis-server';
import { together, type Scenario } from '../../support/together';

const ACCOUNT = 'account';
/** Questions of one machine in 6.4 s, as it asks at least every 400 ms. */
const QUESTIONS = 16;

describe('many machines', function () {
  this.timeout(60_000);
  const it = together();

  /** For how many of its questions a machine among others has the list of all machines read. */
  const looks = async (own: Scenario, others: number): Promise<number> => {
    const redis = await ownRedis(own);
    const store = openRedis(redis.url);
    own.after(() => store.disconnect());
    const names = Array.from({ length: others }, (_, index) => [`other ${index}`, `${Date.now()}:5:0`]);
    if (others > 0) await store.hset(`zaptec:{${ACCOUNT}}:machines`, ...names.flat());
    const monitor = await (store as Redis).monitor();
    const permits = new SharedPermits({
      ...{ id: ACCOUNT, redisUrl: redis.url, limit: 10 },
      ...{ onMode: () => undefined, onHeld: () => undefined, onPause: () => undefined, onProblem: () => undefined },
    });
    let [questions, count] = [0, 0];
    const isOver = new Promise<void>((resolve) => {
      monitor.on('monitor', (_time: string, words: string[]) => {
        const question = words.find((word) => word.startsWith('{"'));
        if (question === undefined) return;
        questions += 1;
        if (questions <= QUESTIONS && question.includes('"look":true')) count += 1;
        if (questions === QUESTIONS) resolve();
      });
    });
    try {
      await isOver;
    } finally {
      monitor.disconnect();
      await permits.stop();
    }
    return count;
  };

  it('look less often who is there, each of them, as a look of a thousand takes Redis as long as fifty requests', async (own) => {
    const [few, many] = await Promise.all([looks(own, 2), looks(own, 400)]);
    expect(few).to.be.at.least(5);
    expect(many).to.be.within(1, 3);
  });
});

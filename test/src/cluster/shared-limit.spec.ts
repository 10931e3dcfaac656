import { once } from 'node:events';
import { expect } from 'chai';
import { openRedis } from '../../../src/cluster/redis';
import { RequestLimiter } from '../../../src/http/limiter';
import { compileMachine, Machines as Processes, pause, until } from '../../support/cluster/machines';
import { RedisProxy } from '../../support/cluster/redis-proxy';
import { ownTime } from '../../support/own-time';
import { ownRedis, redisOrSkip } from '../../support/redis-server';
import { together, type Scenario } from '../../support/together';

const ACCOUNT = 'account';
const ROUND_TRIP_MS = 20;
/** Redis grants nothing for 2 s after it was started. */
const GRACE_MS = 2_000;

/** Machines of one account that send to a cloud that answers after a while. */
class Machines {
  readonly sent: { machine: number; at: number }[] = [];
  readonly limiters: RequestLimiter[] = [];
  readonly reports: { machine: number; shared: boolean; text: string; at: number }[] = [];
  readonly #waiting = new Set<() => void>();

  start(redisUrl: string, account = ACCOUNT): RequestLimiter {
    const machine = this.limiters.length;
    const limiter = new RequestLimiter(account, {
      redisUrl,
      onShared: (shared, text) => {
        this.reports.push({ machine, shared, text, at: performance.now() });
        for (const check of this.#waiting) check();
      },
    });
    this.limiters.push(limiter);
    return limiter;
  }

  /** Waits until a machine shares the limit, or goes on alone. */
  until(machine: number, shared: boolean): Promise<void> {
    return new Promise((resolve) => {
      const check = () => {
        if (this.reports.findLast((report) => report.machine === machine)?.shared !== shared) return;
        this.#waiting.delete(check);
        resolve();
      };
      this.#waiting.add(check);
      check();
    });
  }

  send(machine: number, lane: 'command' | 'message' | 'background' = 'message'): Promise<unknown> {
    return this.limiters[machine]!.run({ lane, attempt: 1 }, async () => {
      this.sent.push({ machine, at: performance.now() });
      await new Promise((resolve) => setTimeout(resolve, ROUND_TRIP_MS));
    });
  }

  sendMany(machine: number, count: number): Promise<unknown> {
    return Promise.all(Array.from({ length: count }, () => this.send(machine)));
  }

  stop(): void {
    for (const limiter of this.limiters) limiter.stop();
  }

  /** The most requests in any second. */
  get most(): number {
    const times = this.sent.map(({ at }) => at).sort((a, b) => a - b);
    return Math.max(...times.map((from) => times.filter((at) => at >= from && at < from + 1_000).length));
  }
}

describe('a limit shared through Redis', function () {
  this.timeout(60_000);
  before(compileMachine);
  const it = together(5);

  const open = async (own: Scenario) => {
    const redis = await ownRedis(own);
    const machines = new Machines();
    own.after(() => machines.stop());
    return { redis, machines, start: () => machines.start(redis.url, ACCOUNT) };
  };

  it('holds for three machines together, and is used up', async (own) => {
    const { machines, start } = await open(own);
    for (let machine = 0; machine < 3; machine += 1) start();
    await Promise.all([0, 1, 2].map((machine) => machines.sendMany(machine, 17)));
    const times = machines.sent.map(({ at }) => at).sort((a, b) => a - b);
    expect(times).to.have.length(51);
    expect(machines.most).to.equal(10);
    // 51 requests: five windows after the first ten, and what a slow machine loses. The bench measures how much is used.
    expect(times.at(-1)! - times[0]!).to.be.within(5_000, 7_500);
  });

  it('counts a request for longer when its answer is late', async (own) => {
    const { machines, start } = await open(own);
    const [one, two] = [start(), start()];
    await Promise.all([machines.until(0, true), machines.until(1, true)]);
    await machines.sendMany(0, 12);
    const slow: number[] = [];
    const run = (limiter: RequestLimiter, ms: number) =>
      limiter.run({ lane: 'message', attempt: 1 }, async () => {
        const sentAt = performance.now();
        await new Promise((resolve) => setTimeout(resolve, ms));
        slow.push(sentAt);
      });
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    await Promise.all(Array.from({ length: 10 }, () => run(one, 200)));
    const began = Math.min(...slow);
    const others: number[] = [];
    await two.run({ lane: 'message', attempt: 1 }, async () => void others.push(performance.now()));
    // It may have come to the cloud 180 ms after it was sent.
    expect(others[0]! - began).to.be.at.least(1_170);
  });

  it('lets a command of one machine pass the reads of the others', async (own) => {
    const { machines, start } = await open(own);
    for (let machine = 0; machine < 3; machine += 1) start();
    await Promise.all([0, 1, 2].map((machine) => machines.until(machine, true)));
    const reads = [machines.sendMany(0, 25), machines.sendMany(1, 25)];
    await machines.send(0);
    const waits: number[] = [];
    for (let command = 0; command < 4; command += 1) {
      const askedAt = performance.now();
      await machines.send(2, 'command');
      waits.push(performance.now() - ROUND_TRIP_MS - askedAt);
    }
    // In its turn each would wait for the 50 reads, five seconds.
    expect(Math.max(...waits)).to.be.lessThan(2_000);
    await Promise.all(reads);
    expect(machines.most).to.be.at.most(10);
  });

  it('pauses every machine after a 429 of one, halves the permits, and gives them back', async (own) => {
    const { redis, machines, start } = await open(own);
    const [one, two] = [start(), start()];
    await Promise.all([machines.send(0), machines.send(1)]);
    one.refused(Date.now(), 1_500);
    const refusedAt = performance.now();
    await new Promise((resolve) => setTimeout(resolve, 50));
    await machines.send(1);
    expect(machines.sent.at(-1)!.at - refusedAt).to.be.at.least(1_500);
    expect(two.budget.permits).to.equal(5);
    const inspector = openRedis(redis.url);
    const key = `zaptec:{${ACCOUNT}}:limit`;
    // Half a minute later; the clock of Redis cannot be moved.
    await inspector.hset(key, 'allowedSince', String(Date.now() - 30_000));
    await machines.send(1);
    expect(two.budget.permits).to.equal(10);
    inspector.disconnect();
  });

  it('stays good after a minute in which nobody sent anything', async (own) => {
    const { redis, machines, start } = await open(own);
    start();
    await machines.send(0);
    const inspector = openRedis(redis.url);
    const keys = await inspector.keys(`zaptec:{${ACCOUNT}}:*`);
    for (const key of keys) expect(await inspector.pttl(key), key).to.be.greaterThan(600_000);
    inspector.disconnect();
  });

  it('gives the permits of a machine back that was killed in the middle of its requests', async (own) => {
    const { redis, machines, start } = await open(own);
    start();
    await machines.until(0, true);
    const inspector = openRedis(redis.url);
    const [now] = (await inspector.time()) as unknown as [string];
    // What a machine leaves behind that is killed with ten requests under way.
    for (let lease = 0; lease < 10; lease += 1) {
      await inspector.zadd(`zaptec:{${ACCOUNT}}:leases`, Number(now) * 1_000 + 2_000, `dead-${lease}`);
    }
    inspector.disconnect();
    // Permits that were kept would never come back.
    expect(await ownTime(machines.sendMany(0, 10))).to.be.lessThan(5_000);
  });

  it('throws away times that lie in the future of Redis, and waits until nothing of before can count', async (own) => {
    const { redis, machines, start } = await open(own);
    start();
    await machines.send(0);
    const inspector = openRedis(redis.url);
    const key = (name: string) => `zaptec:{${ACCOUNT}}:${name}`;
    const future = Date.now() + 3_600_000;
    for (let lease = 0; lease < 10; lease += 1) await inspector.zadd(key('leases'), future, `future-${lease}`);
    await inspector.hset(key('limit'), { pausedUntil: future, penalisedAt: future, graceUntil: future });
    const askedAt = performance.now();
    await machines.send(0);
    expect(performance.now() - askedAt).to.be.within(GRACE_MS - 50, GRACE_MS + 1_000);
    inspector.disconnect();
  });

  it('heals by itself when Redis is emptied', async (own) => {
    const { redis, machines, start } = await open(own);
    start();
    await machines.sendMany(0, 10);
    const inspector = openRedis(redis.url);
    await inspector.flushall();
    await inspector.script('FLUSH');
    inspector.disconnect();
    await machines.sendMany(0, 12);
    expect(machines.most).to.be.at.most(10);
  });

  it('keeps the share of a machine that fell silent, and gives it back when one takes leave', async (own) => {
    const { redis, machines } = await open(own);
    const address = `${redis.url}?holdBackS=8`;
    machines.start(address, ACCOUNT);
    const inspector = openRedis(redis.url);
    const key = `zaptec:{${ACCOUNT}}:machines`;
    await machines.until(0, true);
    await inspector.hset(key, 'silent', `${Date.now() - 2_600}:`);
    await new Promise((resolve) => setTimeout(resolve, GRACE_MS + 100));
    machines.sent.length = 0;
    await machines.sendMany(0, 10);
    expect(machines.most).to.equal(5);
    while ((await inspector.hexists(key, 'silent')) > 0) await new Promise((resolve) => setTimeout(resolve, 50));
    machines.start(address, ACCOUNT);
    await machines.until(1, true);
    expect(await inspector.hlen(key)).to.equal(2);
    machines.limiters[1]!.stop();
    while ((await inspector.hlen(key)) > 1) await new Promise((resolve) => setTimeout(resolve, 20));
    machines.sent.length = 0;
    await machines.sendMany(0, 10);
    // More than its half; a busy machine may throw a permit away.
    expect(machines.most).to.be.within(8, 10);
    inspector.disconnect();
  });

  it('gives the share of a machine that ends as Node-RED does to the others at once', async (own) => {
    const { redis } = await open(own);
    const inspector = openRedis(redis.url);
    const processes = await Processes.start(redis.url);
    own.after(() => processes.stop());
    const [first] = await processes.shared(2);
    const [key = ''] = await inspector
      .keys('zaptec:{*}:machines')
      .then((keys) => keys.filter((one) => !one.includes('feed')));
    expect(await inspector.hlen(key)).to.equal(2);
    await first.stop();
    await until('one machine', async () => (await inspector.hlen(key)) === 1, 500);
    inspector.disconnect();
  });
});

describe('a limit whose Redis is away', function () {
  this.timeout(60_000);
  const it = together(5);

  const open = (own: Scenario) => {
    const machines = new Machines();
    own.after(() => machines.stop());
    return machines;
  };

  it('is divided among the machines that were there, and shared again without a restart', async (own) => {
    const machines = open(own);
    const redis = await ownRedis(own);
    for (let machine = 0; machine < 3; machine += 1) machines.start(redis.url);
    const all = [0, 1, 2];
    await Promise.all(all.map((machine) => machines.until(machine, true)));
    await Promise.all(all.map((machine) => machines.sendMany(machine, 4)));
    // The number of machines is read once a second.
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    await redis.kill();
    await Promise.all(all.map((machine) => machines.until(machine, false)));
    const lostAt = performance.now();
    machines.sent.length = 0;
    await Promise.all(all.map((machine) => machines.sendMany(machine, 10)));
    expect(machines.most).to.be.within(9, 10);
    expect(Math.min(...machines.sent.map(({ at }) => at)) - lostAt).to.be.within(1_000, 3_000);
    const shares = machines.limiters.map(({ budget }) => budget.permits).sort();
    expect(shares).to.deep.equal([3, 3, 4]);
    expect(machines.reports.find(({ shared }) => !shared)?.text).to.match(
      /^Redis cannot be reached: this machine goes on alone with [34] requests a second$/,
    );
    await redis.restart();
    await Promise.all(all.map((machine) => machines.until(machine, true)));
    await Promise.all(all.map((machine) => machines.sendMany(machine, 8)));
    expect(machines.most).to.be.at.most(10);
  });

  it('goes on within 3 s when Redis freezes, and what was asked before grants nothing afterwards', async (own) => {
    const machines = open(own);
    const redis = await ownRedis(own);
    machines.start(redis.url);
    machines.start(redis.url);
    await Promise.all([machines.send(0), machines.send(1)]);
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    redis.freeze();
    expect(await ownTime(Promise.all([machines.send(0), machines.send(1)]))).to.be.lessThan(3_000);
    const busy = [machines.sendMany(0, 18), machines.sendMany(1, 18)];
    await new Promise((resolve) => setTimeout(resolve, 3_500));
    redis.thaw();
    await Promise.all(busy);
    expect(machines.most).to.be.at.most(10);
  });

  it('holds while one machine alone loses Redis and finds it again', async (own) => {
    const machines = open(own);
    const redis = await ownRedis(own);
    const proxy = await RedisProxy.open(redis.port);
    own.after(() => proxy.close());
    machines.start(redis.url);
    machines.start(proxy.url);
    await Promise.all([machines.until(0, true), machines.until(1, true)]);
    // The number of machines is read once a second.
    await pause(1_200);
    let isOver = false;
    const sendOn = async (machine: number) => {
      while (!isOver) await machines.send(machine);
    };
    const busy = [0, 1].flatMap((machine) => Array.from({ length: 8 }, () => sendOn(machine)));
    for (let times = 0; times < 2; times += 1) {
      await pause(1_500);
      proxy.cut();
      await machines.until(1, false);
      const lostAt = performance.now();
      const isSent = () => machines.sent.some(({ machine, at }) => machine === 1 && at > lostAt);
      expect(await ownTime(until('a request of the machine alone', isSent))).to.be.lessThan(3_000);
      await pause(1_500);
      proxy.mend();
      await machines.until(1, true);
    }
    await pause(1_500);
    isOver = true;
    await Promise.all(busy);
    expect(machines.most).to.be.at.most(10);
  });

  it('has a reason that names a wrong password, and goes on with half of the permits', async (own) => {
    const machines = open(own);
    const redis = await ownRedis(own, '--requirepass', 'right');
    const limiter = machines.start(redis.url.replace('//', '//:wrong@'));
    await machines.send(0);
    expect(machines.reports.map(({ text }) => text)).to.deep.equal([
      'Redis refuses the user name or the password: this machine goes on alone with 5 requests a second',
    ]);
    expect(limiter.budget.permits).to.equal(5);
  });

  it('goes on with half of the permits where Redis was never there', async (own) => {
    const machines = open(own);
    machines.start('redis://127.0.0.1:1/0');
    expect(await ownTime(machines.send(0))).to.be.lessThan(3_500);
    expect(machines.limiters[0]!.budget.permits).to.equal(5);
  });

  it('ends without an error while Redis is away', async (own) => {
    const machines = open(own);
    const redis = await ownRedis(own);
    const limiter = machines.start(redis.url);
    await machines.send(0);
    await redis.kill();
    limiter.stop();
    const rejected = once(process, 'unhandledRejection').then(() => 'rejected');
    const calm = new Promise((resolve) => setTimeout(resolve, 500, 'calm'));
    expect(await Promise.race([rejected, calm])).to.equal('calm');
  });
});

/** Apart, since it measures gaps of 85 ms. */
describe('a limit shared through Redis', function () {
  this.timeout(60_000);

  it('keeps reads that nobody waits for apart on all machines together, so that a permit comes free all the time', async function () {
    const redis = await redisOrSkip(this);
    const machines = new Machines();
    try {
      for (let machine = 0; machine < 2; machine += 1) machines.start(redis.url, ACCOUNT);
      await Promise.all([0, 1].map((machine) => machines.until(machine, true)));
      // The number of machines is read once a second.
      await new Promise((resolve) => setTimeout(resolve, 1_200));
      await Promise.all([0, 1, 0, 1, 0, 1, 0, 1].map((machine) => machines.send(machine, 'background')));
      const times = machines.sent.map(({ at }) => at).sort((a, b) => a - b);
      const gaps = times.slice(1).map((at, index) => at - times[index]!);
      expect(gaps).to.have.length(7);
      // 85 ms, of which a permit may be used a few late.
      expect(Math.min(...gaps)).to.be.greaterThan(60);
    } finally {
      machines.stop();
      await redis.kill();
    }
  });
});

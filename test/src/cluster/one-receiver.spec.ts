import { expect } from 'chai';
import { openRedis } from '../../../src/cluster/redis';
import { compileMachine, Machines, pause, until, type Machine } from '../../support/cluster/machines';
import { ownTime } from '../../support/own-time';
import { ownRedis, type RedisServer } from '../../support/redis-server';
import { together, type Scenario } from '../../support/together';

/** More at once keep this computer so busy that a machine takes longer than the cloud allows it. */
const AT_ONCE = 4;

const open = async (own: Scenario) => {
  const redis = await ownRedis(own);
  const machines = await Machines.start(redis.url);
  own.after(() => machines.stop());
  return { redis, machines };
};
const equal = (machines: Machines, machine: Machine) =>
  until('the values of the world', async () => (await machines.differences(machine)).length === 0);

describe('one receiver for several machines', function () {
  this.timeout(120_000);
  before(compileMachine);
  const it = together(AT_ONCE);

  const has = (machine: Machine, role: Machine['role']) => until(`${role}`, () => machine.role === role, 60_000);
  /** The machine that has the right to receive, as Redis has it. */
  const holder = async ({ url }: RedisServer) => {
    const inspector = openRedis(url);
    const [key = ''] = await inspector.keys('*:holder');
    const id = await inspector.hget(key, 'holder');
    inspector.disconnect();
    return id ?? '';
  };
  it('gives every message to all of them, and each reports each session', async (own) => {
    const { machines } = await open(own);
    const all = await machines.shared(3);
    const sessions = [await machines.session(), await machines.session()];
    machines.simulator.setSpeed(0);
    for (const machine of all) {
      await until('the sessions', () => machine.sessions.length === 2);
      expect(machine.sessions).to.deep.equal(sessions);
      await equal(machines, machine);
      expect(machine.events).to.deep.equal(all[0].events);
    }
    expect(machines.doubledMs(0)).to.equal(0);
    await until('no message left', () => {
      const { completed, published } = machines.simulator.bus.stats();
      return completed === published;
    });
  });

  it('goes over at once when the one that receives ends, and loses nothing', async (own) => {
    const { redis, machines } = await open(own);
    const [first, second] = (await machines.shared(2)) as [Machine, Machine];
    const reads = () => machines.simulator.requests.filter(({ path }) => path.endsWith('/state')).length;
    const before = reads();
    const held = await holder(redis);
    const stopped = first.stop();
    const session = await machines.session();
    await stopped;
    // Of the right to receive: how long a receiver takes to connect depends on what else the computer does.
    const tookMs = await until('another holder', async () => !['', held].includes(await holder(redis)));
    expect(tookMs).to.be.lessThan(3_000);
    await has(second, 'receiver');
    await until('the session', () => second.sessions.includes(session));
    expect(second.sessions).to.deep.equal([session]);
    expect(machines.doubledMs(0)).to.equal(0);
    // The messages have waited: no state has to be read.
    expect(reads()).to.equal(before);
    // It goes on from where it was.
    first.start();
    await has(first, 'follower');
    await until('the session', () => first.sessions.includes(session));
    expect(first.sessions).to.deep.equal([session]);
    await equal(machines, first);
  });

  it('goes over within 15 s when the one that receives is killed, and reads what may be lost', async (own) => {
    const { machines } = await open(own);
    const [one, two] = (await machines.shared(2)) as [Machine, Machine];
    const killedAt = performance.now();
    await one.kill();
    const session = await machines.session();
    await has(two, 'receiver');
    expect(performance.now() - killedAt).to.be.lessThan(15_000);
    await until('the session', () => two.sessions.includes(session));
    expect(two.sessions).to.deep.equal([session]);
    machines.simulator.setSpeed(0);
    await equal(machines, two);
    expect(machines.doubledMs(killedAt)).to.equal(0);
  });

  it('closes the receiver of a machine that was frozen within 1 s of its waking', async (own) => {
    const { machines } = await open(own);
    const [one, two] = (await machines.shared(2)) as [Machine, Machine];
    one.signal('SIGSTOP');
    await has(two, 'receiver');
    const sessions = [await machines.session(), await machines.session()];
    await pause(1_000);
    one.signal('SIGCONT');
    expect(await ownTime(until('one receiver', () => machines.receivers === 1))).to.be.lessThan(1_000);
    await has(one, 'follower');
    machines.simulator.setSpeed(0);
    for (const machine of [one, two]) {
      await until('the sessions', () => machine.sessions.length >= 2);
      expect([...machine.sessions].sort()).to.deep.equal([...sessions].sort());
      await equal(machines, machine);
    }
  });

  it('misses nothing on a machine that was away for a while', async (own) => {
    const { machines } = await open(own);
    const [one, two] = (await machines.shared(2)) as [Machine, Machine];
    two.signal('SIGSTOP');
    const sessions: string[] = [];
    for (let count = 0; count < 5; count += 1) {
      sessions.push(await machines.session());
      await pause(500);
    }
    two.signal('SIGCONT');
    await until('the sessions', () => two.sessions.length === 5);
    expect(two.sessions).to.deep.equal(sessions);
    await until('the events', () => two.events.length === one.events.length);
    expect(two.events).to.deep.equal(one.events);
    expect(machines.doubledMs(0)).to.equal(0);
  });
});

describe('machines whose Redis is away', function () {
  this.timeout(120_000);
  const it = together(AT_ONCE);

  const each = (all: readonly Machine[], role: Machine['role']) =>
    until(`${role}`, () => all.every((machine) => machine.role === role), 60_000);
  const isShared = (all: readonly Machine[]) => () =>
    all.filter(({ role }) => role === 'receiver').length === 1 &&
    all.filter(({ role }) => role === 'follower').length === all.length - 1;

  const outages = {
    'is killed and comes back empty': {
      begin: (redis: RedisServer) => redis.kill(),
      end: (redis: RedisServer) => redis.restart(),
    },
    'is frozen': {
      begin: (redis: RedisServer) => redis.freeze(),
      end: (redis: RedisServer) => redis.thaw(),
    },
  };
  for (const [what, { begin, end }] of Object.entries(outages)) {
    it(`have a receiver each and say so when it ${what}, and share one again by themselves`, async (own) => {
      const { redis, machines } = await open(own);
      const all = await machines.shared(3);
      expect(machines.doubledMs(0)).to.equal(0);
      await begin(redis);
      await each(all, 'alone');
      await until('three receivers', () => machines.receivers === 3);
      for (const { status } of all) {
        expect(status).to.include({ suspicion: 'second-consumer', via: 'push' });
        expect(status?.text).to.match(/Redis is away/);
      }
      await machines.session();
      await machines.session();
      const endedAt = performance.now();
      await end(redis);
      await until('shared', isShared(all), 60_000);
      await until('one receiver', () => machines.receivers === 1);
      const sharedAt = performance.now();
      await machines.session();
      machines.simulator.setSpeed(0);
      for (const machine of all) {
        await until('the sessions', () => machine.sessions.length >= 3);
        expect([...machine.sessions].sort()).to.deep.equal([...machines.ended].sort());
        expect(machine.status?.suspicion).to.equal(undefined);
        await equal(machines, machine);
      }
      expect(machines.doubledMs(sharedAt)).to.equal(0);
      expect(machines.doubledMs(endedAt)).to.be.lessThan(1_000);
      expect(sharedAt - endedAt).to.be.lessThan(10_000);
    });
  }

  it('have a receiver each where it was never there', async (own) => {
    const { redis, machines } = await open(own);
    await redis.kill();
    const machine = machines.add();
    await each([machine], 'alone');
    expect(machine.status).to.include({ suspicion: 'second-consumer', sharing: 'alone' });
    await redis.restart();
    await each([machine], 'receiver');
    expect(machines.receivers).to.equal(1);
  });
});

describe('a session that all machines report once', function () {
  this.timeout(120_000);
  const it = together(AT_ONCE);
  const live = (machine: Machine) => until('live', () => machine.role !== undefined, 60_000);
  const reported = (all: readonly Machine[]) => all.flatMap(({ sessions }) => sessions).sort();

  it('comes exactly once, over orderly restarts too', async (own) => {
    const { machines } = await open(own);
    const all = await machines.shared(3, { once: true });
    for (let round = 0; round < 3; round += 1) {
      const machine = all[round]!;
      const restarted = machine.stop().then(() => machine.start());
      await machines.session();
      await restarted;
      await machines.session();
      await live(machine);
    }
    await until('the sessions', () => reported(all).length >= 6);
    await pause(2_000);
    expect(reported(all)).to.deep.equal([...machines.ended].sort());
  });

  it('comes at least once, with the same id, when machines are killed', async (own) => {
    const { machines } = await open(own);
    const all = await machines.shared(2, { once: true });
    for (const machine of all) {
      await machines.session();
      await machine.kill();
      machine.start();
      await live(machine);
    }
    await until('the sessions', () => new Set(reported(all)).size === 2, 60_000);
    expect(new Set(reported(all))).to.deep.equal(new Set(machines.ended));
  });

  it('comes on each machine unless it is chosen', async (own) => {
    const { machines } = await open(own);
    const all = await machines.shared(2);
    const session = await machines.session();
    for (const machine of all) await until('the session', () => machine.sessions.includes(session));
  });
});

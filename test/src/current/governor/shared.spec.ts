import { expect } from 'chai';
import { everyPhase } from '../../../../src/current/currents';
import type { OtherLimit, WriteRecord } from '../../../../src/current/governor/events';
import { zaptecError } from '../../../../src/errors/zaptec-error';
import { GovernedWorld, MINUTE } from '../../../support/governed-world';

describe('what a governor learns of another machine', () => {
  let world: GovernedWorld;

  /** A target of 10 A is set, long ago. */
  beforeEach(() => {
    world = new GovernedWorld();
    world.request('solar', 10);
    world.pass(20 * MINUTE);
  });

  const learn = (record: WriteRecord | undefined, limits: OtherLimit[] = [], busyUntil = -Infinity) =>
    world.do({ type: 'shared', limits, record, busyUntil });
  const limitOf = (ampere: number): OtherLimit => ({
    ...{ currents: everyPhase(ampere), lastInputAt: world.now, deadManFired: false },
  });
  /** Another machine has set a target of its own. */
  const written = (ampere: number, over: Partial<WriteRecord> = {}): WriteRecord => {
    world.foreign(everyPhase(ampere));
    const values = { currents: everyPhase(ampere), base: everyPhase(ampere), id: 'other-1', baseId: 'other-1' };
    return { sentAt: world.now, doneAt: world.now, early: [], ...values, ...over };
  };
  const sentSince = (count: number) => world.sent.slice(count).map(({ currents }) => currents.phase1);

  it('is a limit, which is set at once and counts until it is gone', () => {
    learn(undefined, [limitOf(7)]);
    world.pass(MINUTE);
    expect(world.cloud).to.deep.equal(everyPhase(7));
    learn(undefined, []);
    world.pass(20 * MINUTE);
    expect(world.cloud).to.deep.equal(everyPhase(10));
  });

  it('is that it may write, for as long as which nothing is written here', () => {
    const count = world.sent.length;
    learn(undefined, [], world.now + 30_000);
    world.request('fuse', 8, { role: 'limit' });
    world.pass(29_000);
    expect(sentSince(count)).to.deep.equal([]);
    world.pass(MINUTE);
    expect(sentSince(count)).to.deep.equal([8]);
  });

  it('is what it has set, which needs no reading and takes the place of the targets here', () => {
    const [reads, count] = [world.reads, world.sent.length];
    learn(written(16));
    world.pass(MINUTE);
    expect(world.governor.applied).to.deep.equal(everyPhase(16));
    expect(world.reads).to.equal(reads);
    world.pass(30 * MINUTE);
    expect(world.cloud, 'the target of this machine does not come back by itself').to.deep.equal(everyPhase(16));
    expect(sentSince(count)).to.deep.equal([]);
    world.request('solar', 12);
    world.pass(20 * MINUTE);
    expect(world.cloud, 'a new value counts').to.deep.equal(everyPhase(12));
  });

  it('is what it has set below its limits, which leaves the targets here', () => {
    const limited = { ...written(7), base: everyPhase(10), baseId: 'other-1' };
    learn(limited, [limitOf(7)]);
    world.pass(MINUTE);
    learn(undefined, []);
    world.pass(20 * MINUTE);
    expect(world.cloud).to.deep.equal(everyPhase(10));
  });

  it('leaves a target here that is newer than what it has set', () => {
    const record = written(16);
    world.now += 1_000;
    world.request('solar', 9);
    learn(record);
    world.pass(20 * MINUTE);
    expect(world.cloud).to.deep.equal(everyPhase(9));
  });

  it('is that it has written without knowing whether that acted, which a reading shows', () => {
    const reads = world.reads;
    learn(written(16, { doneAt: world.now - 20 * MINUTE }));
    world.pass(2 * MINUTE);
    expect(world.reads).to.be.above(reads);
    expect(world.governor.applied).to.deep.equal(everyPhase(16));
  });

  it('is nothing new where its write is older than the last one here', () => {
    world.request('solar', 12);
    world.pass(MINUTE);
    const known = world.governor.applied;
    const last = world.sent.at(-1)!.at;
    const { reads, record } = world;
    learn({ ...written(16), sentAt: last - 1_000, doneAt: last - 500 });
    expect(world.governor.applied).to.deep.equal(known);
    expect(world.reads).to.equal(reads);
    expect(world.record).to.deep.equal(record);
  });

  it('paces the raises here as well', () => {
    learn(written(8));
    const learntAt = world.now;
    world.pass(MINUTE);
    const count = world.sent.length;
    world.request('solar', 16);
    world.pass(20 * MINUTE);
    const raised = world.sent.slice(count);
    expect(raised.map(({ currents }) => currents.phase1)).to.deep.equal([16]);
    expect(raised[0]!.at - learntAt).to.be.at.least(15 * MINUTE);
  });

  it('leaves a target here that is newer, and has not been written yet', () => {
    world.pause();
    const record = written(16);
    world.now += 1_000;
    world.request('solar', 9);
    learn(record);
    world.resume();
    world.pass(20 * MINUTE);
    expect(world.cloud).to.deep.equal(everyPhase(9));
  });

  it('leaves the targets here where it set no target', () => {
    learn(written(16, { baseId: undefined }));
    world.pass(20 * MINUTE);
    expect(world.cloud).to.deep.equal(everyPhase(10));
  });

  it('is a limit that has changed, so that a refusal is read again at once; the same limit is no news', () => {
    world = new GovernedWorld();
    world.refusal = zaptecError('ROLE_MISSING', 'made up');
    world.request('solar', 8);
    learn(undefined, [limitOf(7)]);
    world.pass(MINUTE);
    const { reads } = world;
    world.pass(MINUTE);
    learn(undefined, [limitOf(7)]);
    expect(world.reads).to.equal(reads);
    learn(undefined, [limitOf(6)]);
    expect(world.reads).to.equal(reads + 1);
  });

  it('is a write on top of which a raise that failed is not the same once more', () => {
    const count = world.sent.length;
    world.fates = ['failed'];
    world.request('solar', 16);
    world.now += 100;
    learn(written(9, { base: everyPhase(16), baseId: undefined }));
    world.pass(14 * MINUTE);
    expect(sentSince(count)).to.deep.equal([16]);
    world.pass(2 * MINUTE);
    expect(sentSince(count)).to.deep.equal([16, 16]);
  });

  it('is older than what was read since: that is read again', () => {
    world.request('solar', 10, { foreign: 'report' });
    const record = written(16);
    world.now += 11 * MINUTE;
    world.foreign(everyPhase(12));
    world.do({ type: 'observed', chargers: [], agrees: false });
    expect(world.governor.applied).to.deep.equal(everyPhase(12));
    const { reads } = world;
    learn(record);
    expect(world.governor.applied).to.deep.equal(everyPhase(12));
    expect(world.reads).to.be.above(reads);
  });

  it('is that a write of which it was not sure has acted: that needs no reading any more', () => {
    world.latency = 5_000;
    const record = written(16, { doneAt: world.now - 20 * MINUTE });
    learn(record);
    expect(world.governor.applied).to.deep.equal(everyPhase(10));
    learn({ ...record, doneAt: record.sentAt });
    expect(world.governor.applied).to.deep.equal(everyPhase(16));
    expect(world.record).to.deep.include({ id: 'other-1', doneAt: record.sentAt });
  });

  it('is no new target where it has only brought a limit about: the targets here that came since are left', () => {
    learn(written(16));
    world.pause();
    world.request('solar', 12);
    world.now += 1_000;
    learn(written(9, { id: 'other-2', base: everyPhase(16), baseId: 'other-1' }));
    world.resume();
    world.pass(20 * MINUTE);
    expect(world.cloud).to.deep.equal(everyPhase(12));
  });
});

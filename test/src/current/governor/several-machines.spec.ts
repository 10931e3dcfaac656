import { expect } from 'chai';
import fc from 'fast-check';
import { everyPhase, isAbove, lowest, PHASES } from '../../../../src/current/currents';
import type { Currents } from '../../../../src/current/types';
import { MINUTE, tooEarly } from '../../../support/governed-world';
import { SharedWorld, type SharedFate } from '../../../support/shared-world';
import { draws } from '../../../support/draws';

const COUNT = 3;
const ampere = fc.integer({ min: 0, max: 300 }).map((tenths) => tenths / 10);
const currents: fc.Arbitrary<Currents> = fc.oneof(
  ampere.map(everyPhase),
  fc.record({ phase1: ampere, phase2: ampere, phase3: ampere }),
);
const machine = fc.integer({ min: 0, max: COUNT - 1 });
const YEAR = 365 * 24 * 60 * MINUTE;
const clockSet = fc.constantFrom(0, 0, 60 * MINUTE, -60 * MINUTE, YEAR, -YEAR);
const LONGEST_DOWN_MS = 5 * MINUTE;
const down = fc.constantFrom(0, 0, 500, 30_000, LONGEST_DOWN_MS);
const fate = fc.constantFrom<SharedFate>('ok', 'rejected', 'failed', 'lost-acted', 'lost-not-acted');

type Step =
  | readonly ['target', number, Currents]
  | readonly ['limit', number, Currents]
  | readonly ['withdraw', number, 'target' | 'limit']
  | readonly ['kill', number, number, number]
  | readonly ['fates', SharedFate[]]
  | readonly ['latency' | 'lagMs', number]
  | readonly ['redis', boolean]
  | readonly ['empty']
  | readonly ['pause']
  | readonly ['resume']
  | readonly ['pass', number];

const is = fc.constant;
const calm: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(is('target' as const), machine, currents) },
  { weight: 4, arbitrary: fc.tuple(is('limit' as const), machine, currents) },
  { weight: 1, arbitrary: fc.tuple(is('withdraw' as const), machine, fc.constantFrom('target' as const, 'limit')) },
  { weight: 1, arbitrary: fc.tuple(is('kill' as const), machine, clockSet, down) },
  { weight: 2, arbitrary: fc.tuple(is('fates' as const), fc.array(fate, { maxLength: 3 })) },
  { weight: 1, arbitrary: fc.tuple(is('latency' as const), fc.constantFrom(0, 800, 5_000)) },
  { weight: 1, arbitrary: fc.tuple(is('lagMs' as const), fc.constantFrom(0, 20_000)) },
  { weight: 1, arbitrary: fc.tuple(is('pause' as const)) },
  { weight: 2, arbitrary: fc.tuple(is('resume' as const)) },
  { weight: 1, arbitrary: fc.tuple(is('empty' as const)) },
  { weight: 6, arbitrary: fc.tuple(is('pass' as const), fc.integer({ min: 0, max: 20 * MINUTE })) },
  { weight: 6, arbitrary: fc.tuple(is('pass' as const), fc.integer({ min: 0, max: 5_000 })) },
);
const story = fc.array(calm, { minLength: 1, maxLength: 25 });
const outage = fc.tuple(is('redis' as const), fc.boolean());
const stormy = fc.array(fc.oneof({ weight: 8, arbitrary: calm }, { weight: 1, arbitrary: outage }), {
  minLength: 1,
  maxLength: 25,
});

function play(steps: readonly Step[]): SharedWorld {
  const world = new SharedWorld(COUNT);
  for (const one of steps) act(world, one);
  return world;
}

/** Ids of nodes are those of the flows, which are the same where one machine stands by for another. */
const nodeOf = (role: 'target' | 'limit') => `node-${role}`;

function act(world: SharedWorld, step: Step): void {
  switch (step[0]) {
    case 'target':
    case 'limit':
      world.request(step[1], nodeOf(step[0]), step[2], { role: step[0] });
      break;
    case 'withdraw':
      world.withdraw(step[1], nodeOf(step[2]));
      break;
    case 'fates':
      world.fates = [...step[1]];
      break;
    case 'latency':
    case 'lagMs':
      world[step[0]] = step[1];
      break;
    case 'pause':
      world.isPaused = true;
      break;
    case 'kill':
      world.kill(step[1], step[2], step[3]);
      break;
    case 'redis':
      world.redis(step[1]);
      break;
    case 'pass':
      world.pass(step[1]);
      break;
    default:
      world[step[0]]();
  }
}

describe('the governor of one machine of several', () => {
  const raises = ({ sent }: SharedWorld) => sent.filter(({ currents: to, before }) => isAbove(to, before));

  it('does not send a raise that failed once more on top of a write of another machine', () => {
    const world = new SharedWorld(2);
    world.request(0, nodeOf('target'), everyPhase(8));
    world.pass(16 * MINUTE);
    world.fates = ['failed'];
    world.request(0, nodeOf('target'), everyPhase(20));
    world.pass(100);
    world.request(1, nodeOf('limit'), everyPhase(6), { role: 'limit' });
    world.pass(5_000);
    const { at: lowered, currents: low } = world.sent.at(-1)!;
    expect(low).to.deep.equal(everyPhase(6));
    world.request(1, nodeOf('limit'), everyPhase(25), { role: 'limit' });
    world.pass(20 * MINUTE);
    expect(raises(world).map(({ at, currents: to }) => [at >= lowered + 15 * MINUTE, to.phase1])).to.deep.equal([
      [false, 20],
      [true, 20],
    ]);
    expect(raises(world)[0]?.acted).to.equal(false);
  });

  it('does not take an old answer of the cloud, right after it was started again, for what is set', () => {
    const world = new SharedWorld(1);
    world.lagMs = 20_000;
    world.request(0, nodeOf('target'), everyPhase(0));
    world.pass(1_000);
    world.kill(0);
    world.request(0, nodeOf('target'), everyPhase(10));
    world.pass(10 * MINUTE);
    expect(raises(world)).to.deep.equal([]);
    world.pass(10 * MINUTE);
    expect(world.cloud).to.deep.equal(everyPhase(10));
  });

  it('lowers only after the cooldown of a write that left late, of a machine that was killed before its answer', () => {
    const world = new SharedWorld(2);
    world.isPaused = true;
    world.request(0, nodeOf('limit'), everyPhase(12), { role: 'limit' });
    world.pass(40_000);
    world.latency = 5_000;
    world.resume();
    world.pass(100);
    expect(world.sent).to.have.length(1);
    world.kill(0);
    world.latency = 0;
    world.request(1, nodeOf('limit'), everyPhase(8), { role: 'limit' });
    world.pass(2 * MINUTE);
    const [first, second] = world.sent;
    expect(second!.currents).to.deep.equal(everyPhase(8));
    expect(second!.at - first!.at).to.be.within(MINUTE, MINUTE + 7_000);
  });

  it('lowers only after the cooldown of a write that acted, of a machine that was killed when its answer was lost', () => {
    const world = new SharedWorld(2);
    world.fates = ['lost-acted'];
    world.request(0, nodeOf('limit'), everyPhase(12), { role: 'limit' });
    world.pass(100);
    world.kill(0);
    world.request(1, nodeOf('limit'), everyPhase(8), { role: 'limit' });
    world.pass(2 * MINUTE);
    const [first, second] = world.sent;
    expect(second!.at - first!.at).to.be.within(MINUTE, MINUTE + 2_000);
  });

  it('lowers only after the cooldown of a write that acted, where one of the same before it was lost', () => {
    const world = new SharedWorld(2);
    world.request(1, nodeOf('limit'), everyPhase(12), { role: 'limit' });
    world.pass(10_000);
    world.fates = ['lost-not-acted', 'lost-acted'];
    world.request(0, nodeOf('target'), everyPhase(9));
    world.pass(51_000);
    expect(world.sent.map(({ acted, currents: { phase1 } }) => [acted, phase1])).to.deep.equal([
      [true, 12],
      [false, 9],
      [true, 9],
    ]);
    world.request(0, nodeOf('limit'), everyPhase(8), { role: 'limit' });
    world.pass(2 * MINUTE);
    const [, , acted, next] = world.sent;
    expect(next!.at - acted!.at).to.be.within(MINUTE, MINUTE + 2_000);
  });

  it('does not take an old answer of the cloud, from while Redis was away, for what is set', () => {
    const world = new SharedWorld(2);
    world.lagMs = 20_000;
    world.pass(1_000);
    world.redis(false);
    world.request(0, nodeOf('target'), everyPhase(0));
    world.pass(1_000);
    world.request(1, nodeOf('target'), everyPhase(25));
    world.pass(1_000);
    expect(world.machines[1]!.governor.applied).to.deep.equal(everyPhase(25));
    world.redis(true);
    world.pass(5_000);
    world.request(1, nodeOf('limit'), everyPhase(0.1), { role: 'limit' });
    world.pass(10 * MINUTE);
    expect(raises(world)).to.deep.equal([]);
  });

  it('reads before it lowers, where the answer to a lowering of another machine was lost a moment ago', () => {
    const world = new SharedWorld(2);
    world.pass(0);
    world.fates = ['rejected', 'lost-acted'];
    world.request(0, nodeOf('target'), { phase1: 8, phase2: 10, phase3: 8 });
    world.request(1, nodeOf('limit'), { phase1: 8, phase2: 8, phase3: 10 }, { role: 'limit' });
    world.pass(2 * MINUTE);
    const [, acted, next] = world.sent;
    expect(acted).to.deep.include({ acted: true, currents: { phase1: 8, phase2: 8, phase3: 10 } });
    expect(next!.currents).to.deep.equal(everyPhase(8));
    expect(next!.at - acted!.at).to.be.within(MINUTE, MINUTE + 2_000);
  });
});

describe('a machine that is started again with a clock that was set', () => {
  for (const clockSetMs of [60 * MINUTE, -60 * MINUTE]) {
    it(`lowers only after the cooldown of its write of before, set by ${clockSetMs} ms`, () => {
      const world = new SharedWorld(2);
      world.request(0, nodeOf('limit'), everyPhase(12), { role: 'limit' });
      world.pass(5_000);
      world.kill(0, clockSetMs);
      world.request(0, nodeOf('limit'), everyPhase(8), { role: 'limit' });
      world.pass(2 * MINUTE);
      const [first, second] = world.sent;
      expect(second!.at - first!.at).to.be.within(MINUTE, MINUTE + 8_000);
    });

    it(`raises only after the interval of its write of before, set by ${clockSetMs} ms`, () => {
      const world = new SharedWorld(2);
      world.request(0, nodeOf('target'), everyPhase(10));
      world.pass(5_000);
      world.kill(0, clockSetMs);
      world.request(0, nodeOf('target'), everyPhase(16));
      world.pass(20 * MINUTE);
      const [first, second] = world.sent;
      expect(second!.at - first!.at).to.be.within(15 * MINUTE, 15 * MINUTE + 8_000);
    });
  }

  it('does not take an old answer of the cloud for what is set, where the clock was set forward', () => {
    const world = new SharedWorld(1);
    world.lagMs = 20_000;
    world.request(0, nodeOf('target'), everyPhase(0));
    world.kill(0, 60 * MINUTE);
    world.request(0, nodeOf('limit'), everyPhase(0.1), { role: 'limit' });
    world.pass(10 * MINUTE);
    expect(tooEarly(world.sent, 'before')).to.deep.equal([]);
  });

  it('does not take its write of before for newer than that of another machine, where the clock was set back', () => {
    const world = new SharedWorld(2);
    world.request(0, nodeOf('limit'), { phase1: 0, phase2: 0.2, phase3: 0 }, { role: 'limit' });
    world.pass(MINUTE);
    world.kill(1, -60 * MINUTE);
    world.request(0, nodeOf('target'), everyPhase(0));
    world.request(1, nodeOf('limit'), { phase1: 0, phase2: 0.1, phase3: 0 }, { role: 'limit' });
    world.pass(10 * MINUTE);
    expect(world.sent).to.have.length.of.at.least(2);
    expect(tooEarly(world.sent, 'before')).to.deep.equal([]);
  });

  it('neither takes its write of before for what is set nor lets it replace a target, where the clock was set back', () => {
    const world = new SharedWorld(2);
    world.request(0, nodeOf('target'), everyPhase(20));
    world.pass(16 * MINUTE);
    world.kill(1, -60 * MINUTE, 5 * MINUTE);
    world.request(0, nodeOf('limit'), everyPhase(14), { role: 'limit' });
    world.request(0, nodeOf('target'), everyPhase(18));
    world.pass(6 * MINUTE);
    expect(world.machines[0]!.governor.applied).to.deep.equal(everyPhase(14));
    world.withdraw(0, nodeOf('limit'));
    world.pass(40 * MINUTE);
    expect(world.cloud).to.deep.equal(everyPhase(18));
  });
});

describe('the governors of several machines, whatever happens', function () {
  this.timeout(60_000);

  it('never raise within the interval of any write of any', () => {
    fc.assert(
      fc.property(story, (steps) => {
        const early = tooEarly(play(steps).sent, 'before');
        // In the second after Redis was emptied a machine lowers by what it knows, as while Redis is away.
        expect(
          early.filter(({ isUninformed, ...one }) => !isUninformed || isAbove(one.currents, one.known)),
        ).to.deep.equal([]);
      }),
      { numRuns: draws(150) },
    );
  });

  it('never lower within the cooldown of a write of any that acted', () => {
    // Which of two writes acted is unknown for as long as the cloud answers with what was set before, and in the second
    // after Redis was emptied.
    const isKnown = ([kind]: Step) => kind !== 'empty' && kind !== 'lagMs';
    const soon = fc.tuple(is('pass' as const), fc.integer({ min: 0, max: MINUTE }));
    const steps = fc.array(fc.oneof({ weight: 3, arbitrary: calm }, { weight: 1, arbitrary: soon }), { maxLength: 25 });
    fc.assert(
      fc.property(steps, (all) => {
        const { sent } = play(all.filter(isKnown));
        const tooSoon = sent.filter(({ at, currents: to, before }, index) => {
          const last = sent.slice(0, index).findLast(({ acted }) => acted);
          return last !== undefined && isAbove(before, to) && at - last.at < MINUTE;
        });
        expect(tooSoon).to.deep.equal([]);
      }),
      { numRuns: draws(300) },
    );
  });

  it('never send more than a live limit of any allows, be its machine gone', () => {
    fc.assert(
      fc.property(story, (steps) => {
        for (const { currents: sent, limit } of play(steps).sent) expect(isAbove(sent, limit)).to.equal(false);
      }),
      { numRuns: draws(150) },
    );
  });

  it('never raise within the interval of a write of their own while Redis comes and goes', () => {
    fc.assert(
      fc.property(stormy, (steps) => {
        const { sent } = play(steps);
        for (let index = 0; index < COUNT; index += 1) {
          const own = sent.filter((one) => one.machine === index);
          expect(tooEarly(own, 'known')).to.deep.equal([]);
        }
      }),
      { numRuns: draws(150) },
    );
  });

  it('come to rest below all limits, with the last target', () => {
    fc.assert(
      fc.property(stormy, machine, currents, currents, (steps, last, target, limit) => {
        const world = play(steps);
        world.fates = [];
        world.latency = 0;
        world.lagMs = 0;
        world.redis(true);
        world.resume();
        world.pass(LONGEST_DOWN_MS + 3 * MINUTE);
        for (let index = 0; index < COUNT; index += 1) world.withdraw(index, nodeOf('target'));
        world.request((last + 1) % COUNT, nodeOf('limit'), limit, { role: 'limit', deadBandA: 0 });
        world.request(last, nodeOf('target'), target, { deadBandA: 0 });
        world.pass(90 * MINUTE);
        const wanted = lowest(target, world.limit, everyPhase(25));
        const { cloud } = world;
        expect(isAbove(cloud, world.limit)).to.equal(false);
        // Below 6 A nothing flows, whatever the number.
        const isMet = PHASES.every((phase) =>
          wanted[phase] > 0 && wanted[phase] < 6 ? cloud[phase] < 6 : Math.abs(cloud[phase] - wanted[phase]) < 0.06,
        );
        expect(isMet, `${JSON.stringify(cloud)} for ${JSON.stringify(wanted)}`).to.equal(true);
        const count = world.sent.length;
        world.pass(40 * MINUTE);
        expect(world.sent.length).to.equal(count);
      }),
      { numRuns: 30 },
    );
  });
});

import { expect } from 'chai';
import fc from 'fast-check';
import { everyPhase, isAbove, lowest, PHASES, roundedDown } from '../../../../src/current/currents';
import type { CombineRule, Currents, ForeignPolicy } from '../../../../src/current/types';
import { GovernedWorld, MAX, MINUTE, tooEarly, type Fate } from '../../../support/governed-world';
import { draws } from '../../../support/draws';

const ampere = fc.integer({ min: 0, max: 400 }).map((tenths) => tenths / 10);
const currents: fc.Arbitrary<Currents> = fc.oneof(
  ampere.map(everyPhase),
  fc.record({ phase1: ampere, phase2: ampere, phase3: ampere }),
);
const target = fc.constantFrom('solar', 'price');
const limit = fc.constantFrom('fuse', 'tariff');
const foreign = fc.constantFrom<ForeignPolicy>('report', 'reassert', 'yield');
// Most nodes agree, and some do not.
const rule = fc.constantFrom<CombineRule>('newest', 'newest', 'lowest', 'lowest', 'highest', 'priority');
const fate = fc.constantFrom<Fate>(
  'ok',
  'rejected',
  'failed',
  'lost-acted',
  'lost-not-acted',
  'refused',
  'acts-late',
  'acts-twice',
);

/** One thing that happens; a tuple, so that a counterexample can be read. */
type Step =
  | readonly ['target', string, Currents, ForeignPolicy, CombineRule]
  | readonly ['limit', string, Currents]
  | readonly ['withdraw', string]
  | readonly ['fates', Fate[]]
  | readonly ['unread', number]
  | readonly ['foreign', Currents]
  | readonly ['one-off', Currents | undefined]
  | readonly ['restart']
  | readonly ['clock', number]
  | readonly ['latency', number]
  | readonly ['readingAgeMs', number]
  | readonly ['pause']
  | readonly ['resume']
  | readonly ['pass', number];

const is = fc.constant;
/** The cloud keeps the state of a charger for so long (docs/zaptec-api.md, "Charger state"). */
const KEPT_MS = 15_000;
const HOUR = 60 * MINUTE;
/** The wall clock is set, or leaps because the computer has slept, ms. */
const clockStep = fc.constantFrom(
  -365 * 24 * HOUR,
  -24 * HOUR,
  -HOUR,
  -90_000,
  90_000,
  HOUR,
  24 * HOUR,
  365 * 24 * HOUR,
);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(is('target' as const), target, currents, foreign, rule) },
  { weight: 4, arbitrary: fc.tuple(is('limit' as const), limit, currents) },
  { weight: 1, arbitrary: fc.tuple(is('withdraw' as const), fc.oneof(target, limit)) },
  { weight: 3, arbitrary: fc.tuple(is('fates' as const), fc.array(fate, { maxLength: 4 })) },
  { weight: 1, arbitrary: fc.tuple(is('unread' as const), fc.integer({ min: 0, max: 3 })) },
  { weight: 2, arbitrary: fc.tuple(is('foreign' as const), currents) },
  { weight: 2, arbitrary: fc.tuple(is('one-off' as const), fc.option(currents, { nil: undefined })) },
  { weight: 1, arbitrary: fc.tuple(is('restart' as const)) },
  { weight: 3, arbitrary: fc.tuple(is('clock' as const), clockStep) },
  { weight: 1, arbitrary: fc.tuple(is('latency' as const), fc.constantFrom(0, 800, 5_000)) },
  { weight: 1, arbitrary: fc.tuple(is('readingAgeMs' as const), fc.constantFrom(0, KEPT_MS)) },
  { weight: 3, arbitrary: fc.tuple(is('pause' as const)) },
  { weight: 4, arbitrary: fc.tuple(is('resume' as const)) },
  { weight: 8, arbitrary: fc.tuple(is('pass' as const), fc.integer({ min: 0, max: 20 * MINUTE })) },
  { weight: 4, arbitrary: fc.tuple(is('pass' as const), fc.integer({ min: 0, max: 5_000 })) },
);
const story = fc.array(step, { minLength: 1, maxLength: 40 });

function play(steps: readonly Step[]): GovernedWorld {
  const world = new GovernedWorld();
  for (const one of steps) act(world, one);
  return world;
}

function act(world: GovernedWorld, [what, ...how]: Step): void {
  const [first, second, third, fourth] = how as [never, never, never, never];
  if (what === 'target') world.request(first, second, { foreign: third, combine: fourth });
  else if (what === 'limit') world.request(first, second, { role: 'limit' });
  else if (what === 'fates') world.fates = [...(first as Fate[])];
  else if (what === 'unread' || what === 'latency' || what === 'readingAgeMs') world[what] = first;
  else if (what === 'one-off') world.writeOnce(first);
  else if (what === 'clock') world.setWallClock(first);
  else if (what === 'restart' || what === 'pause' || what === 'resume') world[what]();
  else world[what](first);
}

/** Below 6 A nothing flows, whatever the number; a requested 0 is 0, and no limit is exceeded. */
const isPauseEitherWay = (cloud: Currents, desired: Currents, bound: Currents): boolean =>
  PHASES.every(
    (phase) =>
      cloud[phase] === desired[phase] ||
      (Math.max(cloud[phase], desired[phase]) < 6 && desired[phase] > 0 && cloud[phase] <= bound[phase]),
  );

describe('the governor, whatever happens', () => {
  it('never raises within the interval of any write', () => {
    fc.assert(
      fc.property(story, (steps) => {
        expect(tooEarly(play(steps).sent, 'known')).to.deep.equal([]);
        // A foreign change of a moment ago cannot be known; without one, the known current is the true one.
        const alone = steps.filter(([what]) => what !== 'foreign');
        expect(tooEarly(play(alone).sent, 'before')).to.deep.equal([]);
      }),
      { numRuns: draws(250) },
    );
  });

  it('never sends a value outside 0 to the maximum, nor one that is no multiple of 0.1 A', () => {
    fc.assert(
      fc.property(story, (steps) => {
        for (const { currents: sent, before } of play(steps).sent) {
          for (const phase of PHASES) {
            expect(sent[phase]).to.be.within(0, MAX);
            if (sent[phase] !== before[phase]) expect(sent[phase]).to.be.closeTo(roundedDown(sent)[phase], 1e-9);
          }
        }
      }),
      { numRuns: draws(150) },
    );
  });

  it('never sends more than a live limit allows', () => {
    fc.assert(
      fc.property(story, (steps) => {
        for (const { currents: sent, limit: bound } of play(steps).sent) expect(isAbove(sent, bound)).to.equal(false);
      }),
      { numRuns: draws(150) },
    );
  });

  it('reads no faster than a failure or the cloud allows, however often what it knows is in doubt', () => {
    fc.assert(
      fc.property(story, (steps) => {
        const world = new GovernedWorld();
        world.readingAgeMs = KEPT_MS;
        // A target that changes all the time asks for no reading of its own; a single write does.
        for (const one of steps.filter(([what]) => what !== 'one-off' && what !== 'restart')) act(world, one);
        const before = world.reads;
        world.pass(10 * MINUTE);
        expect(world.reads - before).to.be.at.most(12);
      }),
      { numRuns: draws(150) },
    );
  });

  it('lets no target overtake a limit that was just deployed, in any order and interleaved', () => {
    const requests = fc.array(fc.tuple(fc.constantFrom('solar', 'fuse'), fc.integer({ min: 0, max: 5 * MINUTE })), {
      maxLength: 30,
    });
    const firstRequestMs = fc.integer({ min: 0, max: 9_999 });
    fc.assert(
      fc.property(
        requests,
        firstRequestMs,
        firstRequestMs,
        fc.constantFrom(0, 800, 5_000),
        (later, solarMs, fuseMs, latency) => {
          const world = new GovernedWorld();
          world.latency = latency;
          const request = (by: string) =>
            by === 'fuse'
              ? world.request('fuse', 6, { role: 'limit' })
              : world.request('solar', 16, { role: 'target' });
          world.arm('fuse', { role: 'limit' });
          world.arm('solar');
          const first = [
            { by: 'solar', at: solarMs },
            { by: 'fuse', at: fuseMs },
          ].sort((a, b) => a.at - b.at);
          let at = 0;
          for (const next of first) {
            world.pass(next.at - at);
            at = next.at;
            request(next.by);
          }
          for (const [by, ms] of later) {
            world.pass(ms);
            request(by);
          }
          world.pass(40 * MINUTE);
          expect(world.sent.map(({ currents: sent }) => sent)).to.deep.equal([everyPhase(6)]);
        },
      ),
      { numRuns: draws(100) },
    );
  });

  it('applies the last requests in the end, to within the dead band or what flows, and then rests', () => {
    fc.assert(
      fc.property(story, currents, currents, (steps, last, bound) => {
        const world = play(steps);
        world.fates = [];
        world.unread = 0;
        world.resume();
        world.withdraw('price');
        world.withdraw('tariff');
        world.withdraw('solar');
        world.request('fuse', bound, { role: 'limit' });
        world.request('solar', last);
        world.pass(61 * MINUTE);
        const desired = lowest(roundedDown(last), bound, everyPhase(MAX));
        if (!isPauseEitherWay(world.cloud, desired, bound)) {
          for (const phase of PHASES)
            expect(world.cloud[phase]).to.be.within(
              desired[phase] - 0.51,
              Math.min(desired[phase] + 0.51, bound[phase] + 0.001),
            );
        }
        const writes = world.sent.length;
        for (let i = 0; i < 60; i += 1) {
          world.request('solar', last);
          world.request('fuse', bound, { role: 'limit' });
          world.pass(1_000);
        }
        expect(world.sent).to.have.length(writes);
      }),
      { numRuns: draws(120) },
    );
  });

  it('answers every request with exactly one decision', () => {
    fc.assert(
      fc.property(story, (steps) => {
        const world = play(steps.filter(([what]) => what !== 'restart'));
        world.fates = [];
        world.unread = 0;
        world.resume();
        world.pass(2 * 60 * MINUTE);
        const answered = world.reports.flatMap(({ callers }) => callers);
        expect(new Set(answered).size).to.equal(answered.length);
      }),
      { numRuns: draws(100) },
    );
  });
});

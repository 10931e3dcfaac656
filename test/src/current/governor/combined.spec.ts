import { expect } from 'chai';
import fc from 'fast-check';
import { everyPhase, PHASES, perPhase, roundedDown } from '../../../../src/current/currents';
import type { CombineRule, Currents, CurrentRequest } from '../../../../src/current/types';
import { GovernedWorld, MAX, MINUTE } from '../../../support/governed-world';
import { draws } from '../../../support/draws';

const of = (combine: CombineRule, over: Partial<CurrentRequest> = {}): Partial<CurrentRequest> => ({
  combine,
  name: 'Sun',
  deadBandA: 0,
  ...over,
});
const cheap = (combine: CombineRule, over: Partial<CurrentRequest> = {}) =>
  of(combine, { name: 'Cheap hours', ...over });

describe('targets of several nodes', () => {
  let world: GovernedWorld;

  beforeEach(() => {
    world = new GovernedWorld();
  });

  const both = (sun: number, price: number, rule: CombineRule, over: object = {}) => {
    world.request('price', price, cheap(rule, over));
    world.request('sun', sun, of(rule, over));
    world.pass(16 * MINUTE);
  };
  const last = (by: string) => world.last(by);
  const release = (by: string) => {
    world.withdraw(by);
    world.do({ type: 'release', by });
  };

  for (const [rule, sun, price, expected] of [
    ['newest', 16, 10, 16],
    ['newest', 10, 16, 10],
    ['highest', 10, 16, 16],
    ['highest', 16, 10, 16],
    ['lowest', 10, 16, 10],
    ['lowest', 16, 10, 10],
    ['lowest', 16, 0, 0],
  ] as const) {
    it(`are combined: the ${rule} of ${sun} A and ${price} A that came before is ${expected} A`, () => {
      both(sun, price, rule);
      expect(world.cloud).to.deep.equal(everyPhase(expected));
    });
  }

  it('count by priority, whichever is newer and higher', () => {
    world.request('price', 10, cheap('priority', { priority: 2 }));
    world.request('sun', 16, of('priority', { priority: 1 }));
    world.pass(16 * MINUTE);
    expect(world.cloud).to.deep.equal(everyPhase(10));
    expect(last('sun')).to.deep.include({
      decision: 'outranked',
      counting: { by: 'Cheap hours', currents: everyPhase(10), rule: 'priority' },
      reason: '10 A by Cheap hours counts, the target of the highest priority',
    });
  });

  it('of the same priority count by age, and one without a priority has 0', () => {
    world.request('price', 10, cheap('priority', { priority: 0 }));
    world.request('sun', 16, of('priority'));
    world.pass(16 * MINUTE);
    expect(world.cloud).to.deep.equal(everyPhase(16));
    expect(last('price')).to.deep.include({ decision: 'outranked' });
  });

  it('are the lowest where the nodes disagree, in whatever order they came', () => {
    for (const rules of [
      ['newest', 'highest'],
      ['priority', 'newest'],
      ['highest', 'priority'],
    ] as const) {
      for (const [first, second] of [rules, [...rules].reverse() as [CombineRule, CombineRule]] as const) {
        const other = new GovernedWorld();
        other.request('price', 10, cheap(first, { priority: 0 }));
        other.request('sun', 16, of(second, { priority: 9 }));
        other.pass(16 * MINUTE);
        expect(other.cloud, `${first} and ${second}`).to.deep.equal(everyPhase(10));
        expect(other.last('sun')?.counting?.rule).to.equal('lowest');
      }
    }
  });

  it('are combined on each phase, and a node whose value counts on one of them hears of the other', () => {
    const [sun, price] = [
      { phase1: 10, phase2: 16, phase3: 16 },
      { phase1: 16, phase2: 8, phase3: 16 },
    ];
    world.request('price', price, cheap('lowest'));
    world.request('sun', sun, of('lowest'));
    world.pass(16 * MINUTE);
    expect(world.cloud).to.deep.equal({ phase1: 10, phase2: 8, phase3: 16 });
    expect(last('sun')?.decision).to.match(/^(applied|unchanged|lowered-early)$/);
    expect(last('sun')?.reason).to.equal('10/8/16 A by Cheap hours counts, the lowest target');
  });

  it('answer at once, and hear again when the target of another node counts, not when its value changes', () => {
    both(16, 10, 'lowest');
    expect(world.decisions('sun')).to.deep.equal(['outranked']);
    world.request('price', 9, cheap('lowest'));
    world.pass(2 * MINUTE);
    expect(world.decisions('sun')).to.deep.equal(['outranked']);
    expect(world.shown.at(-1)).to.deep.include({ by: 'sun', decision: 'outranked' });
    expect(world.shown.at(-1)?.counting?.currents).to.deep.equal(everyPhase(9));
    world.request('price', 20, cheap('lowest'));
    world.pass(16 * MINUTE);
    expect(world.cloud).to.deep.equal(everyPhase(16));
    expect(world.decisions('sun').slice(1)).to.deep.equal(['deferred', 'applied']);
    expect(last('price')?.decision).to.equal('outranked');
  });

  it('change hands in silence where the newest counts, as before: the status alone says so', () => {
    both(16, 10, 'newest');
    world.request('price', 12, cheap('newest'));
    world.pass(16 * MINUTE);
    expect(world.decisions('sun')).to.not.include('outranked');
    expect(world.shown.at(-1)).to.deep.include({ by: 'sun', statusOnly: true });
    expect(world.shown.at(-1)?.counting).to.deep.include({ by: 'Cheap hours', currents: everyPhase(12) });
  });

  it('stay below every limit', () => {
    world.request('fuse', 8, { role: 'limit' });
    both(16, 10, 'highest');
    expect(world.cloud).to.deep.equal(everyPhase(8));
    expect(world.decisions('sun')).to.include('capped');
    expect(last('price')?.decision).to.equal('outranked');
  });

  it('go on without the one that is withdrawn, and give back what was before with the last alone', () => {
    both(0, 16, 'lowest', { restores: true });
    release('sun');
    world.pass(16 * MINUTE);
    expect(world.cloud).to.deep.equal(everyPhase(16));
    expect(last('price')?.decision).to.equal('applied');
    release('price');
    world.pass(16 * MINUTE);
    expect(world.cloud).to.deep.equal(everyPhase(MAX));
  });

  it('leave what they were together where the last one keeps its value, and the limits say whose it was', () => {
    world.request('fuse', 20, { role: 'limit' });
    both(0, 16, 'lowest');
    world.withdraw('price');
    release('sun');
    world.pass(40 * MINUTE);
    expect(world.cloud).to.deep.equal(everyPhase(0));
    expect(last('fuse')?.leftBy).to.equal('Sun');
  });

  it('are combined still when the dead man of one fires: its safe value is a limit, its target as before', () => {
    world.request('sun', 20, of('highest', { deadMan: { afterMs: 30 * MINUTE, safeA: 6 } }));
    world.request('price', 10, cheap('highest'));
    world.pass(31 * MINUTE);
    expect(world.cloud).to.deep.equal(everyPhase(6));
    world.request('sun', 8, of('highest', { deadMan: { afterMs: 30 * MINUTE, safeA: 6 } }));
    world.pass(16 * MINUTE);
    expect(world.cloud).to.deep.equal(everyPhase(10));
  });

  it('wait after a restart for each other, so that the first of them costs no raise of the second', () => {
    world.arm('sun', of('highest'));
    world.arm('price', cheap('highest'));
    world.pass(500);
    world.request('sun', 6, of('highest'));
    expect(last('sun')).to.deep.include({ decision: 'deferred' });
    expect(last('sun')?.reason).to.match(/has no value yet/);
    world.pass(2_000);
    world.request('price', 16, cheap('highest'));
    world.pass(MINUTE);
    expect(world.sent.map(({ currents }) => currents)).to.deep.equal([everyPhase(16)]);
  });

  it('wait for a node that never sends for ten seconds, and for none where the newest counts', () => {
    world.arm('price', cheap('lowest'));
    world.request('sun', 8, of('lowest'));
    world.pass(9_000);
    expect(world.sent).to.deep.equal([]);
    world.pass(2_000);
    expect(world.cloud).to.deep.equal(everyPhase(8));
    const other = new GovernedWorld();
    other.arm('price', cheap('newest'));
    other.request('sun', 8, of('newest'));
    expect(other.cloud).to.deep.equal(everyPhase(8));
  });

  it('follow a deploy that changes how they are combined', () => {
    both(16, 10, 'lowest');
    world.arm('price', { ...cheap('highest') });
    world.arm('sun', { ...of('highest') });
    world.pass(16 * MINUTE);
    expect(world.cloud).to.deep.equal(everyPhase(16));
    expect(last('price')?.decision).to.equal('outranked');
  });

  it('pause together for somebody else’s value, and count again together with the next value of one', () => {
    both(16, 8, 'lowest', { foreign: 'report' });
    world.pass(61 * MINUTE);
    world.foreign(everyPhase(20));
    world.pass(61 * MINUTE);
    expect(world.cloud).to.deep.equal(everyPhase(20));
    world.request('sun', 17, of('lowest', { foreign: 'report' }));
    world.pass(16 * MINUTE);
    expect(world.cloud).to.deep.equal(everyPhase(8));
  });

  it('give way to somebody else’s value as each node says', () => {
    world.request('price', 8, cheap('lowest', { foreign: 'yield' }));
    world.request('sun', 16, of('lowest', { foreign: 'reassert' }));
    world.pass(61 * MINUTE);
    world.foreign(everyPhase(20));
    world.pass(61 * MINUTE);
    expect(world.cloud).to.deep.equal(everyPhase(16));
    world.request('sun', 15, of('lowest', { foreign: 'reassert' }));
    world.pass(16 * MINUTE);
    expect(world.cloud).to.deep.equal(everyPhase(15));
  });

  it('pause for a single write until the next value of one', () => {
    both(16, 8, 'lowest');
    world.writeOnce(everyPhase(20));
    world.pass(30 * MINUTE);
    expect(world.cloud).to.deep.equal(everyPhase(20));
    world.request('sun', 16, of('lowest'));
    world.pass(16 * MINUTE);
    expect(world.cloud).to.deep.equal(everyPhase(8));
  });

  it('answer a refusal once each, and those that do not count hear what does', () => {
    world.fates = ['refused'];
    world.request('price', 10, cheap('lowest'));
    world.request('sun', 16, of('lowest'));
    expect(last('price')?.decision).to.equal('refused');
    expect(last('sun')?.decision).to.equal('outranked');
  });
});

describe('targets of several nodes, whatever they are', () => {
  const ampere = fc.integer({ min: 0, max: 400 }).map((tenths) => tenths / 10);
  const currents: fc.Arbitrary<Currents> = fc.oneof(
    ampere.map(everyPhase),
    fc.record({ phase1: ampere, phase2: ampere, phase3: ampere }),
  );
  const rule = fc.constantFrom<CombineRule>('newest', 'highest', 'lowest', 'priority');
  const request = fc.record({
    by: fc.constantFrom('sun', 'price', 'battery'),
    currents,
    combine: rule,
    priority: fc.integer({ min: -2, max: 2 }),
    waitMs: fc.integer({ min: 0, max: 5 * MINUTE }),
  });
  type One = typeof request extends fc.Arbitrary<infer T> ? T : never;
  const requests = fc.array(request, { minLength: 1, maxLength: 20 });
  const agreed = (steps: One[], combine: CombineRule) => steps.map((step) => ({ ...step, combine }));

  /** What should count, said once more and otherwise. */
  function expected(steps: readonly One[]): Currents {
    const live = [...new Map(steps.map((step, serial) => [step.by, { ...step, serial }])).values()];
    const rules = new Set(live.map(({ combine }) => combine));
    const most = (phase: keyof Currents) => Math.max(...live.map((one) => one.currents[phase]));
    const least = (phase: keyof Currents) => Math.min(...live.map((one) => one.currents[phase]));
    if (rules.size > 1 || rules.has('lowest')) return perPhase(least);
    if (rules.has('highest')) return perPhase(most);
    live.sort((a, b) => (rules.has('priority') ? b.priority - a.priority : 0) || b.serial - a.serial);
    return live[0]!.currents;
  }

  function play(steps: readonly One[], bound: Currents): GovernedWorld {
    const world = new GovernedWorld();
    world.request('fuse', bound, { role: 'limit', deadBandA: 0 });
    for (const { by, currents: value, combine, priority, waitMs } of steps) {
      world.request(by, value, { combine, priority, deadBandA: 0 });
      world.pass(waitMs);
    }
    return world;
  }

  const expectSet = (world: GovernedWorld, wanted: Currents, bound: Currents) => {
    world.pass(61 * MINUTE);
    for (const phase of PHASES) {
      const desired = roundedDown(perPhase(() => Math.min(wanted[phase], bound[phase], MAX)))[phase];
      const isPauseEitherWay = Math.max(world.cloud[phase], desired) < 6 && desired > 0;
      if (!isPauseEitherWay) expect(world.cloud[phase]).to.be.closeTo(desired, 0.051);
      expect(world.cloud[phase]).to.be.at.most(bound[phase] + 0.001);
    }
  };

  for (const combine of ['newest', 'highest', 'lowest', 'priority'] as const) {
    it(`become what the rule ${combine} says, below every limit`, () => {
      fc.assert(
        fc.property(requests, currents, (steps, bound) => {
          const all = agreed(steps, combine);
          expectSet(play(all, bound), expected(all), bound);
        }),
        { numRuns: draws(60) },
      );
    });
  }

  it('become the lowest where their rules differ', () => {
    fc.assert(
      fc.property(requests, currents, (steps, bound) => {
        expectSet(play(steps, bound), expected(steps), bound);
      }),
      { numRuns: draws(100) },
    );
  });

  it('get one answer for each value, and those that do not count say which does', () => {
    fc.assert(
      fc.property(requests, rule, (steps, combine) => {
        const all = agreed(steps, combine);
        const world = play(all, everyPhase(32));
        world.pass(61 * MINUTE);
        const answered = world.reports.flatMap(({ callers }) => callers);
        expect(new Set(answered).size).to.equal(answered.length);
        expect(answered).to.have.length(all.length + 1);
        const wanted = expected(all);
        const outranked = world.told.filter(({ decision }) => decision === 'outranked');
        for (const { counting, by } of outranked) expect(counting?.by).to.not.contain(by);
        for (const by of new Set(all.map((one) => one.by))) {
          const own = all.filter((one) => one.by === by).at(-1)!.currents;
          const isAway = PHASES.every((phase) => Math.abs(own[phase] - wanted[phase]) > 0.1);
          const newest = world.told.findLast((one) => one.by === by);
          if (isAway) expect(newest?.counting?.currents, by).to.deep.equal(roundedDown(wanted));
        }
      }),
      { numRuns: draws(100) },
    );
  });
});

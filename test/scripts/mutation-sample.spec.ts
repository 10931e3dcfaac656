import { expect } from 'chai';
import { draw, missesGoal, scoreOf, wilson } from '../../scripts/mutation/sample';

const ids = (count: number) => Array.from({ length: count }, (_, index) => String(index));

describe('a sample of mutants', () => {
  it('has the wanted size, and no more than there are', () => {
    expect(draw(ids(1_000), 150, '1').size).to.equal(150);
    expect([...draw(ids(3), 150, '1')]).to.have.members(ids(3));
  });

  it('is the same for the same seed, and another for another seed', () => {
    const first = [...draw(ids(1_000), 150, '1')];
    expect([...draw(ids(1_000).toReversed(), 150, '1')]).to.have.members(first);
    expect([...draw(ids(1_000), 150, '2')]).not.to.have.members(first);
  });

  it('hardly changes with one mutant more', () => {
    const first = draw(ids(1_000), 150, '1');
    const second = draw([...ids(1_000), 'new'], 150, '1');
    expect([...first].filter((id) => !second.has(id))).to.have.length.at.most(1);
  });

  it('draws each mutant equally often', () => {
    const times = new Map<string, number>();
    for (let seed = 0; seed < 1_000; seed += 1)
      for (const id of draw(ids(20), 5, String(seed))) times.set(id, (times.get(id) ?? 0) + 1);
    // 250 expected, standard deviation 14.
    for (const id of ids(20)) expect(times.get(id), id).to.be.within(190, 310);
  });
});

describe('the score of a sample', () => {
  it('has the interval of Wilson', () => {
    // An old example of the literature: 81 of 263.
    const { share, low, high } = wilson(81, 263, 1e9);
    expect(share).to.be.closeTo(0.308, 0.0005);
    expect(low).to.be.closeTo(0.2553, 0.0001);
    expect(high).to.be.closeTo(0.3662, 0.0001);
  });

  it('stays between 0 and 1 where all or none were found', () => {
    expect(wilson(20, 20, 1e9)).to.include({ share: 1, high: 1 });
    expect(wilson(20, 20, 1e9).low).to.be.closeTo(0.8389, 0.0001);
    expect(wilson(0, 20, 1e9).low).to.equal(0);
    expect(wilson(0, 20, 1e9).high).to.be.closeTo(0.1611, 0.0001);
  });

  it('has a narrower interval the larger the part of the room is, and none when all were drawn', () => {
    const width = (population: number) => wilson(75, 100, population).high - wilson(75, 100, population).low;
    expect(width(200)).to.be.closeTo(width(1e9) / Math.SQRT2, 0.003);
    expect(wilson(75, 100, 100)).to.deep.equal({ share: 0.75, low: 0.75, high: 0.75 });
  });

  it('counts the mutants that no test reaches as survivors in their share', () => {
    const all = scoreOf({ reached: 100, unreached: 100, found: 75, survived: 25 });
    expect(all).to.deep.equal({ share: 0.375, low: 0.375, high: 0.375 });
    const some = scoreOf({ reached: 900, unreached: 100, found: 80, survived: 20 });
    const reached = wilson(80, 100, 900);
    expect(some.share).to.be.closeTo(0.72, 1e-9);
    expect(some.low).to.be.closeTo(reached.low * 0.9, 1e-9);
    expect(some.high).to.be.closeTo(reached.high * 0.9, 1e-9);
  });

  it('is 0 where no test reaches a mutant, and says nothing where no drawn mutant could run', () => {
    expect(scoreOf({ reached: 0, unreached: 5, found: 0, survived: 0 }).high).to.equal(0);
    expect(scoreOf({ reached: 5, unreached: 0, found: 0, survived: 0 })).to.include({ low: 0, high: 1 });
  });

  it('misses a goal only with its whole interval', () => {
    expect(missesGoal({ share: 0.8, low: 0.7, high: 0.86 }, 85)).to.equal(false);
    expect(missesGoal({ share: 0.7, low: 0.6, high: 0.849 }, 85)).to.equal(true);
    expect(missesGoal({ share: 0.8, low: 0.7, high: 0.85 }, 85)).to.equal(false);
  });
});

import { expect } from 'chai';
import { levelAt, levelFor, levelsTo, OFF } from '../../../../src/energy/surplus/levels';
import { bestOf, rewardOf } from '../../../../src/energy/surplus/reward';

const onThree = () => 3;
const currents = (levels: readonly { currentA: number }[]) => levels.map(({ currentA }) => currentA);

describe('the currents that can be set', () => {
  it('go from 6 A to the most in steps of 1 A', () => {
    expect(currents(levelsTo(9, onThree))).to.deep.equal([6, 7, 8, 9]);
    expect(currents(levelsTo(8.5, onThree))).to.deep.equal([6, 7, 8, 8.5]);
    expect(currents(levelsTo(6, onThree))).to.deep.equal([6]);
  });

  it('have the power of the phases that the car uses at each', () => {
    expect(levelsTo(7, (ampere) => (ampere < 7 ? 1 : 3))).to.deep.equal([
      { currentA: 6, phases: 1, powerW: 1_380 },
      { currentA: 7, phases: 3, powerW: 4_830 },
    ]);
  });

  it('keep off the current at which a charger switches its phases', () => {
    expect(currents(levelsTo(9, onThree, 8))).to.deep.equal([6, 7, 8.1, 9]);
  });

  it('have a level for each current: the next lower one, or none', () => {
    const levels = levelsTo(9, onThree);
    expect([5.9, 6, 6.9, 7, 9, 99].map((ampere) => levelAt(levels, ampere).currentA)).to.deep.equal([0, 6, 6, 7, 9, 9]);
    expect(levelAt(levels, 5)).to.equal(OFF);
  });

  it('have a level for each power: up to 5 % above it, and the least for less', () => {
    const levels = levelsTo(9, onThree);
    const powers = [0, 4_140, 4_830 / 1.05 - 1, 4_830 / 1.05 + 1, 99_999];
    expect(powers.map((watts) => levelFor(levels, watts).currentA)).to.deep.equal([6, 6, 6, 7, 9]);
    expect(levelFor([], 5_000)).to.equal(OFF);
  });
});

describe('what a current is worth', () => {
  const level = { currentA: 6, phases: 3, powerW: 4_000 };
  const of = (...suns: number[]) => suns.map((sunW, at) => ({ at, sunW }));

  for (const [what, suns, reward] of [
    ['all from the sun', [5_000], 4_000],
    ['half of it from the grid', [2_000], 2_000 - 0.5 * 2_000],
    ['all from the grid', [0], -2_000],
    ['import of the house is no sun below none', [-3_000], -2_000],
    ['the mean of all samples', [5_000, 0], 1_000],
    ['nothing is known', [], 0],
  ] as const) {
    it(`${what}: ${reward} W`, () => {
      expect(rewardOf(level, [{ samples: of(...suns), weight: 1 }], 0.5)).to.equal(reward);
    });
  }

  it('counts each set of samples by its weight', () => {
    const sets = [
      { samples: of(5_000, 5_000, 5_000), weight: 0.25 },
      { samples: of(0), weight: 0.75 },
    ];
    expect(rewardOf(level, sets, 1)).to.equal(0.25 * 4_000 - 0.75 * 4_000);
  });

  it('decides for the highest, and of equal ones for the first', () => {
    const levels = levelsTo(9, onThree);
    const sets = [{ samples: of(5_000), weight: 1 }];
    expect(bestOf(levels, sets, 1)?.level.currentA).to.equal(7);
    expect(bestOf([level, { ...level, currentA: 99 }], sets, 1)).to.deep.equal({ level, rewardW: 4_000 });
    expect(bestOf([], sets, 1)).to.equal(undefined);
  });
});

import { expect } from 'chai';
import { HourlyMeans } from '../../../bench/days/hourly-means';

const MINUTE = 60;
const HOUR = 60 * MINUTE;

describe('the hourly means of the simulated days', () => {
  let means: HourlyMeans;
  /** @param from first second. @param until second after the last one */
  const draw = (watts: number, from: number, until: number): void => {
    for (let second = from; second < until; second += 10) means.add(second, watts, 10);
  };

  beforeEach(() => {
    means = new HourlyMeans();
  });

  it('are the energy of an hour, and the highest one counts', () => {
    draw(12_000, 0, 30 * MINUTE);
    draw(4_000, HOUR, 2 * HOUR);
    expect(means.highestKw).to.equal(6);
  });

  it('do not count what flows into the grid', () => {
    draw(8_000, 0, 30 * MINUTE);
    draw(-8_000, 30 * MINUTE, HOUR);
    expect(means.highestKw).to.equal(4);
  });

  it('say what the rest of the hour may draw', () => {
    draw(14_000, 0, 30 * MINUTE);
    expect(means.leftKw(30 * MINUTE, 8)).to.be.closeTo(2, 1e-6);
    expect(means.leftKw(45 * MINUTE, 8)).to.be.closeTo(4, 1e-6);
    expect(means.leftKw(HOUR, 8)).to.equal(8);
  });

  it('have nothing left where the hour has used too much', () => {
    draw(20_000, 0, 30 * MINUTE);
    expect(means.leftKw(30 * MINUTE, 8)).to.be.below(0);
  });
});

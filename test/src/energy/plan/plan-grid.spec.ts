import { expect } from 'chai';
import { gridOf, repriced, segmentsOf } from '../../../../src/energy/plan/plan-grid';

const MINUTE = 60_000;
const NOON = Date.parse('2026-05-04T12:00Z');
const span = (from: number, to: number, price: number, estimated = false) => ({
  start: NOON + from * MINUTE,
  end: NOON + to * MINUTE,
  price,
  estimated,
});
const minutes = (at: number) => (at - NOON) / MINUTE;

describe('the grid of a plan', () => {
  it('has steps of five minutes that end on the clock, the first up to half a step shorter or longer', () => {
    const ends = (from: number) => gridOf([span(from, 15, 1)]).map(({ end }) => minutes(end));
    expect(ends(0)).to.deep.equal([5, 10, 15]);
    expect(ends(2)).to.deep.equal([5, 10, 15]);
    expect(ends(3)).to.deep.equal([10, 15]);
    expect(gridOf([]).length).to.equal(0);
  });

  it('has the mean price of each step, and says where a part of it is estimated', () => {
    const grid = gridOf([span(0, 1, 10), span(1, 5, 5, true), span(5, 12, 2)]);
    expect(grid.map(({ price, estimated, lengthMs }) => [price, estimated, lengthMs / MINUTE])).to.deep.equal([
      [6, true, 5],
      [2, false, 5],
      [2, false, 2],
    ]);
  });

  it('has longer steps for a week', () => {
    const grid = gridOf([span(0, 7 * 24 * 60, 1)]);
    expect(grid.stepMs).to.equal(15 * MINUTE);
    expect(grid.length).to.equal(672);
  });
});

describe('the times of a plan', () => {
  const grid = gridOf([span(0, 5, 1), span(5, 10, 3, true), span(10, 20, 8)]);

  it('join neighbouring steps, with the mean price and all energy, and say where one is estimated', () => {
    const [one, ...others] = segmentsOf(grid, [true, true, false, false], 12, 100);
    expect(one).to.deep.equal({ start: NOON, end: NOON + 10 * MINUTE, kwh: 2, price: 2, estimated: true });
    expect(others).to.deep.equal([]);
  });

  it('are apart where a step between them is not chosen', () => {
    const segments = segmentsOf(grid, [true, false, true, false], 12, 100);
    expect(segments.map(({ start, estimated }) => [minutes(start), estimated])).to.deep.equal([
      [0, false],
      [10, false],
    ]);
  });

  it('bring no more energy than is needed', () => {
    const kwh = (need: number) => segmentsOf(grid, [true, false, true, true], 12, need).map((one) => one.kwh);
    expect(kwh(2.5)).to.deep.equal([1, 1.5]);
    expect(kwh(0.4)).to.deep.equal([0.4, 0]);
  });

  it('can be weighed with other prices', () => {
    const free = repriced(grid, [0, 0, 7]);
    expect(free.map(({ price }) => price)).to.deep.equal([0, 0, 7, 8]);
    expect(free.stepMs).to.equal(grid.stepMs);
    expect(grid[0]?.price).to.equal(1);
  });
});

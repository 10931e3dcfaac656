import { expect } from 'chai';
import { leap } from '../../../simulator/world/leap';
import { Trend } from '../../../simulator/world/trend';
import { ManualClock } from '../../support/simulator/manual-clock';
import { worldOf } from '../../support/simulator/worlds';

describe('the trend', () => {
  const begin = (scenario = 'home') => {
    const clock = new ManualClock();
    const world = worldOf(scenario, 1, clock);
    const trend = new Trend(world, clock);
    const pass = (ms: number) => {
      clock.advance(ms);
      world.catchUp();
      trend.sampleIfDue();
    };
    return { world, trend, pass, site: [...world.installations.values()][0]! };
  };

  it('has one sample a second, however often it is checked', () => {
    const { trend, pass, site } = begin();
    for (let i = 0; i < 20; i++) pass(250);
    const { samples, next } = trend.since(0, site.id);
    expect(samples).to.have.length(5);
    expect(next).to.equal(5);
    expect(samples.slice(1).map(([at], index) => at - samples[index]![0])).to.deep.equal([1000, 1000, 1000, 1000]);
  });

  it('has power, and the currents of the requested installation', () => {
    const { world, trend, pass, site } = begin();
    pass(1000);
    const { houseW, sunW, chargersW, gridW } = world.meter();
    const [sample] = trend.since(0, site.id).samples;
    expect(sample![1]).to.deep.equal([houseW, sunW, chargersW, gridW]);
    expect(sample![2].some((ampere) => ampere > 5)).to.equal(true);
    expect(sample![3]).to.deep.equal(site.availableCurrent);
    expect(trend.since(0, 'nowhere').samples[0]![2]).to.deep.equal([0, 0, 0]);
  });

  it('answers only new samples, and keeps a quarter of an hour', () => {
    const { trend, pass, site } = begin();
    for (let i = 0; i < 1000; i++) pass(1000);
    const all = trend.since(0, site.id);
    expect(all.samples).to.have.length(900);
    expect(all.next).to.equal(1000);
    pass(1000);
    expect(trend.since(all.next, site.id).samples).to.have.length(1);
    expect(trend.since(99_999, site.id).samples).to.deep.equal([]);
  });

  it('has samples of an advance of the world', async () => {
    const { world, trend, site } = begin();
    const before = world.now;
    await leap({ world, trend, stopped: new AbortController().signal }, 3_600_000);
    expect(world.now - before).to.equal(3_600_000);
    expect(trend.since(0, site.id).samples).to.have.length(60);
  });

  it('has no new samples while the world stands still, and continues after the clock was set back', () => {
    const { world, trend, pass, site } = begin();
    pass(1000);
    world.setSpeed(0);
    for (let i = 0; i < 5; i++) pass(1000);
    expect(trend.since(0, site.id).samples).to.have.length(1);
    world.setSpeed(1);
    pass(-60_000);
    pass(2000);
    expect(trend.since(0, site.id).samples).to.have.length(2);
  });
});

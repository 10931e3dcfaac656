import { expect } from 'chai';
import { runDay, type DayRecord, type DayScript } from '../../bench/days/day-runner';
import { FuseScenario, LONGEST_PAUSE_S, LONGEST_S } from '../../bench/days/fuse';
import { get, useNodeRed, type Simulator } from '../support/node-red/harness';

const MINUTE = 60;
const HOUR = 3_600;
const HOUR_MS = 3_600_000;
const QUARTER_MS = HOUR_MS / 4;
/** Days begin at 11:00 of the simulated house. */
const FIRST_HOUR = 11;

interface Truth {
  /** kWh into cars: from the sun, and from the grid. */
  sunKwh: number;
  gridKwh: number;
  starts: number;
}

/** What the simulated house and its cars did, whatever the flow believes. */
class Meters {
  readonly #stepS: number;
  readonly #all: (Truth & { from: number })[] = [];
  #wasOn = false;

  constructor(stepS: number) {
    this.#stepS = stepS;
  }

  add(second: number, { world }: Simulator): void {
    const { houseW, sunW, chargersW } = world.meter();
    const bySun = Math.min(chargersW, Math.max(0, sunW - houseW));
    const toKwh = this.#stepS / HOUR / 1_000;
    const isOn = chargersW > 500;
    this.#all.push({
      from: second,
      sunKwh: bySun * toKwh,
      gridKwh: (chargersW - bySun) * toKwh,
      starts: isOn && !this.#wasOn ? 1 : 0,
    });
    this.#wasOn = isOn;
  }

  between(from: number, to: number): Truth {
    const sum = { sunKwh: 0, gridKwh: 0, starts: 0 };
    for (const { from: at, sunKwh, gridKwh, starts } of this.#all) {
      if (at < from || at >= to) continue;
      sum.sunKwh += sunKwh;
      sum.gridKwh += gridKwh;
      sum.starts += starts;
    }
    return sum;
  }

  /** kWh from the grid in the quarter of an hour that begins then. */
  gridKwh(from: number): number {
    return this.between(from, from + 15 * MINUTE).gridKwh;
  }
}

/** One car, which needs much, and on so many phases as is said. */
function plugIn({ world }: Simulator, name: string, phases: 1 | 3): void {
  for (const { id } of world.chargers.values()) world.unplug(id);
  const garage = world.findCharger(name);
  if (!garage) throw new Error(`the simulator has no ${name}`);
  world.plug(garage.id, { batteryKwh: 90, charge: 0.1, target: 1, maxA: 16, phases });
  world.authorise(garage.id);
}

const hourOf = (second: number): number => (FIRST_HOUR + second / HOUR) % 24;
const wholeRules = ({ audit, writes }: DayRecord): void => {
  expect(audit, 'findings of the audit').to.deep.equal([]);
  expect(writes.length).to.be.above(0);
  for (const { currents } of writes) for (const ampere of currents) expect(ampere).to.be.within(0, 32);
};

describe('a day of the strategies in a real Node-RED on the simulator', function () {
  this.timeout(120_000);
  useNodeRed();

  it('has the sun by day and then the cheap hours until seven, and the energy in time', async () => {
    const [stepS, dayS] = [60, 20 * HOUR];
    const meters = new Meters(stepS);
    const prices = new Map<number, number>();
    const kwhAt = { evening: 0, morning: 0 };
    const kwhOf = ({ world }: Simulator): number => world.findCharger('Garage')?.session?.energyKwh ?? 0;
    const script: DayScript = (second, simulator) => {
      const { world } = simulator;
      if (second === 0) plugIn(simulator, 'Garage', 1);
      if (second % (15 * MINUTE) === 0) {
        prices.set(second, world.priceAt(world.now, 'market'));
        const hour = hourOf(second);
        if (hour >= 7 && hour < 19) get('sunfirst-day').receive({});
      }
      if (second % HOUR === 60) get('sunfirst-plan').receive({ payload: rowsOf(simulator) });
      if (second === 8 * HOUR) kwhAt.evening = kwhOf(simulator);
      kwhAt.morning = kwhOf(simulator);
      meters.add(second, simulator);
      return world.meter();
    };
    const record = await runDay(['sun-then-cheap-hours'], dayS, stepS, script, { date: '2026-05-04', seed: 3 });
    wholeRules(record);
    const day = meters.between(0, 8 * HOUR);
    const night = meters.between(8 * HOUR + 15 * MINUTE, dayS);
    expect(day.sunKwh, 'from the sun').to.be.above(7);
    expect(day.gridKwh, 'from the grid by day').to.be.below(day.sunKwh / 2);
    expect(kwhAt.evening).to.be.within(8, 18);
    expect(kwhAt.morning, 'at seven').to.be.within(19.8, 21);
    // The cheapest quarters of the night that bring as much at the power of the car.
    const quarters = [...prices].filter(([from]) => from >= 8 * HOUR);
    const paid = quarters.reduce((sum, [from, price]) => sum + meters.gridKwh(from) * price, 0);
    expect(paid / night.gridKwh, 'mean price').to.be.below(1.1 * meanOfCheapest(quarters, night.gridKwh));
    expect(day.starts + night.starts).to.be.at.most(5);
  });

  it('gives a car on one phase most of the sun of a summer day, with few starts', async () => {
    const [stepS, dayS] = [30, 9 * HOUR];
    const meters = new Meters(stepS);
    let usableKwh = 0;
    const script: DayScript = (second, simulator) => {
      const { world } = simulator;
      if (second === 0) plugIn(simulator, 'Garage', 1);
      const { sunW, houseW } = world.meter();
      usableKwh += (Math.min(16 * 230, Math.max(0, sunW - houseW)) * stepS) / HOUR / 1_000;
      meters.add(second, simulator);
      return world.meter();
    };
    const record = await runDay(['solar-surplus'], dayS, stepS, script, { date: '2026-06-21', seed: 3 });
    wholeRules(record);
    const { sunKwh, gridKwh, starts } = meters.between(0, dayS);
    expect(sunKwh / usableKwh).to.be.above(0.7);
    expect(gridKwh / sunKwh).to.be.below(0.3);
    expect(starts).to.be.at.most(3);
  });

  it('keeps the main fuse through load steps, failed requests and a silent meter, and charges again', async () => {
    const [stepS, dayS] = [5, 3 * HOUR];
    const scenario = new FuseScenario(dayS, 5, {});
    const record = await runDay(['fuse-guard'], dayS, stepS, scenario.script, { date: '2026-01-15' });
    wholeRules(record);
    const { longest, overloads } = scenario.monitor;
    expect(overloads.live + overloads.dead).to.be.above(0);
    expect(longest.live).to.be.at.most(LONGEST_S.live + stepS);
    expect(longest.dead).to.be.at.most(LONGEST_S.dead + stepS);
    expect(scenario.resumption.longestS).to.be.at.most(LONGEST_PAUSE_S + stepS);
  });
});

/** The prices as the simulator publishes them: those of tomorrow from 13:00 on. */
function rowsOf({ world }: Simulator): { start: string; value: number }[] {
  const midnight = Math.floor((world.now + HOUR_MS) / (24 * HOUR_MS)) * 24 * HOUR_MS - HOUR_MS;
  const hours = world.now - midnight >= 13 * HOUR_MS ? 48 : 24;
  return Array.from({ length: hours * 4 }, (_, index) => midnight + index * QUARTER_MS).map((at) => ({
    start: new Date(at).toISOString(),
    value: world.priceAt(at, 'market'),
  }));
}

/** The mean price of so many kWh in the cheapest quarters of an hour at the power of the car. */
function meanOfCheapest(quarters: readonly [number, number][], kwh: number): number {
  let left = kwh;
  let paid = 0;
  for (const [, price] of [...quarters].sort((a, b) => a[1] - b[1])) {
    const taken = Math.min(left, (16 * 0.23) / 4);
    paid += taken * price;
    left -= taken;
  }
  return paid / (kwh - left);
}

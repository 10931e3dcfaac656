import { get, helper, type Simulator } from '../../../test/support/node-red/harness';
import { runDay } from '../../days/day-runner';
import { SETTINGS } from '../load-guard/guards';
import { DAY_S, type HouseDay } from '../load-guard/house';
import type { EnergyDay } from '../plan/days';
import { currentOf, phasesOf, priceAt } from '../plan/play';
import { HouseLoad, LASTING } from '../simulated-house';
import type { SunDay } from '../surplus/sun-days';

/** Sums of a day by name. */
export type FlowFigures = Record<string, number>;

const MINUTE = 60;
const TICK_S = 10;
const VOLTS = 230;
const PHASES = [0, 1, 2] as const;
const CAR = 'Garage';
const RULES = { by: '07:00', leastRun: 0 };
/** Days of the simulated flows begin at 11:00, those of the plan end at 7:00. */
const PLAN_S = 20 * 3_600;

/** Runs work with a Node-RED that is started before it and stopped after it. */
export async function inNodeRed<T>(work: () => Promise<T>): Promise<T> {
  await new Promise<void>((resolve) => helper.startServer(() => resolve()));
  try {
    return await work();
  } finally {
    await new Promise<void>((resolve) => helper.stopServer(() => resolve()));
  }
}

/** The example solar-surplus on a day of the sun. */
export async function playSunFlow(day: SunDay): Promise<FlowFigures> {
  const figures = { sunKwh: 0, gridKwh: 0 };
  let load: HouseLoad | undefined;
  await runDay(['solar-surplus'], day.leftKw.length, TICK_S, (second, simulator) => {
    const { world } = simulator;
    if (second === 0) prepare(simulator, { phases: 3, maxA: 16 });
    load ??= new HouseLoad(world);
    const leftKw = day.leftKw[second] as number;
    const loadA = (Math.max(0, -leftKw) * 1_000) / VOLTS / 3;
    load.set([loadA, loadA, loadA]);
    world.setSun(Math.max(0, leftKw) * 1_000);
    const kw = garageOf(simulator).powerW / 1_000;
    for (const sunKw of day.leftKw.subarray(second, second + TICK_S)) {
      const fromSun = Math.min(kw, Math.max(0, sunKw));
      figures.sunKwh += fromSun / 3_600;
      figures.gridKwh += (kw - fromSun) / 3_600;
    }
    return world.meter();
  });
  return figures;
}

/** The example charge-by-time on a night of a car. The day begins and ends with the hours of the simulated house. */
export async function playPlanFlow(day: EnergyDay): Promise<FlowFigures> {
  const figures = { cost: 0, inTimeKwh: 0 };
  const { arrival, deadline, drawKw, needKwh, prices, statedKw } = day;
  await runDay(['charge-by-time'], PLAN_S, MINUTE, (second, simulator) => {
    const { world } = simulator;
    if (second === 0) {
      clear(simulator);
      get('plan-plan').receive({ config: { ...RULES, amount: needKwh, powerKw: statedKw }, payload: 'config' });
    }
    if (second % 3_600 === 0) {
      const published = prices.filter(({ start }) => second >= 2 * 3_600 || start < deadline - 7 * 3_600_000);
      get('plan-plan').receive({
        payload: published.map(({ start, end, price }) => ({
          start: new Date(start).toISOString(),
          end: new Date(end).toISOString(),
          price,
        })),
      });
    }
    const garage = garageOf(simulator);
    const minute = Math.floor((world.now - arrival) / MINUTE / 1_000);
    const kwh = Math.min(needKwh, garage.session?.energyKwh ?? 0);
    if (garage.car) {
      figures.cost += (kwh - figures.inTimeKwh) * priceAt(prices, world.now - MINUTE * 1_000);
      figures.inTimeKwh = kwh;
      garage.car.maxA = currentOf(drawKw[minute] ?? statedKw, phasesOf(day));
    } else if (minute >= 0) {
      plug(simulator, { phases: phasesOf(day), maxA: currentOf(statedKw, phasesOf(day)) });
    }
    return undefined;
  });
  return figures;
}

/** The example fuse-guard on a day of a house with one car. */
export async function playHouseFlow({ loadA, cars, meterS }: HouseDay): Promise<FlowFigures> {
  const figures = { energyAs: 0 };
  let load: HouseLoad | undefined;
  const [car] = cars;
  await runDay(['fuse-guard'], DAY_S, meterS, (second, simulator) => {
    const { world } = simulator;
    if (second === 0) {
      prepare(simulator, { phases: 3, maxA: car?.mostA ?? 16 });
      get('fuse-guard').receive({ config: { reserveA: SETTINGS.reserveA } });
    }
    load ??= new HouseLoad(world);
    load.set([loadA[0][second] as number, loadA[1][second] as number, loadA[2][second] as number]);
    const { powerW, currents } = garageOf(simulator);
    if (powerW > 0) for (const phase of PHASES) figures.energyAs += currents[phase] * meterS;
    return world.meter();
  });
  return figures;
}

function garageOf({ world }: Simulator) {
  const garage = world.findCharger(CAR);
  if (!garage) throw new Error(`The simulator has no ${CAR}`);
  return garage;
}

function prepare(simulator: Simulator, car: { phases: 1 | 3; maxA: number }): void {
  clear(simulator);
  plug(simulator, car);
}

/** No sun, and no car but the one of the day: a full one keeps the other charger from guests. */
function clear({ world }: Simulator): void {
  world.setSun(0);
  for (const { id, name } of world.chargers.values()) {
    world.unplug(id);
    if (name !== CAR) world.plug(id, { charge: 1, target: 0.8 });
  }
}

function plug(simulator: Simulator, car: { phases: 1 | 3; maxA: number }): void {
  const { id } = garageOf(simulator);
  simulator.world.plug(id, { ...LASTING, ...car });
  simulator.world.authorise(id);
}

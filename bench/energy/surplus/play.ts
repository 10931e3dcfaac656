import { planWrite, Pacing } from '../../../src/current/pacing';
import { everyPhase } from '../../../src/current/currents';
import { Calendar } from '../../../src/energy/calendar';
import { SurplusStrategy } from '../../../src/energy/surplus/surplus-strategy';
import type { SurplusSettings } from '../../../src/energy/surplus/surplus-settings';
import { powerKw, SWITCHES_AT_A, type Car } from './cars';
import type { SunResult } from './optimum';
import type { SunDay } from './sun-days';
import { SimulatedHouse } from '../simulated-house';
import type { Charger } from '../../../simulator/world/model';
import { isFull } from '../../../simulator/world/physics/car';
import { SURPLUS } from '../../../test/support/energy-settings';

/** Says in each tick of the meter which current is wanted, A. */
export type Controller = (tick: { now: number; gridW: number; carW: number }) => number;

/** What became of a day, or of its part until the car was full: so many seconds. */
interface PlayedSun extends SunResult {
  seconds: number;
}

/** The meter sends so often, s. */
const TICK_S = 10;
/** Of the simulator's physics; its house has this voltage. */
const STEP_S = 5;
const VOLTS = 230;
const MINUTE = 60_000;
const START = Date.UTC(2026, 5, 1);

/**
 * On the simulator, with the real pacing of the governor: a raise waits until 15 minutes after the last write, a lower
 * current is written a minute after it, at most six times an hour. What the strategy knows of the car's power is what the
 * cloud has reported. It ends when the car is full.
 * @param takesKwh with which the car is full, if ever
 */
export function play(day: SunDay, car: Car, control: Controller, takesKwh?: number): PlayedSun {
  const result: PlayedSun = { sunKwh: 0, gridKwh: 0, starts: 0, seconds: day.leftKw.length };
  const pacing = new Pacing();
  const { phases, maxA, model } = car;
  const simulated = { phases: phases(maxA), maxA, ...(takesKwh === undefined ? {} : { takesKwh }) };
  const house = new SimulatedHouse({ at: START + day.from * 1_000, cars: [simulated], model });
  const charger = house.chargers[0] as Charger;
  let currentA = 0;
  house.setAvailableCurrent([0, 0, 0]);
  for (let second = 0; second < day.leftKw.length; second += STEP_S) {
    const { now } = house;
    if (charger.car && isFull(charger.car)) {
      result.seconds = second;
      break;
    }
    if (second % TICK_S === 0) {
      const leftKw = day.leftKw[second] as number;
      const loadA = (Math.max(0, -leftKw) * 1_000) / VOLTS / 3;
      house.load.set([loadA, loadA, loadA]);
      house.world.setSun(Math.max(0, leftKw) * 1_000);
      const { powerW } = house.reported(charger);
      const targetA = control({ now, gridW: house.meter().gridW, carW: powerW });
      const plan = targetA === currentA ? undefined : planWrite(situationOf(currentA, targetA, maxA), pacing, now);
      if (plan?.do === 'write') {
        const nextA = plan.currents.phase1;
        if (currentA < 6 && nextA >= 6) result.starts += 1;
        pacing.sent(now);
        pacing.done(now, plan.counted);
        currentA = nextA;
        house.setAvailableCurrent([nextA, nextA, nextA]);
      }
    }
    const kw = house.carsKw;
    for (const sunKw of day.leftKw.subarray(second, second + STEP_S)) {
      const fromSun = Math.min(kw, Math.max(0, sunKw));
      result.sunKwh += fromSun / 3_600;
      result.gridKwh += (kw - fromSun) / 3_600;
    }
    house.advance(STEP_S * 1_000, STEP_S * 1_000);
  }
  return result;
}

function situationOf(currentA: number, targetA: number, maxA: number): Parameters<typeof planWrite>[0] {
  return {
    present: everyPhase(currentA),
    desired: everyPhase(Math.min(targetA, maxA)),
    limit: everyPhase(maxA),
    intervalMs: 15 * MINUTE,
    deadBandA: 0.5,
    skipsPauseValues: true,
    lowerAtOnce: true,
    cooldownMs: MINUTE,
    limitCooldownMs: MINUTE,
    retrying: undefined,
    notBefore: { raise: -Infinity, lower: -Infinity },
  };
}

/** The rule that people write: the sun that is left, in A, and 0 where it is not enough; a mean of three minutes. */
export function plainRule(car: Car): Controller {
  let mean: number | undefined;
  return ({ gridW, carW }) => {
    const left = carW - gridW;
    mean = mean === undefined ? left : mean + ((left - mean) * TICK_S) / 180;
    const [least] = [6].map((ampere) => powerKw(car, ampere) * 1_000);
    if (mean < (least as number)) return 0;
    let currentA = 6;
    for (let next = 6; next <= car.maxA; next += 0.1) if (powerKw(car, next) * 1_000 <= mean) currentA = next;
    return Math.floor(currentA * 10) / 10;
  };
}

const CALENDAR = new Calendar('UTC');

/** The strategy with the settings that a new node has. */
export function bySun(car: Car, phases: SurplusSettings['phases']): Controller {
  const strategy = new SurplusStrategy({ ...DEFAULTS, phases, maxA: car.maxA }, CALENDAR);
  return ({ now, gridW, carW }) => {
    strategy.take({ grid: gridW, chargers: carW }, now);
    return strategy.decide(now, undefined).currentA ?? 0;
  };
}

const DEFAULTS: SurplusSettings = { ...SURPLUS, switchBelowA: SWITCHES_AT_A, maxA: 32 };

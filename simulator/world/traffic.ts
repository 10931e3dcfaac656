import type { WorldState } from './state';
import type { Device } from './device';
import { DAY, HOUR, SECOND } from '../durations';
import { randomCar } from './physics/car';
import type { Prng } from '../prng';
import { plugIn, unplug } from './state-machine';

/** Local solar time is an hour ahead of UTC. */
const OFFSET = HOUR;
const ARRIVAL = { hour: 16.5, deviation: 1.8 };
const DEPARTURE = { hour: 7.5, deviation: 0.8 };
/** The probability that a car comes on a day. */
const ARRIVAL_PROBABILITY = 0.65;
/** The probability that a driver authorises; the others forget it. */
const AUTHORISATION_PROBABILITY = 0.95;

const midnightOf = (time: number): number => Math.floor((time + OFFSET) / DAY) * DAY - OFFSET;

/** The next arrival, in an afternoon; ms since 1970. */
export function nextArrival(prng: Prng, after: number): number {
  for (let midnight = midnightOf(after); ; midnight += DAY) {
    const at = midnight + prng.normal(ARRIVAL.hour, ARRIVAL.deviation) * HOUR;
    if (prng.chance(ARRIVAL_PROBABILITY) && at > after) return Math.round(at);
  }
}

/** The next departure, in a morning at least three hours later; ms since 1970. */
export function nextDeparture(prng: Prng, after: number): number {
  const first = midnightOf(after) + prng.normal(DEPARTURE.hour, DEPARTURE.deviation) * HOUR;
  return Math.round(first - after > 3 * HOUR ? first : first + DAY);
}

/** Lets cars arrive in the afternoon and leave in the morning. */
export function applyTraffic(state: WorldState, device: Device): void {
  const { charger, traffic } = device;
  if (charger.car?.leavesAt !== undefined && charger.car.leavesAt <= state.time) unplug(state, device);
  const arrival = device.arrivesAt;
  if (arrival === undefined || arrival > state.time) return;
  device.arrivesAt = nextArrival(traffic, arrival);
  const car = { ...randomCar(traffic), leavesAt: nextDeparture(traffic, arrival) };
  const forgets = !traffic.chance(AUTHORISATION_PROBABILITY);
  if (charger.car || device.pinnedUntil > state.time || car.leavesAt <= state.time) return;
  plugIn(state, device, car);
  if (!charger.authorised && !forgets) device.tagAt = state.time + traffic.between(10, 60) * SECOND;
}

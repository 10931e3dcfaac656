import type { Core } from './state';
import type { Device } from './device';
import { DAY, HOUR, SECOND } from '../durations';
import { someCar } from './physics/car';
import type { Prng } from '../prng';
import { plugIn, unplug } from './state-machine';

/** Local solar time is an hour ahead of UTC. */
const OFFSET = HOUR;
const COMES_AT = { hour: 16.5, deviation: 1.8 };
const LEAVES_AT = { hour: 7.5, deviation: 0.8 };
/** How likely a parking place is used on a day. */
const COMES = 0.65;
/** Most drivers hold their tag to the charger, the others forget. */
const AUTHORISES = 0.95;

const midnightOf = (time: number): number => Math.floor((time + OFFSET) / DAY) * DAY - OFFSET;

/** The next afternoon at which a car comes, ms since 1970. */
export function nextArrival(prng: Prng, after: number): number {
  for (let midnight = midnightOf(after); ; midnight += DAY) {
    const at = midnight + prng.around(COMES_AT.hour, COMES_AT.deviation) * HOUR;
    if (prng.chance(COMES) && at > after) return Math.round(at);
  }
}

/** The first morning at least some hours later. */
export function nextDeparture(prng: Prng, after: number): number {
  const first = midnightOf(after) + prng.around(LEAVES_AT.hour, LEAVES_AT.deviation) * HOUR;
  return Math.round(first - after > 3 * HOUR ? first : first + DAY);
}

/** Cars come in the afternoon and leave in the morning. */
export function settleTraffic(core: Core, device: Device): void {
  const { charger, traffic } = device;
  if (charger.car?.leavesAt !== undefined && charger.car.leavesAt <= core.time) unplug(core, device);
  const arrival = device.arrivesAt;
  if (arrival === undefined || arrival > core.time) return;
  device.arrivesAt = nextArrival(traffic, arrival);
  const car = { ...someCar(traffic), leavesAt: nextDeparture(traffic, arrival) };
  const forgets = !traffic.chance(AUTHORISES);
  if (charger.car || device.pinnedUntil > core.time || car.leavesAt <= core.time) return;
  plugIn(core, device, car);
  if (!charger.authorised && !forgets) device.tagAt = core.time + traffic.between(10, 60) * SECOND;
}

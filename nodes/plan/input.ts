import type { NodeMessageInFlow } from 'node-red';
import { type Calendar, type CarReading, isObject, type OverrideChoice, readTime, zaptecError } from '../../src/client';

const OVERRIDES: ReadonlyMap<unknown, OverrideChoice> = new Map<unknown, OverrideChoice>([
  ['on', 'on'],
  ['off', 'off'],
  ['auto', 'auto'],
]);
const TIME_OF_DAY = /^([01]?\d|2[0-3]):([0-5]\d)$/;

/** What a person decides by message, and until when, ms since 1970. */
export interface OverrideInput {
  to: OverrideChoice;
  until: number | undefined;
}

/**
 * Reads `msg.override` and `msg.until`; undefined where the message has none.
 * @throws ZaptecError `INPUT_INVALID`
 */
export function readOverride(message: NodeMessageInFlow, now: number, calendar: Calendar): OverrideInput | undefined {
  const { override, until } = message as NodeMessageInFlow & { override?: unknown; until?: unknown };
  if (override === undefined) return undefined;
  const to = OVERRIDES.get(typeof override === 'string' ? override.trim().toLowerCase() : override);
  if (to === undefined) {
    throw zaptecError('INPUT_INVALID', `msg.override is ${shown(override)}`, { remedy: 'Send "on", "off" or "auto"' });
  }
  if (until === undefined || until === null || until === '') return { to, until: undefined };
  const at = untilOf(until, now, calendar);
  if (at !== undefined) return { to, until: at };
  throw zaptecError('INPUT_INVALID', `msg.until is ${shown(until)}, no time`, {
    remedy: 'Send a time such as "22:00", an ISO 8601 text or ms since 1970',
  });
}

/**
 * Reads `msg.battery`, the level of the battery in percent.
 * @throws ZaptecError `INPUT_INVALID`
 */
export function readBattery({ battery }: { battery?: unknown }): number | undefined {
  if (battery === undefined) return undefined;
  const percent = typeof battery === 'string' && battery.trim() !== '' ? Number(battery) : battery;
  if (typeof percent === 'number' && percent >= 0 && percent <= 100) return percent;
  throw zaptecError('INPUT_INVALID', `msg.battery is ${shown(battery)}`, { remedy: 'Send a number from 0 to 100' });
}

/** A state of a charger, as the charger and subscribe nodes give it, in `msg.car` or in the payload. */
export function readCar({
  car,
  payload,
}: {
  car?: unknown;
  payload?: unknown;
}): (CarReading & { id?: unknown }) | undefined {
  if (isObject(car)) return car;
  return isCar(payload) ? (payload as CarReading) : undefined;
}

/** A trigger, such as that of an inject node, or the state of a charger: no prices, and no mistake. */
export function isNoPrice(value: unknown): boolean {
  if (typeof value === 'string') return value.trim() === '';
  return typeof value !== 'object' || value === null || value instanceof Date || isCar(value);
}

function isCar(value: unknown): boolean {
  return isObject(value) && typeof value['mode'] === 'string' && typeof value['id'] === 'string';
}

function untilOf(until: unknown, now: number, calendar: Calendar): number | undefined {
  const [, hours, minutes] = typeof until === 'string' ? (TIME_OF_DAY.exec(until.trim()) ?? []) : [];
  if (hours === undefined) return readTime(until, calendar);
  const minute = Number(hours) * 60 + Number(minutes);
  const today = calendar.timeOfDay(now, minute);
  return today > now ? today : calendar.timeOfDay(now, minute, 1);
}

function shown(value: unknown): string {
  if (typeof value === 'string') return `"${value.slice(0, 40)}"`;
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}

import { type CarReading, isObject, shownValue, zaptecError, phrase } from '../../src/client';

/**
 * Reads `msg.battery`, the level of the battery in percent.
 * @throws ZaptecError `INPUT_INVALID`
 */
export function readBattery({ battery }: { battery?: unknown }): number | undefined {
  if (battery === undefined) return undefined;
  const percent = typeof battery === 'string' && battery.trim() !== '' ? Number(battery) : battery;
  if (typeof percent === 'number' && percent >= 0 && percent <= 100) return percent;
  throw zaptecError('INPUT_INVALID', phrase`msg.battery is ${shownValue(battery)}`, {
    remedy: 'Send a number from 0 to 100',
  });
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

/** A text that is not even meant as JSON. */
export const isPlainText = (value: unknown): boolean => typeof value === 'string' && !/^\s*[[{]/.test(value);

function isCar(value: unknown): boolean {
  return isObject(value) && typeof value['mode'] === 'string' && typeof value['id'] === 'string';
}

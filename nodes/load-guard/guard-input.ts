import { type CarCurrents, isObject } from '../../src/client';

/** A charger as the charger and subscribe nodes give it. */
interface ChargerState {
  id: string;
  name?: string;
  deviceId?: string;
  mode?: string;
  currentA?: CarCurrents['currents'];
}

/** The states of chargers in a message, in `msg.cars` or in the payload; undefined where it is about something else. */
export function readCars(message: { cars?: unknown; payload?: unknown }, now: number): CarCurrents[] | undefined {
  const { cars, payload } = message;
  const states = Array.isArray(cars ?? payload) ? ((cars ?? payload) as unknown[]) : [cars ?? payload];
  if (states.length === 0 || !states.every(isState)) return undefined;
  return states.map((state) => currentsOf(state, now));
}

/** What a charger takes; a charger without a car takes nothing. */
export function currentsOf({ id, name, deviceId, mode, currentA }: ChargerState, at: number): CarCurrents {
  const nothing = { phase1: 0, phase2: 0, phase3: 0 };
  const currents = mode === 'disconnected' ? nothing : isObject(currentA) ? currentA : {};
  return { id, names: [name, deviceId], currents, at };
}

function isState(value: unknown): value is ChargerState {
  if (!isObject(value) || typeof value['id'] !== 'string') return false;
  return typeof value['mode'] === 'string' || isObject(value['currentA']);
}

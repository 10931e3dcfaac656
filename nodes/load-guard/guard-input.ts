import { type CarCurrents, isObject } from '../../src/client';

const PHASES = ['phase1', 'phase2', 'phase3'] as const;
/** A longer text is no number that anybody has measured. */
const LONGEST = 40;

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
  // A copy has no holes, which `every` would pass over.
  const states: unknown[] = Array.isArray(cars ?? payload) ? [...((cars ?? payload) as unknown[])] : [cars ?? payload];
  if (states.length === 0 || !states.every(isState)) return undefined;
  return states.map((state) => currentsOf(state, now));
}

/** What a charger takes; a charger without a car takes nothing. */
export function currentsOf({ id, name, deviceId, mode, currentA }: ChargerState, at: number): CarCurrents {
  const nothing = { phase1: 0, phase2: 0, phase3: 0 };
  const currents = mode === 'disconnected' ? nothing : isObject(currentA) ? ampereOf(currentA) : {};
  return { id, names: [name, deviceId].map(textOf), currents, at };
}

/** What is no number is not known, and counts as nothing. */
function ampereOf(currentA: Record<string, unknown>): CarCurrents['currents'] {
  const known = PHASES.map((phase) => [phase, numberOf(currentA[phase])] as const);
  return Object.fromEntries(known.filter(([, ampere]) => ampere !== undefined));
}

function numberOf(value: unknown): number | undefined {
  const isText = typeof value === 'string' && value.length <= LONGEST && value.trim() !== '';
  const number = isText ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function isState(value: unknown): value is ChargerState {
  if (!isObject(value) || typeof value['id'] !== 'string') return false;
  return typeof value['mode'] === 'string' || isObject(value['currentA']);
}

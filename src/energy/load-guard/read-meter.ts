import { zaptecError, type ZaptecError } from '../../errors/zaptec-error';
import { isObject, type JsonObject } from '../../zaptec/json';
import { shownValue } from '../setting-rules';
import { fromJson, plainValue } from '../meter-value';
import type { MeterReading } from './load-guard';
import { isPlausible, PHASES, type Phase, type PhaseValues } from './phases';
import { phrase } from '../../errors/phrase';

/** Of values whose name does not tell their unit. */
type MeterUnit = 'A' | 'W' | 'kW';

export interface ReadOptions {
  unit: MeterUnit;
  /** Between a phase and neutral, for a power, V. */
  voltage: number;
  /** How many phases the connection has. */
  phases: number;
  /** What the values are for: a fuse needs each phase, a capacity tariff the power of all. Undefined for either. */
  needs?: 'phases' | 'power';
}

/** The good values of a message, and what is wrong with the others. */
export interface ReadMeter extends MeterReading {
  /** In words; blank where all is well. */
  problem: string;
}

type MeterKind = MeterUnit | 'minus W' | 'minus kW';
type Kind = 'own' | MeterKind;

/** What meters call the value of a phase, with `#` for 1 to 3 and `@` for a to c; letters and digits alone. */
const NAMES: readonly (readonly [string, Kind])[] = [
  ['phase#', 'own'],
  ['l#', 'own'],
  ['currentl#', 'A'],
  ['currentphase#', 'A'],
  ['currentl#a', 'A'],
  ['current#', 'A'],
  ['l#current', 'A'],
  ['il#', 'A'],
  ['i#', 'A'],
  ['activecurrentl#a', 'A'],
  ['@current', 'A'],
  ['powerl#', 'W'],
  ['powerphase#', 'W'],
  ['power#', 'W'],
  ['l#power', 'W'],
  ['activepowerl#w', 'W'],
  ['powerl#w', 'W'],
  ['@actpower', 'W'],
  ['powerdeliveredl#', 'kW'],
  ['powerreturnedl#', 'minus kW'],
  ['phasepowercurrentl#', 'A'],
  ['phasecurrentlydeliveredl#', 'kW'],
  ['phasecurrentlyreturnedl#', 'minus kW'],
];
/** And what they call the power of all. */
const TOTALS: readonly (readonly [string, Kind])[] = [
  ['gridw', 'W'],
  ['power', 'W'],
  ['activepowerw', 'W'],
  ['powerw', 'W'],
  ['totalactpower', 'W'],
  ['totalpower', 'W'],
  ['actpower', 'W'],
  ['apower', 'W'],
  ['p', 'W'],
  ['powerproduction', 'minus W'],
  ['po', 'minus W'],
  ['powerdelivered', 'kW'],
  ['powerreturned', 'minus kW'],
  ['electricitycurrentlydelivered', 'kW'],
  ['electricitycurrentlyreturned', 'minus kW'],
  ['activecurrenta', 'A'],
  ['currenta', 'A'],
  ['current', 'A'],
  ['value', 'own'],
];
/** Objects that hold the values of phases. */
const NESTED = new Map<string, Kind>([
  ['currenta', 'A'],
  ['currents', 'A'],
  ['current', 'A'],
  ['powerw', 'W'],
  ['powers', 'W'],
]);
/** In the messages of this package: the power of a charger, which is no meter. HomeWizard writes `power_w`. */
const OF_A_CHARGER = 'powerW';
/** Objects around the whole message of a meter: the answer of Tibber's subscription. */
const AROUND: ReadonlySet<string> = new Set(['data', 'livemeasurement']);
/** The phase and the kind of each name. */
const PHASE_NAMES = new Map(
  PHASES.flatMap((phase, index) =>
    NAMES.map(([pattern, kind]): [string, readonly [Phase, Kind]] => {
      const name = pattern.replace('#', String(index + 1)).replace('@', 'abc'[index] as string);
      return [name, [phase, kind]];
    }),
  ),
);
const TOTAL_NAMES = new Map<string, Kind>(TOTALS);
/** A name with more characters is that of no value. */
const LONGEST_NAME = 40;
/** No meter has more fields. */
const MOST_FIELDS = 2_000;
/** Objects in objects; no meter goes deeper. */
const MOST_LEVELS = 4;
const DECIMAL = /^[-+]?(\d+([.,]\d*)?|[.,]\d+)(e[-+]?\d+)?$/i;
const WITH_UNIT = /^([^a-z]{1,40})(k?w|a)\s*$/i;
const UNITS = new Map<string, MeterUnit>([
  ['a', 'A'],
  ['w', 'W'],
  ['kw', 'kW'],
]);
const LONGEST = 40;
/** Where only powers are read. */
const NO_VOLTAGE = Infinity;

/** W for a number of each kind. */
const FACTORS = { W: 1, kW: 1_000, 'minus W': -1, 'minus kW': -1_000 } as const;

interface Found {
  currents: Map<Phase, number>;
  powersW: Map<Phase, number>;
  /** Of several powers of all the first counts. */
  totalW: number | undefined;
  /** What flows into the grid where a meter has a value of its own for it. */
  exportW: number | undefined;
  problems: string[];
}

/**
 * Reads what meters and their nodes give: currents or powers by phase, an array of them, one number. A value that is no
 * number leaves its phase unknown, and the others count.
 * @throws ZaptecError `INPUT_INVALID` where there is nothing that a meter could have meant
 */
export function readMeter(input: unknown, options: ReadOptions): ReadMeter {
  const found = nothingFound();
  const given = fromJson(input);
  const value = namesPhase(given) ? given : plainValue(given);
  if (isObject(value)) readObject(value, found, options);
  else if (Array.isArray(value)) readList(value, found, options);
  else readSingle(value, found, options);
  const kw = kwOf(found);
  if (options.phases === 1 && kw !== undefined && !found.powersW.has('phase1')) found.powersW.set('phase1', kw * 1_000);
  const currents = currentsOf(found, options);
  const isEmpty = Object.keys(currents).length === 0 && kw === undefined;
  if (isEmpty && found.problems.length === 0) throw refusal(phrase`the meter value is ${shownValue(input)}`);
  const hasPhases = Object.keys(currents).length > 0;
  const missing = PHASES.slice(0, options.phases).filter((phase) => hasPhases && currents[phase] === undefined);
  const isNamed = (phase: Phase) => found.problems.some((problem) => problem.startsWith(phase));
  const problems = [
    ...found.problems,
    ...missing.filter((phase) => !isNamed(phase)).map((phase) => phrase`${phase} is missing`),
  ];
  // A tariff has all that it needs; the currents beside it do not matter.
  if (options.needs === 'power' && kw !== undefined) return { currents, kw, problem: '' };
  const isTotalAlone = options.needs === 'phases' && !hasPhases && problems.length === 0;
  if (isTotalAlone) problems.push(phrase`it gives the power of all phases alone, and a fuse needs each phase`);
  return { currents, kw, problem: problems.join(', ') };
}

/**
 * The power at the connection in an object as meters give it, W: that of all, or the sum of the three phases; import is
 * positive. Undefined where there is none, or where a value of it is bad.
 */
export function readMeterPower(input: unknown): number | undefined {
  const value = fromJson(input);
  if (!isObject(value)) return undefined;
  const found = nothingFound();
  try {
    readObject(value, found, { unit: 'W', phases: PHASES.length, voltage: NO_VOLTAGE });
  } catch {
    return undefined;
  }
  const kw = kwOf(found);
  const phases = PHASES.flatMap((phase) => found.powersW.get(phase) ?? []);
  if (kw !== undefined) return kw * 1_000;
  return phases.length === PHASES.length ? phases.reduce((sum, watts) => sum + watts, 0) : undefined;
}

const nothingFound = (): Found => ({
  currents: new Map(),
  powersW: new Map(),
  totalW: undefined,
  exportW: undefined,
  problems: [],
});

function kwOf({ totalW, exportW }: Found): number | undefined {
  return totalW === undefined && exportW === undefined ? undefined : ((totalW ?? 0) - (exportW ?? 0)) / 1_000;
}

/** An error for a meter that does not tell what it should. */
export function meterError(problem: string): ZaptecError {
  return refusal(problem);
}

function readObject(input: JsonObject, found: Found, options: ReadOptions, level = 1): void {
  if (Array.isArray(input['emeters'])) readList(input['emeters'], found, options);
  const entries = Object.entries(input);
  if (level > MOST_LEVELS || entries.length > MOST_FIELDS) throw refusal('the meter value is too large an object');
  for (const [key, entry] of entries) {
    const value = plainValue(entry);
    if (key.length > LONGEST_NAME) continue;
    const name = plainName(key);
    const nested = NESTED.get(name);
    if (nested !== undefined && (isObject(value) || Array.isArray(value))) {
      const inner = { ...options, unit: nested as MeterUnit };
      if (isObject(value)) readObject(value, found, inner, level + 1);
      else readList(value, found, inner);
      continue;
    }
    if (AROUND.has(name) && isObject(value)) readObject(value, found, options, level + 1);
    const [phase, kind] = PHASE_NAMES.get(name) ?? [];
    if (phase && kind) put(phase, value, kind, found, options);
    const total = key === OF_A_CHARGER ? undefined : TOTAL_NAMES.get(name);
    if (total) putTotal(key, value, total, found, options);
  }
}

const plainName = (key: string): string => key.toLowerCase().replace(/[^a-z0-9]/g, '');

/** A value and a unit beside those of phases are not all of the message. */
function namesPhase(input: unknown): boolean {
  if (!isObject(input)) return false;
  return Object.keys(input)
    .slice(0, MOST_FIELDS)
    .some((key) => key.length <= LONGEST_NAME && PHASE_NAMES.has(plainName(key)));
}

/** Three values, or three objects with current and power as Shelly gives them. */
function readList(values: readonly unknown[], found: Found, options: ReadOptions): void {
  for (const [index, phase] of PHASES.entries()) {
    const value = plainValue(values[index]);
    if (value === undefined) continue;
    if (!isObject(value)) put(phase, value, 'own', found, options);
    else {
      if (value['current'] !== undefined) put(phase, value['current'], 'A', found, options);
      if (value['power'] !== undefined) put(phase, value['power'], 'W', found, options);
    }
  }
}

/** One number: of the only phase, or the power of all. */
function readSingle(value: unknown, found: Found, options: ReadOptions): void {
  if (options.phases === 1) put('phase1', value, 'own', found, options);
  else if (measured(value, 'own', options.unit).known !== 'A')
    putTotal('the meter value', value, 'own', found, options);
  else if (measured(value, 'own', options.unit).number === undefined)
    found.problems.push(phrase`the meter value is ${shownValue(value)}`);
  else throw refusal(phrase`one current of ${shownValue(value)} A for three phases`);
}

function put(phase: Phase, value: unknown, kind: Kind, found: Found, { unit }: ReadOptions): void {
  if (isUnusedExport(value, kind)) return;
  const { number, known } = measured(value, kind, unit);
  if (number === undefined) {
    found.problems.push(phrase`${phase} is ${shownValue(value)}`);
    return;
  }
  if (known === 'A') found.currents.set(phase, number);
  else if (known === 'W') found.powersW.set(phase, number);
  else found.powersW.set(phase, (found.powersW.get(phase) ?? 0) + FACTORS[known] * number);
}

/** A meter that has a value for the export may leave it null while there is none. */
const isUnusedExport = (value: unknown, kind: Kind): boolean =>
  (value === null || value === undefined) && kind.startsWith('minus');

function putTotal(name: string, value: unknown, kind: Kind, found: Found, { unit, phases }: ReadOptions): void {
  if (isUnusedExport(value, kind)) return;
  const { number, known } = measured(value, kind, unit);
  if (known === 'A') {
    if (phases === 1) put('phase1', value, 'A', found, { unit: 'A', phases, voltage: 0 });
    return;
  }
  if (number === undefined) {
    found.problems.push(phrase`${name.slice(0, LONGEST)} is ${shownValue(value)}`);
    return;
  }
  const watts = number * FACTORS[known];
  if (!kind.startsWith('minus')) found.totalW ??= watts;
  else found.exportW ??= -watts;
}

/** A number, also as text with its unit, which has to suit the name of the value: `5 A`, `1.2 kW`. */
function measured(value: unknown, kind: Kind, unit: MeterUnit): { number: number | undefined; known: MeterKind } {
  const expected = kind === 'own' ? unit : kind;
  const [, digits, letters] = (typeof value === 'string' && WITH_UNIT.exec(value)) || [];
  const named = UNITS.get(letters?.toLowerCase() ?? '');
  if (named === undefined) return { number: numberOf(value), known: expected };
  const number = numberOf(digits);
  if (kind === 'own' || named === expected) return { number, known: named };
  if (named === 'A' || expected === 'A') return { number: undefined, known: expected };
  return {
    number: number === undefined ? undefined : (number * FACTORS[named]) / Math.abs(FACTORS[expected]),
    known: expected,
  };
}

/** A current that has no sign gets that of the power beside it, as many meters measure. */
function currentsOf({ currents, powersW, problems }: Found, { voltage, phases }: ReadOptions): Partial<PhaseValues> {
  const read: Partial<PhaseValues> = {};
  for (const phase of PHASES.slice(0, phases)) {
    const current = currents.get(phase);
    const power = powersW.get(phase);
    // Text in the place of a current is no reason to take the power for it.
    const isBad = problems.some((problem) => problem.startsWith(phase));
    const ampere = current ?? (power === undefined || isBad ? undefined : power / voltage);
    if (ampere === undefined) continue;
    const shown = Math.round(ampere);
    if (!isPlausible(ampere)) {
      problems.push(phrase`${phase} is ${shown} A, more than a connection carries`);
      continue;
    }
    read[phase] = current !== undefined && power !== undefined && power < 0 ? -Math.abs(ampere) : ampere;
  }
  return read;
}

function numberOf(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (typeof value !== 'string' || value.length > LONGEST) return undefined;
  const text = value.trim();
  return DECIMAL.test(text) ? Number(text.replace(',', '.')) : undefined;
}

function refusal(problem: string): ZaptecError {
  return zaptecError('INPUT_INVALID', phrase`Meter: ${problem}`, {
    remedy: 'Send {"phase1": 10.5, "phase2": 3, "phase3": 4.2} in A, or powers by phase; export is negative',
  });
}

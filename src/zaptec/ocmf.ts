import { toUtc } from './decode/times';
import { isObject, present, type JsonObject } from './json';
import { sectionsOf } from './ocmf-sections';
import { readNumber } from './values';

/** One reading of the meter in an OCMF text (docs/zaptec-api.md, "Signed meter values"). */
export interface OcmfReading {
  /** ISO 8601 with `Z`; absent when the text has none that can be read. */
  time?: string;
  /** How sure the clock was: U unknown, I informative, S synchronised, R relative. */
  clock?: string;
  /** B begin, C, S and T in between, E, L, R, A and P end of a session, X error; absent outside of a session. */
  type?: string;
  /** kWh; absent when the reading has no number or a unit that is no energy. */
  value?: number;
  /** The quantity: its OBIS code. */
  quantity?: string;
  /** AC or DC */
  current?: string;
  /** E: the energy must not be billed, t: the time must not. */
  errors?: string;
  /** G good; only a good reading counts. */
  status?: string;
}

export interface Ocmf {
  readings: OcmfReading[];
  /**
   * kWh, the total of the meter: the largest good reading, as known clients take it
   * (docs/zaptec-api.md, "Signed meter values").
   */
  meterKwh?: number;
  /** When that reading was taken. */
  meterTime?: string;
}

const KWH_PER = new Map([
  ['kwh', 1],
  ['wh', 0.001],
]);

/** How a session ended: usually, locally, remotely, by an error or by a power failure. */
const ENDS: ReadonlySet<string | undefined> = new Set(['E', 'L', 'R', 'A', 'P']);

/** The fields that a reading leaves out where they are those of the reading before. */
const INHERITED = ['TX', 'RI', 'RU', 'RT', 'EF', 'ST'] as const;

/**
 * Reads an OCMF text of observation 554 or of `signedSession` in 723: `OCMF|{…}`, with or without a signature as third
 * part. Anything that is no OCMF gives no readings. Never throws; the signature is not checked.
 */
export function parseOcmf(text: string | undefined): Ocmf {
  const readings = ocmfReadings(sectionsOf(text ?? '')?.payload);
  const total = readings.reduce<OcmfReading | undefined>(larger, undefined);
  return present<Ocmf>({ readings, meterKwh: total?.value, meterTime: total?.time });
}

/** The readings of a payload. */
export function ocmfReadings(payload: JsonObject | undefined): OcmfReading[] {
  const entries: unknown[] = Array.isArray(payload?.RD) ? payload.RD : [];
  let before: JsonObject = {};
  return entries.filter(isObject).map((entry) => {
    const whole: JsonObject = { ...entry };
    for (const field of INHERITED) whole[field] = entry[field] ?? before[field];
    before = whole;
    return readingOf(whole);
  });
}

/** Whether a reading is the last of its session. */
export function isEnd({ type }: OcmfReading): boolean {
  return ENDS.has(type);
}

function readingOf(entry: JsonObject): OcmfReading {
  const { RU: unit } = entry;
  const factor = typeof unit === 'string' ? KWH_PER.get(unit.trim().toLowerCase()) : undefined;
  const amount = amountOf(entry.RV);
  const [written = '', clock] = textOf(entry.TM)?.trim().split(' ', 2) ?? [];
  return present<OcmfReading>({
    time: timeOf(written),
    clock: clock === '' ? undefined : clock,
    type: textOf(entry.TX),
    value: amount === undefined || factor === undefined ? undefined : toKwh(amount, factor),
    quantity: textOf(entry.RI),
    current: textOf(entry.RT),
    errors: textOf(entry.EF),
    status: textOf(entry.ST),
  });
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function amountOf(value: unknown): number | undefined {
  return typeof value === 'number' || typeof value === 'string' ? readNumber(String(value)) : undefined;
}

/** Rounded to a milliwatt hour, so that 1234.567 Wh does not become 1.2345670000000001 kWh. */
function toKwh(amount: number, factor: number): number {
  return factor === 1 ? amount : Number((amount * factor).toFixed(6));
}

/** `2026-05-04T08:01:02,000+00:00 R`: a comma, an offset, and a letter for how the clock was set. */
function timeOf(text: string): string | undefined {
  const written = text.replace(',', '.');
  const time = toUtc(written);
  // What was changed was understood.
  return time !== written || (time.endsWith('Z') && !Number.isNaN(Date.parse(time))) ? time : undefined;
}

function larger(best: OcmfReading | undefined, reading: OcmfReading): OcmfReading | undefined {
  if (reading.status !== 'G' || reading.value === undefined) return best;
  return best?.value !== undefined && best.value >= reading.value ? best : reading;
}

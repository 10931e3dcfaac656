import { parseJson } from './bounded-json';
import { toUtc } from './decode/times';
import { isObject, present, type JsonObject } from './json';
import { readNumber } from './values';

/** One reading of the meter in an OCMF text (docs/zaptec-api.md, "Signed meter values"). */
interface OcmfReading {
  /** ISO 8601 with `Z`; absent when the text has none that can be read. */
  time?: string;
  /** B begin, T periodic, E end of a session; others as they are. */
  type?: string;
  /** kWh; absent when the reading has no number or a unit that is no energy. */
  value?: number;
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

/** The text stands in a message of the bus or in an answer; a reading takes about a hundred characters. */
const LONGEST = 512 * 1024;

/** A signature may contain bars; more parts than this is no OCMF. */
const MAX_PARTS = 8;

/**
 * Reads an OCMF text of observation 554 or of `signedSession` in 723: `OCMF|{…}`, with or without a signature as third
 * part. Anything that is no OCMF gives no readings. Never throws; the signature is not checked.
 */
export function parseOcmf(text: string | undefined): Ocmf {
  const body = bodyOf(text ?? '');
  const readings = Array.isArray(body?.RD) ? readingsOf(body.RD) : [];
  const total = readings.reduce<OcmfReading | undefined>(larger, undefined);
  return present<Ocmf>({ readings, meterKwh: total?.value, meterTime: total?.time });
}

/** The JSON between the bars; the JSON itself may hold a bar, so longer parts are tried as well. */
function bodyOf(text: string): JsonObject | undefined {
  if (text.length > LONGEST) return undefined;
  const parts = text.split('|', MAX_PARTS);
  if (parts[0]?.trim() !== 'OCMF') return undefined;
  for (let end = 2; end <= parts.length; end++) {
    const body = parseObject(parts.slice(1, end).join('|'));
    if (body !== undefined) return body;
  }
  return undefined;
}

function parseObject(text: string): JsonObject | undefined {
  try {
    const value: unknown = parseJson(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** A reading may leave out the unit that the one before has given; a unit that was never given is unknown. */
function readingsOf(entries: readonly unknown[]): OcmfReading[] {
  let unit: unknown;
  return entries.filter(isObject).map((entry) => {
    unit = entry.RU ?? unit;
    return readingOf(entry, unit);
  });
}

function readingOf(entry: JsonObject, unit: unknown): OcmfReading {
  const factor = typeof unit === 'string' ? KWH_PER.get(unit.trim().toLowerCase()) : undefined;
  const amount = amountOf(entry.RV);
  return present<OcmfReading>({
    time: typeof entry.TM === 'string' ? timeOf(entry.TM) : undefined,
    type: typeof entry.TX === 'string' ? entry.TX : undefined,
    value: amount === undefined || factor === undefined ? undefined : toKwh(amount, factor),
    status: typeof entry.ST === 'string' ? entry.ST : undefined,
  });
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
  const time = toUtc((text.trim().split(' ', 1)[0] ?? '').replace(',', '.'));
  return time.endsWith('Z') && !Number.isNaN(Date.parse(time)) ? time : undefined;
}

function larger(best: OcmfReading | undefined, reading: OcmfReading): OcmfReading | undefined {
  if (reading.status !== 'G' || reading.value === undefined) return best;
  return best?.value !== undefined && best.value >= reading.value ? best : reading;
}

import { toUtc } from './decode/times';
import { readNumber } from './values';
import { isObject } from './json';

/** One reading of the meter in an OCMF text (`zaptec-api.md` 8.1). */
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
  /** kWh, the total of the meter: the largest good reading, as known clients take it (`zaptec-api.md` 8.1). */
  meterKwh?: number;
  /** When that reading was taken. */
  meterTime?: string;
}

const KWH_PER = new Map([
  ['kwh', 1],
  ['wh', 0.001],
]);

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
  return {
    readings,
    ...(total?.value === undefined ? {} : { meterKwh: total.value }),
    ...(total?.time === undefined ? {} : { meterTime: total.time }),
  };
}

/** The JSON between the bars; a bar inside a text of the JSON is found by trying the longer cut as well. */
function bodyOf(text: string): Record<string, unknown> | undefined {
  const parts = text.split('|', MAX_PARTS);
  if (parts[0]?.trim() !== 'OCMF') return undefined;
  for (let end = 2; end <= parts.length; end++) {
    const body = parseObject(parts.slice(1, end).join('|'));
    if (body !== undefined) return body;
  }
  return undefined;
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** OCMF lets a reading leave out what has not changed since the one before; a unit that was never given is unknown. */
function readingsOf(entries: readonly unknown[]): OcmfReading[] {
  let unit: unknown;
  return entries.filter(isObject).map((entry) => {
    unit = entry.RU ?? unit;
    return readingOf(entry, unit);
  });
}

function readingOf(entry: Record<string, unknown>, unit: unknown): OcmfReading {
  const factor = typeof unit === 'string' ? KWH_PER.get(unit.trim().toLowerCase()) : undefined;
  const amount = amountOf(entry.RV);
  const time = typeof entry.TM === 'string' ? timeOf(entry.TM) : undefined;
  return {
    ...(time === undefined ? {} : { time }),
    ...(typeof entry.TX === 'string' ? { type: entry.TX } : {}),
    ...(amount === undefined || factor === undefined ? {} : { value: toKwh(amount, factor) }),
    ...(typeof entry.ST === 'string' ? { status: entry.ST } : {}),
  };
}

function amountOf(value: unknown): number | undefined {
  return typeof value === 'number' || typeof value === 'string' ? readNumber(String(value)) : undefined;
}

/** To a milliwatt hour, so that 1234.567 Wh does not become 1.2345670000000001 kWh. */
function toKwh(amount: number, factor: number): number {
  return factor === 1 ? amount : Number((amount * factor).toFixed(6));
}

/** `2026-05-04T08:01:02,000+00:00 R`: a comma, an offset, and a letter for how the clock was set. */
function timeOf(text: string): string | undefined {
  const time = toUtc(text.trim().replace(/ .*$/, '').replace(',', '.'));
  return time.endsWith('Z') && !Number.isNaN(Date.parse(time)) ? time : undefined;
}

function larger(best: OcmfReading | undefined, reading: OcmfReading): OcmfReading | undefined {
  if (reading.status !== 'G' || reading.value === undefined) return best;
  return best?.value !== undefined && best.value >= reading.value ? best : reading;
}

import type { SessionRecord } from '../state/session-record';

/** Energy that was charged in a span of time; ms since 1970. */
export interface EnergySpan {
  start: number;
  end: number;
  kwh: number;
}

/** When a session took its energy. */
export interface SessionSpans {
  spans: EnergySpan[];
  /**
   * Energy whose time no reading gives, kWh. It is spread evenly over the time in which it must have been charged, or
   * over the whole session where there is no reading at all.
   */
  estimatedKwh: number;
}

export type MeteredSession = Pick<SessionRecord, 'start' | 'end' | 'energyKwh' | 'energyDetails'>;

/** Readings and the energy of a session may differ by as much, kWh: they are rounded apart. */
const ROUNDED_KWH = 0.001;

/**
 * Spreads the energy of a session over time. A reading is the energy since the start of the session, so that the energy
 * between two readings was charged between their times. The spans have the energy of the session together: what is
 * missing lies between the last reading and the end, and readings of too much are reduced in proportion.
 */
export function energySpans({ start, end, energyKwh = 0, energyDetails = [] }: MeteredSession): SessionSpans {
  const [from, to] = [timeOf(start), timeOf(end)];
  if (!(energyKwh > 0)) return { spans: [], estimatedKwh: 0 };
  const readings = energyDetails
    .map(({ time, kwh }) => ({ at: Date.parse(time), kwh }))
    .filter(({ at, kwh }) => Number.isFinite(at) && Number.isFinite(kwh))
    .sort((a, b) => a.at - b.at);
  const spans: EnergySpan[] = [];
  let [at, kwh] = [from ?? readings[0]?.at, 0];
  for (const reading of readings) {
    // A meter that goes back has charged nothing meanwhile.
    if (reading.kwh > kwh) {
      spans.push({ start: Math.min(at ?? reading.at, reading.at), end: reading.at, kwh: reading.kwh - kwh });
      kwh = reading.kwh;
    }
    at = Math.max(at ?? reading.at, reading.at);
  }
  const missing = energyKwh - kwh;
  if (missing < 0) {
    const scale = energyKwh / kwh;
    const estimatedKwh = -missing > ROUNDED_KWH ? energyKwh : 0;
    return { spans: spans.map((span) => ({ ...span, kwh: span.kwh * scale })), estimatedKwh };
  }
  if (missing === 0) return { spans, estimatedKwh: 0 };
  const last = Math.max(at ?? to ?? NaN, to ?? at ?? NaN);
  // Without any time there is no price either.
  if (Number.isFinite(last)) spans.push({ start: Math.min(at ?? last, last), end: last, kwh: missing });
  return { spans, estimatedKwh: missing > ROUNDED_KWH || !Number.isFinite(last) ? missing : 0 };
}

function timeOf(text: string | undefined): number | undefined {
  const at = text === undefined ? NaN : Date.parse(text);
  return Number.isFinite(at) ? at : undefined;
}

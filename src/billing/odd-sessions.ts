import type { SessionRecord } from '../state/session-record';
import { phrase } from '../errors/phrase';

/**
 * | reason                | the session                                                              |
 * | --------------------- | ------------------------------------------------------------------------ |
 * | `no-energy`           | has 0 kWh                                                                |
 * | `long-without-energy` | has 0 kWh and is longer than a day                                       |
 * | `energy-unknown`      | has no energy at all: the cloud sent none                                |
 * | `too-fast`            | has more energy than its charger can give in that time                   |
 * | `overlapping`         | began before another session of its charger had ended                    |
 * | `clock-unreliable`    | was measured by a clock that was not set, or ends before its start       |
 * | `meter-back`          | has a meter or an energy that goes back: the meter may have been exchanged |
 */
export type OddReason =
  | 'no-energy'
  | 'long-without-energy'
  | 'energy-unknown'
  | 'too-fast'
  | 'overlapping'
  | 'clock-unreliable'
  | 'meter-back';

/** Something about a session that somebody should look at before it is billed. */
export interface Oddity {
  reason: OddReason;
  /** A sentence for people, with the figures. */
  text: string;
}

/** What is known beside the session itself. */
export interface OddContext {
  /** The most power of the charger, kW; by default that of the strongest model, 22 kW. */
  maxKw?: number | undefined;
  /** Other sessions of the same charger. */
  others?: Iterable<SessionRecord>;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** guess: 32 A on three phases, the most of any model. */
const STRONGEST_KW = 22;
/** The voltage may be higher than usual. */
const TOLERANCE = 1.1;
/** What a reading may be late by, and rounded to, kWh. */
const ROUNDED_KWH = 0.1;
/** The figures of the cloud have three decimals, kWh. */
const NOTHING_KWH = 0.0005;
/** So many sessions of a charger are remembered for those that come later. */
const MOST_REMEMBERED = 50;

interface Span {
  id: string;
  from: number;
  to: number;
}

/** What is odd about a session; an empty list for a usual one. Voided and replaced ones overlap nothing. */
export function oddities(session: SessionRecord, { maxKw = STRONGEST_KW, others = [] }: OddContext = {}): Oddity[] {
  const span = spanOf(session);
  const spans = [...others].flatMap((other) => {
    const found = other.chargerId === session.chargerId && other.id !== session.id ? spanOf(other) : undefined;
    return found ?? [];
  });
  return [...ofEnergy(session, maxKw), ...ofClock(session), ...ofMeter(session), ...(span ? ofSpans(span, spans) : [])];
}

/**
 * The same for sessions that come one after the other, without keeping them: a session is compared with the last ones of
 * its charger that came before it, so that of two which overlap only the one that came later is told.
 */
export class OddSessions {
  readonly #spans = new Map<string, Span[]>();

  of(session: SessionRecord, maxKw?: number): Oddity[] {
    const found = oddities(session, { maxKw });
    const span = spanOf(session);
    if (!span) return found;
    const { chargerId } = session;
    const spans = (this.#spans.get(chargerId) ?? []).filter(({ id }) => id !== span.id);
    this.#spans.set(chargerId, [...spans, span].slice(-MOST_REMEMBERED));
    return [...found, ...ofSpans(span, spans)];
  }
}

function ofEnergy({ energyKwh, start, end, energyDetails = [] }: SessionRecord, maxKw: number): Oddity[] {
  if (energyKwh === undefined) return [odd('energy-unknown', 'The cloud sent no energy for it')];
  const ms = Date.parse(end ?? '') - Date.parse(start ?? '');
  if (Math.abs(energyKwh) < NOTHING_KWH) {
    const none = odd('no-energy', 'It has no energy');
    return ms > DAY_MS
      ? [none, odd('long-without-energy', phrase`It lasted ${figure(ms / HOUR_MS)} h and has no energy`)]
      : [none];
  }
  const points = [
    { at: Date.parse(start ?? ''), kwh: 0 },
    ...energyDetails.map(({ time, kwh }) => ({ at: Date.parse(time), kwh })),
  ];
  const whole = ms >= 0 ? [{ hours: ms / HOUR_MS, kwh: energyKwh }] : [];
  const parts = points.slice(1).map(({ at, kwh }, index) => {
    const before = points[index] ?? { at, kwh };
    return { hours: (at - before.at) / HOUR_MS, kwh: kwh - before.kwh };
  });
  const fast = [...whole, ...parts].find(
    ({ hours, kwh }) => hours >= 0 && kwh - ROUNDED_KWH > hours * maxKw * TOLERANCE,
  );
  if (!fast) return [];
  const text = phrase`It has ${figure(fast.kwh)} kWh in ${figure(fast.hours * 60)} min, more than ${figure(maxKw)} kW can give`;
  return [odd('too-fast', text)];
}

function ofClock({ reliableClock, start, end }: SessionRecord): Oddity[] {
  if (reliableClock === false) return [odd('clock-unreliable', 'The clock of the charger was not set')];
  if (start === undefined || end === undefined || Date.parse(end) >= Date.parse(start)) return [];
  return [odd('clock-unreliable', phrase`It ends at ${end}, before its start at ${start}`)];
}

function ofMeter({ energyKwh = 0, meterStartKwh, meterEndKwh, energyDetails = [] }: SessionRecord): Oddity[] {
  if (energyKwh <= -NOTHING_KWH)
    return [odd('meter-back', phrase`Its energy is ${figure(energyKwh)} kWh, less than nothing`)];
  if (meterStartKwh !== undefined && meterEndKwh !== undefined && meterEndKwh < meterStartKwh) {
    const text = phrase`The meter stood at ${figure(meterStartKwh)} kWh at its start and at ${figure(meterEndKwh)} kWh at its end`;
    return [odd('meter-back', text)];
  }
  const back = energyDetails.find(({ addedKwh }) => addedKwh <= -NOTHING_KWH);
  return back
    ? [odd('meter-back', phrase`Its energy went back by ${figure(-back.addedKwh)} kWh until ${back.time}`)]
    : [];
}

function ofSpans(span: Span, others: readonly Span[]): Oddity[] {
  const other = others.find(({ from, to }) => span.from < to && from < span.to);
  if (!other) return [];
  const ms = Math.min(span.to, other.to) - Math.max(span.from, other.from);
  return [odd('overlapping', phrase`It overlaps session ${other.id} for ${figure(ms / 60_000)} min`)];
}

/** Undefined where a session has no times, or does not count. */
function spanOf({ id, start, end, voided, replacedBy }: SessionRecord): Span | undefined {
  if (start === undefined || end === undefined || voided === true || replacedBy !== undefined) return undefined;
  const [from, to] = [Date.parse(start), Date.parse(end)];
  return from <= to ? { id, from, to } : undefined;
}

function odd(reason: OddReason, text: string): Oddity {
  return { reason, text };
}

/** Three decimals at most. */
function figure(value: number): string {
  return String(Math.round(value * 1000) / 1000);
}

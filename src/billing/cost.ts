import { firstAfter } from '../energy/plan/price-book';
import type { PriceSlot } from '../energy/plan/prices';
import type { SessionRecord } from '../state/session-record';
import { energySpans, type EnergySpan, type MeteredSession } from './energy-spans';
import { amountOf, hundredths } from './money';
import type { Tariff } from './tariff';

/** What a kWh costs. The parts that are there are added. */
export interface Pricing {
  /** Prices of spans of time, in order and without overlaps, for each kWh. */
  spot?: readonly PriceSlot[] | undefined;
  tariff?: Tariff | undefined;
  /** For each session, whatever its energy. */
  perSession?: number | undefined;
}

/** What a session costs, in the currency of the prices, to 0.01. */
export interface SessionCost {
  /** The sum of the parts; undefined while there is no price for some of the energy. */
  cost: number | undefined;
  /** By the spot prices, of the energy that they cover; undefined without spot prices. */
  costSpot: number | undefined;
  costTariff: number | undefined;
  costFixed: number | undefined;
  /** Energy for which there is no price, kWh. */
  unpricedKwh: number;
  /** Energy whose time is not known and was spread evenly, kWh. */
  estimatedKwh: number;
}

/** Less energy than this, kWh, is an error of rounding: a thousandth of a Wh. */
const NOTHING_KWH = 1e-6;

/** Whether a session is to be paid: it was not voided, and no other session stands for it. */
export function isBillable({ voided, replacedBy }: Pick<SessionRecord, 'voided' | 'replacedBy'>): boolean {
  return voided !== true && replacedBy === undefined;
}

/**
 * The cost of a session. Its energy is spread over the times of its readings, and each part has the price of its time.
 * What no price covers is reported and costs nothing so far: the cost as a whole is then not known.
 */
export function costOf(session: MeteredSession, { spot, tariff, perSession }: Pricing): SessionCost {
  const { spans, estimatedKwh } = energySpans(session);
  const timed = spans.reduce((sum, { kwh }) => sum + kwh, 0);
  // Energy of a session without any time.
  const untimed = Math.max(0, (session.energyKwh ?? 0) - timed);
  const bySpot = spot && priced(spans, (span) => slotsOf(spot, span));
  const byTariff = tariff && priced(spans, (span) => tariff.slots(span.start, span.end));
  const needsTime = spot !== undefined || tariff !== undefined;
  const unpriced = (bySpot?.unpricedKwh ?? 0) + (needsTime ? untimed : 0);
  const unpricedKwh = unpriced > NOTHING_KWH ? micro(unpriced) : 0;
  const parts = [bySpot?.amount, byTariff?.amount, perSession].map((part) =>
    part === undefined ? undefined : hundredths(part),
  );
  const [costSpot, costTariff, costFixed] = parts.map((part) => (part === undefined ? undefined : amountOf(part)));
  const known = parts.filter((part) => part !== undefined);
  const sum = known.reduce((all, part) => all + part, 0);
  const cost = unpricedKwh > 0 || known.length === 0 ? undefined : amountOf(sum);
  return { cost, costSpot, costTariff, costFixed, unpricedKwh, estimatedKwh: micro(estimatedKwh) };
}

function priced(
  spans: readonly EnergySpan[],
  slotsAt: (span: EnergySpan) => readonly PriceSlot[],
): { amount: number; unpricedKwh: number } {
  let amount = 0;
  let unpricedKwh = 0;
  for (const span of spans) {
    const lengthMs = span.end - span.start;
    let covered = 0;
    for (const { start, end, price } of slotsAt(span)) {
      const overlapMs = Math.min(end, span.end) - Math.max(start, span.start);
      // Energy of a moment has the price of that moment.
      const share = lengthMs > 0 ? Math.max(0, overlapMs) / lengthMs : 1 - covered;
      amount += span.kwh * share * price;
      covered += share;
    }
    unpricedKwh += span.kwh * Math.max(0, 1 - covered);
  }
  return { amount, unpricedKwh };
}

/** The slots that a span touches. A moment at the border of two belongs to the later one. */
function slotsOf(slots: readonly PriceSlot[], { start, end }: EnergySpan): PriceSlot[] {
  const found: PriceSlot[] = [];
  for (let index = Math.max(0, firstAfter(slots, start) - 1); index < slots.length; index += 1) {
    const slot = slots[index];
    if (slot === undefined || slot.start > end || (slot.start === end && start < end)) break;
    if (slot.end > start) found.push(slot);
  }
  return found;
}

const micro = (kwh: number): number => Math.round(kwh * 1e6) / 1e6;

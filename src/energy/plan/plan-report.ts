import { present } from '../../zaptec/json';
import type { Calendar } from '../calendar';
import type { PlanDecision } from './charge-planner';
import type { PlanCode } from './plan-reason';

/** A plan as a payload. Times are ISO 8601 with the local offset. */
export interface PlanReport {
  charge: boolean;
  code: PlanCode;
  reason: string;
  /** When the goal is due. */
  by: string;
  needKwh: number;
  needHours: number;
  /** The power that the plan reckons with, kW. */
  powerKw: number;
  /** When charging is to begin next, or has begun; absent when nothing is planned. */
  from?: string;
  /** What the planned energy costs, in the currency of the prices. */
  cost?: number;
  slots: { start: string; end: string; kwh: number; price: number; estimated: boolean }[];
  /** The plan as the power-saver nodes give theirs. */
  schedule: { time: string; value: boolean; countHours: number | null }[];
  hours: { start: string; price: number; onOff: boolean; saving: null }[];
  current: boolean;
  source: 'zaptec-plan';
  /** kWh of the planned energy that the sun gives by its forecast. */
  sunKwh?: number;
  /** For a chart: price, kW that are planned, and the second series (W of the sun, or CO₂), from each time on. */
  rows: { x: number; price: number; kw: number; second?: number }[];
  dryRun?: true;
}

export interface ReportOptions {
  /** Prices are for a MWh and not for a kWh. */
  perMwh: boolean;
  dryRun: boolean;
}

const HOUR = 3_600_000;

/** What a decision says, for people, charts and the nodes that understand power-saver's schedules. */
export function reportOf(decision: PlanDecision, calendar: Calendar, { perMwh, dryRun }: ReportOptions): PlanReport {
  const { charge, code, reason, deadline, needKwh, needHours, powerKw, segments, prices, cost, sunKwh, series } =
    decision;
  const isPlanned = (at: number): boolean => segments.some(({ start, end }) => start <= at && at < end);
  const cuts = new Set(segments.flatMap(({ start, end }) => [start, end]));
  const known = prices.length > 0 ? prices : series.map((span) => ({ ...span, price: 0 }));
  const parts = known.flatMap(({ start, end, price }) => {
    const starts = [start, ...[...cuts].filter((at) => at > start && at < end).sort((a, b) => a - b)];
    return starts.map((at) => ({ at, price, on: isPlanned(at) }));
  });
  return present<PlanReport>({
    charge,
    code,
    reason,
    by: calendar.iso(deadline),
    needKwh: rounded(needKwh, 2),
    needHours: rounded(needHours, 2),
    powerKw: rounded(powerKw, 2),
    from: segments[0] && calendar.iso(segments[0].start),
    cost: cost === undefined ? undefined : rounded(perMwh ? cost / 1_000 : cost, 4),
    slots: segments.map(({ start, end, kwh, price, estimated }) => ({
      start: calendar.iso(start),
      end: calendar.iso(end),
      kwh: rounded(kwh, 2),
      price: rounded(price, 4),
      estimated,
    })),
    schedule: scheduleOf(parts, calendar),
    hours: parts.map(({ at, price, on }) => ({ start: calendar.iso(at), price, onOff: on, saving: null })),
    current: charge,
    source: 'zaptec-plan',
    sunKwh: sunKwh === undefined ? undefined : rounded(sunKwh, 2),
    rows: parts.map(({ at, price, on }) => {
      const second = series.find(({ start, end }) => start <= at && at < end)?.price;
      return present({ x: at, price, kw: on ? rounded(powerKw, 2) : 0, second });
    }),
    dryRun: dryRun ? true : undefined,
  });
}

/** One entry for each change; the last one has no length. */
function scheduleOf(parts: readonly { at: number; on: boolean }[], calendar: Calendar): PlanReport['schedule'] {
  const changes = parts.filter(({ on }, index) => on !== parts[index - 1]?.on);
  return changes.map(({ at, on }, index) => {
    const next = changes[index + 1]?.at;
    return {
      time: calendar.iso(at),
      value: on,
      countHours: next === undefined ? null : rounded((next - at) / HOUR, 2),
    };
  });
}

function rounded(value: number, digits: number): number {
  return Math.round(value * 10 ** digits) / 10 ** digits;
}

import { present } from '../../zaptec/json';
import type { Calendar } from '../calendar';
import type { LoadGuardCode, LoadGuardDecision } from './guard-decision';
import { PHASES, type PhaseValues } from './phases';

/** A decision of the load guard as a payload. Times are ISO 8601 with the local offset. */
export interface LoadGuardReport {
  code: LoadGuardCode;
  reason: string;
  /** A by phase; absent while the first value of the meter is awaited. */
  limit?: PhaseValues;
  /** By phase, A: of the connection, of the cars, and what the house leaves; absent where it is not known. */
  totalA?: Partial<PhaseValues>;
  carsA?: Partial<PhaseValues>;
  freeA?: Partial<PhaseValues>;
  /** Lowerings within 15 minutes of a change, in the last hour. */
  earlyLowerings: number;
  /** From when on a raise can be set. */
  raiseAt?: string;
  period?: {
    from: string;
    to: string;
    usedKwh: number;
    limitKw: number;
    leftKw: number;
    houseKw?: number;
    peaksKw: number[];
  };
  dryRun?: true;
}

/** What a decision says, for people and charts. */
export function guardReportOf(decision: LoadGuardDecision, calendar: Calendar, dryRun: boolean): LoadGuardReport {
  const { code, reason, limit, phases, tariff, earlyLowerings, raiseAt } = decision;
  const byPhase = (of: (phase: (typeof phases)[number]) => number | undefined): Partial<PhaseValues> | undefined => {
    const known = phases.flatMap((phase, index) => {
      const value = of(phase);
      return value === undefined || !Number.isFinite(value) ? [] : [[PHASES[index], rounded(value, 2)]];
    });
    return known.length === 0 ? undefined : (Object.fromEntries(known) as Partial<PhaseValues>);
  };
  return present<LoadGuardReport>({
    code,
    reason,
    limit,
    totalA: byPhase(({ totalA }) => totalA),
    carsA: byPhase(({ carsA }) => carsA),
    freeA: byPhase(({ freeA }) => freeA),
    earlyLowerings,
    raiseAt: raiseAt === undefined ? undefined : calendar.iso(raiseAt),
    period: tariff && {
      from: calendar.iso(tariff.from),
      to: calendar.iso(tariff.to),
      usedKwh: rounded(tariff.usedKwh, 3),
      limitKw: rounded(tariff.boundKw, 2),
      leftKw: rounded(tariff.leftKw, 2),
      ...(tariff.houseKw === undefined ? {} : { houseKw: rounded(tariff.houseKw, 2) }),
      peaksKw: tariff.peaksKw.map((kw) => rounded(kw, 2)),
    },
    dryRun: dryRun ? true : undefined,
  });
}

function rounded(value: number, digits: number): number {
  return Math.round(value * 10 ** digits) / 10 ** digits;
}

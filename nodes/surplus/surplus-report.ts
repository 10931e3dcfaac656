import { clock, present, type SurplusDecision } from '../../src/client';

/** The decision as the payload of the second output: the reason in words, and its numbers for a chart. */
export function surplusReport(decision: SurplusDecision, dryRun: boolean): Record<string, unknown> {
  const { currentA, code, reason, change, mode, powerW, phases, sunW, parts, starts, raiseAt } = decision;
  return present<Record<string, unknown>>({
    code,
    reason,
    mode,
    change,
    current: currentA,
    unit: 'A',
    phases: phases === 0 ? undefined : phases,
    powerW: Math.round(powerW),
    sunW: whole(sunW),
    gridW: whole(parts.gridW),
    chargersW: whole(parts.chargersW),
    batteryW: whole(parts.batteryW),
    batteryPercent: parts.batteryPercent,
    houseW: whole(parts.houseW),
    starts,
    raiseFrom: raiseAt === undefined ? undefined : clock.iso(raiseAt),
    dryRun: dryRun ? true : undefined,
  });
}

const whole = (watts: number | undefined): number | undefined => (watts === undefined ? undefined : Math.round(watts));

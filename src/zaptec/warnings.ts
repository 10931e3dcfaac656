import { constantsTable } from './constants-table';
import type { DeviceFamily } from './device';

/** A mask as decimal digits, with or without the three decimals of other observations. */
const MASK = /^\s{0,20}(\d{1,20})(?:\.0{0,20})?\s{0,20}$/;

/**
 * Warnings during which the charger does not charge. No source says which do: this is a guess from their names, namely
 * protection against residual current, relays that do not open, over-current, a meter or a pilot signal that cannot be
 * trusted, a missing phase 1, and broken electronics. Left out on purpose are those that only inform or throttle
 * (HUMIDITY, TEMPERATURE, REBOOT, NO_VOLTAGE_L2_L3 of a one-phase house, MID…) and DISABLED, which is a reason of its own.
 */
const STOPPING =
  /^(?:RCD_.*|EMETER_.*|.*RELAY.*|.*OVERCURRENT.*|PILOT_.*|MOTOR.*|FPGA_(?:COM_TIMEOUT|INIT_FAILED|WATCHDOG)|TEMPERATURE_ERROR|NO_VOLTAGE_L1|NO_SWITCH_POW_DEF|O_PEN|SERVO|ILLEGAL_PHASE|INVALID_HARDWARE_ID|MAX_SESSION_RESTART)$/;

/** The warning of a charger that somebody has disabled. */
export const DISABLED_WARNING = 'DISABLED';

/**
 * The names in a mask of warnings (observation 804), lowest bit first; a bit without a name is `BIT_<n>`. Masks reach
 * 2^56 (docs/zaptec-api.md, "Warnings"), so they are read from the text as they are. Undefined when the text is no
 * mask.
 */
export function warningNames(text: string, family: DeviceFamily): string[] | undefined {
  return bitNames(text, (bit) => nameOf(bit, family));
}

/** The bits of a mask by name, or by number where no table names them, as for 803 Notifications. */
export function bitNames(
  text: string,
  name: (bit: number) => string | undefined = () => undefined,
): string[] | undefined {
  const digits = MASK.exec(text)?.[1];
  if (digits === undefined) return undefined;
  const names: string[] = [];
  for (let mask = BigInt(digits), bit = 0; mask > 0n; mask >>= 1n, bit++) {
    if (mask & 1n) names.push(name(bit) ?? `BIT_${bit}`);
  }
  return names;
}

/** The bit of a name that `warningNames` gave; undefined for a name that no table of the family has. */
export function warningBit(name: string, family: DeviceFamily): number | undefined {
  const unnamed = /^BIT_(\d{1,3})$/.exec(name)?.[1];
  if (unnamed !== undefined) return Number(unnamed);
  const { Smart, Apollo } = constantsTable().warnings;
  const tables = family === 'Smart' ? [Smart] : family === 'Apollo' ? [Apollo] : [Smart, Apollo];
  for (const table of tables) for (const [bit, known] of table) if (known === name) return bit;
  return undefined;
}

/** Whether charging stands still while this warning is there (see `STOPPING`: a guess). */
export function stopsCharging(warning: string): boolean {
  return STOPPING.test(warning);
}

function nameOf(bit: number, family: DeviceFamily): string | undefined {
  const { Smart, Apollo } = constantsTable().warnings;
  if (family === 'Smart') return Smart.get(bit);
  if (family === 'Apollo') return Apollo.get(bit);
  const smart = Smart.get(bit);
  const apollo = Apollo.get(bit);
  // The families use some bits for different warnings: with no family known, no name is better than a wrong one.
  return smart === undefined || apollo === undefined || smart === apollo ? (smart ?? apollo) : undefined;
}

import { readFileSync } from 'node:fs';

/** Where Linux names its present start, in containers too. */
const BOOT_ID = '/proc/sys/kernel/random/boot_id';

/** A time of the clock that runs from the start of the computer on, and that nobody can set. */
export interface BootTime {
  /** Names the start. */
  id: string;
  /** Since then, not counting sleep. */
  ms: number;
}

/** Names the present start of the computer; undefined where the system does not. */
export function bootId(): string | undefined {
  try {
    return readFileSync(BOOT_ID, 'utf8').trim() || undefined;
  } catch {
    return undefined;
  }
}

import type { Currents } from '../../src/client';

/** One number where all phases are alike. */
export function amperes(currents: Currents | undefined): string {
  if (!currents) return '?';
  const { phase1, phase2, phase3 } = currents;
  const parts = [phase1, phase2, phase3].map((ampere) => String(Math.round(ampere * 10) / 10));
  return new Set(parts).size === 1 ? String(parts[0]) : parts.join('/');
}

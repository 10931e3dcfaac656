import type { Device } from '../device';
import { isItNet } from '../device';
import type { Charger, Installation } from '../model';

/** V between phase and neutral (TN) or between two phases (IT). */
export const NOMINAL_V = 230;

/**
 * The power of a charger, W. TN: each phase against neutral. IT has no neutral: three phases carry √3 times the voltage
 * between them; a single-phase current flows between two phases. guess: it is reported on the first of them.
 */
export function powerOf(installation: Installation, charger: Charger): number {
  const [i1, i2, i3] = charger.currents;
  const [u1, u2, u3] = charger.voltages;
  const simple = u1 * i1 + u2 * i2 + u3 * i3;
  return isItNet(installation) && i2 > 0 && i3 > 0 ? simple / Math.sqrt(3) : simple;
}

/** Updates the voltages of the wired phases: noise, and a drop under load. */
export function updateVoltages({ charger, installation, noise }: Device): void {
  const wired = installation.networkType === 1 || installation.networkType === 3 ? 1 : 3;
  for (const phase of [0, 1, 2] as const) {
    charger.voltages[phase] =
      phase < wired ? NOMINAL_V + noise.between(-1.2, 1.2) - charger.currents[phase] * 0.05 : noise.between(1.1, 1.4);
  }
}

/** Sets the current of each phase and the resulting power. */
export function setCurrents({ charger, installation, phases }: Device, ampere: number): void {
  for (const phase of [0, 1, 2] as const) charger.currents[phase] = phases[phase] ? ampere : 0;
  charger.powerW = ampere === 0 ? 0 : powerOf(installation, charger);
}

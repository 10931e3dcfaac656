import type { Measurement } from '../result';

/** What the bench `energy` measures of one strategy, over seeded days. */
export interface EnergyPart {
  name: string;
  /** @param short fewer days, for CI */
  measure: (short: boolean) => Measurement[] | Promise<Measurement[]>;
}

import { everyPhase } from './currents';
import type { Currents } from './types';
import { phrase } from '../errors/phrase';

type CurrentUnit = 'A' | 'kW' | 'W';

/** A quantity of a flow in its own unit: one for all phases together (A: for each of them), or one for each phase. */
export type Quantity = { unit: CurrentUnit } & ({ value: number } | { phases: Currents });

/** The supply of an installation, as far as it is known. */
export interface Supply {
  /** 1 and 2 IT with one and three phases, 3 and 4 TN (docs/zaptec-api.md, "Enumerations"). */
  networkType?: number | undefined;
  /** V between a phase and neutral, or in an IT net between two phases, measured by a charger that charges. */
  measuredV?: number | undefined;
}

/** Amperes, and how they were calculated. */
export interface Amperes {
  currents: Currents;
  /** Network and voltage that the calculation took; absent where there was nothing to calculate. */
  assumption?: string;
}

const NOMINAL_V = 230;
/** Outside of this a measured voltage is not that of a charging car, V. */
const PLAUSIBLE_V = { min: 180, max: 260 };
const SINGLE_PHASE: readonly (number | undefined)[] = [1, 3];
const IT: readonly (number | undefined)[] = [1, 2];

/**
 * Power becomes current by the network of the installation: three phases TN 3 × U × I, IT √3 × U × I, one phase U × I.
 * An unknown network counts as three-phase TN. Values per phase are U × I each.
 */
export function toAmperes(quantity: Quantity, { networkType, measuredV }: Supply): Amperes {
  if (quantity.unit === 'A') return { currents: 'phases' in quantity ? quantity.phases : everyPhase(quantity.value) };
  const measured = measuredV !== undefined && measuredV >= PLAUSIBLE_V.min && measuredV <= PLAUSIBLE_V.max;
  const volts = measured ? measuredV : NOMINAL_V;
  const watts = quantity.unit === 'kW' ? 1000 : 1;
  const source = measured ? 'measured' : 'assumed';
  if ('phases' in quantity) {
    const { phase1, phase2, phase3 } = quantity.phases;
    const of = (power: number) => (power * watts) / volts;
    return {
      currents: { phase1: of(phase1), phase2: of(phase2), phase3: of(phase3) },
      assumption: phrase`${shown(volts)} V (${source}) on each phase`,
    };
  }
  const factor = SINGLE_PHASE.includes(networkType) ? 1 : IT.includes(networkType) ? Math.sqrt(3) : 3;
  const amperes = (quantity.value * watts) / (factor * volts);
  return { currents: everyPhase(amperes), assumption: phrase`${nameOf(networkType)}, ${shown(volts)} V (${source})` };
}

const shown = (volts: number): number => Math.round(volts * 10) / 10;

const NAMES = new Map<number | undefined, string>([
  [1, 'one phase IT'],
  [2, 'three phases IT'],
  [3, 'one phase TN'],
  [4, 'three phases TN'],
]);

function nameOf(networkType: number | undefined): string {
  return NAMES.get(networkType) ?? 'three phases TN (assumed)';
}

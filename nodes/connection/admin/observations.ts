import { constantsTable } from '../../../src/client';

/** An observation as a picker shows it. */
interface ObservationItem {
  id: string;
  /** Zaptec's names for it, which depend on the family of the charger. */
  name: string;
  unit?: string;
}

/** Every observation that Zaptec's table knows: no account is needed to ask for it. */
export function observationItems(): ObservationItem[] {
  return [...constantsTable().observations.values()].map(({ id, name, nameByDevice, unit }) => ({
    id: String(id),
    name: [...new Set([name, ...Object.values(nameByDevice ?? {})])].join(', '),
    ...(unit === undefined ? {} : { unit }),
  }));
}

import type { Facts } from '../shared/message';
import type { StoredCharger } from '../shared/strategy/stored-chargers';
import type { ChargersReading } from '../../src/client';

const PHASES = ['phase1', 'phase2', 'phase3'] as const;

/** What the chargers of the account's store take together. A charger that does not charge takes nothing. */
export function storedPower(chargers: readonly StoredCharger[]): ChargersReading {
  const charging = chargers.filter(({ snapshot }) => snapshot.mode === 'charging');
  const isUnknown = chargers.length === 0 || charging.some(({ snapshot, stale }) => stale || !hasPower(snapshot));
  const connected = chargers.filter(({ snapshot }) => snapshot.sessionId !== undefined);
  return {
    powerW: isUnknown ? undefined : charging.reduce((sum, { snapshot }) => sum + (snapshot.powerW ?? 0), 0),
    currents: isUnknown ? undefined : PHASES.map((phase) => sumOf(charging, phase)),
    session: connected.length === 1 ? connected[0]?.snapshot.sessionId : undefined,
  };
}

/** The installation of the chargers, where they are of one. */
export function installationOf(chargers: readonly StoredCharger[]): Facts {
  const [first] = chargers;
  const id = first?.known.installationId;
  if (id === undefined || chargers.some(({ known }) => known.installationId !== id)) return {};
  const name = first?.known.installationName;
  return { installation: name === undefined ? { id } : { id, name } };
}

function hasPower({ powerW }: StoredCharger['snapshot']): boolean {
  return powerW !== undefined;
}

function sumOf(chargers: readonly StoredCharger[], phase: (typeof PHASES)[number]): number {
  return chargers.reduce((sum, { snapshot }) => sum + (snapshot.currentA?.[phase] ?? 0), 0);
}

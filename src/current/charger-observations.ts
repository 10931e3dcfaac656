import type { Store } from '../state/store';
import { OBSERVATION } from '../zaptec/observation-ids';
import { perPhase, PHASES } from './currents';
import type { Currents } from './types';

/** The current that a charger is allotted may differ so much from what was set, in A; guess. */
const TOLERANCE_A = 0.6;

function chargersOf(store: Store, installationId: string): string[] {
  return [...store.ids].filter((id) => store.charger(id)?.installationId === installationId);
}

/** Observation 712 of the chargers of an installation, as far as it is known. */
export function standAloneOf(store: Store, installationId: string): boolean[] {
  return chargersOf(store, installationId)
    .map((id) => store.raw(id).find(({ stateId }) => stateId === OBSERVATION.IsStandAlone)?.valueAsString)
    .filter((value) => value !== undefined)
    .map((value) => value === '1');
}

/** The voltage at a charger that charges, in V; undefined when none does. */
export function voltageOf(store: Store, installationId: string): number | undefined {
  for (const id of chargersOf(store, installationId)) {
    const view = store.view(id);
    if (!view || view.stale || view.snapshot.mode !== 'charging') continue;
    const { phase1, phase2, phase3 } = view.snapshot.voltageV ?? {};
    const volts = [phase1, phase2, phase3].filter((volt) => volt !== undefined);
    if (volts.length > 0) return volts.reduce((sum, volt) => sum + volt, 0) / volts.length;
  }
  return undefined;
}

/** What fresh observations tell of the current that is known to be set; undefined when there are none. */
export function observedCurrents(
  store: Store,
  installationId: string,
  applied: Currents,
): { chargers: Currents[]; agrees: boolean | undefined } | undefined {
  const views = chargersOf(store, installationId).map((id) => store.view(id));
  const fresh = views.filter((view) => view !== undefined && !view.stale).map((view) => view?.snapshot);
  if (fresh.length === 0) return undefined;
  const allotted = fresh.map((snapshot) => (snapshot?.mode === 'charging' ? (snapshot.allocatedA ?? 0) : 0));
  const most = Math.max(...PHASES.map((phase) => applied[phase]));
  const agrees = allotted.some((ampere) => ampere > most + TOLERANCE_A)
    ? false
    : allotted.some((ampere) => Math.abs(ampere - most) <= TOLERANCE_A && ampere > 0)
      ? true
      : undefined;
  return { chargers: fresh.map((snapshot) => perPhase((phase) => snapshot?.currentA?.[phase] ?? 0)), agrees };
}

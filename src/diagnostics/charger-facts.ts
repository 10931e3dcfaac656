import type { Store } from '../state/store';
import { clock } from '../time/clock';
import { present } from '../zaptec/json';
import { OBSERVATION } from '../zaptec/observation-ids';
import type { ChargerFacts } from './facts';

/**
 * What the store knows of a charger; undefined where no message came and nobody has read it.
 * @param isLive a live feed keeps it up to date: had the charger reported anything, a message would have come.
 */
export function chargerFacts(store: Store, id: string, isLive: boolean): ChargerFacts | undefined {
  const confirmedAt = store.confirmedAt(id);
  if (confirmedAt === undefined) return undefined;
  const lastSeenAt = lastSeenOf(store, id);
  const { name, installationId } = store.charger(id) ?? {};
  const standAlone = store.observation(id, OBSERVATION.IsStandAlone)?.value;
  const warnings = store.observation(id, OBSERVATION.Warnings)?.value;
  const knownUntil = isLive ? clock.now() : confirmedAt;
  return present<ChargerFacts>({
    id,
    name,
    installationId,
    online: store.view(id)?.snapshot.online,
    lastSeenAt,
    silentMs: lastSeenAt === undefined ? undefined : Math.max(0, knownUntil - lastSeenAt),
    standAlone: typeof standAlone === 'boolean' ? standAlone : undefined,
    warnings: Array.isArray(warnings) ? warnings.filter((warning) => typeof warning === 'string') : [],
  });
}

/** When the newest of its observations was measured, ms of `clock.now()`. */
function lastSeenOf(store: Store, id: string): number | undefined {
  const times = store.raw(id).map(({ timestamp }) => Date.parse(timestamp ?? ''));
  const newest = times.reduce((latest, time) => (time > latest ? time : latest), -Infinity);
  return Number.isFinite(newest) ? clock.fromCloud(newest) : undefined;
}

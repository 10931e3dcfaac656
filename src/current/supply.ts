import type { InstallationsApi } from '../api/installations';
import type { CallOptions } from '../http/cache';
import type { Store } from '../state/store';
import type { Supply } from './units';

/** What is known of the supply of an installation: its network, and the voltage at a charger that charges. */
export async function supplyOf(
  installationId: string,
  installations: InstallationsApi,
  store: Store,
  options: CallOptions,
): Promise<Supply> {
  const { data } = await installations.get(installationId, { ...options, refresh: false });
  return { networkType: data.networkType, measuredV: measuredV(installationId, store) };
}

function measuredV(installationId: string, store: Store): number | undefined {
  for (const id of store.ids) {
    if (store.charger(id)?.installationId !== installationId) continue;
    const view = store.view(id);
    if (!view || view.stale || view.snapshot.mode !== 'charging') continue;
    const { phase1, phase2, phase3 } = view.snapshot.voltageV ?? {};
    const volts = [phase1, phase2, phase3].filter((volt) => volt !== undefined);
    if (volts.length > 0) return volts.reduce((sum, volt) => sum + volt, 0) / volts.length;
  }
  return undefined;
}

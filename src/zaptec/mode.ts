/** What the charger is doing, in the words of our payloads. */
export type OperationMode = 'disconnected' | 'requesting' | 'charging' | 'finished' | 'unknown';

/**
 * Observation 710 and `operatingMode` of a charger (`zaptec-api.md` 6.3). There is no 4; a 6 that one party speaks of is
 * not established and stays unknown.
 */
const MODES = new Map<number | undefined, OperationMode>([
  [1, 'disconnected'],
  [2, 'requesting'],
  [3, 'charging'],
  [5, 'finished'],
]);

export function modeOf(code: number | undefined): OperationMode {
  return MODES.get(code) ?? 'unknown';
}

import type { Installation } from '../api/installations';
import { zaptecError, type ZaptecError } from '../errors/zaptec-error';
import { mayControl } from '../zaptec/roles';
import { phrase } from '../errors/phrase';

/**
 * What else may govern the current, by mode and by enabled feature (docs/zaptec-api.md, "Installation" and "Features").
 */
const MODES: ReadonlyMap<number, string> = new Map([
  [1, 'a schedule'],
  [2, 'automatic power management'],
]);
const FEATURES: readonly (readonly [bit: number, name: string])[] = [
  [4, 'automatic power management'],
  [8, 'eco mode'],
  [16, 'a schedule'],
  [131072, 'surplus mode'],
];

/**
 * Why no current of this installation can be set at present; undefined when it can. Fields that the cloud left out are no
 * reason. Costs no request.
 * @param standAlone observation 712 of its chargers, as far as they are known.
 */
export function preflight(installation: Installation, standAlone: readonly boolean[] = []): ZaptecError | undefined {
  const { currentUserRoles: roles, availableCurrentMode: mode } = installation;
  if (roles !== undefined && !mayControl(roles)) {
    return zaptecError('ROLE_MISSING', 'Setting the current needs the owner or service role');
  }
  const enabled = installation['enabledFeatures'];
  const features = typeof enabled === 'number' ? enabled : 0;
  // Guess: that a feature which is enabled governs even where the mode says manual.
  const governor = MODES.get(mode ?? 0) ?? FEATURES.find(([bit]) => (features & bit) !== 0)?.[1];
  if (governor) return zaptecError('NOT_MANUAL', phrase`The current of this installation is governed by ${governor}`);
  if (standAlone.length > 0 && standAlone.every(Boolean)) {
    return zaptecError('STAND_ALONE', 'Every charger of this installation works stand-alone and ignores the cloud');
  }
  return undefined;
}

/** Changes with everything that a refusal may depend on. */
export function fingerprint(installation: Installation, standAlone: readonly boolean[] = []): string {
  const { currentUserRoles, availableCurrentMode } = installation;
  return JSON.stringify([currentUserRoles, availableCurrentMode, installation['enabledFeatures'], standAlone]);
}

import type { Charger, WorldModel } from '../../world/model';
import { publicKeyOf } from '../../world/signature';

export const MODES = { 1: 'disconnected', 2: 'waiting', 3: 'charging', 5: 'finished' } as const;

const iso = (time: number): string => new Date(time).toISOString();

/**
 * A charger in the answer of `GET /simulator/state`: its real state, not the state that the cloud knows. Without its
 * pin.
 */
function chargerView(charger: Charger) {
  const { id, deviceId, name, installationId, circuitId, model, online, mode, settings, car, session } = charger;
  return {
    id,
    deviceId,
    name,
    installationId,
    circuitId,
    model,
    online,
    mode,
    modeName: MODES[mode],
    paused: charger.finalStop,
    authorised: charger.authorised,
    powerW: Math.round(charger.powerW),
    currents: charger.currents,
    allocatedA: charger.allocatedA,
    meterKwh: charger.meterKwh,
    ...(model === 'Go 2' ? { meterPublicKey: publicKeyOf(deviceId) } : {}),
    settings,
    ...(car ? { car } : {}),
    ...(session
      ? { session: { id: session.id, startedAt: iso(session.startedAt), energyKwh: session.energyKwh } }
      : {}),
  };
}

/** The present state of the world. */
export function worldView(world: WorldModel) {
  return {
    time: iso(world.now),
    seed: world.seed,
    speed: world.speed,
    installations: [...world.installations.values()].map((installation) => ({
      id: installation.id,
      name: installation.name,
      maxCurrent: installation.maxCurrent,
      availableCurrent: installation.availableCurrent,
      availableCurrentMode: installation.availableCurrentMode,
      threeToOnePhaseSwitchCurrent: installation.threeToOnePhaseSwitchCurrent,
      authenticationRequired: installation.authenticationRequired,
    })),
    chargers: [...world.chargers.values()].map(chargerView),
    finishedSessions: world.history.length,
  };
}

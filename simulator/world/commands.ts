import { siteOf, type WorldState } from './state';
import { makeDue, type Device } from './device';
import { MINUTE, SECOND } from '../durations';
import type { CommandRefusal } from './model';
import { restart } from './connection';
import { scheduleBalancing } from './physics/load-balancing';
import { deauthorise, pause, resume } from './state-machine';

const UNKNOWN_COMMAND = 519;
const UNREACHABLE = 520;
const REJECTED = 528;

const RESTART_MS = 20 * SECOND;
const UPGRADE_MS = 2 * MINUTE;

/** As recorded in evcc-io/evcc, issue 21566. */
const NOT_PAUSED = 'Charging is not Paused nor Scheduled; Resume command cannot be sent';

type Command = (state: WorldState, device: Device) => CommandRefusal | undefined;

const COMMANDS = new Map<number, Command>([
  [
    102,
    (state, device) => {
      restart(state, device, RESTART_MS);
      return undefined;
    },
  ],
  [
    200,
    (state, device) => {
      device.upgradedAt = state.time + UPGRADE_MS;
      makeDue(device);
      return undefined;
    },
  ],
  [
    506,
    (state, device) => {
      const { mode, finalStop } = device.charger;
      // The text of this refusal is not known.
      if (mode === 1 || (mode === 5 && finalStop)) return { code: REJECTED, details: null };
      pause(state, device);
      return undefined;
    },
  ],
  [
    507,
    (state, device) => {
      const { mode, finalStop, scheduledUntil } = device.charger;
      const paused = mode === 5 && finalStop;
      if (!paused && scheduledUntil === undefined) return { code: REJECTED, details: NOT_PAUSED };
      resume(state, device);
      return undefined;
    },
  ],
  [
    10_001,
    (state, device) => {
      deauthorise(state, device);
      return undefined;
    },
  ],
]);

/** Runs a public command; undefined: done. The tables are docs/zaptec-api.md, "State machine" and "Command refusals". */
export function runCommand(state: WorldState, device: Device, commandId: number): CommandRefusal | undefined {
  const command = COMMANDS.get(commandId);
  if (!command) return { code: UNKNOWN_COMMAND, details: null };
  if (!device.charger.online) return { code: UNREACHABLE, details: null };
  const refusal = command(state, device);
  if (!refusal) scheduleBalancing(state, siteOf(state, device));
  return refusal;
}

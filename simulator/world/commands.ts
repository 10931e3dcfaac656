import { siteOf, type Core } from './state';
import { wake, type Device } from './device';
import { MINUTE, SECOND } from '../durations';
import type { Refusal } from './model';
import { restart } from './connection';
import { shareSoon } from './physics/load-balancing';
import { deauthorise, pause, resume } from './state-machine';

const UNKNOWN_COMMAND = 519;
const UNREACHABLE = 520;
const REJECTED = 528;

const RESTART_MS = 20 * SECOND;
const UPGRADE_MS = 2 * MINUTE;

/** As seen in EV#21566. */
const NOT_PAUSED = 'Charging is not Paused nor Scheduled; Resume command cannot be sent';

type Command = (core: Core, device: Device) => Refusal | undefined;

const COMMANDS = new Map<number, Command>([
  [
    102,
    (core, device) => {
      restart(core, device, RESTART_MS);
      return undefined;
    },
  ],
  [
    200,
    (core, device) => {
      device.upgradedAt = core.time + UPGRADE_MS;
      wake(device);
      return undefined;
    },
  ],
  [
    506,
    (core, device) => {
      const { mode, finalStop } = device.charger;
      // The text of this refusal is not established, so it has none.
      if (mode === 1 || (mode === 5 && finalStop)) return { code: REJECTED, details: null };
      pause(core, device);
      return undefined;
    },
  ],
  [
    507,
    (core, device) => {
      const { mode, finalStop, scheduledUntil } = device.charger;
      const paused = mode === 5 && finalStop;
      if (!paused && scheduledUntil === undefined) return { code: REJECTED, details: NOT_PAUSED };
      resume(core, device);
      return undefined;
    },
  ],
  [
    10_001,
    (core, device) => {
      deauthorise(core, device);
      return undefined;
    },
  ],
]);

/** The public commands, `zaptec-api.md` 6.4, by the tables of 7.1 and 7.2; undefined: done. */
export function runCommand(core: Core, device: Device, commandId: number): Refusal | undefined {
  const command = COMMANDS.get(commandId);
  if (!command) return { code: UNKNOWN_COMMAND, details: null };
  if (!device.charger.online) return { code: UNREACHABLE, details: null };
  const refusal = command(core, device);
  if (!refusal) shareSoon(core, siteOf(core, device));
  return refusal;
}

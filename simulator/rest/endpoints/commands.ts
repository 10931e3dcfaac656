import type { RegisterEndpoints } from '../context';
import { emptyResponse } from '../responses';
import { invalid, refused } from '../wire/errors';
import { route, type Call } from './route';

const DEAUTHORIZE_AND_STOP = 10_001;
/** The commands for integrators (docs/zaptec-api.md, "Commands"). */
const SUPPORTED: readonly number[] = [102, 200, 506, 507, DEAUTHORIZE_AND_STOP];
const UNKNOWN_COMMAND = 519;
const UNREACHABLE = 520;
const REJECTED = 528;

/** docs/zaptec-api.md, "Send command"; the body is ignored. */
export const commandEndpoints: RegisterEndpoints = (app, context) => {
  route(app, context, 'POST', '/api/chargers/:id/sendCommand/:commandId', sendCommand);
};

function sendCommand(call: Call): Response {
  const charger = call.charger();
  const commandId = commandOf(call);
  call.requireControl();
  // guess: the answer to an internal command is that of an unknown one.
  if (!SUPPORTED.includes(commandId)) throw refused(UNKNOWN_COMMAND, null);
  if (call.hits('charger-offline')) throw refused(UNREACHABLE, null);
  if (call.hits('command-528')) throw refused(REJECTED, null);
  const refusal = call.world.command(charger.id, commandId);
  if (refusal) throw refused(refusal.code, refusal.details);
  // The command takes effect in spite of the refusal (docs/zaptec-api.md, "Command refusals").
  if (commandId === DEAUTHORIZE_AND_STOP && call.hits('command-528-acts')) throw refused(REJECTED, null);
  return emptyResponse(200);
}

function commandOf({ c }: Call): number {
  const text = c.req.param('commandId') ?? '';
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw invalid({ commandId: [`The value '${text}' is not valid.`] });
}

import type { Charger, Circuit } from '../../world/model';
import type { RegisterEndpoints } from '../context';
import { emptyResponse } from '../responses';
import { wireState } from '../wire/charger';
import { refused, unknownObject } from '../wire/errors';
import { Body } from './body';
import { route, type Call } from './route';

const CHARGER_STATE = 538;
const NOT_SUPPORTED = 527;

/**
 * Internal endpoints, which work but are not for integrators (docs/zaptec-api.md, "Authorise charge", "Local settings"
 * and "Other internal calls"): the simulator has them so that clients that use them work and the audit reports them.
 */
export const internalEndpoints: RegisterEndpoints = (app, context) => {
  route(app, context, 'POST', '/api/chargers/:id/authorizecharge', authorise);
  route(app, context, 'POST', '/api/chargers/:id/localSettings', localSettings);
  route(app, context, 'PUT', '/api/installation/:id', portalUpdate);
  route(app, context, 'GET', '/api/chargers/:id/live', (call) => Response.json(live(ownCharger(call))));
  route(app, context, 'GET', '/api/circuits/:id', (call) => Response.json(wireCircuit(circuit(call))));
  route(app, context, 'GET', '/api/circuits/:id/live', (call) => Response.json({ Id: circuit(call).id }));
};

function ownCharger(call: Call): Charger {
  const charger = call.charger();
  call.requireOwner();
  return charger;
}

/** Works only with native authentication and before the car charges. guess: the codes. */
function authorise(call: Call): Response {
  const charger = ownCharger(call);
  const installation = call.world.installations.get(charger.installationId);
  if (installation?.authenticationType !== 0) throw refused(NOT_SUPPORTED, null);
  if (charger.authorised || charger.mode === 3) throw refused(CHARGER_STATE, null);
  call.world.authorise(charger.id);
  return emptyResponse(200);
}

/** Cable lock and brightness; observations 151 and 153 follow at once (docs/zaptec-api.md, "Local settings"). */
async function localSettings(call: Call): Promise<Response> {
  const charger = ownCharger(call);
  const body = await Body.read(call.c);
  const permanentLock = body.object('Cable').boolean('PermanentLock');
  const brightness = body.object('Device').number('HmiBrightness', { min: 0, max: 1 });
  body.check();
  call.world.updateLocalSettings(charger.id, {
    ...(permanentLock === undefined ? {} : { permanentLock }),
    ...(brightness === undefined ? {} : { brightness }),
  });
  return Response.json({
    Device: { IsStandAlone: charger.standAlone, ...(brightness === undefined ? {} : { HmiBrightness: brightness }) },
    Cable: { PermanentLock: charger.local.permanentLock },
  });
}

/**
 * The update of Zaptec's portal: feature flags contain the mode of the available current, 0 manual, 4 APM, 16 schedule.
 */
async function portalUpdate(call: Call): Promise<Response> {
  const installation = call.installation();
  call.requireOwner();
  const body = await Body.read(call.c);
  const authenticationRequired = body.boolean('IsRequiredAuthentication');
  const features = body.number('EnabledFeatures', { min: 0, integer: true });
  body.check();
  call.world.updateInstallation(installation.id, {
    ...(authenticationRequired === undefined ? {} : { authenticationRequired }),
    ...(features === undefined ? {} : { availableCurrentMode: features & 4 ? 2 : features & 16 ? 1 : 0 }),
  });
  return emptyResponse(200);
}

/** The latest observations by id (docs/zaptec-api.md, "Other internal calls"). guess: all but `State`. */
const live = (charger: Charger) => ({
  Id: charger.id,
  OperatingMode: charger.mode,
  State: Object.fromEntries(
    wireState(charger, false).map(({ StateId, ...observation }) => [StateId, observation] as const),
  ),
});

function circuit(call: Call): Circuit {
  const id = call.id();
  const circuits = [...call.world.installations.values()].flatMap((installation) => installation.circuits);
  const found = circuits.find((candidate) => candidate.id === id);
  if (!found) throw unknownObject('Circuit');
  call.requireOwner();
  return found;
}

const wireCircuit = ({ id, name, maxCurrent }: Circuit) => ({ Id: id, Name: name, MaxCurrent: maxCurrent });

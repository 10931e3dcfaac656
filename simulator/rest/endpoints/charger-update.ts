import type { Charger } from '../../world/model';
import type { RegisterEndpoints } from '../context';
import { forbidden } from '../wire/errors';
import { Body } from './body';
import { route, type Call } from './route';

type Settings = Charger['settings'];

const MAX_A = 32;
const AUTOMATIC = -1;

/** docs/zaptec-api.md, "Charger settings". */
export const chargerUpdateEndpoints: RegisterEndpoints = (app, context) => {
  route(app, context, 'POST', '/api/chargers/:id/update', update);
};

/** The answer is a literal null. */
async function update(call: Call): Promise<Response> {
  const charger = call.charger();
  call.requireControl();
  if (call.hits('external-403')) throw forbidden();
  const changes = settingsOf(await Body.read(call.c));
  call.world.updateCharger(charger.id, changes);
  return Response.json(null);
}

/** guess: values out of range are refused, not limited. */
function settingsOf(body: Body): Partial<Settings> {
  const wanted: { [Name in keyof Settings]: Settings[Name] | undefined } = {
    maxChargeCurrent: body.number('maxChargeCurrent', { min: 0, max: MAX_A }),
    minChargeCurrent: body.number('minChargeCurrent', { min: 0, max: MAX_A }),
    maxChargePhases: body.oneOf('maxChargePhases', [1, 3] as const),
    offlineChargeCurrent: body.number('offlineChargeCurrent', { min: AUTOMATIC, max: MAX_A }),
    offlineChargePhase: body.oneOf('offlineChargePhase', [0, 1, 2, 4, 7]),
    meterValueInterval: body.number('meterValueInterval', { min: 0, integer: true }),
  };
  const offline = wanted.offlineChargeCurrent ?? 0;
  if (offline < 0 && offline !== AUTOMATIC) {
    body.reject(
      'offlineChargeCurrent',
      `The field offlineChargeCurrent must be ${AUTOMATIC} or between 0 and ${MAX_A}.`,
    );
  }
  body.check();
  return Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== undefined));
}

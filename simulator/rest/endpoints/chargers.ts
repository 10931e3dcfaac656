import type { Charger } from '../../world/model';
import type { RegisterEndpoints } from '../context';
import { wireCharger, wireFirmware, wireListedCharger } from '../wire/charger';
import { roleFlags, roleMatches } from '../wire/roles';
import { chargersOf } from './installations';
import { pageOf } from './paging';
import { route, type Call } from './route';

/** docs/zaptec-api.md, "Charger list", "Single charger" and "Firmware". */
export const chargerEndpoints: RegisterEndpoints = (app, context) => {
  route(app, context, 'GET', '/api/chargers', list);
  route(app, context, 'GET', '/api/chargers/:id', one);
  route(app, context, 'GET', '/api/chargerFirmware/installation/:id', firmware);
};

function list(call: Call): Response {
  const { world, query, account } = call;
  const installationId = query.id('InstallationId');
  const deviceType = query.int('DeviceType');
  const type = query.int('InstallationType');
  const includeDisabled = query.flag('IncludeDisabled');
  const roles = query.int('Roles');
  const chargers = [...world.chargers.values()].filter(
    (charger) =>
      roleMatches(roleFlags(account.role, charger.installationId), roles) &&
      (includeDisabled || charger.active) &&
      (installationId === undefined || charger.installationId === installationId) &&
      (deviceType === undefined || charger.deviceType === deviceType) &&
      (type === undefined || world.installations.get(charger.installationId)?.installationType === type),
  );
  return pageOf(call, { model: 'charger', items: chargers, wire: wireFor(call, wireListedCharger) });
}

function one(call: Call): Response {
  const charger = call.charger();
  call.requireControl();
  return call.json(wireFor(call, wireCharger)(charger), 'charger');
}

function wireFor(call: Call, wire: typeof wireCharger | typeof wireListedCharger) {
  const viewer = { role: call.account.role, offline: call.hits('charger-offline') };
  return (charger: Charger) => wire(charger, call.world.installations.get(charger.installationId), viewer);
}

function firmware(call: Call): Response {
  const installation = call.installation();
  call.requireControl();
  const offline = call.hits('charger-offline');
  const chargers = chargersOf(call.world, installation.id).map((charger) => wireFirmware(charger, offline));
  return call.json(chargers, 'firmware');
}

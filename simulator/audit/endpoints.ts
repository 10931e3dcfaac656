/** A short name for each documented endpoint. */
export type Endpoint =
  | 'constants'
  | 'installations'
  | 'installation'
  | 'hierarchy'
  | 'installation-update'
  | 'messaging'
  | 'chargers'
  | 'charger'
  | 'charger-state'
  | 'charger-update'
  | 'charger-command'
  | 'firmware'
  | 'history'
  | 'report'
  | 'session'
  | 'session-priority'
  | 'archive';

/**
 * Everything that Zaptec documents (docs/zaptec-api.md, "Endpoints"). All other endpoints are internal: they work, but
 * Zaptec's API fair use policy forbids them.
 */
export const DOCUMENTED: Readonly<Record<string, Endpoint>> = {
  'GET /api/constants': 'constants',
  'GET /api/installation': 'installations',
  'GET /api/installation/{id}': 'installation',
  'GET /api/installation/{id}/hierarchy': 'hierarchy',
  'POST /api/installation/{id}/update': 'installation-update',
  'GET /api/installation/{id}/messagingConnectionDetails': 'messaging',
  'GET /api/userGroups/{id}/messagingConnectionDetails': 'messaging',
  'GET /api/chargers': 'chargers',
  'GET /api/chargers/{id}': 'charger',
  'GET /api/chargers/{id}/state': 'charger-state',
  'POST /api/chargers/{id}/update': 'charger-update',
  'POST /api/chargers/{id}/sendCommand/{command}': 'charger-command',
  'GET /api/chargerFirmware/installation/{id}': 'firmware',
  'GET /api/chargehistory': 'history',
  'GET /api/chargehistory/installationreport': 'report',
  'POST /api/chargehistory/installationreport': 'report',
  'GET /api/session/{id}': 'session',
  'POST /api/session/{id}/priority': 'session-priority',
  'GET /api/sessions/archived': 'archive',
};

/** The commands that Zaptec supports for integrators (docs/zaptec-api.md, "Send command"). */
export const SUPPORTED_COMMANDS: ReadonlySet<string> = new Set(['102', '200', '506', '507', '10001']);

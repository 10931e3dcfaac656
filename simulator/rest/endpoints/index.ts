import type { RegisterEndpoints } from '../context';
import { archivedEndpoints } from './archived-sessions';
import { chargerUpdateEndpoints } from './charger-update';
import { chargerEndpoints } from './chargers';
import { commandEndpoints } from './commands';
import { constantsEndpoints } from './constants';
import { historyEndpoints } from './charge-history';
import { installationUpdateEndpoints } from './installation-update';
import { installationEndpoints } from './installations';
import { internalEndpoints } from './internal';
import { messagingEndpoints } from './messaging';
import { reportEndpoints } from './installation-report';
import { sessionEndpoints } from './sessions';
import { stateEndpoints } from './state';

/** Everything below /api (docs/zaptec-api.md, "Endpoints"). */
export const ENDPOINT_GROUPS: RegisterEndpoints[] = [
  constantsEndpoints,
  installationEndpoints,
  installationUpdateEndpoints,
  messagingEndpoints,
  chargerEndpoints,
  stateEndpoints,
  chargerUpdateEndpoints,
  commandEndpoints,
  historyEndpoints,
  reportEndpoints,
  sessionEndpoints,
  archivedEndpoints,
  internalEndpoints,
];

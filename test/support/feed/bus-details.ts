import type { BusDetails } from '../../../src/feed/bus/details';

/** Connection details as Zaptec gives them for an installation; the key is the word "secret". */
export const BUS_DETAILS: BusDetails = {
  host: 'zap.servicebus.windows.net',
  port: 5671,
  plain: false,
  keyName: 'listen',
  key: 'c2VjcmV0',
  topic: 'installation_1',
  subscription: 'default',
};

import { createHmac } from 'node:crypto';
import { clock } from '../../time/clock';

/** As long as those of the SDK, which renews them every 45 minutes. */
const LIFE_S = 3_600;

/**
 * A token that opens a resource of a Service Bus for an hour, signed with a SAS key
 * (https://learn.microsoft.com/azure/service-bus-messaging/service-bus-sas).
 * @param audience the address of the resource.
 */
export function sasToken(audience: string, keyName: string, key: string): string {
  const resource = encodeURIComponent(audience);
  // A computer whose clock is behind would sign a token that has expired.
  const expiry = Math.floor(Math.max(clock.now(), clock.cloud()) / 1_000) + LIFE_S;
  const signature = createHmac('sha256', key).update(`${resource}\n${expiry}`).digest('base64');
  const fields = [`sr=${resource}`, `sig=${encodeURIComponent(signature)}`, `se=${expiry}`];
  return `SharedAccessSignature ${[...fields, `skn=${encodeURIComponent(keyName)}`].join('&')}`;
}

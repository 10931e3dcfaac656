/** The AMQP conditions with which Service Bus closes or refuses a link. */
export const NOT_FOUND = 'amqp:not-found';
export const UNAUTHORIZED = 'amqp:unauthorized-access';
export const RESOURCE_LIMIT = 'amqp:resource-limit-exceeded';
export const DETACH_FORCED = 'amqp:link:detach-forced';
export const TIMEOUT = 'com.microsoft:timeout';
export const SERVER_BUSY = 'com.microsoft:server-busy';

export const LOCK_LOST = 'com.microsoft:message-lock-lost';
export const MESSAGE_NOT_FOUND = 'com.microsoft:message-not-found';

/** Why a link is refused. */
export interface LinkRefusal {
  condition: string;
  /** Refused together with the opening of the link, not when the client grants the first credit. */
  atOnce?: boolean;
}

/** The rights of keys. */
export type Claim = 'Listen' | 'Send' | 'Manage';

/** The description for people; the official client also reads the first one. guess: the text of the others. */
export function describe(condition: string, address: string, claim: Claim = 'Listen'): string {
  if (condition === LOCK_LOST) {
    return 'The lock supplied is invalid. Either the lock expired, or the message has already been removed.';
  }
  if (condition === NOT_FOUND) return `The messaging entity '${address}' could not be found.`;
  if (condition === UNAUTHORIZED) return `Unauthorized access. '${claim}' claim(s) are required for '${address}'.`;
  return `The link to '${address}' was closed: ${condition}.`;
}

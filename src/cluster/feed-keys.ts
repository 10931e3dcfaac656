import { createHash } from 'node:crypto';

/** The keys of a topic, in one hash slot. @param topic of all accounts that see it, at one address of the cloud. */
export function feedKeys(prefix: string, topic: string): [state: string, messages: string, machines: string] {
  const id = createHash('sha256').update(topic).digest('hex').slice(0, 16);
  const key = (name: string) => `${prefix}zaptec:{feed-${id}}:${name}`;
  return [key('holder'), key('messages'), key('machines')];
}

/** The keys of the sessions of an account, in one hash slot. */
export function claimKeys(prefix: string, accountId: string): [claims: string, reported: string] {
  const key = (name: string) => `${prefix}zaptec:{${accountId}}:${name}`;
  return [key('session-claims'), key('sessions-reported')];
}

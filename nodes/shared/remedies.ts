import { withRemedy, zaptecError, type ErrorCode, type ZaptecError } from '../../src/client';

/** What somebody does in Node-RED about a failure whose usual remedy, which knows no nodes, is neutral. */
const USUAL: Readonly<Partial<Record<ErrorCode, string>>> = {
  ABORTED: 'Nothing to do: the node was closed or redeployed',
  ABOVE_LIMIT: 'Ask for less, or withdraw the limit of the other node',
  AUTH_INVALID:
    'Correct user name and password in the connection node and deploy; until then the login is tried once an hour, so that the account is not locked',
  AUTH_MISSING: 'Enter user name and password in the connection node',
  CONFIG_INVALID: 'Correct the settings of the node and deploy',
  DESTRUCTIVE: 'Use a charger node, and tick "Allow restart, upgrade, deauthorize" in it; other commands are not sent',
  NOT_DEPLOYED: 'Deploy, then try again',
  OVERLOADED: 'Send fewer messages: more requests wait than can be sent in half an hour',
  READ_ONLY: 'Switch off read-only in the connection node if this flow may change something',
  TOO_SOON:
    'Zaptec asks for 15 minutes between two changes of the current: use an update-current node, which waits by itself',
  UNDOCUMENTED:
    'Use a documented endpoint, or tick "Allow undocumented endpoints" in the request node: Zaptec does not support it and may close it',
  ZAPTEC_504: 'Check the name of the setting against the help of the node',
  ZAPTEC_514: 'Correct the password in the connection node',
};

/** Ends of remedies that the client words for the single case, and the ends that name a node. */
export const ENDS: readonly (readonly [neutral: string, inNodeRed: string])[] = [
  ['or allow undocumented endpoints', 'or tick "Allow undocumented endpoints" in the request node'],
  ['or choose the transport WebSocket (443)', 'or choose the transport WebSocket (443) in the connection node'],
  [
    'Enter the same address of Redis in all connections of this account, then open them all anew',
    'Enter the same address of Redis in all connections of this account, then deploy everything (Full)',
  ],
  ['or choose another transport', 'or choose another transport in the connection node'],
  ['Give user name and password apart from the address', 'Enter them in the fields for user name and password'],
  ['Use the name of the command in place of its id', 'Put the id of a command into msg.command, or use its name'],
  ['Withdraw the limit on that machine', 'Withdraw the limit on that machine, with msg.reset or by removing its node'],
  ['Check the id of the user group', 'Check the id of the user group in the connection node'],
];

/** A remedy of an error or of a feed in the words of Node-RED; one that needs none of them stays as it is. */
export function remedyInNodeRed(code: string, remedy: string): string {
  const usual = USUAL[code as ErrorCode];
  if (usual !== undefined && remedy === zaptecError(code as ErrorCode, '').cause.remedy) return usual;
  const end = ENDS.find(([neutral]) => remedy.endsWith(neutral));
  return end ? remedy.slice(0, -end[0].length) + end[1] : remedy;
}

/** An error that passes twice stays one: whoever counts errors knows them by identity. */
const renewed = new WeakMap<ZaptecError, ZaptecError>();

/** The error with a remedy in the words of Node-RED, in its text and in its cause. */
export function inNodeRed(error: ZaptecError): ZaptecError {
  const known = renewed.get(error);
  if (known) return known;
  const remedy = remedyInNodeRed(error.code, error.cause.remedy);
  if (remedy === error.cause.remedy) return error;
  const result = withRemedy(error, remedy);
  // Where it was thrown, and not where it passed through here.
  if (error.stack !== undefined) result.stack = error.stack.replace(error.message, () => result.message);
  renewed.set(error, result);
  return result;
}

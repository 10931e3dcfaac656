import { withRemedy, zaptecError, type ErrorCode, type ZaptecError } from '../../src/client';

/** What somebody does in Node-RED about a failure whose neutral remedy knows no nodes. */
const IN_NODE_RED: Partial<Record<ErrorCode, string>> = {
  ABORTED: 'Nothing to do: the node was closed or redeployed',
  ABOVE_LIMIT: 'Ask for less, or withdraw the limit of the other node',
  AUTH_INVALID:
    'Correct user name and password in the connection node and deploy; until then nothing is sent, so that the account is not locked',
  AUTH_MISSING: 'Enter user name and password in the connection node',
  CONFIG_INVALID: 'Correct the settings of the node and deploy',
  DESTRUCTIVE:
    'Use a charger node, and tick "Allow restart, upgrade, deauthorize" in its settings; other commands are not sent',
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

/** An error that passes twice stays one: whoever counts errors knows them by identity. */
const renewed = new WeakMap<ZaptecError, ZaptecError>();

/** The error with a remedy in the words of Node-RED; one that has a remedy of its own keeps it. */
export function inNodeRed(error: ZaptecError): ZaptecError {
  const remedy = IN_NODE_RED[error.code];
  if (remedy === undefined || error.cause.remedy !== zaptecError(error.code, '').cause.remedy) return error;
  const known = renewed.get(error) ?? withRemedy(error, remedy);
  renewed.set(error, known);
  return known;
}

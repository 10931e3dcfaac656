import type { Node } from 'node-red';
import {
  type ClientHealth,
  type IgnoredRedis,
  type SharingState,
  type ZaptecClient,
  zaptecError,
  type ZaptecError,
} from '../../src/client';
import { ConnectionUsers } from '../shared/connection-users';
import type { ConnectionNode, ConnectionState } from '../shared/connection-api';
import { asError } from '../shared/errors';
import { guarded } from '../shared/guard';
import { errorIn, originalOf, type Words } from '../shared/language/catalogues';
import { remedyInNodeRed } from '../shared/remedies';
import { retryUntilDone } from '../shared/retry-until';
import { STATUSES, type StatusReducer } from '../shared/status';
import { RecentErrors } from '../shared/recent-errors';
import { ConnectionClient } from './connection-client';
import { problemOf, type ConnectionConfig } from './settings';

type Api = Pick<
  ConnectionNode,
  'condition' | 'users' | 'client' | 'recentErrors' | 'ready' | 'register' | 'deregister' | 'failure'
>;

/** Failures that pass without anybody doing anything; after every other one, trying again is of no use. */
const PASSING = ['NETWORK', 'TIMEOUT', 'AUTH_UNAVAILABLE', 'BAD_ANSWER', 'INTERNAL'];

/** The account lets a refused password be tried once an hour; this looks whether it may, in ms. */
const REFUSED_RETRY_MS = 10 * 60_000;

const REFUSED = 'Zaptec refuses the user name or the password of this connection';

/** The id by which the editor knows a node: inside a subflow that of the node that was drawn. */
const drawnId = (node: Node & { _alias?: string }): string => node._alias ?? node.id;

/** Everything a connection does for its users, and how it ends. */
export function connect(
  node: Node,
  { words, ...config }: ConnectionConfig & { words: Words },
  status: StatusReducer,
): { api: Api; close: () => void } {
  const users = new ConnectionUsers();
  const closing = new AbortController();
  const recentErrors = new RecentErrors();
  const failure = (thrown: unknown, user?: Node) => {
    const error = originalOf(asError(thrown, [config.password, config.redisUrl]));
    recentErrors.add(error, user && drawnId(user));
    return errorIn(words, error);
  };
  const isPermanent = (error: unknown) => !PASSING.includes(failure(error).code);
  let condition: ConnectionState = { state: 'idle' };
  let started = false;
  let verified = false;

  const setState = (next: ConnectionState) => {
    condition = next;
    status.setHealth(next.state, next.status);
    users.notify();
  };
  let stopListening = () => {};
  const connectionClient = new ConnectionClient(config, (client) => {
    if (config.cloud === 'simulator') node.log(`The simulator of the Zaptec cloud: ${client.baseUrl}/simulator/`);
    const endings = [
      client.onHealth(guarded((health: ClientHealth) => onHealth(client, health), report)),
      client.onSharing(guarded(onSharing, report)),
    ];
    if (client.sharing) onSharing(client.sharing);
    tellIgnored(client.ignoredRedis);
    stopListening = () => endings.forEach((end) => end());
  });

  /** After an outage the canvas must not wait for the next message to show that it is over. */
  let probing = false;
  const probe = guarded(async (client: ZaptecClient) => {
    if (probing) return;
    probing = true;
    try {
      await retryUntilDone(() => client.probe(), { signal: closing.signal, isPermanent, after: 1 });
    } finally {
      probing = false;
    }
  }, report);

  /** One line for each change of state, not for each retry. */
  function onHealth(client: ZaptecClient, { state, text }: ClientHealth): void {
    if (closing.signal.aborted || state === condition.state) return;
    if (state === 'unreachable' && verified) probe(client);
    if (state === 'refused') {
      refused();
      return;
    }
    const wasIdle = condition.state === 'idle' || condition.state === 'connecting';
    setState({ state });
    if (state === 'ok') node[wasIdle ? 'debug' : 'log'](text);
    else if (state === 'unreachable' || state === 'limited') node.warn(words(text));
  }

  /** Without Redis the flows go on, more slowly: a line in the log, and no fault of the connection. */
  function onSharing({ shared, text }: SharingState): void {
    if (!closing.signal.aborted) node[shared ? 'log' : 'warn'](words(text));
  }

  /** The flows go on, and only the order in which the connections were opened says through which Redis, if any. */
  function tellIgnored(ignored: IgnoredRedis | undefined): void {
    if (ignored) node.warn(`${words(ignored.text)}. ${words(remedyInNodeRed('', ignored.remedy))}`);
  }

  function refused(): void {
    if (condition.state === 'refused') return;
    setState({ state: 'refused' });
    node.error(errorIn(words, asError(zaptecError('AUTH_INVALID', REFUSED))), {});
  }

  function report(thrown: unknown): void {
    const error = failure(thrown);
    if (!closing.signal.aborted) node.warn(error.message);
  }

  /** Logs in before the first message, so that the canvas shows at once whether the connection works. */
  const start = guarded(async () => {
    const logIn = async () => {
      const client = await connectionClient.ready();
      try {
        // A person has deployed the connection: that earns a refused password one more try.
        await client.verify({ again: true });
      } finally {
        // Only now: what the account is remembered for from before this deploy concerned the password of then.
        onHealth(client, client.health);
      }
      verified = true;
    };
    const end = await retryUntilDone(logIn, { signal: closing.signal, isPermanent });
    if (end !== undefined) onGivenUp(failure(end));
  }, report);

  const retryRefused = setInterval(
    guarded(async () => {
      if (condition.state === 'refused')
        await connectionClient.client?.verify({ again: 'hourly' }).catch(() => undefined);
    }, report),
    REFUSED_RETRY_MS,
  ).unref();

  /** Only a person can mend this error. The client reports a refusal once; a later deploy must show it as well. */
  function onGivenUp(error: ZaptecError): void {
    if (closing.signal.aborted || error.code === 'ABORTED') return;
    if (error.code === 'AUTH_INVALID') {
      refused();
      return;
    }
    setState({ state: 'idle', status: error.code === 'AUTH_MISSING' ? STATUSES.noCredentials : STATUSES.badSettings });
    node.error(error, {});
  }

  const api: Api = {
    get condition() {
      return condition;
    },
    users: users.map,
    get client() {
      return connectionClient.client;
    },
    recentErrors: recentErrors.newest,
    failure,
    ready: connectionClient.ready,
    register(user) {
      users.add(user);
      user.onHealth();
      if (started) return;
      started = true;
      const problem = problemOf(config);
      // Only after all nodes of this deploy are there, or no Catch node would get the error.
      setImmediate(problem ? guarded(() => onGivenUp(errorIn(words, asError(problem))), report) : start);
    },
    deregister: (gone) => users.remove(gone),
  };
  const close = () => {
    closing.abort();
    clearInterval(retryRefused);
    stopListening();
    connectionClient.close();
    status.close();
  };
  return { api, close };
}

import type { Node } from 'node-red';
import type { ClientHealth, FeedOptions, ZaptecClient, ZaptecError } from '../../src/client';
import type { User } from './connection-users';
import type { Language } from './language/languages';
import type { StatusDescription } from './status';
import type { RecentError } from './recent-errors';

/** How a connection is doing; `status` where the settings are to blame and not the network. */
export interface ConnectionState {
  state: ClientHealth['state'];
  status?: StatusDescription;
}

/** What the connection node offers to the other nodes. */
export interface ConnectionNode extends Node {
  /** The name to show: never the e-mail of the account. */
  readonly label: string;
  readonly isSimulator: boolean;
  /** In which statuses, errors and reasons are worded. */
  readonly language: Language;
  /** The only address that the password of this connection is ever sent to. */
  readonly address: string;
  readonly readOnly: boolean;
  /** How feeds of this connection are opened. */
  readonly push: Pick<FeedOptions, 'userGroup' | 'transport'>;
  /** Of several machines, one reports a finished session, instead of each. */
  readonly reportsOnce: boolean;
  readonly condition: ConnectionState;
  /** Own property in exactly this shape, so that Catch and Status nodes see this node; see `ConnectionUsers`. */
  readonly users: Record<string, Node>;
  /** Opens the client on first use. Does not wait for the login: the first call does. */
  ready(): Promise<ZaptecClient>;
  register(user: User): void;
  deregister(node: Node): void;
  /** The client, once it is open. */
  readonly client: ZaptecClient | undefined;
  /** The latest errors of this connection and its users. */
  readonly recentErrors: readonly RecentError[];
  /**
   * Anything thrown, as an error that a Catch node can use and that holds no secret of this connection, in its
   * language. It is noted among the recent errors, with the node that had it.
   */
  failure(thrown: unknown, node?: Node): ZaptecError;
}

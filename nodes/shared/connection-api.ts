import type { Node } from 'node-red';
import type { ClientHealth, FeedOptions, ZaptecClient, ZaptecError } from '../../src/client';
import type { User } from './connection-users';
import type { StatusDescription } from './status';
import type { RecentError } from './recent-errors';

/** How a connection stands; `sign` where the settings are to blame and not the network. */
export interface ConnectionState {
  state: ClientHealth['state'];
  sign?: StatusDescription;
}

/** What the connection node offers to the other nodes. */
export interface ConnectionNode extends Node {
  /** The name to show: never the e-mail of the account. */
  readonly label: string;
  readonly isSimulator: boolean;
  /** The only address that the password of this connection is ever sent to. */
  readonly address: string;
  readonly readOnly: boolean;
  /** How feeds of this connection are opened. */
  readonly push: Pick<FeedOptions, 'userGroup' | 'transport'>;
  readonly standing: ConnectionState;
  /** Own property in exactly this shape, so that Catch and Status nodes see this node; see `ConnectionUsers`. */
  readonly users: Record<string, Node>;
  /** Opens the client on first use. Does not wait for the login: the first call does. */
  ready(): Promise<ZaptecClient>;
  register(user: User): void;
  deregister(node: Node): void;
  /** The client, once something has needed it. */
  readonly client: ZaptecClient | undefined;
  /** The latest failures of this connection and its users. */
  readonly troubles: readonly RecentError[];
  /**
   * Anything thrown, as an error that a Catch node can use and that tells no secret of this connection. It is noted
   * among the troubles, of the node that had it.
   */
  failure(thrown: unknown, node?: Node): ZaptecError;
}

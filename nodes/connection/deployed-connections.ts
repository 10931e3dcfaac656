import type { Node } from 'node-red';
import type { ConnectionNode } from '../shared/connection-api';
import type { RequestLog } from './request-log';
import type { Credentials, PublicSettings } from './settings';

/** What only the routes of the editor use of a connection. */
export interface ConnectionExtras {
  readonly requestLog: RequestLog;
  /** The settings without anything private. */
  readonly publicSettings: PublicSettings;
}

export type Deployed = ConnectionNode & Node<Credentials> & ConnectionExtras;

/** In a subflow, Node-RED gives each instance of a node an id of its own and keeps that of the flow file here. */
type Instance = Pick<Node, 'id'> & { _alias?: string };

const isCalled = (node: Node, id: unknown): boolean => node.id === id || (node as Instance)._alias === id;

/**
 * The connections that are deployed now. Node-RED lists only what the flow file has, so that it finds no connection of
 * an instance of a subflow.
 */
export class DeployedConnections {
  readonly #nodes = new Set<Deployed>();

  add(node: Deployed): void {
    this.#nodes.add(node);
  }

  remove(node: Deployed): void {
    this.#nodes.delete(node);
  }

  get all(): readonly Deployed[] {
    return [...this.#nodes];
  }

  /** By the id of the flow file or of the instance. */
  find(id: unknown): Deployed | undefined {
    return this.all.find((node) => isCalled(node, id));
  }

  /** The connection that a deployed node uses, whatever its setting says. */
  ofUser(id: unknown): Deployed | undefined {
    return this.all.find(({ users }) => Object.values(users).some((user) => isCalled(user, id)));
  }

  /** One of the same tab, or subflow of the flow file: it sees the same variables. */
  inScope(z: unknown): Deployed | undefined {
    return this.all.find((node) => Boolean(node.z) && scopeOf(node) === z);
  }
}

/** The id of the tab, or of the subflow in the flow file. */
function scopeOf({ z, _flow }: Node & { _flow?: { subflowDef?: { id: string } } }): string | undefined {
  return _flow?.subflowDef?.id ?? z;
}

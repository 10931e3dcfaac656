import type { Node } from 'node-red';

/** A node that lives on a connection. */
export interface User {
  readonly node: Node;
  /** Called at registration and on every change of the connection's state. */
  onHealth(): void;
}

/**
 * The nodes that use one connection.
 *
 * `map` is put on the configuration node as its own `users` in exactly this shape (id to node): Node-RED then hands
 * the connection's errors and statuses to the Catch and Status nodes on the tabs of its users.
 */
export class ConnectionUsers {
  readonly map: Record<string, Node> = {};
  private readonly users = new Map<string, User>();

  get size(): number {
    return this.users.size;
  }

  add(user: User): void {
    this.users.set(user.node.id, user);
    this.map[user.node.id] = user.node;
  }

  /** Harmless when the node is not, or no longer, known: a connection may close before its users. */
  remove(node: Node): void {
    if (this.map[node.id] !== node) return;
    this.users.delete(node.id);
    // The map must be a plain object with only living entries: Node-RED iterates over it.
    // eslint-disable-next-line @typescript-eslint/no-dynamic-delete
    delete this.map[node.id];
  }

  notify(): void {
    for (const user of this.users.values()) user.onHealth();
  }
}

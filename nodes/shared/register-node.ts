import type { Node, NodeAPI, NodeDef } from 'node-red';

/** Begins the life of a node. `RED.nodes.createNode` has been called. */
export type CreateNode = (RED: NodeAPI, node: Node, def: NodeDef) => void;

interface TypeOptions {
  credentials?: Readonly<Record<string, { type: 'text' | 'password' }>>;
}

/**
 * Registers a type of node. Node-RED loads the file of each type at every start, whether a flow has such a node or not:
 * that file calls this, and what the node does is in `runtime.ts` beside it, which `load` requires.
 * @param load called when a node is made, and not before. Where it or the node's start throws, there is no such node:
 *   Node-RED logs the error with the id and the type of the node, and goes on.
 */
export function registerNode(RED: NodeAPI, type: string, load: () => CreateNode, options: TypeOptions = {}): void {
  function ZaptecNode(this: Node, def: NodeDef): void {
    try {
      const create = load();
      RED.nodes.createNode(this, def);
      create(RED, this, def);
    } catch (thrown) {
      throw startError(thrown);
    }
  }
  RED.nodes.registerType(type, ZaptecNode, options);
}

/** English in every language: the catalogues are in the files that could not be loaded. */
function startError(thrown: unknown): unknown {
  if (thrown instanceof Error && thrown.name === 'ZaptecError') return thrown;
  // The lines after the first are those that required the file.
  const [problem] = String(thrown).split('\n');
  const remedy = 'Restart Node-RED; if that does not help, install node-red-contrib-zaptec again';
  return new Error(`The node cannot start: ${problem}. Remedy: ${remedy}`, { cause: thrown });
}

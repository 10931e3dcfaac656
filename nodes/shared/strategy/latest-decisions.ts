import type { Node } from 'node-red';
import type { DecisionView } from '../overview';

type Placed = Node & { _alias?: string };

/** By node; within the process, since both the dialogs and the sidebar ask. */
const latest = new Map<Node, DecisionView>();

export function noteDecision(node: Node, decision: Omit<DecisionView, 'node' | 'type' | 'name'>): void {
  latest.set(node, { node: node.id, type: node.type, name: node.name ?? '', ...decision });
}

export function forgetDecision(node: Node): void {
  latest.delete(node);
}

/** Of one node, which in a subflow is the one of its template; or of all nodes. */
export function latestDecisions(id?: string): DecisionView[] {
  return [...latest].filter(([node]) => isMeant(node, id)).map(([, decision]) => decision);
}

function isMeant(node: Placed, id: string | undefined): boolean {
  return id === undefined || node.id === id || node._alias === id;
}

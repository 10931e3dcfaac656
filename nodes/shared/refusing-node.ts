import type { Node, NodeAPI, NodeDef } from 'node-red';
import { asError } from './errors';
import { onInput } from './guard';
import { errorIn } from './language/catalogues';
import { languageFor, wordsFor } from './language/of-flows';
import { textsOf } from './status';

/**
 * Keeps a node on the canvas whose settings make no sense, as one from the environment may: a node that throws when it is
 * made would vanish from the flow. It says so, and answers each message with the same failure.
 */
export function refuseMessages(RED: NodeAPI, node: Node, def: NodeDef, thrown: unknown): void {
  const failure = (error: unknown) => errorIn(wordsFor(RED, def), asError(error));
  const text = textsOf(node.type, () => languageFor(RED, def))('bad-settings');
  node.error(failure(thrown).message);
  node.status({ fill: 'red', shape: 'ring', text });
  onInput(node, () => Promise.reject(failure(thrown)), failure);
}

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { connection, type FlowNode } from './builder';
import { accountOf, coreNode, load, type Simulator } from './harness';

const EXAMPLES = path.join(__dirname, '../../../examples');
const CORE = [
  ...['function/10-switch', 'function/15-change', 'function/89-trigger', 'sequence/17-split', 'common/25-catch'],
];
const KEPT = /^(tab|switch|change|trigger|split|join|catch|zaptec-.+)$/;

/** The nodes of an example, as they are in its file. */
export const exampleNodes = (name: string): FlowNode[] =>
  JSON.parse(readFileSync(path.join(EXAMPLES, `${name}.json`), 'utf8')) as FlowNode[];

/**
 * Loads an example with its connection to a simulator. In the place of nodes of other palettes, of MQTT, HTTP, inject and
 * debug nodes there are those of the test helper: a test hears what reaches them, and sends what would come from them.
 */
export async function loadExample(simulator: Simulator, name: string): Promise<FlowNode[]> {
  const nodes = exampleNodes(name);
  const [own] = nodes.filter(({ type }) => type === 'zaptec-connection');
  const there = connection({ cloud: 'custom', baseUrl: simulator.baseUrl });
  const flow = nodes
    .filter((node) => node.type === 'tab' || 'z' in node)
    .map((node) => ({
      ...node,
      ...(node['connection'] === own?.id ? { connection: there.id } : {}),
      ...(KEPT.test(node.type) ? {} : { type: 'helper' }),
    }));
  await load([there, ...flow], accountOf(simulator), CORE.map(coreNode));
  return nodes;
}

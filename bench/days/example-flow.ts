import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Simulator } from '../../test/support/node-red/harness';

const EXAMPLES = path.join(__dirname, '../../examples');
/** The simulated house lives an hour ahead of UTC all year. */
const HOUSE_ZONE = 'Etc/GMT-1';

export interface FlowNode {
  id: string;
  type: string;
  wires?: string[][];
  [property: string]: unknown;
}

/** The nodes that the meter of an example is wired to, or else its inject node; and those that take prices. */
export interface FlowInput {
  ids: string[];
  metered: boolean;
  priced: string[];
}

/** Examples without the nodes that are for people, and where to put in what comes from outside. */
export interface ExampleFlow {
  nodes: FlowNode[];
  credentials: Record<string, Record<string, string>>;
  inputs: FlowInput[];
  /** Those that a subscribe node tells what the cars take. */
  listeners: string[];
  /** Those that set a current or send a command. What node n gets, the node `to-n` gets too. */
  watched: FlowNode[];
}

/** @param names of files in the folder of examples */
export function exampleFlow(names: readonly string[], simulator: Simulator): ExampleFlow {
  const flow = names.flatMap(
    (name) => JSON.parse(readFileSync(path.join(EXAMPLES, `${name}.json`), 'utf8')) as FlowNode[],
  );
  const nodes = new Map(flow.map((node) => [node.id, node]));
  const inputs: FlowInput[] = [];
  const listeners: string[] = [];
  for (const node of [...nodes.values()]) {
    if (node.type === 'zaptec-connection') Object.assign(node, { cloud: 'custom', baseUrl: simulator.baseUrl });
    if (node.type === 'inject') Object.assign(node, { once: false, repeat: '', crontab: '' });
    if ('timeZone' in node) node.timeZone = HOUSE_ZONE;
    if (node.type === 'zaptec-plan') listeners.push(node.id);
    // The push feed uses timers of real sockets; on this clock it would look dead.
    if (node.type === 'zaptec-subscribe') {
      nodes.delete(node.id);
      listeners.push(...(node.wires?.[0] ?? []).filter((id) => nodes.get(id)?.type === 'zaptec-load-guard'));
    }
    // These are for people; here the requests count.
    if (node.type === 'catch' || node.type === 'debug') nodes.delete(node.id);
    if (node.path === '/simulator/meter') inputs.push({ ids: node.wires?.[0] ?? [], metered: true, priced: [] });
  }
  if (inputs.length === 0) {
    const inject = flow.find(({ type, wires }) => type === 'inject' && (wires?.[0]?.length ?? 0) > 0);
    const priced = flow.filter(({ type }) => type === 'zaptec-plan').map(({ id }) => id);
    inputs.push({ ids: inject?.wires?.[0] ?? [], metered: false, priced });
  }
  const watched = [...nodes.values()].filter(
    ({ type, action }) => type === 'zaptec-update-current' || (type === 'zaptec-charger' && action === 'command'),
  );
  for (const { id, z } of watched) {
    nodes.set(`to-${id}`, { id: `to-${id}`, z, type: 'helper', x: 0, y: 0, wires: [] });
    for (const { wires = [] } of nodes.values()) for (const port of wires) if (port.includes(id)) port.push(`to-${id}`);
  }
  const owner = simulator.accounts[0];
  const connections = flow.filter(({ type }) => type === 'zaptec-connection').map(({ id }) => id);
  const credentials = Object.fromEntries(
    connections.map((id) => [id, { username: owner?.username ?? '', password: owner?.password ?? '' }]),
  );
  return { nodes: [...nodes.values()], credentials, inputs, listeners, watched };
}

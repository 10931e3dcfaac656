import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const HERE = path.dirname(fileURLToPath(import.meta.url));
/** What `--check` runs: the example that shows lists, states and commands of many chargers. */
const SELF_TEST = path.join(HERE, '../../examples/demonstration.json');

const read = async (file) => JSON.parse(await readFile(file, 'utf8'));
const own = (name) => read(path.join(HERE, 'flows', `${name}.json`));

/** The flow that `--check` runs alone. */
export const selfTest = () => read(SELF_TEST);

/** The tabs of the demonstration, the one that opens first in front. A connection that two of them share is there once. */
export async function demonstration({ dashboard }) {
  const test = (await selfTest()).map((node) => (node.type === 'tab' ? { ...node, label: 'Self-test' } : node));
  const tabs = [await own('home'), ...(dashboard ? [await own('dashboard')] : []), await own('housing'), test];
  return [...new Map(tabs.flat().map((node) => [node.id, node])).values()];
}

/** The names of the connections that start a simulator, in their order in the flows. */
export const simulatorsOf = (flows) =>
  flows
    .filter(({ type, cloud, d }) => type === 'zaptec-connection' && cloud === 'simulator' && !d)
    .map(({ id, name }) => name || id);

/** The path of the first page of a dashboard, below the address of Node-RED; undefined where the flows have none. */
export function dashboardOf(flows) {
  const page = flows.find(({ type }) => type === 'ui-page');
  const base = flows.find(({ id }) => id === page?.ui);
  return base ? `${base.path}${page.path}` : undefined;
}

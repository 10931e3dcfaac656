import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { expect } from 'chai';
import { LANGUAGES } from '../../nodes/shared/language/languages';
import { LOAD_GUARD, PLAN, SURPLUS, type Properties } from '../../nodes/shared/properties';
import { catchAll, flow, type FlowNode } from '../support/node-red/builder';
import { get, load, next, send, useNodeRed, type Message } from '../support/node-red/harness';

const TABLES: { readonly [node: string]: Properties } = { plan: PLAN, surplus: SURPLUS, 'load-guard': LOAD_GUARD };
const FOLDERS = ['en-US', ...Object.keys(LANGUAGES).filter((language) => language !== 'en')];

/** The flow in the help of a node, as somebody copies it. */
function exampleOf(node: string, folder: string): FlowNode[] {
  const file = path.join(__dirname, '../../nodes', node, 'locales', folder, 'help.md');
  const [, json = ''] = /^```json\n([^]*?)^```/m.exec(readFileSync(file, 'utf8')) ?? [];
  return JSON.parse(json) as FlowNode[];
}

/** What Node-RED does not import is the default. */
function imported(node: FlowNode, table: Properties): FlowNode {
  if (!node.type.startsWith('zaptec-')) return { ...node, z: 'tab', type: 'helper' };
  const defaults = Object.entries(table).map(([name, { value }]) => [name, value] as const);
  return { ...Object.fromEntries(defaults), ...node, z: 'tab' };
}

describe('the flow in the help of a strategy node', () => {
  useNodeRed();

  for (const [node, table] of Object.entries(TABLES)) {
    for (const folder of FOLDERS) {
      it(`of ${node} does what it promises, as it is (${folder})`, async () => {
        const nodes = exampleOf(node, folder);
        await load(flow(catchAll(), ...nodes.map((one) => imported(one, table))));
        const inject = nodes.find(({ type }) => type === 'inject');
        const own = nodes.find(({ type }) => type.startsWith('zaptec-'));
        const [, report] = nodes.filter(({ type }) => type === 'debug');
        const answer = next(report?.id);
        const errors: unknown[] = [];
        get('caught').on('input', ({ error }: Message) => void errors.push(error?.message));
        send(String(own?.id), { payload: JSON.parse(String(inject?.['payload'])) as unknown });
        expect((await answer)['payload']).to.have.property('reason');
        // An error comes after the decision that was made in spite of it.
        await setImmediate();
        expect(errors).to.deep.equal([]);
      });
    }
  }
});

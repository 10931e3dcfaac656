import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import {
  CHARGER,
  CONNECTION,
  INSTALLATION,
  REQUEST,
  SUBSCRIBE,
  UPDATE_CURRENT,
  type Properties,
} from '../../nodes/shared/properties';
import { readSettings } from '../../nodes/shared/settings';
import { get, load, logLines, status, useNodeRed } from '../support/node-red/harness';
import type { FlowNode } from '../support/node-red/builder';

const FOLDER = join(__dirname, '../fixtures/flows-0.1.0');
const json = (file: string) => JSON.parse(readFileSync(join(FOLDER, file), 'utf8'));
/** What version 0.1.0 made of each node of these flows. */
const SETTINGS = json('settings.json') as Record<string, Record<string, object>>;
const TABLES: Readonly<Record<string, Properties>> = {
  'zaptec-connection': CONNECTION,
  'zaptec-installation': INSTALLATION,
  'zaptec-charger': CHARGER,
  'zaptec-subscribe': SUBSCRIBE,
  'zaptec-update-current': UPDATE_CURRENT,
  'zaptec-request': REQUEST,
};
const isOurs = ({ type }: FlowNode) => type in TABLES;

describe('a flow saved by version 0.1.0', () => {
  useNodeRed();
  const files = readdirSync(FOLDER).filter((file) => file !== 'settings.json');

  for (const file of files) {
    it(`${file} means what it meant`, () => {
      const nodes = (json(file) as FlowNode[]).filter(isOurs);
      expect(nodes.map(({ id }) => id).sort()).to.deep.equal(Object.keys(SETTINGS[file]!).sort());
      for (const node of nodes) {
        const settings = readSettings(TABLES[node.type]!, node as never);
        expect(settings, `${file} ${node.id}`).to.deep.include(SETTINGS[file]![node.id]!);
      }
    });

    it(`${file} starts, and each of its nodes reaches the simulator`, async () => {
      const nodes = json(file) as FlowNode[];
      // Nodes of Node-RED itself are of no interest here: what they send would only make the test depend on time.
      const flow = nodes.map((node) =>
        isOurs(node) || node.type === 'tab'
          ? node
          : { id: node.id, type: 'helper', z: node['z'], x: 0, y: 0, wires: [] },
      );
      await load(flow);
      const users = nodes.filter((node) => isOurs(node) && node.type !== 'zaptec-connection' && node['d'] !== true);
      for (const { id } of users) {
        expect(get(id).type).to.match(/^zaptec-/);
        await status(id, /^SIM /);
      }
      const errors = logLines().filter(({ level, type }) => level <= 20 && type?.startsWith('zaptec-'));
      expect(errors.map(({ msg }) => msg)).to.deep.equal([]);
    });
  }
});

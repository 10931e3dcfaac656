import { expect } from 'chai';
import type { EditorPage } from './fixture/editor-page';
import { editorSuite } from './fixture/editor-suite';
import { flowOf } from './fixture/flow';
import type { FlowNode } from './fixture/node-red';

const SHOTS = process.env['SHOTS'];

interface Story {
  /** What a person fills in, and the previews that must be there then. */
  fill: (editor: EditorPage) => Promise<void>;
  previews: { [row: string]: RegExp };
  /** The role of the node that sets the current. */
  role: string;
  /** What the node shows. */
  status: RegExp;
}

const STORIES: { readonly [type: string]: Story } = {
  'zaptec-surplus': {
    fill: async (editor) => {
      await editor.fill('grid', 'payload.gridW');
      await editor.chooseType('chargersPower', 'msg');
      await editor.fill('chargersPower', 'payload.chargersW');
      await editor.choose('mode', 'sun-and-least');
      await editor.choose('phases', 'one');
      await editor.fill('maxA', '32');
    },
    previews: { maxA: /^32 A = .*7\.4 kW/ },
    role: 'target',
    status: /\d A/,
  },
  'zaptec-load-guard': {
    fill: async (editor) => {
      await editor.fill('fuseA', '35');
      await editor.fill('overloadMin', '10');
    },
    previews: { fuseA: /34 A = 23\.5 kW on three phases/, overloadMin: /^bears 39\.6 A/ },
    role: 'limit',
    status: /\d A/,
  },
};

describe('a meter and a car, with one node between them and no function node, in a real editor', () => {
  const suite = editorSuite();

  for (const [type, { fill, previews, role, status }] of Object.entries(STORIES)) {
    it(`${type} is dragged in, filled, wired and deployed, and the current is set`, async () => {
      const editor = await suite.open(flowAround(role));
      const { page } = editor;
      const id = await editor.add(type, 480, 120);
      await editor.edit(id);
      await fill(editor);
      for (const [row, text] of Object.entries(previews)) {
        expect(await page.locator(`[data-preview="${row}"]`).textContent(), row).to.match(text);
      }
      if (SHOTS) await shots(editor, type);
      await editor.ok();
      await page.evaluate(`{
        RED.nodes.addLink({ source: RED.nodes.node('request'), sourcePort: 0, target: RED.nodes.node('${id}') });
        RED.nodes.addLink({ source: RED.nodes.node('${id}'), sourcePort: 0, target: RED.nodes.node('current') });
        RED.view.redraw(true);
      }`);
      await editor.deploy();
      const label = (node: string) => page.locator(`[id="${node}"] .red-ui-flow-node-status-label`);
      await label(id).filter({ hasText: status }).waitFor();
      await label('current')
        .filter({ hasText: /\d A/ })
        .waitFor()
        .catch(async () => {
          throw new Error(
            `the current: ${(await label('current').textContent()) ?? ''}; ${(await label('request').textContent()) ?? ''}`,
          );
        });
      expect((await editor.node(id)).valid).to.equal(true);
      const types = (await suite.red.flows()).map((node) => node.type);
      expect(types).to.include(type).and.not.to.include('function');
      if (SHOTS) await editor.screenshot(`${SHOTS}/${type}-canvas.png`);
    });
  }
});

/** A meter that is read every second, and a node that sets the current of the installation. */
function flowAround(role: string): FlowNode[] {
  const all = flowOf({
    connection: { cloud: 'simulator', scenario: 'home', name: 'Home' },
    request: { path: '/simulator/meter', x: 300, y: 120 },
    current: { role, x: 720, y: 120, wires: [[], []] },
  });
  const inject = {
    ...{ id: 'every', type: 'inject', z: 'tab', name: 'every second', x: 120, y: 120, wires: [['request']] },
    ...{ props: [], repeat: '1', once: true, onceDelay: 0.1 },
  };
  return [...all.filter(({ id }) => ['tab', 'connection', 'request', 'current'].includes(id)), inject];
}

async function shots(editor: EditorPage, type: string): Promise<void> {
  await editor.page.setViewportSize({ width: 1280, height: 1900 });
  await editor.screenshotOfDialog(`${SHOTS}/${type}.png`);
  await editor.page.setViewportSize({ width: 1280, height: 760 });
}

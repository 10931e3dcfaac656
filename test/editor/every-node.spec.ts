import { expect } from 'chai';
import { editorSuite } from './fixture/editor-suite';
import type { EditorPage } from './fixture/editor-page';
import type { FlowNode } from './fixture/node-red';
import { Picker } from './fixture/picker';

interface Story {
  /** What a person does in the dialog of the node that has been dragged in. */
  fill: (editor: EditorPage) => Promise<void>;
  /** The button that is pressed then; a subscription needs none. */
  press?: 'now' | 'ampere';
  /** What comes out. */
  result: RegExp;
}

const STORIES: Record<string, Story> = {
  'zaptec-installation': {
    fill: async (editor) => {
      await editor.choose('action', 'get');
      await new Picker(editor, 'installation').pick('home', 'Home');
    },
    press: 'now',
    result: /^\{ id: "/,
  },
  'zaptec-charger': {
    fill: async (editor) => {
      await new Picker(editor, 'charger').pick('zap', 'Garage');
    },
    press: 'now',
    result: /^\{ id: "/,
  },
  'zaptec-request': {
    fill: async (editor) => editor.fill('path', '/api/chargers'),
    press: 'now',
    result: /^\{ pages: 1/,
  },
  'zaptec-subscribe': {
    fill: async (editor) => {
      await editor.choose('emit', 'snapshots');
      await new Picker(editor, 'installation').pick('home', 'Home');
      const chargers = new Picker(editor, 'chargers');
      await chargers.pick('gpn', 'Carport');
      await chargers.input.fill('ZAP010004');
      await chargers.input.press('Enter');
      expect(await chargers.tags.allTextContents()).to.deep.equal(['Carport', 'Garage']);
      await chargers.tags.first().locator('button').click();
      expect(await chargers.tags.allTextContents()).to.deep.equal(['Garage']);
    },
    result: /^\{ id: "/,
  },
  'zaptec-update-current': {
    fill: async (editor) => {
      await editor.choose('target', 'installation');
      await new Picker(editor, 'installation').pick('home', 'Home');
    },
    press: 'ampere',
    result: /^\{ requested: object, applied: object, unit: "A"/,
  },
  'zaptec-sessions': {
    fill: async (editor) => {
      const installations = new Picker(editor, 'installations');
      await installations.pick('home', 'Home');
      await editor.choose('period', 'this-year');
      await editor.choose('rows', 'charger');
    },
    press: 'now',
    result: /^\[ object/,
  },
  'zaptec-plan': {
    fill: async (editor) => {
      await editor.choose('goal', 'hours');
      await editor.fill('amount', '3');
      await new Picker(editor, 'charger').pick('zap', 'Garage');
    },
    press: 'now',
    result: /^(true|false)$/,
  },
  'zaptec-doctor': {
    fill: async (editor) => editor.choose('show', 'all'),
    press: 'now',
    result: /^\[ object, object, object/,
  },
  'zaptec-load-guard': {
    fill: async (editor) => {
      await editor.choose('phases', '1');
      await editor.fill('fuseA', '20');
      await new Picker(editor, 'installation').pick('home', 'Home');
    },
    press: 'ampere',
    result: /^\{ kind: "limit", unit: "A"/,
  },
  'zaptec-surplus': {
    fill: async (editor) => {
      await editor.choose('mode', 'fast');
      await editor.fill('maxA', '13');
      await editor.page.keyboard.press('Tab');
      expect(await editor.page.locator('[data-preview="maxA"]').textContent()).to.equal(
        '13 A = 9 kW on three phases, 3 kW on one',
      );
      await editor.fill('startW', '7000');
      await editor.page.keyboard.press('Tab');
      expect(await editor.page.locator('[data-preview="startW"]').textContent()).to.equal(
        '7 kW = 10.1 A on three phases, 30.4 A on one',
      );
    },
    press: 'ampere',
    result: /^\{ value: 13, unit: "A" \}/,
  },
};

const ROW = 80;
const inject = (id: string, row: number, payload: object): FlowNode => ({
  id,
  type: 'inject',
  z: 'tab',
  x: 120,
  y: 40 + ROW * row,
  wires: [[]],
  props: [{ p: 'payload' }],
  repeat: '',
  once: false,
  ...payload,
});
const FLOW: FlowNode[] = [
  { id: 'tab', type: 'tab', label: 'Flow' },
  { id: 'connection', type: 'zaptec-connection', name: 'Simulator', cloud: 'simulator' },
  inject('now', 0, { payload: '', payloadType: 'date' }),
  inject('ampere', 4, { payload: '10', payloadType: 'num' }),
];

describe('every node in a real editor', () => {
  const suite = editorSuite();

  it('is dragged in, filled from the pickers, deployed, and shows its result in the debug sidebar', async () => {
    const editor = await suite.open(FLOW);
    const { page } = editor;
    for (const [row, [type, { fill, press }]] of Object.entries(STORIES).entries()) {
      const id = await editor.add(type, 350, 120 + ROW * row);
      await editor.edit(id);
      await editor.choose('connection', 'connection');
      await fill(editor);
      await editor.ok();
      expect((await editor.node(id)).valid, type).to.equal(true);
      // The pointer is not what this is about: the wires, and a debug node behind.
      const debug = { id: `debug${row}`, type: 'debug', z: 'tab', name: type, x: 640, y: 120 + ROW * row, wires: [] };
      const tells = { active: true, tosidebar: true, complete: 'payload', targetType: 'msg' };
      await page.evaluate(`{
        RED.view.importNodes([${JSON.stringify({ ...debug, ...tells })}], { generateIds: false, touchImport: true });
        const wire = (from, to) => RED.nodes.addLink({ source: RED.nodes.node(from), sourcePort: 0, target: RED.nodes.node(to) });
        wire('${id}', '${debug.id}');
        if ('${press ?? ''}') wire('${press ?? ''}', '${id}');
        RED.view.redraw(true);
      }`);
    }
    await page.evaluate(`RED.sidebar.show('debug')`);
    await editor.deploy();
    for (const button of ['now', 'ampere'])
      await page.locator(`[id="${button}"] .red-ui-flow-node-button-button`).click();
    for (const [type, { result }] of Object.entries(STORIES)) {
      const message = page.locator('.red-ui-debug-msg', {
        has: page.locator('.red-ui-debug-msg-name', { hasText: type }),
      });
      await message.first().waitFor();
      expect(await message.first().locator('.red-ui-debug-msg-payload').textContent()).to.match(result);
    }
  });
});

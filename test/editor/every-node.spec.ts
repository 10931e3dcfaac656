import { expect } from 'chai';
import type { Browser } from 'playwright-core';
import { EditorPage, startBrowser } from './fixture/editor-page';
import { startNodeRed, type FlowNode, type NodeRed } from './fixture/node-red';
import { Picker } from './fixture/picker';

/** What a person does in the dialog of each node that has been dragged in, and what then comes out. */
const STORIES: Record<string, { fill: (editor: EditorPage) => Promise<void>; result: RegExp }> = {
  'zaptec-installation': {
    fill: async (editor) => {
      await editor.choose('action', 'get');
      await new Picker(editor, 'installation').pick('home', 'Home');
    },
    result: /^\{ id: "/,
  },
  'zaptec-charger': {
    fill: async (editor) => {
      await new Picker(editor, 'charger').pick('zap', 'Garage');
    },
    result: /^\{ id: "/,
  },
  'zaptec-request': { fill: async (editor) => editor.fill('path', '/api/chargers'), result: /^\{ pages: 1/ },
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
};

describe('every node in a real editor', () => {
  let red: NodeRed;
  let browser: Browser;
  const cleanup: (() => Promise<unknown>)[] = [];
  before(async () => {
    red = await startNodeRed();
    cleanup.push(() => red.stop());
    browser = await startBrowser();
    cleanup.push(() => browser.close());
  });
  after(() => Promise.all(cleanup.map((end) => end())));

  it('is dragged in, filled from the pickers, deployed, and shows its result in the debug sidebar', async () => {
    const core = (id: string, type: string, more: object): FlowNode => ({
      id,
      type,
      z: 'tab',
      x: 120,
      y: 40,
      wires: [[]],
      ...more,
    });
    await red.deploy([
      { id: 'tab', type: 'tab', label: 'Flow' },
      { id: 'connection', type: 'zaptec-connection', name: 'Simulator', cloud: 'simulator' },
      core('inject', 'inject', {
        props: [{ p: 'payload' }],
        payload: '',
        payloadType: 'date',
        repeat: '',
        once: false,
      }),
    ]);
    const editor = await EditorPage.open(browser, red.url);
    const { page } = editor;
    const ids: Record<string, string> = {};
    for (const [row, [type, { fill }]] of Object.entries(STORIES).entries()) {
      const id = await editor.add(type, 350, 120 + 80 * row);
      ids[type] = id;
      await editor.edit(id);
      await editor.choose('connection', 'connection');
      await fill(editor);
      await editor.ok();
      expect((await editor.node(id)).valid, type).to.equal(true);
    }
    // The pointer is not what this is about: wires and the debug nodes behind them.
    await page.evaluate(`${JSON.stringify(Object.entries(ids))}.forEach(([type, id], row) => {
      RED.view.importNodes([{ id: 'debug' + row, type: 'debug', z: 'tab', name: type, x: 600, y: 120 + 80 * row, wires: [],
        active: true, tosidebar: true, complete: 'payload', targetType: 'msg' }], { generateIds: false, touchImport: true });
      RED.nodes.addLink({ source: RED.nodes.node(id), sourcePort: 0, target: RED.nodes.node('debug' + row) });
      if (type !== 'zaptec-subscribe') {
        RED.nodes.addLink({ source: RED.nodes.node('inject'), sourcePort: 0, target: RED.nodes.node(id) });
      }
    })`);
    await page.evaluate(`RED.sidebar.show('debug')`);
    await editor.deploy();
    await page.locator('[id="inject"] .red-ui-flow-node-button-button').click({ force: true });
    for (const type of Object.keys(STORIES)) {
      const message = page.locator('.red-ui-debug-msg', {
        has: page.locator('.red-ui-debug-msg-name', { hasText: type }),
      });
      await message.first().waitFor();
      expect(await message.first().locator('.red-ui-debug-msg-payload').textContent()).to.match(STORIES[type]!.result);
    }
    expect(editor.problems).to.deep.equal([]);
    await page.close();
  });
});

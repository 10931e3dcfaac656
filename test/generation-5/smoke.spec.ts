import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import type { Browser } from 'playwright-core';
import { nodeRed5 } from '../../scripts/node-red-5';
import { EditorPage, startBrowser, type Scheme } from '../editor/fixture/editor-page';
import { startNodeRed, type FlowNode, type NodeRed } from '../editor/fixture/node-red';
import { NODES } from '../package/support';

const EXAMPLE = path.join(__dirname, '../../examples/quick-start.json');
const ON_CANVAS = NODES.map(({ type }) => type).filter((type) => type !== 'zaptec-connection');

/** The same package in the current generation of Node-RED, with the Node.js that it needs. */
describe('Node-RED 5', () => {
  let red: NodeRed;
  let browser: Browser;
  let editor: EditorPage;

  before(async () => {
    red = await startNodeRed(nodeRed5());
    browser = await startBrowser();
    await red.deploy(JSON.parse(readFileSync(EXAMPLE, 'utf8')) as FlowNode[]);
    editor = await EditorPage.open(browser, red.url);
  });
  after(async () => {
    await browser.close();
    await red.stop();
  });
  afterEach(() => expect(editor.problems).to.deep.equal([]));

  it('runs the quick start: the state of the charger is in the debug sidebar', async () => {
    await editor.page.evaluate(`RED.sidebar.show('debug')`);
    const { page } = editor;
    await page.waitForFunction(`$('.red-ui-flow-node-status-label').text().includes('W')`, undefined, {
      timeout: 30_000,
    });
  });

  for (const type of ON_CANVAS) {
    it(`drags in ${type}, opens its dialog and keeps what is typed`, async () => {
      const id = await editor.add(type, 620, 420);
      await editor.edit(id);
      await editor.choose('connection', 'zaptec-home-sim');
      await editor.fill('name', `My ${type}`);
      await editor.ok();
      expect(await editor.node(id)).to.include({ name: `My ${type}`, connection: 'zaptec-home-sim' });
      await editor.page.evaluate(`RED.nodes.remove('${id}'); RED.view.redraw(true)`);
    });
  }

  for (const scheme of ['light', 'dark'] as Scheme[]) {
    it(`shows a dialog that can be read in the ${scheme} look`, async () => {
      await editor.scheme(scheme);
      await editor.editConfig('zaptec-connection', 'zaptec-home-sim');
      const [text, ground] = await Promise.all([
        editor.page.evaluate<string>(`getComputedStyle($('#node-config-input-name')[0]).color`),
        editor.page.evaluate<string>(`getComputedStyle($('#node-config-input-name')[0]).backgroundColor`),
      ]);
      expect(contrast(text, ground), `${text} on ${ground}`).to.be.above(4.5);
      await editor.cancel({ config: true });
    });
  }

  it('writes nothing but the usual to its log', () => {
    const lines = red.log().split('\n');
    expect(lines.filter((line) => /\[(error|fatal)\]/.test(line))).to.deep.equal([]);
  });
});

/** Ratio of the brightnesses of two CSS colours, 1 to 21, as the WCAG count it. */
function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [brightness(one), brightness(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

function brightness(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [...colour.matchAll(/[\d.]+/g)].map(([part]) => {
    const share = Number(part) / 255;
    return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

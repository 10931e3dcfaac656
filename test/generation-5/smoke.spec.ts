import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { nodeRed5 } from '../../scripts/node-red-versions';
import { contrast } from '../editor/fixture/contrast';
import { editorSuite } from '../editor/fixture/editor-suite';
import type { Scheme } from '../editor/fixture/editor-page';
import { illegible } from '../editor/fixture/legibility';
import type { FlowNode } from '../editor/fixture/node-red';
import { Picker } from '../editor/fixture/picker';
import { checkDialogs } from '../editor/fixture/readable-dialogs';
import { NODES } from '../package/support';

const EXAMPLE = path.join(__dirname, '../../examples/quick-start.json');
const ON_CANVAS = NODES.map(({ type }) => type).filter((type) => type !== 'zaptec-connection');

/** The package in Node-RED 5, with a Node.js that it accepts. */
describe('Node-RED 5', () => {
  const suite = editorSuite({ start: nodeRed5 });
  before(() => suite.open(JSON.parse(readFileSync(EXAMPLE, 'utf8')) as FlowNode[]));

  it('runs the quick start: the state of the charger is in the debug sidebar', async () => {
    await suite.editor.page.evaluate(`RED.sidebar.show('debug')`);
    const { page } = suite.editor;
    await page.waitForFunction(`$('.red-ui-flow-node-status-label').text().includes('W')`, undefined, {
      timeout: 30_000,
    });
  });

  for (const type of ON_CANVAS) {
    it(`drags in ${type}, opens its dialog and keeps what is typed`, async () => {
      const id = await suite.editor.add(type, 620, 420);
      await suite.editor.edit(id);
      await suite.editor.choose('connection', 'zaptec-home-sim');
      await suite.editor.fill('name', `My ${type}`);
      await suite.editor.ok();
      expect(await suite.editor.node(id)).to.include({ name: `My ${type}`, connection: 'zaptec-home-sim' });
      await suite.editor.page.evaluate(`RED.nodes.remove('${id}'); RED.view.redraw(true)`);
    });
  }

  it('fills a picker from the account, and stores the id of what is picked', async () => {
    const id = await suite.editor.add('zaptec-charger', 620, 420);
    await suite.editor.edit(id);
    await suite.editor.choose('connection', 'zaptec-home-sim');
    const picker = new Picker(suite.editor, 'charger');
    await picker.says('2 to choose from');
    await picker.pick('zap', 'Garage');
    await suite.editor.ok();
    const picked = await suite.editor.node(id);
    expect(picked).to.include({ valid: true, chargerType: 'str' });
    expect(picked['charger']).to.match(/^[0-9a-f-]{36}$/);
    await suite.editor.page.evaluate(`RED.nodes.remove('${id}'); RED.view.redraw(true)`);
  });

  it('shows the account in the sidebar tab, and reads the account again at the press of the button', async () => {
    const { page } = suite.editor;
    await page.evaluate(`RED.sidebar.show('zaptec')`);
    const tab = page.locator('.zaptec-sidebar');
    await tab.getByText(/^SIM .* · connected$/).waitFor();
    await tab.locator('[data-key="refresh zaptec-home-sim"]').click();
    for (const text of ['Garage', 'Carport', 'of 10 requests a second']) await tab.getByText(text).first().waitFor();
    await page.evaluate(`RED.sidebar.show('debug')`);
  });

  for (const scheme of ['light', 'dark'] as Scheme[]) {
    it(`shows a sidebar tab in the ${scheme} theme that can be read, at 1,280 and at 1,920 px`, async () => {
      const { page } = suite.editor;
      await suite.editor.scheme(scheme);
      await page.evaluate(`RED.sidebar.show('zaptec')`);
      await page.locator('.zaptec-sidebar li.zaptec-charger').first().waitFor();
      for (const width of [1280, 1920]) {
        await page.setViewportSize({ width, height: 900 });
        expect(await illegible(page, '.zaptec-sidebar'), String(width)).to.deep.equal([]);
      }
      await page.evaluate(`RED.sidebar.show('debug')`);
    });

    it(`shows the fields of the charger node in the ${scheme} theme, none cut`, async () => {
      const id = await suite.editor.add('zaptec-charger', 620, 420);
      await suite.editor.edit(id);
      await suite.editor.choose('action', 'update');
      expect(await illegible(suite.editor.page, '.zaptec-dialog')).to.deep.equal([]);
      await suite.editor.cancel();
      await suite.editor.page.evaluate(`RED.nodes.remove('${id}'); RED.view.redraw(true)`);
    });

    it(`shows a readable dialog in the ${scheme} theme`, async () => {
      await suite.editor.scheme(scheme);
      await suite.editor.editConfig('zaptec-connection', 'zaptec-home-sim');
      const [text, ground] = await Promise.all([
        suite.editor.page.evaluate<string>(`getComputedStyle($('#node-config-input-name')[0]).color`),
        suite.editor.page.evaluate<string>(`getComputedStyle($('#node-config-input-name')[0]).backgroundColor`),
      ]);
      expect(contrast(text, ground), `${text} on ${ground}`).to.be.above(4.5);
      await suite.editor.cancel({ config: true });
    });
  }

  for (const scheme of ['light', 'dark'] as Scheme[]) {
    it(`shows nodes with a readable label in the ${scheme} theme`, async () => {
      await suite.editor.scheme(scheme);
      const [text, ground] = await Promise.all(
        ['.red-ui-flow-node-label-text', '.red-ui-flow-node'].map((part) =>
          suite.editor.page.evaluate<string>(
            `getComputedStyle([...document.querySelectorAll('.red-ui-flow-node-group')].find((group) => RED.nodes.node(group.id)?.type === 'zaptec-charger').querySelector('${part}')).fill`,
          ),
        ),
      );
      expect(contrast(text ?? '', ground ?? ''), `${text} on ${ground}`).to.be.at.least(4.5);
    });
  }

  checkDialogs(suite, ['light', 'dark']);

  it('writes no errors to the log', () => {
    const lines = suite.red.log().split('\n');
    expect(lines.filter((line) => /\[(error|fatal)\]/.test(line))).to.deep.equal([]);
  });
});

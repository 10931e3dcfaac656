import { expect } from 'chai';
import { STATUS_TEXTS } from '../../nodes/shared/status-texts';
import { textsOf } from '../../nodes/shared/status';
import { editorSuite } from './fixture/editor-suite';
import { contrast } from './fixture/contrast';
import { flowOf } from './fixture/flow';
import { unreadable } from './fixture/layout';
import { checkDialogs } from './fixture/readable-dialogs';

/** What Node-RED's own nodes leave between two nodes of a row, less the least width of a node, in px. */
const ROOM = 220;
/** The colour of csv and json, which was that of these nodes before. */
const OF_PARSERS = 'rgb(222, 189, 92)';

describe('the layout in a real editor', () => {
  const suite = editorSuite();

  checkDialogs(suite, ['light']);

  it('begins each help page with an example, and cuts nothing off in it', async () => {
    await suite.open(flowOf({ connection: { cloud: 'simulator' } }));
    const { page } = suite.editor;
    for (const name of Object.keys(STATUS_TEXTS)) {
      await page.evaluate(`RED.sidebar.help.show('${name}')`);
      const help = page.locator('.red-ui-help').last();
      await help.locator('h3').first().waitFor();
      const first = await help.evaluate((element) => element.querySelector('pre, h3')?.tagName);
      expect(first, `${name}: an example before everything`).to.equal('PRE');
      const { wrong } = await unreadable(suite.editor, '.red-ui-help');
      expect(wrong.filter(({ problems }) => problems.some((problem) => problem.startsWith('cut')))).to.deep.equal([]);
    }
  });

  it('imports the example of each help page as it is', async () => {
    for (const name of Object.keys(STATUS_TEXTS)) {
      await suite.open(flowOf({ connection: { cloud: 'simulator' } }));
      const { page } = suite.editor;
      await page.evaluate(`RED.sidebar.help.show('${name}')`);
      const code = page.locator('.red-ui-help pre').first();
      await code.waitFor();
      const nodes = JSON.parse((await code.textContent()) ?? '') as { type: string }[];
      expect(nodes.map(({ type }) => type)).to.include(name);
      await page.evaluate(
        `(nodes) => RED.view.importNodes(nodes, { generateIds: true, touchImport: true, addFlow: false })`.replace(
          '(nodes) =>',
          '((nodes) =>',
        ) + `)(${JSON.stringify(nodes)})`,
      );
      const wrong = await page.evaluate<string[]>(
        `RED.nodes.filterNodes({}).filter((node) => node.valid === false && node.connection).map(({ type, validationErrors }) => type + ': ' + validationErrors)`,
      );
      expect(wrong, name).to.deep.equal([]);
    }
  });

  it('shows nodes in a colour of their own, with a label and a status that are readable and whole', async () => {
    await suite.open(flowOf({ connection: { cloud: 'simulator' } }));
    const { page } = suite.editor;
    const of = (selector: string, property: string): Promise<string> =>
      page.evaluate<string>(`getComputedStyle(document.querySelector('[id="charger"] ${selector}'))['${property}']`);
    const fill = await of('.red-ui-flow-node', 'fill');
    expect(fill).not.to.equal(OF_PARSERS);
    expect(contrast(await of('.red-ui-flow-node-label-text', 'fill'), fill)).to.be.at.least(4.5);
    const values = {
      ...{ n: 250, done: 128, all: 130, kw: '22.1', age: '59 m', code: 'REDIS_UNAVAILABLE', command: 'deauthorize' },
      ...{ a: '16/16/16', min: 12, by: 'The sun on the…', from: '02:15', rest: '11.4 kWh', percent: 47 },
    };
    const widest: Record<string, number> = {};
    for (const [type, keys] of Object.entries(STATUS_TEXTS)) {
      for (const key of Object.keys(keys)) {
        const text = `SIM ${textsOf(type)(key, values)}`;
        await page.evaluate(`{
          const node = RED.nodes.node('charger');
          node.status = { fill: 'green', shape: 'dot', text: ${JSON.stringify(text)} };
          Object.assign(node, { dirtyStatus: true, dirty: true });
          RED.view.redraw();
        }`);
        const label = `document.querySelector('[id="charger"] .red-ui-flow-node-status-label')`;
        await page.waitForFunction(`${label}.textContent === ${JSON.stringify(text)}`);
        const width = await page.evaluate<number>(`${label}.getBBox().width`);
        widest[text] = width;
      }
    }
    for (const [text, width] of Object.entries(widest)) expect(width, `${text}, in px`).to.be.at.most(ROOM);
  });
});

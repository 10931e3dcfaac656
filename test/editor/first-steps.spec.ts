import { expect } from 'chai';
import type { Locator } from 'playwright-core';
import { editorSuite } from './fixture/editor-suite';
import { importExample } from './fixture/import';
import { Picker } from './fixture/picker';

const EMPTY = [{ id: 'tab', type: 'tab', label: 'Flow' }];
/** Every press of a button of the mouse counts, so that a double click is two. */
const COUNT = `window.pressed = 0; addEventListener('pointerdown', () => (window.pressed += 1), true);`;

describe('the first steps in an empty Node-RED', () => {
  const suite = editorSuite();
  const counted = async (): Promise<number> => suite.editor.page.evaluate<number>('window.pressed');
  const start = async (): Promise<void> => {
    await suite.open(EMPTY);
    await suite.editor.page.evaluate(COUNT);
  };
  const offered = (key: string) => suite.editor.page.locator(`#zaptec-first-${key}`);
  /** The pairs of nodes that lie upon each other, or are nearer than 10 px. */
  const overlapping = () =>
    suite.editor.page.evaluate<string[]>(`(() => {
      const nodes = RED.nodes.filterNodes({ z: RED.workspaces.active() });
      const near = (a, b) => Math.abs(a.x - b.x) < (a.w + b.w) / 2 + 10 && Math.abs(a.y - b.y) < (a.h + b.h) / 2 + 10;
      return nodes.flatMap((a, i) => nodes.slice(i + 1).filter((b) => near(a, b)).map((b) => a.type + ' ' + b.type));
    })()`);
  const connections = async () => (await suite.red.flows()).filter(({ type }) => type === 'zaptec-connection');

  it('lead to the state of one charger every minute in at most 8 clicks, with nothing typed', async () => {
    await start();
    await importExample(suite.editor, 'quick-start');
    await suite.editor.deploy();
    const clicks = await counted();
    await suite.editor.page.waitForFunction(`/\\d kW/.test($('.red-ui-flow-node-status-label').text())`);
    const inject = (await suite.red.flows()).find(({ type, name }) => type === 'inject' && name === 'every minute');
    expect(inject).to.include({ repeat: '60' });
    expect(clicks).to.be.at.most(8);
  });

  it('lead to solar surplus on the simulator in at most 10 clicks, with nothing typed', async () => {
    await start();
    await importExample(suite.editor, 'solar-surplus');
    await suite.editor.deploy();
    const clicks = await counted();
    await suite.editor.page.waitForFunction(`/SIM (waits, |\\d+ A)/.test($('.red-ui-flow-node-status-label').text())`);
    expect(clicks).to.be.at.most(10);
  });

  /** As a person does it, who does not know the name of the tab either: by the menu of the sidebar. */
  const openSidebar = async (): Promise<Locator> => {
    const { page } = suite.editor;
    await page.locator('#red-ui-sidebar .red-ui-tab-link-button-menu').click();
    await page.locator('.red-ui-menu-dropdown a:visible').filter({ hasText: 'Zaptec chargers' }).click();
    return page.locator('.zaptec-sidebar');
  };
  const status = (type: string): Promise<string> =>
    suite.editor.page.evaluate<string>(
      `RED.nodes.filterNodes({ type: '${type}' }).map(({ status }) => status?.text ?? '').join()`,
    );

  it('lead by the sidebar to the state of one charger every minute in at most 8 clicks, without an import', async () => {
    await start();
    const { page } = suite.editor;
    const tab = await openSidebar();
    await tab.getByRole('button', { name: 'Try the built-in simulator' }).click();
    await suite.editor.deploy();
    await tab.getByRole('button', { name: 'Add a flow that reads Garage every minute' }).click();
    await suite.editor.deploy();
    expect(await counted()).to.be.at.most(6);
    const flows = await suite.red.flows();
    const charger = flows.find(({ type, charger }) => type === 'zaptec-charger' && charger !== 'all');
    const inject = flows.find(({ wires }) => JSON.stringify(wires) === JSON.stringify([[charger?.id]]));
    expect(inject).to.include({ type: 'inject', repeat: '60' });
    const [[debug]] = charger?.['wires'] as [[string]];
    await page.evaluate(`RED.sidebar.show('debug')`);
    const message = page.locator('.red-ui-debug-msg').filter({ hasText: debug });
    await message.locator('.red-ui-debug-msg-payload', { hasText: 'Garage' }).first().waitFor();
    expect(await overlapping(), 'the second flow lies below the first').to.deep.equal([]);
  });

  it('lead by the sidebar to solar surplus on the simulator in at most 10 clicks, without an import', async () => {
    await start();
    const tab = await openSidebar();
    await tab.getByRole('button', { name: 'Try the built-in simulator' }).click();
    await suite.editor.deploy();
    await tab.getByRole('button', { name: 'Add solar surplus' }).click();
    await suite.editor.deploy();
    expect(await counted()).to.be.at.most(6);
    await suite.editor.page.waitForFunction(
      `RED.nodes.filterNodes({ type: 'zaptec-surplus' }).some(({ status }) => /SIM (waits, |\\d+ A)/.test(status?.text ?? ''))`,
    );
    expect(await status('zaptec-request')).to.match(/^SIM /);
    expect(await overlapping()).to.deep.equal([]);
    for (const { id, type } of await suite.red.flows()) {
      if (type.startsWith('zaptec-') && type !== 'zaptec-connection')
        expect((await suite.editor.node(id)).valid, type).to.equal(true);
    }
  });

  it('make a connection to the simulator with one click, which the next node takes by itself', async () => {
    await start();
    const first = await suite.editor.add('zaptec-charger', 300, 200);
    await offered('simulator').click();
    const picker = new Picker(suite.editor, 'charger');
    await picker.says('2 to choose from');
    await picker.open();
    await picker.options.filter({ hasText: 'Garage' }).click();
    await suite.editor.ok();
    const second = await suite.editor.add('zaptec-surplus', 300, 300);
    await suite.editor.deploy();
    const [made, ...others] = await connections();
    expect(others).to.deep.equal([]);
    expect(made).to.include({ cloud: 'simulator', scenario: 'home' });
    for (const id of [first, second]) {
      expect(await suite.editor.node(id)).to.include({ valid: true, connection: made?.id });
    }
    expect(await offered('simulator').count(), 'nothing is offered again').to.equal(0);
    await suite.editor.page.waitForFunction(`$('.red-ui-flow-node-label-text').text().includes('Garage state')`);
  });

  it('open the dialog of an account with one click', async () => {
    await start();
    await suite.editor.add('zaptec-charger', 300, 200);
    await offered('account').click();
    await suite.editor.field('username', true).waitFor();
    await suite.editor.page.waitForTimeout(400);
    expect(await suite.editor.field('cloud', true).inputValue()).to.equal('zaptec');
    await suite.editor.cancel({ config: true });
    await suite.editor.cancel();
  });

  it('ask nothing more of somebody who wants to choose later', async () => {
    await start();
    const id = await suite.editor.add('zaptec-charger', 300, 200);
    await offered('later').click();
    await offered('later').waitFor({ state: 'detached' });
    expect((await suite.editor.node(id)).valid).to.equal(false);
    await suite.editor.page.keyboard.press('Control+z');
  });
});

import { expect } from 'chai';
import { editorSuite } from './fixture/editor-suite';
import { EditorPage } from './fixture/editor-page';
import { illegible } from './fixture/legibility';
import type { FlowNode } from './fixture/node-red';
import { user, WORD } from './fixture/users';

const TAB: FlowNode = { id: 'tab', type: 'tab', label: 'Flow' };
const account = (scenario: string, more: object = {}): FlowNode => ({
  ...{ id: 'account', type: 'zaptec-connection', name: 'Mine', cloud: 'simulator', scenario, speed: 1, version: 1 },
  ...more,
});
const place = (y: number) => ({ z: 'tab', x: 320, y });
const inject = (id: string, value: string, to: string): FlowNode => ({
  ...{ id, type: 'inject', z: 'tab', x: 100, y: 400, once: false, repeat: '' },
  ...{ props: [{ p: 'payload', v: value, vt: 'num' }], wires: [[to]] },
});
const IN_HALF_A_DAY = new Date(Date.now() + 12 * 3_600_000).toISOString().slice(11, 16);
const PRICES =
  '[[0..30].{"start": $fromMillis($floor($millis()/3600000)*3600000 + $*3600000), "price": 0.1 + $ * 0.01}]';
/** Everything that the sidebar of a home can show. */
const HOME: FlowNode[] = [
  TAB,
  account('home'),
  { id: 'feed', type: 'zaptec-subscribe', ...place(80), wires: [[], []], connection: 'account', emit: 'snapshots' },
  {
    ...{ id: 'plan', type: 'zaptec-plan', ...place(140), wires: [[], []], connection: 'account', charger: 'Garage' },
    ...{ goal: 'hours', amount: '3', amountType: 'num', pricesType: 'jsonata', prices: PRICES, name: 'Cheap' },
    // Whatever the time is, the plan has hours to choose from.
    ...{ by: IN_HALF_A_DAY, byType: 'str', timeZone: 'UTC' },
  },
  {
    ...{ id: 'current', type: 'zaptec-update-current', ...place(200), wires: [[], []], connection: 'account' },
    ...{ installation: 'Home', name: 'Solar' },
  },
  { id: 'wrong', type: 'zaptec-charger', ...place(260), wires: [[]], connection: 'account', charger: 'Nobody' },
  inject('low', '10', 'current'),
  inject('high', '14', 'current'),
  inject('go', '1', 'wrong'),
  inject('decide', '1', 'plan'),
];
const WIDTHS = [1280, 1920] as const;

describe('the sidebar in use', () => {
  const suite = editorSuite();
  const open = async (flow: FlowNode[]) => {
    const editor = await suite.open(flow);
    await editor.page.evaluate(`RED.sidebar.show('zaptec')`);
    return { editor, page: editor.page, tab: editor.page.locator('.zaptec-sidebar') };
  };
  const read = async (flow: FlowNode[], first: string) => {
    const opened = await open(flow);
    await opened.tab.locator('[data-key="refresh account"]').click();
    await opened.tab.locator('li.zaptec-charger').getByText(first).first().waitFor();
    return opened;
  };

  it('offers three ways to begin to who has no connection: the simulator is one press and a deploy away', async () => {
    const { editor, page, tab } = await open([TAB]);
    await tab.locator('[data-key="start example"]').click();
    await page.locator('#red-ui-clipboard-dialog').waitFor();
    await page.keyboard.press('Escape');
    await tab.locator('[data-key="start account"]').click();
    await editor.field('username', true).waitFor();
    await editor.cancel({ config: true });
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 900 });
      expect(await illegible(page, '.zaptec-sidebar'), String(width)).to.deep.equal([]);
    }
    await tab.locator('[data-key="start simulator"]').click();
    await editor.deploy();
    await tab.locator('li.zaptec-charger').getByText('Garage').waitFor({ timeout: 20_000 });
    const opened = page.waitForEvent('popup');
    await tab.getByText("Open the simulator's page").click();
    const simulator = await opened;
    await simulator.locator('#connection[data-state="live"]').waitFor();
    await simulator.close();
  });

  it('pauses and resumes a charger, and shows that it does until the charger shows it', async () => {
    const { tab } = await read(HOME, 'Garage');
    const garage = tab.locator('li.zaptec-charger').filter({ hasText: 'Garage' });
    const isIn = (state: string) => garage.and(tab.locator(`[data-state="${state}"]`)).waitFor();
    await isIn('charging');
    await garage.getByRole('button', { name: 'Pause Garage' }).click();
    await isIn('paused');
    await garage.getByRole('button', { name: 'Resume Garage' }).click();
    await isIn('charging');
    expect(await tab.getByRole('button', { name: /Pause Carport|Resume Carport/ }).count(), 'no car').to.equal(0);
  });

  it("shows today's plan, what the governor waits for, who sends requests, and troubles with a remedy", async () => {
    const { page, tab } = await read(HOME, 'Garage');
    const press = (id: string) => page.evaluate(`$.post('inject/${id}')`);
    for (const id of ['decide', 'go', 'low']) await press(id);
    await tab.locator('.zaptec-decisions .zaptec-chart').waitFor();
    await tab.getByText('10 A set').waitFor();
    await press('high');
    await tab.getByText('Solar: target 14 A').waitFor();
    const countdown = tab.locator('.zaptec-countdown');
    const first = await countdown.textContent();
    expect(first).to.match(/^1[0-5]:\d\d$/);
    await page.waitForFunction(`document.querySelector('.zaptec-countdown').textContent !== '${first}'`);
    await tab.getByText(/No charger is called "Nobody".*\. .+/).waitFor();
    await tab.locator('.zaptec-usage > summary').click();
    await tab.locator('.zaptec-usage li').filter({ hasText: 'Solar' }).waitFor();
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 900 });
      expect(await illegible(page, '.zaptec-sidebar'), String(width)).to.deep.equal([]);
    }
    await tab.locator('[data-key="request current"]').click();
    await page.locator('[id="current"] .red-ui-flow-node-highlighted').waitFor();
  });

  it('makes a node of a charger that is dragged onto the canvas, and of one whose button is pressed', async () => {
    const { editor, page, tab } = await read([TAB, account('home')], 'Garage');
    const nodes = () =>
      page.evaluate<string[]>(`RED.nodes.filterNodes({ type: 'zaptec-charger' }).map(({ id }) => id)`);
    await tab.getByRole('button', { name: /^Add a node for Garage/ }).press('Enter');
    const [added] = await nodes();
    const garage = await tab.locator('[data-key^="copy"]').nth(2).getAttribute('data-key');
    const saved = { valid: true, connection: 'account', charger: garage?.split(' ')[1], action: 'state' };
    expect(await editor.node(added!)).to.include(saved);
    await page.evaluate(`RED.nodes.remove('${added!}'); RED.view.redraw(true)`);

    await tab.locator('li.zaptec-charger .zaptec-row-name').getByText('Garage').hover();
    await page.mouse.down();
    for (const x of [700, 500, 480]) await page.mouse.move(x, 400, { steps: 5 });
    await page.locator('#red-ui-drop-target').waitFor();
    await page.mouse.up();
    // The editor lets the node hang at the pointer until it is put down.
    await page.mouse.move(470, 380, { steps: 3 });
    await page.mouse.click(470, 380);
    const [dropped] = await nodes();
    expect(await editor.node(dropped!)).to.include(saved);
    await page.locator(`[id="${dropped!}"]`).waitFor();
  });

  it('finds one of 130 chargers by words, and those in one state, at once', async () => {
    const flow = [TAB, account('housing')];
    const { page, tab } = await read(
      [
        ...flow,
        {
          id: 'feed',
          type: 'zaptec-subscribe',
          ...place(80),
          wires: [[], []],
          connection: 'account',
          emit: 'snapshots',
        },
      ],
      'P001',
    );
    await page.waitForFunction(`$('li.zaptec-charger[data-state="charging"]').length > 10`, undefined, {
      timeout: 60_000,
    });
    const shown = () => page.locator('li.zaptec-charger:not([hidden])').count();
    expect(await shown()).to.equal(130);
    const search = tab.getByPlaceholder('Search chargers');
    const ms = await page.evaluate<number>(`(() => {
      const input = document.querySelector('.zaptec-filter input');
      const from = performance.now();
      for (const text of ['p', 'p0', 'p07', 'p077', 'go', '']) {
        input.value = text;
        input.dispatchEvent(new Event('input'));
        document.body.offsetHeight;
      }
      return (performance.now() - from) / 6;
    })()`);
    expect(ms, 'ms for each key').to.be.below(100);
    await search.fill('p077');
    expect(await shown()).to.equal(1);
    // What the runtime brings anew does not undo it.
    await page.waitForResponse((response) => response.url().endsWith('/zaptec/overview'));
    expect(await shown()).to.equal(1);
    await search.fill('no such charger');
    await tab.getByText('No charger matches').waitFor();
    await search.fill('');
    const chip = tab.locator('.zaptec-chips [data-state="charging"]');
    await chip.click();
    expect(await chip.getAttribute('aria-pressed')).to.equal('true');
    const states = await page
      .locator('li.zaptec-charger:not([hidden])')
      .evaluateAll((all) => all.map((one) => one.getAttribute('data-state')));
    expect(new Set(states)).to.deep.equal(new Set(['charging']));
    await chip.click();
    expect(await shown()).to.equal(130);
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 900 });
      expect(await illegible(page, '.zaptec-sidebar'), String(width)).to.deep.equal([]);
    }
  });
});

describe('the sidebar of somebody who may only look', () => {
  const adminAuth = { type: 'credentials', users: [user('admin', '*'), user('guest', 'read')] };
  const suite = editorSuite({ start: () => ({ settings: { adminAuth } }) });

  it('has no buttons that change anything, and the runtime refuses what somebody sends without them', async () => {
    await suite.red.login('admin', WORD);
    await suite.red.deploy([TAB, account('home')]);
    const editor = await EditorPage.open(suite.browser, suite.red.url, undefined, {
      username: 'guest',
      password: WORD,
    });
    const { page } = editor;
    await page.evaluate(`RED.sidebar.show('zaptec')`);
    const tab = page.locator('.zaptec-sidebar');
    await tab.locator('[data-key="refresh account"]').click();
    await tab.locator('li.zaptec-charger[data-state="charging"]').waitFor();
    expect(await tab.locator('[data-key^="command"], [data-key^="add"], [draggable="true"]').count()).to.equal(0);
    const status = await page.evaluate<number>(`new Promise((resolve) => $.ajax({
      url: 'zaptec/command', type: 'POST', contentType: 'application/json', data: '{}', complete: ({ status }) => resolve(status) }))`);
    expect([401, 403]).to.include(status);
    await page.close();
  });
});

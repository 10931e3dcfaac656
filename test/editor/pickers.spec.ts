import { expect } from 'chai';
import type { Browser } from 'playwright-core';
import { startSimulator } from '../../simulator/index';
import { EditorPage, startBrowser } from './fixture/editor-page';
import { flowOf } from './fixture/flow';
import { startNodeRed, type NodeRed } from './fixture/node-red';
import { Picker } from './fixture/picker';

type Simulator = Awaited<ReturnType<typeof startSimulator>>;
const CONFIG = { config: true };

describe('the pickers in a real editor', () => {
  let red: NodeRed;
  let browser: Browser;
  let editor: EditorPage;
  let cloud: Simulator;

  const cleanup: (() => Promise<unknown>)[] = [];
  before(async () => {
    cloud = await startSimulator({ scenario: 'home' });
    cleanup.push(() => cloud.stop());
    red = await startNodeRed();
    cleanup.push(() => red.stop());
    browser = await startBrowser();
    cleanup.push(() => browser.close());
  });
  after(() => Promise.all(cleanup.map((end) => end())));
  afterEach(async function () {
    const { problems } = editor;
    await editor.page.close();
    expect(problems, this.currentTest?.title).to.deep.equal([]);
  });

  const chargers = () => [...cloud.world.chargers.values()];
  const accountOf = (role: string) => cloud.accounts.find((account) => account.role === role)!;
  const start = async (own: Parameters<typeof flowOf>[0] = {}, role?: string): Promise<void> => {
    const connection = role ? { cloud: 'custom', baseUrl: cloud.baseUrl } : { cloud: 'simulator' };
    const { username, password } = accountOf(role ?? 'owner');
    await red.deploy(flowOf({ connection, ...own }), role ? { connection: { username, password } } : {});
    editor = await EditorPage.open(browser, red.url);
  };
  const saved = async (id: string) => (await red.flows()).find((node) => node.id === id);

  it('fill from a deployed account, find by any word, and store the id', async () => {
    await start({}, 'owner');
    const [first, second] = chargers();
    await editor.edit('charger');
    const picker = new Picker(editor, 'charger');
    await picker.says('2 to choose from, read just now');
    await picker.open();
    const lines = await picker.options.allTextContents();
    expect(lines).to.have.lengthOf(2);
    expect(lines[0])
      .to.contain(first!.name)
      .and.contain(first!.deviceId)
      .and.match(/(online|offline) · owner/);
    await picker.pick(second!.deviceId.toLowerCase(), second!.name);
    expect(await picker.input.inputValue()).to.equal(second!.id);
    await picker.says(second!.deviceId);
    await editor.ok();
    await editor.deploy();
    expect(await saved('charger')).to.include({ charger: second!.id, chargerType: 'str' });
  });

  it('go by keyboard alone, and leave every other text and source possible', async () => {
    await start({}, 'owner');
    await editor.edit('charger');
    const picker = new Picker(editor, 'charger');
    await picker.says('2 to choose from');
    await picker.input.focus();
    await picker.input.press('ArrowDown');
    await picker.options.first().waitFor();
    await picker.input.press('ArrowDown');
    await picker.input.press('Enter');
    expect(await picker.input.inputValue()).to.equal(chargers()[0]!.id);
    await picker.input.press('ArrowDown');
    await picker.input.press('Escape');
    expect(await picker.options.count(), 'the list alone is closed').to.be.greaterThan(0);
    expect(await picker.options.first().isVisible()).to.equal(false);
    expect(await editor.field('name').isVisible(), 'and not the dialog').to.equal(true);
    await picker.input.fill('Somebody else');
    await picker.says('Not in the list of this account');
    await editor.chooseType('charger', 'msg');
    await editor.fill('charger', 'which');
    await editor.ok();
    await editor.deploy();
    expect(await saved('charger')).to.include({ charger: 'which', chargerType: 'msg' });
  });

  it('tell an account that may only charge', async () => {
    await start({}, 'user');
    await editor.edit('installation');
    await editor.choose('action', 'get');
    const picker = new Picker(editor, 'installation');
    await picker.open();
    expect(await picker.options.first().textContent()).to.contain('user: read only');
    await editor.cancel();
  });

  it('fill before the first deploy with what the dialog of the connection holds', async () => {
    await red.deploy([{ id: 'tab', type: 'tab', label: 'Flow' }]);
    editor = await EditorPage.open(browser, red.url);
    const id = await editor.add('zaptec-charger', 500, 200);
    await editor.edit(id);
    const picker = new Picker(editor, 'charger');
    await picker.says('Choose a connection');
    await editor.page.locator('#node-input-btn-connection-add').click();
    await editor.field('name', true).waitFor();
    await editor.page.waitForTimeout(350);
    await editor.choose('cloud', 'custom', CONFIG);
    await editor.fill('baseUrl', cloud.baseUrl, CONFIG);
    await editor.fill('username', accountOf('owner').username, CONFIG);
    await editor.fill('password', 'mistyped', CONFIG);
    await editor.ok(CONFIG);
    const wrong = await picker.says('Zaptec refused user name and password');
    expect(wrong).to.match(/Correct user name and password/);
    await editor.page.locator('#node-input-btn-connection-edit').click();
    await editor.field('name', true).waitFor();
    await editor.page.waitForTimeout(350);
    await editor.fill('password', accountOf('owner').password, CONFIG);
    await editor.ok(CONFIG);
    await picker.says('2 to choose from');
    await picker.pick(chargers()[0]!.name, chargers()[0]!.deviceId);
    await editor.ok();
    await editor.deploy();
    expect(await saved(id)).to.include({ charger: chargers()[0]!.id });
  });

  it('never take a stored password to another address', async () => {
    await start({}, 'owner');
    await editor.editConfig('zaptec-connection', 'connection');
    await editor.fill('baseUrl', 'http://127.0.0.1:9', CONFIG);
    await editor.page.locator('.zaptec-dialog summary').click();
    const picker = new Picker(editor, 'userGroup', CONFIG);
    await picker.input.click();
    await picker.says('Enter the password again');
    await editor.fill('baseUrl', cloud.baseUrl, CONFIG);
    await picker.open();
    await picker.options.first().click();
    const [site] = [...cloud.world.installations.values()];
    expect(await editor.field('userGroup', true).inputValue()).to.equal(site!.supportGroupId);
    await editor.cancel(CONFIG);
  });

  it('say that the user of Node-RED may not ask, and take what is typed', async () => {
    await start({}, 'owner');
    // What Node-RED answers to a user without `zaptec.read`.
    await editor.page.route('**/zaptec/lists', (route) => route.fulfill({ status: 401 }));
    await editor.edit('charger');
    const picker = new Picker(editor, 'charger');
    await picker.says(/may not ask.*permissions zaptec.read/);
    await picker.input.fill(chargers()[0]!.id);
    await editor.ok();
    expect(await editor.node('charger')).to.include({ valid: true, charger: chargers()[0]!.id });
    // The browser tells of every refusal by itself.
    const refusals = editor.problems.splice(0);
    expect(refusals.filter((problem) => !problem.includes('401'))).to.deep.equal([]);
  });

  it('are quick with a thousand chargers', async () => {
    await start({ connection: { cloud: 'simulator', scenario: 'fleet:1000' } });
    await editor.edit('charger');
    const picker = new Picker(editor, 'charger');
    await picker.says('1000 to choose from');
    const began = Date.now();
    await picker.refresh();
    await picker.says('1000 to choose from');
    await picker.open();
    expect(await picker.options.count(), 'no more lines than anybody reads').to.equal(50);
    const wanted = await editor.page
      .locator('.zaptec-choices')
      .first()
      .locator('[role="option"]')
      .nth(40)
      .textContent();
    const serial = /[A-Z]{3}\d{6}/.exec(wanted ?? '')![0];
    await picker.input.fill(serial);
    await picker.options.filter({ hasText: serial }).first().waitFor();
    expect(await picker.options.count()).to.equal(1);
    expect(Date.now() - began, 'ms').to.be.lessThan(5_000);
    await editor.cancel();
  });
});

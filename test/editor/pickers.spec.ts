import { expect } from 'chai';
import { editorSuite } from './fixture/editor-suite';
import { flowOf } from './fixture/flow';
import { Picker } from './fixture/picker';

const CONFIG = { config: true };

describe('the pickers in a real editor', () => {
  const suite = editorSuite({ cloud: 'home' });

  const chargers = () => [...suite.cloud.world.chargers.values()];
  const accountOf = (role: string) => suite.cloud.accounts.find((account) => account.role === role)!;
  const start = async (own: Parameters<typeof flowOf>[0] = {}, role?: string): Promise<void> => {
    const connection = role ? { cloud: 'custom', baseUrl: suite.cloud.baseUrl } : { cloud: 'simulator' };
    const { username, password } = accountOf(role ?? 'owner');
    await suite.open(flowOf({ connection, ...own }), role ? { connection: { username, password } } : {});
  };
  const saved = async (id: string) => (await suite.red.flows()).find((node) => node.id === id);

  it('fill from a deployed account, find by any word, and store the id', async () => {
    await start({}, 'owner');
    const [second, first] = chargers();
    expect([first!.name, second!.name], 'in the order of the alphabet').to.deep.equal(['Carport', 'Garage']);
    await suite.editor.edit('charger');
    const picker = new Picker(suite.editor, 'charger');
    await picker.says('2 to choose from, read just now');
    await picker.open();
    const lines = await picker.options.allTextContents();
    expect(lines).to.have.lengthOf(2);
    expect(lines[0])
      .to.contain(first!.name)
      .and.contain(first!.deviceId)
      .and.match(/(online|offline) · owner/);
    await picker.pick(second!.deviceId.toLowerCase(), second!.name);
    expect(await picker.tags.allTextContents()).to.deep.equal([second!.name]);
    await suite.editor.ok();
    await suite.editor.deploy();
    expect(await saved('charger')).to.include({ charger: second!.id, chargerType: 'str' });
  });

  it('sort P2 before P10', async () => {
    await start({ connection: { cloud: 'simulator', scenario: 'housing' } });
    await suite.editor.edit('charger');
    const picker = new Picker(suite.editor, 'charger');
    await picker.says('130 to choose from');
    await picker.open();
    const names = (await picker.options.allTextContents()).map((line) => /\d+/.exec(line)?.[0]);
    expect(names.slice(0, 12).map(Number)).to.deep.equal([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    await suite.editor.cancel();
  });

  it('take several chargers as tags, and say whom a command changes', async () => {
    await start({ charger: { action: 'command', command: 'pause', commandType: 'str' } }, 'owner');
    await suite.editor.edit('charger');
    const picker = new Picker(suite.editor, 'charger');
    const effect = suite.editor.page.locator('[data-preview="effect"]');
    await picker.says('2 to choose from');
    for (const { name, deviceId } of chargers()) await picker.pick(deviceId, name);
    expect(await picker.tags.allTextContents()).to.deep.equal(['Garage', 'Carport']);
    await effect.filter({ hasText: 'changes 2 chargers: Garage, Carport' }).waitFor();
    await picker.tags.first().locator('button').click();
    await effect.filter({ hasText: 'changes Carport' }).waitFor();
    await picker.pick(chargers()[0]!.deviceId, 'Garage');
    await suite.editor.ok();
    await suite.editor.deploy();
    const ids = [chargers()[1]!.id, chargers()[0]!.id].join(', ');
    expect(await saved('charger')).to.include({ charger: ids, chargerType: 'str' });
    const label = suite.editor.page.locator('[id="charger"] .red-ui-flow-node-label-text');
    expect(await label.textContent()).to.equal('pause Carport +1');
  });

  it('name the names that an unknown one may mean, in the colour of a warning', async () => {
    await start({ charger: { charger: 'Garge' }, subscribe: { emit: 'snapshots' } }, 'owner');
    await suite.editor.edit('charger');
    const picker = new Picker(suite.editor, 'charger');
    await picker.says('Did you mean Garage, Carport?');
    const line = suite.editor.page.locator('.zaptec-list-line.zaptec-doubtful').first();
    expect(await line.evaluate((element) => getComputedStyle(element).color)).not.to.equal(
      await suite.editor.field('name').evaluate((element) => getComputedStyle(element).color),
    );
    expect(await picker.tags.first().getAttribute('class')).to.contain('zaptec-doubtful');
    await suite.editor.cancel();
    await suite.editor.edit('subscribe');
    const observations = new Picker(suite.editor, 'observations');
    await observations.says('226 to choose from');
    await observations.input.fill('charge power');
    await observations.options.filter({ hasText: 'Power of the charging car, all phases' }).waitFor();
    await observations.input.fill('TotalChargePowr');
    await observations.input.press('Enter');
    await observations.says(/Did you mean TotalChargePower, /);
    await suite.editor.cancel();
  });

  it('go by keyboard alone, and leave every other text and source possible', async () => {
    await start({}, 'owner');
    await suite.editor.edit('charger');
    const picker = new Picker(suite.editor, 'charger');
    await picker.says('2 to choose from');
    await picker.input.focus();
    await picker.input.press('ArrowDown');
    await picker.options.first().waitFor();
    await picker.input.press('ArrowDown');
    await picker.input.press('Enter');
    expect(await picker.tags.count()).to.equal(1);
    await picker.input.press('ArrowDown');
    await picker.input.press('Escape');
    expect(await picker.options.count(), 'the list alone is closed').to.be.greaterThan(0);
    expect(await picker.options.first().isVisible()).to.equal(false);
    expect(await suite.editor.field('name').isVisible(), 'and not the dialog').to.equal(true);
    await picker.input.fill('Somebody else');
    await picker.input.press('Enter');
    await picker.says('Not in the list of this account');
    await suite.editor.chooseType('charger', 'msg');
    await suite.editor.fill('charger', 'which');
    await suite.editor.ok();
    await suite.editor.deploy();
    expect(await saved('charger')).to.include({ charger: 'which', chargerType: 'msg' });
  });

  it('show that an account may only charge', async () => {
    await start({}, 'user');
    await suite.editor.edit('installation');
    await suite.editor.choose('action', 'get');
    const picker = new Picker(suite.editor, 'installation');
    await picker.open();
    expect(await picker.options.first().textContent()).to.contain('user: read only');
    await suite.editor.cancel();
  });

  it('fill before the first deploy with what the dialog of the connection holds', async () => {
    await suite.open([{ id: 'tab', type: 'tab', label: 'Flow' }]);
    const id = await suite.editor.add('zaptec-charger', 500, 200);
    await suite.editor.edit(id);
    const picker = new Picker(suite.editor, 'charger');
    await picker.says('Choose a connection');
    await suite.editor.page.locator('#node-input-btn-connection-add').click();
    await suite.editor.field('name', true).waitFor();
    await suite.editor.page.waitForTimeout(350);
    await suite.editor.choose('cloud', 'custom', CONFIG);
    await suite.editor.fill('baseUrl', suite.cloud.baseUrl, CONFIG);
    await suite.editor.fill('username', accountOf('owner').username, CONFIG);
    await suite.editor.fill('password', 'mistyped', CONFIG);
    await suite.editor.ok(CONFIG);
    const wrong = await picker.says('Zaptec refused user name and password');
    expect(wrong).to.match(/Correct user name and password/);
    await suite.editor.page.locator('#node-input-btn-connection-edit').click();
    await suite.editor.field('name', true).waitFor();
    await suite.editor.page.waitForTimeout(350);
    await suite.editor.fill('password', accountOf('owner').password, CONFIG);
    await suite.editor.ok(CONFIG);
    await picker.says('2 to choose from');
    await picker.pick(chargers()[0]!.name, chargers()[0]!.deviceId);
    await suite.editor.ok();
    await suite.editor.deploy();
    expect(await saved(id)).to.include({ charger: chargers()[0]!.id });
  });

  it('never take a stored password to another address', async () => {
    await start({}, 'owner');
    await suite.editor.editConfig('zaptec-connection', 'connection');
    await suite.editor.fill('baseUrl', 'http://127.0.0.1:9', CONFIG);
    await suite.editor.page.locator('.zaptec-dialog summary').click();
    const picker = new Picker(suite.editor, 'userGroup', CONFIG);
    await picker.input.click();
    await picker.says('Enter the password again');
    await suite.editor.fill('baseUrl', suite.cloud.baseUrl, CONFIG);
    await picker.open();
    await picker.options.first().click();
    const [site] = [...suite.cloud.world.installations.values()];
    expect(await suite.editor.field('userGroup', true).inputValue()).to.equal(site!.supportGroupId);
    await suite.editor.fill('baseUrl', 'http://127.0.0.1:9', CONFIG);
    await picker.input.click();
    await picker.says('Enter the password again');
    expect(await picker.options.count(), 'nothing of the account that was read').to.equal(0);
    await suite.editor.cancel(CONFIG);
  });

  it('say that the user of Node-RED may not ask, and take what is typed', async () => {
    await start({}, 'owner');
    // What Node-RED answers to a user without `zaptec.read`.
    let refuse = (): void => undefined;
    const held = new Promise<void>((resolve) => (refuse = resolve));
    await suite.editor.page.route('**/zaptec/lists', async (route) => {
      await held;
      await route.fulfill({ status: 401 });
    });
    await suite.editor.edit('charger');
    const picker = new Picker(suite.editor, 'charger');
    await picker.turning.waitFor();
    await suite.editor.choose('connection', '_ADD_');
    await picker.says('Choose a connection');
    expect(await picker.turning.count(), 'still reading').to.equal(0);
    refuse();
    await suite.editor.choose('connection', 'connection');
    await picker.says(/has no permission.*permissions zaptec.read/);
    await picker.input.fill(chargers()[0]!.id);
    await suite.editor.ok();
    expect(await suite.editor.node('charger')).to.include({ valid: true, charger: chargers()[0]!.id });
    // The browser tells of every refusal by itself.
    const refusals = suite.editor.problems.splice(0);
    expect(refusals.filter((problem) => !problem.includes('401'))).to.deep.equal([]);
  });

  it('are quick with a thousand chargers', async () => {
    await start({ connection: { cloud: 'simulator', scenario: 'fleet:1000' } });
    await suite.editor.edit('charger');
    const picker = new Picker(suite.editor, 'charger');
    await picker.says('1000 to choose from');
    const arrived = suite.editor.page.waitForResponse('**/zaptec/lists');
    await picker.refresh();
    await (await arrived).finished();
    const began = Date.now();
    await picker.says('1000 to choose from');
    await picker.open();
    const opened = Date.now();
    expect(await picker.options.count(), 'no more lines than anybody reads').to.equal(50);
    const serial = /[A-Z]{3}\d{6}/.exec((await picker.options.nth(40).textContent()) ?? '')![0];
    const asked = Date.now();
    await picker.input.fill(serial);
    await picker.options.filter({ hasText: serial }).first().waitFor();
    const found = Date.now();
    expect(await picker.options.count()).to.equal(1);
    // Measured on a busy machine: 0.3 s and 0.14 s.
    expect(opened - began, 'ms until the list is shown').to.be.lessThan(3_000);
    expect(found - asked, 'ms until a search has its result').to.be.lessThan(3_000);
    await suite.editor.cancel();
  });
});

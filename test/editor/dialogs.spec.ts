import { expect } from 'chai';
import { editorSuite } from './fixture/editor-suite';
import { illegible } from './fixture/legibility';
import { flowOf } from './fixture/flow';
import { Picker } from './fixture/picker';

const SECRETS = { username: 'somebody@example.org', password: 'correct horse', redisUrl: 'redis://:staple@localhost' };

describe('the dialogs in a real editor', () => {
  const suite = editorSuite();

  const start = async (own: Parameters<typeof flowOf>[0] = {}): Promise<void> => {
    // The simulator as the default keeps the tests off the network.
    await suite.open(flowOf({ connection: { cloud: 'simulator' }, ...own }));
  };
  const shown = async (...rows: string[]): Promise<boolean[]> =>
    Promise.all(rows.map((row) => suite.editor.row(row).isVisible()));
  const saved = async (id: string) => (await suite.red.flows()).find((node) => node.id === id);

  it('offers the nodes in a palette category of their own', async () => {
    await start();
    const category = suite.editor.page.locator('#red-ui-palette-container-zaptec');
    expect(await category.locator('.red-ui-palette-header').textContent()).to.equal('Zaptec');
    for (const name of ['installation', 'charger', 'subscribe', 'request', 'plan', 'doctor', 'sessions', 'surplus']) {
      const node = category.locator(`.red-ui-palette-node[data-palette-type="zaptec-${name}"]`);
      expect(await node.textContent()).to.contain(name);
      const icon = node.locator('.red-ui-palette-icon');
      const style = (await icon.getAttribute('style')) ?? '';
      expect(style, 'its own icon').to.contain(`zaptec-${name}.svg`);
    }
    expect(await suite.editor.palette('zaptec-connection').count(), 'a configuration is not dragged').to.equal(0);
  });

  it('drags a node in, which takes the only connection, and deploys what is given', async () => {
    await start();
    const id = await suite.editor.add('zaptec-charger', 500, 400);
    expect(await suite.editor.node(id)).to.include({ valid: true, connection: 'connection' });
    await suite.editor.edit(id);
    await suite.editor.choose('connection', 'connection');
    await suite.editor.choose('action', 'command');
    await suite.editor.fill('charger', 'Garage');
    await suite.editor.fill('name', 'My charger');
    await suite.editor.ok();
    await suite.editor.deploy();
    expect(await suite.editor.node(id)).to.include({ valid: true, action: 'command' });
    expect(await saved(id)).to.include({
      connection: 'connection',
      name: 'My charger',
      charger: 'Garage',
      chargerType: 'str',
      command: 'payload',
      commandType: 'msg',
      version: 1,
    });
  });

  it('charger: shows only what matters for the action', async () => {
    await start();
    await suite.editor.edit('charger');
    const rows = ['command', 'target', 'charger', 'update', 'prioritize', 'output'];
    expect(await shown(...rows), 'state').to.deep.equal([false, true, true, false, false, true]);
    await suite.editor.choose('target', 'installation');
    expect(await shown(...rows), 'state of all').to.deep.equal([false, true, false, false, false, true]);
    await suite.editor.choose('action', 'list');
    expect(await shown(...rows), 'list').to.deep.equal([false, false, false, false, false, true]);
    await suite.editor.choose('action', 'command');
    await suite.editor.choose('target', 'charger');
    expect(await shown(...rows), 'command').to.deep.equal([true, true, true, false, false, false]);
    await suite.editor.choose('action', 'update');
    expect(await shown(...rows), 'update').to.deep.equal([false, true, true, true, false, false]);
    await suite.editor.choose('action', 'prioritize');
    expect(await shown(...rows), 'prioritize').to.deep.equal([false, true, true, false, true, false]);
  });

  it('charger: settings and priority are fields with range, unit and what they do', async () => {
    await start();
    const { editor } = suite;
    const { page } = editor;
    await editor.edit('charger');
    for (const [action, fields] of [
      ['update', ['maxChargeCurrent', 'minChargeCurrent', 'offlineChargeCurrent', 'meterValueInterval']],
      ['prioritize', ['priorityCurrent']],
    ] as const) {
      await editor.choose('action', action);
      for (const width of [1280, 1920]) {
        await page.setViewportSize({ width, height: 900 });
        expect(await illegible(page, '.zaptec-dialog'), `${action} at ${String(width)}`).to.deep.equal([]);
      }
      for (const field of fields) {
        await editor.fill(field, '99999');
        await page.keyboard.press('Tab');
        expect(await editor.complaint(field), field).to.match(/must be from -?\d+ to \d+/);
        await editor.fill(field, '12,5');
      }
    }
    await editor.choose('priorityPhases', '3');
    await editor.choose('action', 'update');
    await editor.choose('offlineChargePhase', '0');
    await editor.fill('maxChargeCurrent', '');
    await editor.ok();
    expect(await editor.node('charger')).to.include({
      ...{ valid: true, maxChargeCurrent: '', minChargeCurrent: '12,5', minChargeCurrentType: 'num' },
      ...{ offlineChargePhase: '0', priorityPhases: '3', priorityCurrent: '12,5' },
    });
  });

  it('charger and subscribe: the form of the payload is a choice, nested where nothing was saved', async () => {
    await start({ charger: { format: undefined } });
    const { editor } = suite;
    await editor.edit('charger');
    expect(await editor.field('format').inputValue()).to.equal('snapshot');
    await editor.choose('format', 'flat');
    await editor.ok();
    expect(await editor.node('charger')).to.include({ format: 'flat' });
    await editor.edit('subscribe');
    expect(await shown('format'), 'events').to.deep.equal([true]);
    await editor.choose('emit', 'sessions');
    expect(await shown('format'), 'sessions').to.deep.equal([false]);
    await editor.cancel();
  });

  it('charger: a fixed command that interrupts people must be allowed', async () => {
    await start();
    await suite.editor.edit('charger');
    await suite.editor.choose('action', 'command');
    await suite.editor.chooseType('command', 'str');
    await suite.editor.page.evaluate(`$('#node-input-command').typedInput('value', 'restart')`);
    expect(await suite.editor.complaint('command')).to.match(/interrupts people/);
    await suite.editor.field('allowDestructive').check();
    expect(await suite.editor.complaint('command')).to.equal(undefined);
    await suite.editor.ok();
    await suite.editor.deploy();
    expect(await saved('charger')).to.include({ command: 'restart', commandType: 'str', allowDestructive: true });
    expect(await suite.editor.node('charger')).to.include({ valid: true });
  });

  it('installation: stores where the installation comes from', async () => {
    await start();
    await suite.editor.edit('installation');
    expect(await shown('installation', 'output', 'update')).to.deep.equal([false, true, false]);
    await suite.editor.choose('action', 'update');
    expect(await shown('installation', 'output', 'update')).to.deep.equal([true, false, true]);
    await suite.editor.chooseType('installation', 'msg');
    await suite.editor.fill('installation', 'site..id');
    expect(await suite.editor.complaint('installation')).to.be.a('string');
    await suite.editor.fill('installation', 'site.id');
    expect(await suite.editor.complaint('installation')).to.equal(undefined);
    await suite.editor.ok();
    await suite.editor.deploy();
    expect(await saved('installation')).to.include({
      action: 'update',
      installation: 'site.id',
      installationType: 'msg',
    });
  });

  it('request: requires a path and explains the payload', async () => {
    await start();
    await suite.editor.edit('request');
    expect(await shown('pages', 'body', 'undocumented')).to.deep.equal([true, false, false]);
    await suite.editor.choose('method', 'POST');
    await suite.editor.unfold('undocumented');
    await suite.editor.field('undocumented').check();
    expect(await shown('pages', 'body', 'undocumented')).to.deep.equal([false, true, true]);
    await suite.editor.fill('path', 'api/chargers');
    expect(await suite.editor.complaint('path')).to.match(/begin with a single \//);
    await suite.editor.fill('path', '/api/chargers');
    expect(await suite.editor.complaint('path')).to.equal(undefined);
    await suite.editor.ok();
    await suite.editor.deploy();
    expect(await saved('request')).to.include({ method: 'POST', path: '/api/chargers', undocumented: true });
  });

  it('subscribe: shows what matters for what is sent, and stores lists as lists', async () => {
    await start({ subscribe: { chargers: ['Garage', 'ZAP012345'] } });
    await suite.editor.edit('subscribe');
    expect(await shown('observations', 'events', 'pace', 'snapshots'), 'events').to.deep.equal([
      false,
      true,
      false,
      false,
    ]);
    expect(await suite.editor.field('chargers').inputValue()).to.equal('Garage, ZAP012345');
    await suite.editor.page.evaluate(`$('#node-input-events').typedInput('value', 'unplugged,car-full')`);
    await suite.editor.choose('emit', 'snapshots');
    expect(await shown('observations', 'events', 'pace', 'snapshots'), 'snapshots').to.deep.equal([
      true,
      false,
      true,
      true,
    ]);
    await suite.editor.fill('every', '-1');
    expect(await suite.editor.complaint('every')).to.match(/0 or more/);
    await suite.editor.fill('every', '10');
    const chargers = new Picker(suite.editor, 'chargers');
    for (let left = 2; left > 0; left -= 1) await chargers.tags.first().locator('button').click();
    await chargers.input.fill('Carport');
    await chargers.input.press('Enter');
    const observations = new Picker(suite.editor, 'observations');
    await observations.input.fill('513, TotalChargePower');
    await observations.input.press('Enter');
    expect(await observations.tags.count()).to.equal(2);
    await suite.editor.ok();
    await suite.editor.deploy();
    expect(await saved('subscribe')).to.deep.include({
      emit: 'snapshots',
      chargers: ['Carport'],
      observations: ['513', 'TotalChargePower'],
      events: ['unplugged', 'car-full'],
      onChange: true,
      initial: true,
    });
    expect(await suite.editor.node('subscribe')).to.include({ valid: true });
  });

  it('update current: asks of a target alone what its end leaves and which of several targets counts', async () => {
    await start({ current: { role: 'limit' } });
    await suite.editor.edit('current');
    await suite.editor.unfold('withdrawn');
    const rows = ['withdrawn', 'combine', 'priority'];
    expect(await shown(...rows), 'limit').to.deep.equal([false, false, false]);
    await suite.editor.choose('role', 'target');
    expect(await shown(...rows), 'target').to.deep.equal([true, true, false]);
    const choices = (field: string) => suite.editor.field(field).locator('option').allTextContents();
    expect(await choices('withdrawn')).to.deep.equal(['Keep the last value', 'Restore what was set before']);
    expect(await choices('combine')).to.deep.equal([
      'The newest counts',
      'The highest counts',
      'The lowest counts',
      'The highest priority counts',
    ]);
    await suite.editor.choose('combine', 'priority');
    expect(await shown('priority')).to.deep.equal([true]);
    await suite.editor.fill('priority', 'first');
    expect(await suite.editor.complaint('priority')).to.equal('A number');
    await suite.editor.fill('priority', '-2');
    expect(await suite.editor.complaint('priority')).to.equal(undefined);
    await suite.editor.ok();
    await suite.editor.deploy();
    expect(await saved('current')).to.include({ withdrawn: 'restore', combine: 'priority', priority: '-2' });
    expect(await suite.editor.node('current')).to.include({ valid: true });
  });

  it('update current: a flow from before there were these choices keeps the last value, and the newest counts', async () => {
    const old = flowOf({ connection: { cloud: 'simulator' } }).map((node) => {
      if (node.id !== 'current') return node;
      const { withdrawn, combine, priority, ...before } = node;
      expect([withdrawn, combine, priority]).to.deep.equal(['restore', 'newest', 0]);
      return before;
    });
    await suite.open(old);
    await suite.editor.edit('current');
    expect(await suite.editor.field('withdrawn').inputValue()).to.equal('keep');
    expect(await suite.editor.field('combine').inputValue()).to.equal('newest');
    await suite.editor.choose('withdrawn', 'restore');
    await suite.editor.ok();
    await suite.editor.deploy();
    expect(await saved('current')).to.include({ withdrawn: 'restore', combine: 'newest' });
    const dragged = await suite.editor.add('zaptec-update-current', 500, 400);
    expect(await suite.editor.node(dragged)).to.include({ withdrawn: 'restore', combine: 'newest', priority: 0 });
  });

  it('connection: shows what each cloud needs and refuses an unsafe address', async () => {
    await start();
    await suite.editor.editConfig('zaptec-connection', 'connection');
    const config = { config: true };
    expect(await shown('account', 'baseUrl', 'scenario', 'speed')).to.deep.equal([false, false, true, true]);
    await suite.editor.fill('speed', '0', config);
    expect(await suite.editor.complaint('speed', true)).to.match(/above 0/);
    await suite.editor.fill('speed', '100001', config);
    expect(await suite.editor.complaint('speed', true)).to.match(/at most 100000/);
    await suite.editor.fill('speed', '100000', config);
    expect(await suite.editor.complaint('speed', true)).to.equal(undefined);
    const size = suite.editor.page.locator('.zaptec-fleet input');
    expect(await size.isVisible(), 'a home has no size').to.equal(false);
    const scenarios = suite.editor.field('scenario', true).locator('option');
    expect(await scenarios.allTextContents()).to.deep.equal([
      'A home with two chargers',
      'The same home on a summer morning',
      'A housing association with 130 chargers',
      'A fleet of any size',
      'Chargers under automatic power management',
    ]);
    await suite.editor.choose('scenario', 'fleet:250', config);
    for (const [chargers, fine] of [
      ['10001', false],
      ['0', false],
      ['10', true],
    ] as const) {
      await size.fill(chargers);
      expect(await suite.editor.field('scenario', true).inputValue()).to.equal(`fleet:${chargers}`);
      const complaint = await suite.editor.complaint('scenario', true);
      if (fine) expect(complaint, chargers).to.equal(undefined);
      else expect(complaint, chargers).to.match(/use home, sunny, housing, apm, or fleet:1 to fleet:10000/);
    }
    await suite.editor.choose('scenario', 'home', config);
    expect(await suite.editor.complaint('scenario', true)).to.equal(undefined);
    await suite.editor.choose('cloud', 'custom', config);
    expect(await shown('account', 'baseUrl', 'scenario', 'speed')).to.deep.equal([true, true, false, false]);
    for (const [address, fine] of [
      ['http://example.org', false],
      ['example.org', false],
      ['https://example.org', true],
      ['http://127.0.0.1:8080', true],
      ['${ZAPTEC_URL}', true],
    ] as const) {
      await suite.editor.fill('baseUrl', address, config);
      expect((await suite.editor.complaint('baseUrl', true)) === undefined, address).to.equal(fine);
    }
    await suite.editor.choose('cloud', 'zaptec', config);
    expect(await shown('account', 'baseUrl', 'scenario', 'speed')).to.deep.equal([true, false, false, false]);
    expect(await suite.editor.complaint('username', true)).to.match(/missing/);
    await suite.editor.fill('username', '${ZAPTEC_USER}', config);
    expect(await suite.editor.complaint('username', true)).to.equal(undefined);
    await suite.editor.cancel(config);
  });

  it('connection: keeps credentials out of the flow file and never hands a password back', async () => {
    await start();
    await suite.editor.editConfig('zaptec-connection', 'connection');
    const config = { config: true };
    await suite.editor.choose('cloud', 'custom', config);
    await suite.editor.fill('baseUrl', 'http://127.0.0.1:9', config);
    await suite.editor.page.locator('.zaptec-dialog summary').click();
    for (const [name, value] of Object.entries(SECRETS)) await suite.editor.fill(name, value, config);
    await suite.editor.field('readOnly', true).check();
    await suite.editor.ok(config);
    await suite.editor.deploy();
    const file = await suite.red.flowFile();
    for (const value of Object.values(SECRETS)) expect(file).not.to.contain(value);
    expect(await saved('connection')).to.include({ cloud: 'custom', baseUrl: 'http://127.0.0.1:9', readOnly: true });

    await suite.editor.reload();
    await suite.editor.editConfig('zaptec-connection', 'connection');
    expect(await suite.editor.field('username', true).inputValue()).to.equal(SECRETS.username);
    expect(await suite.editor.field('password', true).inputValue()).to.equal('__PWRD__');
    expect(await suite.editor.field('redisUrl', true).inputValue()).to.equal('__PWRD__');
    await suite.editor.cancel(config);
  });

  it('connection: says who reports ended sessions, folded unless somebody has chosen it, and not for the simulator', async () => {
    await start();
    const config = { config: true };
    const { editor } = suite;
    await editor.editConfig('zaptec-connection', 'connection');
    const advanced = editor.page.locator('#zaptec-connection-advanced');
    const isOpen = () => advanced.evaluate((one) => one.hasAttribute('open'));
    expect(await isOpen()).to.equal(false);
    await advanced.locator('summary').click();
    expect(await shown('account')).to.deep.equal([false]);
    const choice = editor.field('endedSessions', true);
    expect(await choice.isVisible()).to.equal(false);

    await editor.choose('cloud', 'custom', config);
    await editor.fill('baseUrl', 'http://127.0.0.1:9', config);
    for (const [name, value] of Object.entries(SECRETS)) await editor.fill(name, value, config);
    expect(await choice.isVisible()).to.equal(true);
    expect(await choice.inputValue()).to.equal('each');
    expect(await choice.locator('option').allTextContents()).to.deep.equal([
      'Report on each machine',
      'Report once, on one of the machines',
    ]);
    await editor.choose('endedSessions', 'once', config);
    if (process.env['SHOTS']) await editor.screenshotOfDialog(`${process.env['SHOTS']}/ended-sessions.png`);
    await editor.ok(config);
    await editor.deploy();
    expect(await saved('connection')).to.include({ endedSessions: 'once' });

    await editor.reload();
    await editor.editConfig('zaptec-connection', 'connection');
    expect(await isOpen()).to.equal(true);
    expect(await choice.inputValue()).to.equal('once');
    await editor.cancel(config);
  });

  it('folds pace and safety, unless somebody has changed something there', async () => {
    await start({ current: { deadMan: 5 } });
    await suite.editor.edit('current');
    const groups = suite.editor.page.locator('.zaptec-dialog details');
    const open = async () =>
      groups.evaluateAll((all) => all.map((one) => `${one.dataset['group']} ${one.hasAttribute('open')}`));
    expect(await open()).to.deep.equal(['pace false', 'safety true']);
    await suite.editor.cancel();
  });

  it('update current: says what a value means and whom it changes', async () => {
    await start({ current: { valueType: 'num', value: '7000', unit: 'W' } });
    await suite.editor.edit('current');
    const effect = suite.editor.page.locator('[data-preview="effect"]');
    await effect.filter({ hasText: /^7 kW = 10\.1 A on three phases, .*; changes 2 chargers: / }).waitFor();
    await suite.editor.choose('target', 'charger');
    await effect.filter({ hasNotText: 'changes' }).waitFor();
    await suite.editor.cancel();
  });

  it('joins the two parts of this in French with the space that French wants', async () => {
    await start({ current: { valueType: 'num', value: '7000', unit: 'W' } });
    const { page } = suite.editor;
    await page.evaluate(`localStorage.setItem('editor-language', 'fr')`);
    try {
      await suite.open();
      await suite.editor.edit('current');
      const effect = page.locator('[data-preview="effect"]');
      await effect.filter({ hasText: 'modifie' }).waitFor();
      expect(await effect.textContent()).to.contain('monophasé\u00a0; modifie 2 bornes');
      await suite.editor.cancel();
    } finally {
      await page.evaluate(`localStorage.removeItem('editor-language')`);
    }
  });

  it('names on the canvas what a node does with what', async () => {
    await start({
      charger: { charger: 'Garage', action: 'command', command: 'resume', commandType: 'str' },
      installation: { action: 'get', installation: 'Home' },
      subscribe: { chargers: ['Garage', 'Carport'] },
      current: { role: 'limit', valueType: 'num', value: '20' },
      plan: { charger: 'Garage' },
      guard: { mode: 'tariff' },
      request: { name: 'My own name' },
      doctor: {},
      connection: { cloud: 'simulator', name: 'Home' },
    });
    const label = (id: string) =>
      suite.editor.page.locator(`[id="${id}"] .red-ui-flow-node-label-text`).allTextContents();
    const labels: Record<string, string> = {};
    for (const id of ['charger', 'installation', 'subscribe', 'current', 'plan', 'guard', 'request', 'doctor'])
      labels[id] = (await label(id)).join(' ');
    expect(labels).to.deep.equal({
      charger: 'resume Garage',
      installation: 'Home details',
      subscribe: 'Garage +1 events',
      current: 'limit 20 A',
      plan: 'Garage: 20 kWh < 07:00',
      guard: 'tariff 5 kW',
      request: 'My own name',
      doctor: 'check Home',
    });
  });

  it('names nodes of flows from before, which lack properties that are newer, by the defaults', async () => {
    const bare = flowOf({ connection: { cloud: 'simulator' } }).map((node) => {
      const { id, type, z, x, y, wires, connection } = node;
      return type === 'tab' || type === 'zaptec-connection' ? node : { id, type, z, x, y, wires, connection };
    });
    await suite.open(bare);
    const texts = await suite.editor.page.locator('.red-ui-flow-node-label-text').allTextContents();
    expect(texts.join(', ')).not.to.match(/undefined|zaptec-/);
    const label = (id: string) =>
      suite.editor.page.locator(`[id="${id}"] .red-ui-flow-node-label-text`).allTextContents();
    expect((await label('plan')).join(' ')).to.equal('20 kWh < 07:00');
    expect((await label('guard')).join(' ')).to.equal('fuse 25 A');
    expect((await label('surplus')).join(' ')).to.equal('Sun only');
  });

  it('says in a new node what a message may set, and leaves all of it to a node from before', async () => {
    const old = flowOf({ connection: { cloud: 'simulator' } }).map((node) => {
      const { overrides, ...before } = node;
      return overrides === undefined ? node : before;
    });
    await suite.open(old);
    await suite.editor.edit('charger');
    await suite.editor.unfold('overrides');
    await suite.editor.ok();
    expect(await suite.editor.node('charger')).to.deep.include({
      overrides: ['action', 'charger', 'installation', 'command'],
    });
    const dragged = await suite.editor.add('zaptec-charger', 500, 400);
    expect(await suite.editor.node(dragged)).to.deep.include({ overrides: ['charger', 'installation', 'command'] });
    await suite.editor.edit(dragged);
    await suite.editor.unfold('overrides');
    expect(await suite.editor.field('overrides').inputValue()).to.equal('charger,installation,command');
    await suite.editor.field('lockOverrides').check();
    expect(await suite.editor.page.locator('label[for="node-input-overrides"]').isVisible()).to.equal(false);
    await suite.editor.cancel();
  });

  it('judges saved nodes by their own settings while another dialog is open', async () => {
    await start({ charger: { lockOverrides: true, charger: '', action: 'state' }, installation: { action: 'fly' } });
    expect(await suite.editor.node('charger')).to.deep.include({
      valid: false,
      validationErrors: ['Select a charger: the settings in the message are ignored'],
    });
    expect(await suite.editor.node('installation')).to.include({ valid: false });
    await suite.editor.edit('request');
    await suite.editor.page.evaluate(`RED.editor.validateNode(RED.nodes.node('charger'))`);
    expect(await suite.editor.node('charger')).to.include({ valid: false });
    await suite.editor.cancel();
  });

  it('takes settings from the environment in every field', async () => {
    const env = '${ANYTHING}';
    await start({
      charger: { charger: env, installation: env, action: env, output: env, target: env },
      connection: { cloud: 'simulator', scenario: env, speed: env },
      request: { path: env },
    });
    for (const id of ['charger', 'request', 'connection'])
      expect(await suite.editor.node(id)).to.include({ valid: true });
  });

  it('keeps a command and events that it does not know when a dialog is opened and confirmed', async () => {
    await start({
      charger: { action: 'command', command: '${COMMAND}', commandType: 'str' },
      subscribe: { events: '${EVENTS}' },
    });
    for (const id of ['charger', 'subscribe']) {
      await suite.editor.edit(id);
      await suite.editor.ok();
    }
    expect(await suite.editor.node('charger')).to.include({ valid: true, command: '${COMMAND}', commandType: 'str' });
    expect(await suite.editor.node('subscribe')).to.deep.include({ valid: true, events: ['${EVENTS}'] });
  });

  it('accepts flows written by hand, with nothing but what they need', async () => {
    const place = (row: number) => ({ z: 'tab', x: 200, y: 60 * row, wires: [[]], connection: 'connection' });
    await suite.open([
      { id: 'tab', type: 'tab', label: 'Flow' },
      { id: 'connection', type: 'zaptec-connection', cloud: 'simulator' },
      { id: 'charger', type: 'zaptec-charger', ...place(1) },
      { id: 'subscribe', type: 'zaptec-subscribe', ...place(2), events: ['unplugged', 'from-tomorrow'] },
      { id: 'current', type: 'zaptec-update-current', ...place(3) },
    ]);
    expect(await suite.editor.node('charger')).to.include({ valid: true });
    await suite.editor.edit('charger');
    expect(await suite.editor.field('action').inputValue()).to.equal('state');
    expect(await suite.editor.field('commandType').inputValue(), 'a default, not the first of the list').to.equal(
      'msg',
    );
    await suite.editor.cancel();
    for (const id of ['subscribe', 'current']) {
      await suite.editor.edit(id);
      await suite.editor.ok();
    }
    expect(await suite.editor.node('subscribe')).to.deep.include({
      events: ['unplugged', 'from-tomorrow'],
      onChange: true,
      initial: true,
    });
    expect(await suite.editor.node('current')).to.include({ lowerAtOnce: true, dryRun: false });
  });

  it('follows the dark scheme', async () => {
    await start();
    await suite.editor.edit('request');
    await suite.editor.choose('method', 'POST');
    const colours = (): Promise<string[]> =>
      suite.editor.page.evaluate<string[]>(
        `['.form-tips:visible', 'label:visible', 'select:visible', '.red-ui-typedInput-container'].flatMap((part) => {
          const { color, backgroundColor } = getComputedStyle($('.zaptec-dialog').find(part)[0]);
          return [color + ' on ' + backgroundColor];
        })`,
      );
    const light = await colours();
    // Node-RED 4 has no dark look of its own: these are variables that Node-RED 5 gives other values.
    if (await suite.editor.page.evaluate<boolean>(`RED.settings.version.startsWith('4.')`)) {
      await suite.editor.page.addStyleTag({
        content: `.nr-theme-dark { --red-ui-form-tips-background: rgb(51, 51, 17); --red-ui-primary-text-color: rgb(221, 221, 221);
          --red-ui-form-text-color: rgb(238, 238, 238); --red-ui-form-input-background: rgb(34, 34, 34); }`,
      });
    }
    await suite.editor.scheme('dark');
    const dark = await colours();
    dark.forEach((colour, part) => expect(colour, `part ${part}`).not.to.equal(light[part]));
    await suite.editor.cancel();
  });

  it('has its help in the sidebar', async () => {
    await start();
    for (const type of [
      'zaptec-connection',
      'zaptec-installation',
      'zaptec-charger',
      'zaptec-subscribe',
      'zaptec-request',
      'zaptec-doctor',
    ]) {
      await suite.editor.page.evaluate(`RED.sidebar.help.show('${type}')`);
      const help = suite.editor.page.locator('.red-ui-help').last();
      await help.locator('h3, h2').first().waitFor();
      const headings = await help.locator('h3').allTextContents();
      expect(headings, type).to.include.members(['Properties', 'Details', 'References']);
      expect(await help.locator('dl.message-properties dt').count(), `${type}: properties`).to.be.greaterThan(3);
    }
  });
});

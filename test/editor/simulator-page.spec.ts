import { expect } from 'chai';
import type { Browser } from 'playwright-core';
import { runningClock } from '../../simulator/clock';
import { FAULT_TABLE } from '../../simulator/faults/table';
import { startSimulator, type Simulator } from '../../simulator/index';
import { startBrowser } from './fixture/editor-page';
import { SimulatorPage } from './fixture/simulator-page';

describe("the simulator's page in a real browser", () => {
  let browser: Browser;
  let simulator: Simulator;
  let shown: SimulatorPage;

  /** The simulator's time goes a little faster, because it allows one login a second. */
  let ahead = 0;
  const clock = { ...runningClock(), now: () => Date.now() + ahead };
  const open = async (scenario = 'home', options: Parameters<typeof SimulatorPage.open>[2] = {}) => {
    simulator = await startSimulator({ scenario, clock });
    shown = await SimulatorPage.open(browser, simulator.page, options);
  };
  /** Waits for something of the simulator itself. */
  const until = async (fits: () => boolean | Promise<boolean>) => {
    while (!(await fits())) await shown.page.waitForTimeout(50);
  };
  const login = async () => {
    ahead += 1500;
    const { username, password } = simulator.accounts[0]!;
    const body = new URLSearchParams({ grant_type: 'password', username, password });
    return fetch(`${simulator.baseUrl}/oauth/token`, { method: 'POST', body });
  };
  const caller = async (userAgent = 'tests/1 (somebody@example.org)') => {
    const { access_token: token } = (await (await login()).json()) as { access_token: string };
    const headers = { Authorization: `Bearer ${token}`, 'User-Agent': userAgent };
    return (path: string, method = 'GET') => fetch(simulator.baseUrl + path, { method, headers });
  };

  before(async () => (browser = await startBrowser()));
  after(() => browser.close());
  afterEach(async function () {
    const { problems, page } = shown;
    await page.close();
    await simulator.stop();
    expect(problems, this.currentTest?.title).to.deep.equal([]);
  });

  it('shows a car that is plugged in by its button, and its charts move', async () => {
    await open();
    const { page } = shown;
    await shown.mode('Carport', 'disconnected');
    const before = await shown.points('power');
    const power = () => page.locator('#power-chart li').filter({ hasText: 'Chargers' }).locator('.value').innerText();
    const alone = parseFloat(await power());
    await page.getByLabel('Speed').selectOption('60');
    await page.getByRole('button', { name: 'Plug in: Carport' }).click();
    await shown.mode('Carport', 'charging');
    await until(async () => parseFloat(await power()) > alone + 1);
    await until(async () => (await shown.points('power')) > before + 1);
    expect(await shown.points('current')).to.equal(await shown.points('power'));
    const points = await shown.points('power');
    await page.getByRole('button', { name: '1 h' }).click();
    await until(async () => (await shown.points('power')) >= points + 60);
    expect(simulator.world.speed).to.equal(60);
    await page.getByRole('button', { name: 'Take offline: Carport' }).click();
    await shown.mode('Carport', 'offline');
    await page.getByRole('button', { name: 'Bring online: Carport' }).click();
    await page.getByRole('button', { name: 'Unplug: Carport' }).click();
    await shown.mode('Carport', 'disconnected');
  });

  it('authorises where somebody has to', async () => {
    await open('housing');
    const { world } = simulator;
    const site = [...world.installations.values()].find(({ authenticationRequired }) => authenticationRequired)!;
    const free = [...world.chargers.values()].find(
      ({ installationId, car, online, neverStarted }) => installationId === site.id && !car && online && !neverStarted,
    )!;
    await shown.page.getByPlaceholder('Name, serial, id, site').fill(free.deviceId);
    await shown.page.getByRole('button', { name: `Plug in: ${free.name}` }).click();
    await shown.charger(free.name).getByText('waits for authorisation').waitFor();
    await shown.page.getByRole('button', { name: `Authorise: ${free.name}` }).click();
    await until(() => free.authorised);
    await shown.page.getByRole('button', { name: `Authorise: ${free.name}` }).waitFor({ state: 'hidden' });
  });

  it('switches every fault on and off', async () => {
    await open();
    expect(await shown.page.locator('#faults button.switch').count()).to.equal(FAULT_TABLE.length);
    await shown.openFaults();
    for (const { name } of FAULT_TABLE) await shown.fault(name).dispatchEvent('click');
    await until(async () => (await shown.pressed()) === FAULT_TABLE.length);
    expect(simulator.faults.list().filter(({ setting }) => !setting.on)).to.deep.equal([]);
    await shown.page.getByText(`${FAULT_TABLE.length} on.`).waitFor();
    await shown.page.getByRole('button', { name: 'All off' }).click();
    await until(async () => (await shown.pressed()) === 0);
    expect(simulator.faults.list().filter(({ setting }) => setting.on)).to.deep.equal([]);
  });

  it('switches faults that a client notices: at the login, the network, the answers, the bus and the chargers', async () => {
    await open();
    const call = await caller();
    const [charger] = [...simulator.world.chargers.values()];
    const [site] = [...simulator.world.installations.values()];
    const effect = async (name: string, test: () => Promise<boolean>) => {
      expect(await test(), `${name} is off`).to.equal(false);
      await shown.fault(name).click();
      await shown.page.locator('#faults button[aria-checked="true"]', { hasText: name }).waitFor();
      expect(await test(), `${name} is on`).to.equal(true);
      await shown.fault(name).click();
      await until(async () => (await shown.pressed()) === 0);
      expect(await test(), `${name} is off again`).to.equal(false);
    };
    await shown.openFaults();
    const broken = (attempt: Promise<Response>) => attempt.then(() => false).catch(() => true);
    const type = async (path: string) => (await call(path)).headers.get('content-type') ?? '';
    await effect('token-invalid', async () => (await (await login()).text()).includes('invalid_grant'));
    await effect('server-502', async () => (await call('/api/chargers')).status === 502);
    await effect('drop-before', () => broken(call('/api/constants')));
    await effect('html-200', async () => (await type('/api/constants')).startsWith('text/html'));
    await effect('data-null', async () => (await (await call('/api/chargers')).text()).includes('"Data":null'));
    const details = `/api/installation/${site!.id}/messagingConnectionDetails`;
    await effect('bus-details-403', async () => (await call(details)).status === 403);
    await effect(
      'external-403',
      async () => (await call(`/api/chargers/${charger!.id}/update`, 'POST')).status === 403,
    );
    await shown.fault('server-503').click();
    await until(() => simulator.faults.isOn('server-503'));
    await call('/api/chargers');
    await shown.page.getByText('struck 1 ×').waitFor();
  });

  it('finds faults by a text, and lets them strike with a probability', async () => {
    await open();
    await shown.page.getByPlaceholder('Search faults').fill('nginx page');
    const names = await shown.page.locator('#faults button.switch:visible').allTextContents();
    expect(names).to.include('server-503').and.not.to.include('server-500-code');
    const often = shown.page.getByLabel('Probability of server-503 in percent');
    await often.fill('25');
    await shown.fault('server-503').click();
    await until(() => simulator.faults.isOn('server-503'));
    const setting = () => simulator.faults.list().find(({ name }) => name === 'server-503')!.setting;
    expect(setting()).to.include({ on: true, probability: 0.25 });
    await often.fill('40');
    await often.press('Tab');
    await until(() => setting().probability === 0.4);
  });

  it('turns the audit red for a client that polls, and shows the requests that prove it', async () => {
    await open();
    const { page } = shown;
    const call = await caller('Poller/1 (somebody@example.org)');
    const [charger] = [...simulator.world.chargers.values()];
    const state = `/api/chargers/${charger!.id}/state`;
    await call(state);
    const client = page.locator('.client').filter({ hasText: 'Poller/1' });
    await client.and(page.locator('[data-ok="true"]')).waitFor();
    await client.getByText('✓ all kept').waitFor();
    for (let i = 0; i < 14; i++) await call(state);
    await client.and(page.locator('[data-ok="false"]')).waitFor();
    const red = await page.evaluate<string>(`getComputedStyle(document.querySelector('.client .verdict')).color`);
    expect(red).to.equal('rgb(179, 38, 30)');
    const rule = client.locator('li[data-ok="false"]').filter({ hasText: 'polling' });
    await rule.getByRole('button', { name: 'Show the requests that break polling' }).click();
    await rule.locator('.proof tr').first().waitFor();
    expect(await rule.locator('.proof tr').first().innerText()).to.contain(state);
    const owner = page.locator('#request-chart li').filter({ hasText: 'owner' });
    expect(await owner.count(), 'the rate of the account').to.equal(1);
    expect(await shown.points('request')).to.equal(60);
    expect(await page.locator('#latest tr').first().innerText()).to.contain(`GET ${state}`);
  });

  it('shows many chargers in pages, by a text or by what they do, and each installation', async () => {
    await open('housing');
    const { page } = shown;
    await page.getByText('1 to 25 of 130').waitFor();
    await page.getByRole('button', { name: 'Next' }).click();
    await page.getByText('26 to 50 of 130').waitFor();
    await page.getByLabel('Which chargers').selectOption('charging');
    await until(async () =>
      (await page.locator('#chargers .badge').allTextContents()).every((mode) => mode === 'charging'),
    );
    await page.getByLabel('Which chargers').selectOption('');
    await page.getByLabel('Search chargers').fill('nothing is called so');
    await page.getByText('No charger matches.').waitFor();
    const sites = [...simulator.world.installations.values()];
    await page.getByRole('button', { name: sites[1]!.name, exact: true }).click();
    await page.locator('#site-note', { hasText: `${sites[1]!.name}, A` }).waitFor();
  });

  it('begins another world, and explains a refused one', async () => {
    await open();
    const { page } = shown;
    await page.getByLabel('Scenario').selectOption('apm');
    await page.getByLabel('Seed').fill('-3');
    await page.getByRole('button', { name: 'Begin anew' }).click();
    await page
      .getByRole('alert')
      .getByText(/^seed: -3 /)
      .waitFor();
    shown.problems.length = 0; // The browser itself logs an answer of 400.
    await page.getByLabel('Seed').fill('9');
    await page.getByRole('button', { name: 'Begin anew' }).click();
    await page.getByText('automatic power management', { exact: false }).locator('visible=true').first().waitFor();
    await until(() => simulator.world.scenario === 'apm' && simulator.world.seed === 9);
    expect(await page.getByRole('alert').isVisible()).to.equal(false);
  });

  it('tells what happened, with the requests that followed, and gives names for ids', async () => {
    await open();
    const { page } = shown;
    await page.getByText('Nothing has happened yet.').waitFor();
    const call = await caller();
    const [charger] = [...simulator.world.chargers.values()];
    const [site] = [...simulator.world.installations.values()];
    await call(`/api/chargers/${charger!.id}/sendCommand/506`, 'POST');
    await call(`/api/chargers/${charger!.id}/state`);
    await call(`/api/installation/${site!.id}/update`, 'POST');
    await page.getByRole('button', { name: 'Plug in: Carport' }).click();
    await shown.openFaults();
    await shown.fault('server-503').click();
    const event = (kind: string, text: string) =>
      page.locator(`#timeline [data-kind="${kind}"]`).filter({ hasText: text });
    await event('command', 'pause Garage').getByText('200', { exact: true }).first().waitFor();
    await event('car', 'Garage: pauses').waitFor();
    await event('write', 'POST update Home').waitFor();
    await event('car', 'Carport: a car is plugged in').waitFor();
    await event('fault', 'server-503 on').waitFor();
    const paused = event('car', 'Garage: pauses')
      .or(event('command', 'pause Garage'))
      .filter({ hasText: 'request' })
      .first();
    await paused.locator('summary').click();
    await paused.getByText('/state').first().waitFor();
    const latest = page.locator('#latest tr').filter({ hasText: '/state' });
    expect(await latest.first().innerText()).to.match(/Garage GET \/api\/chargers/);
    await shown.mode('Garage', 'paused');
  });

  it('has a link that offers its scenario, seed and faults, and sets them up only where somebody wants it', async () => {
    await open();
    const { page } = shown;
    await shown.openFaults();
    await page.getByLabel('Probability of slow in percent').fill('30');
    await shown.fault('slow').click();
    await shown.fault('meter-null').click();
    await until(async () => (await shown.pressed()) === 2);
    await page.getByRole('button', { name: 'Copy link' }).click();
    const link = await page.getByLabel('Link to this world').inputValue();
    expect(new URL(link).hash).to.equal('#scenario=home&seed=1&faults=slow%3A30%2Cmeter-null');
    await page.getByRole('button', { name: 'All off' }).click();
    await until(async () => (await shown.pressed()) === 0);
    await page.goto(link.replace('seed=1', 'seed=5'));
    await page.getByText('This link has the scenario home with the seed 5, and the faults slow, meter-null.').waitFor();
    expect(simulator.world.seed, 'not before somebody wants it').to.equal(1);
    await page.getByRole('button', { name: 'Set up' }).click();
    await until(() => simulator.world.seed === 5 && simulator.faults.isOn('meter-null'));
    expect(simulator.faults.probability('slow')).to.equal(0.3);
    await page.goto(`${simulator.page}#scenario=home&faults=nothing-like-it`);
    await page.getByRole('button', { name: 'Set up' }).click();
    await page
      .getByRole('alert')
      .getByText(/there is no fault "nothing-like-it"/)
      .waitFor();
    shown.problems.length = 0; // The browser itself logs an answer of 400.
  });

  it('shows a pause apart from a full car, and nothing as a dash', async () => {
    await open('apm');
    await shown.mode('Right', 'full');
    await shown.mode('Middle', 'disconnected');
    expect(await shown.charger('Middle').locator('td.number').allTextContents()).to.deep.equal(['–', '–', '–']);
    await shown.page.getByLabel('Which chargers').selectOption('full');
    await shown.page.getByText('1 to 1 of 1 (3 in all)').waitFor();
    await shown.page.getByLabel('Which chargers').selectOption('paused');
    await shown.page.getByText('No charger matches.').waitFor();
  });

  it('says when the simulator is lost, and comes back by itself', async () => {
    await open();
    await shown.page.route('**/live?*', (route) => route.abort());
    await shown.state('lost');
    await shown.page.unroute('**/live?*');
    await shown.state('live');
  });

  it('can be used by keyboard alone', async () => {
    await open();
    const { page } = shown;
    await page.keyboard.press('Tab');
    expect(await shown.focused()).to.equal('Skip to the chargers');
    await page.keyboard.press('Enter');
    for (let i = 0; i < 20 && !(await shown.focused()).startsWith('Plug in: Carport'); i++)
      await page.keyboard.press('Tab');
    expect(await shown.focused()).to.equal('Plug in: Carport');
    const outline = await page.evaluate<string>('getComputedStyle(document.activeElement).outlineStyle');
    expect(outline, 'the focus is seen').to.equal('solid');
    await page.keyboard.press('Space');
    await until(async () => (await shown.focused()) === 'Unplug: Carport');
    await page.getByPlaceholder('Search faults').focus();
    await page.keyboard.type('server-504');
    for (let i = 0; i < 9 && (await shown.focused()) !== 'server-504'; i++) await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await until(() => simulator.faults.isOn('server-504'));
    const unnamed = await page.evaluate<number>(
      `[...document.querySelectorAll('button, input, select')].filter((part) =>
        !(part.getAttribute('aria-label') || part.labels?.[0]?.textContent.trim() || part.textContent.trim())).length`,
    );
    expect(unnamed, 'everything that can be used has a name').to.equal(0);
  });

  it('fits a phone of 360 px, and has a light and a dark look', async () => {
    await open('housing', { width: 360 });
    simulator.faults.set('token-demands-scope', { on: true });
    expect(await shown.scrollsSideways()).to.equal(false);
    await shown.page.getByRole('button', { name: 'Unfold all', exact: true }).click();
    await shown.page.locator('.group summary').first().click();
    expect(await shown.scrollsSideways()).to.equal(false);
    const button = await shown.charger('P001').getByRole('button').first().boundingBox();
    expect(button!.height, 'large enough for a finger').to.be.at.least(40);
    const looks = () =>
      shown.page.evaluate<string[]>(
        `['body', '.card', '.pill', 'button', 'select'].map((part) => {
          const { color, backgroundColor } = getComputedStyle(document.querySelector(part));
          return color + ' on ' + backgroundColor;
        })`,
      );
    const light = await looks();
    await shown.page.emulateMedia({ colorScheme: 'dark' });
    const dark = await looks();
    dark.forEach((look, part) => expect(look).not.to.equal(light[part]));
  });

  it('is fluent with a thousand chargers', async () => {
    await open('fleet:1000');
    await shown.page.getByText('1 to 25 of 1,000').waitFor();
    const answer = await shown.page.waitForResponse(/\/live\?/);
    expect((await answer.body()).length, 'bytes each second').to.be.lessThan(60_000);
    expect(await shown.page.locator('*').count(), 'elements').to.be.lessThan(3000);
  });
});

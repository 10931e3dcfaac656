import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { flowfuseDashboard } from '../../scripts/flowfuse-dashboard';
import { editorSuite } from './fixture/editor-suite';
import { configurations, importExample, onCanvas, untidy, type OnCanvas } from './fixture/import';

/** Within so many ms of the deploy, or of a press of a button, the example shows what it promises. */
const SOON = 10_000;
const EXAMPLES = path.join(__dirname, '../../examples');
const CURRENT = /^SIM (\d+(\.\d)?(\/\d+(\.\d)?)* A( in \d+m|, enough|, paused)?|at most \d.* A)$/;

const HOME_ZONE = 'Europe/Oslo';

/**
 * By how many ms Node-RED's clock is ahead: it shows ten in the morning, both of Node-RED and of the simulated home, since
 * a plan of the last hours before its end charges whatever the prices are.
 */
const tenOClock = (): number => {
  const parts = new Intl.DateTimeFormat('en', {
    timeZone: HOME_ZONE,
    hour: 'numeric',
    minute: 'numeric',
    hourCycle: 'h23',
  }).formatToParts();
  const part = (type: string) => Number(parts.find((one) => one.type === type)?.value);
  return ((10 - part('hour')) * 60 - part('minute')) * 60_000;
};
const SET_CLOCK = pathToFileURL(path.join(__dirname, '../support/set-clock.mjs')).href;

interface Promised {
  /** Buttons of inject nodes to press first. */
  press?: string[];
  /** What is to be read below the node of a name. */
  below: { [node: string]: RegExp };
  /** What is to be read in the debug sidebar. */
  log?: RegExp;
  /** What somebody does on the page of the dashboard at that path. */
  page?: { path: string; visit: (page: Page) => Promise<void> };
}

/** In this order, since all but the demonstration share one home: a car that has left cannot be paused. */
const PROMISES: { [example: string]: Promised[] } = {
  'quick-start': [
    { below: { 'state of the garage': /^SIM charging \d+ kW$/, state: /^charging, \d+ W$/ } },
    {
      press: ['installation', 'charge history'],
      below: { installation: /^\d+ A available$/, sessions: /^[1-9]\d* sessions$/ },
    },
  ],
  'live-events': [
    { below: { 'state of the feed': /^live$/, 'for a dashboard': /^charging, \d+ W$/ } },
    { press: ['pause'], below: { paused: /^Garage paused: / }, log: /name: "Garage"/ },
    { press: ['resume'], below: { charging: /^Garage charges$/ } },
  ],
  'cheapest-hours': [
    {
      below: {
        'cheapest hours': /^SIM ((on|\d\d:\d\d), [\d.]+ h(, -?[\d.]+)?|done|car full)$/,
        garage: /^\w+, \d+ W$/,
        result: /^(pause|resume): (changed|unchanged)$/,
      },
    },
    { press: ['electricity is dear now'], below: { why: /^waiting$/, result: /^pause: / } },
    { press: ['electricity is cheap now'], below: { why: /^cheap$/, result: /^resume: / } },
  ],
  'charge-by-time': [
    {
      below: {
        'ready in time': /^SIM ((on|\d\d:\d\d), [\d.]+ kWh(, -?[\d.]+)?|done|car full)$/,
        result: /^(pause|resume): (changed|unchanged)$/,
      },
    },
    { press: ['electricity is dear now'], below: { why: /^waiting$/, result: /^pause: / } },
    { press: ['electricity is cheap now'], below: { why: /^cheap$/, result: /^resume: / } },
  ],
  'only-when-allowed': [
    { press: ['forbid'], below: { result: /^pause: (changed|unchanged)$/ } },
    { press: ['allow'], below: { result: /^resume: (changed|unchanged)$/ } },
  ],
  'session-log': [
    { below: { 'state of the feed': /^live$/ } },
    { press: ['end the session'], below: { 'the last one': /^Garage: [\d.]+ kWh$/ } },
  ],
  'monthly-bill': [{ press: ['bill of last month'], below: { 'sum of all': /^\d+ users, \d+(\.\d+)?$/ } }],
  'session-costs': [{ below: { 'sum of the week': /^\d+ for \d+/, 'last week': /^SIM \d+ found$/ } }],
  'error-handling': [
    {
      below: { 'state of no such charger': /^SIM NOT_FOUND$/, 'to be mended': /^NOT_FOUND$/ },
      log: /NOT_FOUND\. .*Check the spelling/,
    },
  ],
  'two-cars-one-fuse': [
    {
      press: ['the house takes 12 A on L1'],
      below: { 'limit of the main fuse': CURRENT, share: /^(Garage|Carport): \d/ },
    },
  ],
  'fuse-guard': [
    {
      below: {
        'limit of the main fuse': CURRENT,
        why: /^(At most )?[\d./]+ A/,
        applied: /^\d[\d.]* \/ \d[\d.]* \/ \d[\d.]* A$/,
      },
    },
  ],
  'solar-surplus': [
    {
      below: {
        'house meter (yours goes here)': /^SIM done$/,
        'sun for the cars': /^SIM (waits, -?[\d.]+ kW|\d+ A, [-\w. ]+)$/,
        'set the current': CURRENT,
      },
    },
    { press: ['fast'], below: { 'sun for the cars': /^SIM 16 A, fast$/, 'set the current': CURRENT } },
  ],
  'sun-then-cheap-hours': [
    {
      below: {
        'prices (yours go here)': /^SIM done$/,
        'sun for the car': /^SIM (waits, -?[\d.]+ kW|\d+ A, [-\w. ]+)$/,
        'cheap hours': /^SIM ((on|\d\d:\d\d), [\d.]+ kWh(, -?[\d.]+)?|done|car full|off by message)$/,
      },
    },
    { press: ['electricity is cheap now'], below: { why: /^cheap$/, 'sun for the car': /^SIM 16 A, fast$/ } },
    {
      press: ['electricity is dear now'],
      below: { why: /^waiting$/, 'sun for the car': /^SIM (waits|\d+ A)(?!.*fast)/ },
    },
    { press: ['charge now'], below: { 'sun for the car': /^SIM on by message$/, 'set the current': CURRENT } },
  ],
  'capacity-tariff': [{ below: { 'house meter (yours goes here)': /^SIM done$/, 'power for the cars': CURRENT } }],
  'mqtt-bridge': [{ below: { 'all chargers': /^SIM live/, 'state of the feed': /^live$/ } }],
  'home-assistant-mqtt': [{ below: { 'all chargers': /^SIM live/, 'state of the feed': /^live$/ } }],
  'influxdb-grafana': [{ below: { 'state of the feed': /^live$/, lines: /^\d+ lines$/, errors: /ECONNREF/ } }],
  'authorisation-webhook': [
    { press: ['a known card'], below: { answer: /^200$/ } },
    { press: ['a stranger'], below: { answer: /^401$/ } },
  ],
  'doctor-every-morning': [{ below: { 'check the account': /^SIM (all well|findings: \d+)$/ } }],
  'fleet-watchdog': [{ below: { 'look at the fleet': /^SIM (all well|findings: \d+)$/, 'your e-mail or chat': /\w/ } }],
  demonstration: [{ below: { installations: /^2 installations$/, chargers: /^130 chargers$/ } }],
  'charger-page-flowfuse': [
    { below: { 'list of chargers': /^SIM 2 found$/, 'state of the feed': /^live$/ } },
    { page: { path: '/dashboard/charger', visit: useCharger }, below: { target: CURRENT } },
  ],
  'fleet-overview': [{ below: { 'state of all': /^SIM 2 found$/, 'kW of all': /^\d/ } }],
};

/** A missing type stops all flows, so these are imported and looked at, and not deployed. Their first note names it. */
const OTHER_PALETTE: { [example: string]: readonly string[] } = {
  'monthly-bill-email': ['e-mail'],
  'session-ledger-sqlite': ['sqlite', 'sqlitedb'],
  'charger-victron': ['victron-virtual'],
  'prices-power-saver': ['ps-receive-price', 'ps-strategy-lowest-price'],
};

/** Chooses the other charger, and types a current beside the slider. */
async function useCharger(page: Page): Promise<void> {
  await page.getByRole('combobox').first().click();
  await page.getByRole('option', { name: 'Carport' }).click();
  await page.getByText(/^(disconnected|requesting|charging|finished)/).waitFor();
  const current = page.locator('input[type=number]');
  await page.getByText(/^\d+(\.\d)? A/).waitFor();
  await current.fill('9');
  await current.press('Enter');
}

describe('the examples in a real editor', () => {
  const suite = editorSuite({
    start: () => ({
      packages: flowfuseDashboard(),
      nodeArguments: ['--import', SET_CLOCK],
      env: { TZ: HOME_ZONE, CLOCK_OFFSET_MS: String(tenOClock()) },
    }),
  });
  before(() => suite.open());

  const named = (nodes: readonly OnCanvas[], name: string): string => {
    const node = nodes.find((one) => one.name === name);
    if (!node) throw new Error(`there is no node "${name}"`);
    return node.id;
  };

  const keeps = async ({ press = [], below, log, page }: Promised): Promise<void> => {
    const nodes = await onCanvas(suite.editor);
    for (const button of press) {
      const inject = named(
        nodes.filter(({ type }) => type === 'inject'),
        button,
      );
      await suite.editor.page.locator(`[id="${inject}"] .red-ui-flow-node-button-button`).click();
    }
    if (page) {
      const dashboard = await suite.browser.newPage();
      await dashboard.goto(`${suite.red.url}${page.path}`);
      await page.visit(dashboard);
      await dashboard.close();
    }
    const soon = Date.now() + SOON;
    const shown = nodes.filter(({ type }) => type !== 'inject');
    for (const [name, text] of Object.entries(below)) {
      const label = suite.editor.page.locator(`[id="${named(shown, name)}"] .red-ui-flow-node-status-label`);
      const timeout = Math.max(1, soon - Date.now());
      await label
        .filter({ hasText: text })
        .waitFor({ timeout })
        .catch(async () => {
          throw new Error(`below "${name}": "${(await label.textContent()) ?? ''}" and not ${String(text)}`);
        });
    }
    if (log) await suite.editor.debug().filter({ hasText: log }).first().waitFor({ state: 'attached', timeout: SOON });
  };

  for (const [index, [name, promises]] of Object.entries(PROMISES).entries()) {
    it(`${name} shows what it promises`, async () => {
      await importExample(suite.editor, name, { keyboard: index % 2 === 1 });
      const nodes = await onCanvas(suite.editor);
      const all = [...nodes, ...(await configurations(suite.editor))];
      expect(
        all.filter(({ valid }) => !valid).map((node) => node.name),
        'red',
      ).to.deep.equal([]);
      expect(untidy(nodes), 'on the canvas').to.deep.equal([]);
      await suite.editor.deploy();
      for (const promise of promises) await keeps(promise);
      // The next one has the home for itself.
      await suite.editor.page.evaluate(`RED.actions.invoke('core:disable-flow')`);
    });
  }

  it('covers every file, and the connection is there once', async () => {
    const files = readdirSync(EXAMPLES).map((file) => path.basename(file, '.json'));
    expect([...Object.keys(PROMISES), ...Object.keys(OTHER_PALETTE)]).to.have.members(files);
    const connections = (await configurations(suite.editor)).filter(({ type }) => type === 'zaptec-connection');
    expect(connections.map(({ id }) => id)).to.have.members(['zaptec-home-sim', 'zaptec-housing-sim']);
  });

  it('leaves a line for each session in its file, and nothing in the log but the broker that is not there', () => {
    expect(existsSync(path.join(suite.red.userDir, 'zaptec-sessions.csv'))).to.equal(true);
    const lines = suite.red.log().split('\n');
    const unexpected = lines.filter((line) => /\[error\]/.test(line) && !/mqtt-broker/i.test(line));
    expect(unexpected).to.deep.equal([]);
  });

  it('shows the fleet on a page, and pauses it', async () => {
    const page = await suite.browser.newPage();
    await page.goto(`${suite.red.url}/dashboard/zaptec`);
    await page.getByText('Garage').first().waitFor();
    await page.getByText('Carport').first().waitFor();
    await page.getByRole('button', { name: 'Pause all' }).click();
    await page.close();
    await keeps({ below: { result: /^(0 done, 2|1 done, 1|2 done, 0) unchanged$/ } });
  });

  for (const [name, missing] of Object.entries(OTHER_PALETTE)) {
    it(`${name} is complete but for the palette that its note names`, async () => {
      await importExample(suite.editor, name);
      const nodes = await onCanvas(suite.editor);
      const all = [...nodes, ...(await configurations(suite.editor))];
      const red = all.filter(({ type, valid }) => type !== 'unknown' && !missing.includes(type) && !valid);
      expect(
        red.map((node) => node.name),
        'red',
      ).to.deep.equal([]);
      expect(untidy(nodes), 'on the canvas').to.deep.equal([]);
      await suite.editor.page.evaluate(`RED.actions.invoke('core:disable-flow')`);
    });
  }
});

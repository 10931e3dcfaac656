/**
 * Takes the screenshots of docs/images from the running product, in the light and the dark theme of Node-RED 5:
 *
 *   npx tsx scripts/screenshots.ts
 */
import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { startSimulator } from '../simulator/index';
import { EditorPage, startBrowser, type Scheme } from '../test/editor/fixture/editor-page';
import { startNodeRed, type FlowNode, type NodeRed } from '../test/editor/fixture/node-red';
import { nodeRed5 } from './node-red-versions';

const ROOT = path.join(__dirname, '..');
const IMAGES = path.join(ROOT, 'docs/images');
const ON_CANVAS = 'quick-start';
const EXAMPLES = [
  ON_CANVAS,
  'solar-surplus',
  'live-events',
  'cheapest-hours',
  'fuse-guard',
  'monthly-bill',
  'doctor-every-morning',
];
const DIALOG_NODES = [
  'installation',
  'charger',
  'update-current',
  'subscribe',
  'request',
  'plan',
  'surplus',
  'load-guard',
  'sessions',
  'doctor',
];
const CANVAS = { width: 1280, height: 760 };
const DIALOGS = { width: 1280, height: 650 };
/** For those that have more to show. */
const TALL_DIALOGS = { width: 1280, height: 1120 };
const TALL: ReadonlySet<string> = new Set(['plan', 'surplus', 'load-guard', 'sessions']);
/** Shows the sidebar tab alone, higher than usual. */
const TAB_ONLY = `.zaptec-sidebar { position: fixed; inset: 0 auto auto 0; z-index: 999; width: 320px; height: 640px !important;
  background: var(--red-ui-secondary-background); }`;
/** Long enough for the flow to run once, so that the canvas shows the statuses of the nodes. */
const RUNNING_MS = 6_000;
const HALF_A_DAY_MS = 12 * 3_600_000;

/** Some of the examples, each on its tab. The connection that they share is there once. */
function examples(): FlowNode[] {
  const nodes = EXAMPLES.flatMap((name) => {
    const flow = JSON.parse(readFileSync(path.join(ROOT, 'examples', `${name}.json`), 'utf8')) as FlowNode[];
    // The editor reports an error for a debug message that comes before it has loaded the tab of the node.
    return name === ON_CANVAS ? flow : flow.filter(({ type }) => type !== 'debug');
  });
  return [...new Map(nodes.map((node) => [node.id, node])).values()];
}

async function captureEditor(editor: EditorPage, flow: readonly FlowNode[], scheme: Scheme): Promise<void> {
  const suffix = scheme === 'dark' ? '-dark' : '';
  const file = (name: string): string => path.join(IMAGES, `${name}${suffix}.png`);
  const one = (type: string): FlowNode | undefined => flow.find((node) => node.type === type);

  await editor.page.setViewportSize(CANVAS);
  await editor.reload();
  await editor.scheme(scheme);
  await editor.page.waitForTimeout(RUNNING_MS);
  await editor.page.locator('#red-ui-palette-container-zaptec').scrollIntoViewIfNeeded();
  await editor.screenshot(file('canvas'));
  for (const name of DIALOG_NODES) {
    const node = one(`zaptec-${name}`);
    if (!node) continue;
    await editor.page.setViewportSize(TALL.has(name) ? TALL_DIALOGS : DIALOGS);
    await editor.page.evaluate(`RED.workspaces.show('${String(node['z'])}')`);
    await editor.edit(node.id);
    await editor.screenshotOfDialog(file(name));
    await editor.cancel();
  }
  const connection = one('zaptec-connection')?.id;
  if (connection) {
    await editor.editConfig('zaptec-connection', connection);
    // Most people have an account at Zaptec.
    await editor.choose('cloud', 'zaptec', { config: true });
    await editor.fill('username', 'somebody@example.org', { config: true });
    await editor.fill('password', 'not a password', { config: true });
    await editor.field('password', true).blur();
    await editor.screenshotOfDialog(file('connection'));
    await editor.cancel({ config: true });
  }
}

/** The sidebar tab with a housing association. A subscribe node listens to one of its installations. */
async function captureSidebar(browser: Browser, red: NodeRed): Promise<string[]> {
  const settings = { name: 'Housing association', cloud: 'simulator', scenario: 'housing', speed: 1, version: 1 };
  const subscription = { connection: 'account', installation: 'Riverside', emit: 'snapshots', version: 1 };
  await red.deploy([
    { id: 'tab', type: 'tab', label: 'Flow' },
    { id: 'account', type: 'zaptec-connection', ...settings },
    { id: 'subscribe', type: 'zaptec-subscribe', z: 'tab', x: 200, y: 100, wires: [[], []], ...subscription },
  ]);
  const editor = await EditorPage.open(browser, red.url, CANVAS);
  const { page } = editor;
  await page.addStyleTag({ content: TAB_ONLY });
  await page.evaluate(`RED.sidebar.show('zaptec')`);
  const tab = page.locator('.zaptec-sidebar');
  await tab.locator('[data-key="refresh account"]').click();
  await tab.locator('.zaptec-circuit').first().waitFor();
  await page.mouse.move(0, 0);
  await page.waitForTimeout(RUNNING_MS);
  // Reading the states of a hundred chargers takes ten seconds.
  await tab.locator('.zaptec-budget').filter({ hasNotText: 'waiting' }).waitFor();
  for (const scheme of ['light', 'dark'] as const) {
    await editor.scheme(scheme);
    await tab.screenshot({ path: path.join(IMAGES, `sidebar${scheme === 'dark' ? '-dark' : ''}.png`) });
  }
  return editor.problems;
}

/** The page of the simulator at noon of a sunny day, with some history in its charts. */
async function captureSimulator(browser: Browser, scheme: Scheme): Promise<void> {
  const simulator = await startSimulator({ scenario: 'home', speed: 60 });
  const page = await browser.newPage({ viewport: { width: 1280, height: 1100 }, colorScheme: scheme });
  try {
    simulator.world.advance(HALF_A_DAY_MS);
    await page.goto(simulator.page);
    await page.waitForTimeout(RUNNING_MS);
    await page.screenshot({ path: path.join(IMAGES, `simulator${scheme === 'dark' ? '-dark' : ''}.png`) });
  } finally {
    await page.close();
    await simulator.stop();
  }
}

async function main(): Promise<void> {
  mkdirSync(IMAGES, { recursive: true });
  const flow = examples();
  const red = await startNodeRed(nodeRed5());
  const browser = await startBrowser();
  try {
    await red.deploy(flow);
    const editor = await EditorPage.open(browser, red.url, CANVAS);
    await captureEditor(editor, flow, 'light');
    await captureEditor(editor, flow, 'dark');
    await editor.page.close();
    editor.problems.push(...(await captureSidebar(browser, red)));
    for (const scheme of ['light', 'dark'] as const) await captureSimulator(browser, scheme);
    for (const problem of editor.problems) console.error(problem);
    process.exitCode = editor.problems.length > 0 ? 1 : 0;
  } finally {
    await browser.close();
    await red.stop();
  }
}

void main();

import path from 'node:path';
import type { Browser } from 'playwright-core';
import { EditorPage, type Scheme } from '../../test/editor/fixture/editor-page';
import type { FlowNode, NodeRed } from '../../test/editor/fixture/node-red';
import { IMAGES } from './inputs';

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
export const CANVAS = { width: 1280, height: 720 };
const DIALOGS = { width: 1280, height: 650 };
/** For those that have more to show. */
const TALL_DIALOGS = { width: 1280, height: 1120 };
const TALL: ReadonlySet<string> = new Set(['plan', 'surplus', 'load-guard', 'sessions']);
/** Shows the sidebar tab alone, higher than usual. */
const TAB_ONLY = `.zaptec-sidebar { position: fixed; inset: 0 auto auto 0; z-index: 999; width: 320px; height: 640px !important;
  background: var(--red-ui-secondary-background); }`;
/** Long enough for the flow to run once, so that the canvas shows the statuses of the nodes. */
const RUNNING_MS = 6_000;

export const fileOf = (name: string, scheme: Scheme): string =>
  path.join(IMAGES, `${name}${scheme === 'dark' ? '-dark' : ''}.png`);

/** The home tab, once the car follows the sun. */
export async function captureHome(editor: EditorPage, scheme: Scheme): Promise<void> {
  await editor.page.setViewportSize(CANVAS);
  await editor.reload();
  await editor.scheme(scheme);
  await editor.page.locator('[id="home-car"] .red-ui-flow-node-status-label').filter({ hasText: 'charging' }).waitFor();
  await editor.page.waitForTimeout(RUNNING_MS);
  await editor.page.locator('#red-ui-palette-container-zaptec').scrollIntoViewIfNeeded();
  await editor.screenshot(fileOf('home', scheme));
}

export async function captureDialogs(editor: EditorPage, flow: readonly FlowNode[], scheme: Scheme): Promise<void> {
  const one = (type: string): FlowNode | undefined => flow.find((node) => node.type === type);
  await editor.page.setViewportSize(DIALOGS);
  await editor.reload();
  await editor.scheme(scheme);
  await editor.page.waitForTimeout(RUNNING_MS);
  for (const name of DIALOG_NODES) {
    const node = one(`zaptec-${name}`);
    if (!node) throw new Error(`the flow has no zaptec-${name} to open`);
    await editor.page.setViewportSize(TALL.has(name) ? TALL_DIALOGS : DIALOGS);
    await editor.page.evaluate(`RED.workspaces.show('${String(node['z'])}')`);
    await editor.edit(node.id);
    await editor.screenshotOfDialog(fileOf(name, scheme));
    await editor.cancel();
  }
  await editor.editConfig('zaptec-connection', String(one('zaptec-connection')?.id));
  // Most people have an account at Zaptec.
  await editor.choose('cloud', 'zaptec', { config: true });
  await editor.fill('username', 'somebody@example.org', { config: true });
  await editor.fill('password', 'not a password', { config: true });
  await editor.field('password', true).blur();
  await editor.screenshotOfDialog(fileOf('connection', scheme));
  await editor.cancel({ config: true });
}

/** The sidebar tab with a housing association. A subscribe node listens to one of its installations. */
export async function captureSidebar(browser: Browser, red: NodeRed): Promise<string[]> {
  const settings = { name: 'Housing association', cloud: 'simulator', scenario: 'housing', speed: 1, version: 1 };
  const subscription = { connection: 'account', installation: 'Riverside', emit: 'snapshots', version: 1 };
  await red.deploy([
    { id: 'tab', type: 'tab', label: 'Flow' },
    { id: 'account', type: 'zaptec-connection', ...settings },
    { id: 'subscribe', type: 'zaptec-subscribe', z: 'tab', x: 200, y: 100, wires: [[], []], ...subscription },
  ]);
  const editor = await EditorPage.open(browser, red.url, { width: 1280, height: 760 });
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
    await tab.screenshot({ path: fileOf('sidebar', scheme) });
  }
  await page.close();
  return editor.problems;
}

/**
 * Takes the pictures of docs/images from the running product, in the light and dark look of the current Node-RED:
 *
 *   npx tsx scripts/screenshots.ts
 */
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { EditorPage, startBrowser, type Scheme } from '../test/editor/fixture/editor-page';
import { flowOf } from '../test/editor/fixture/flow';
import { startNodeRed, type FlowNode } from '../test/editor/fixture/node-red';
import { nodeRed5 } from './node-red-5';

const ROOT = path.join(__dirname, '..');
const IMAGES = path.join(ROOT, 'docs/images');
const FLOWS = ['examples/quick-start.json', 'scripts/demo-flow.json'].map((file) => path.join(ROOT, file));
const CANVAS = { width: 1280, height: 760 };
const DIALOGS = { width: 1280, height: 650 };
/** Long enough for the flow to have run once, so that the canvas shows what the nodes say. */
const RUNNING_MS = 6_000;

/** The demonstration flow; while there is none, one node of each type. */
function demonstration(): FlowNode[] {
  const file = FLOWS.find((candidate) => existsSync(candidate));
  if (file) return JSON.parse(readFileSync(file, 'utf8')) as FlowNode[];
  return flowOf({
    connection: { cloud: 'simulator', name: 'Home' },
    charger: { action: 'command', charger: 'Garage' },
    installation: { action: 'hierarchy', installation: 'Home' },
  });
}

async function shoot(editor: EditorPage, flow: readonly FlowNode[], scheme: Scheme): Promise<void> {
  const suffix = scheme === 'dark' ? '-dark' : '';
  const file = (name: string): string => path.join(IMAGES, `${name}${suffix}.png`);
  const idOf = (type: string): string | undefined => flow.find((node) => node.type === type)?.id;

  await editor.page.setViewportSize(CANVAS);
  await editor.reload();
  await editor.scheme(scheme);
  await editor.page.waitForTimeout(RUNNING_MS);
  await editor.page.locator('#red-ui-palette-container-zaptec').scrollIntoViewIfNeeded();
  await editor.screenshot(file('canvas'));
  await editor.page.setViewportSize(DIALOGS);
  for (const name of ['installation', 'charger', 'request']) {
    const id = idOf(`zaptec-${name}`);
    if (!id) continue;
    await editor.edit(id);
    await editor.screenshotOfDialog(file(name));
    await editor.cancel();
  }
  const connection = idOf('zaptec-connection');
  if (connection) {
    await editor.editConfig('zaptec-connection', connection);
    // What most people will see: an account at Zaptec.
    await editor.choose('cloud', 'zaptec', { config: true });
    await editor.fill('username', 'somebody@example.org', { config: true });
    await editor.fill('password', 'not a password', { config: true });
    await editor.field('password', true).blur();
    await editor.screenshotOfDialog(file('connection'));
    await editor.cancel({ config: true });
  }
}

async function main(): Promise<void> {
  mkdirSync(IMAGES, { recursive: true });
  const flow = demonstration();
  const red = await startNodeRed(nodeRed5());
  const browser = await startBrowser();
  try {
    await red.deploy(flow);
    const editor = await EditorPage.open(browser, red.url, CANVAS);
    await shoot(editor, flow, 'light');
    await shoot(editor, flow, 'dark');
    for (const problem of editor.problems) console.error(problem);
    process.exitCode = editor.problems.length > 0 ? 1 : 0;
  } finally {
    await browser.close();
    await red.stop();
  }
}

void main();

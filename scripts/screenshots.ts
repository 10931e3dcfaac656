/**
 * Makes every picture of docs/images from the running product, in the light and the dark look of Node-RED 5:
 *
 *   npm run screenshots                 makes all
 *   npm run screenshots -- --check      says which are out of date, and fails if one is
 *
 * Make them in the morning: the plan that is shown ends at midnight, and has no choice left in the evening.
 */
import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { EditorPage, startBrowser } from '../test/editor/fixture/editor-page';
import { demonstrationFlows } from '../test/editor/fixture/demonstration';
import { startNodeRed, type FlowNode } from '../test/editor/fixture/node-red';
import { nodeRed5 } from './node-red-versions';
import { captureAnimation } from './pictures/capture-animation';
import { CANVAS, captureDialogs, captureHome, captureSidebar } from './pictures/capture-editor';
import { captureSimulator } from './pictures/capture-simulator';
import { IMAGES, problems, remember } from './pictures/inputs';

const EXAMPLES = [
  'quick-start',
  'solar-surplus',
  'live-events',
  'cheapest-hours',
  'fuse-guard',
  'monthly-bill',
  'doctor-every-morning',
];

/**
 * Some of the examples, each on its tab. The connection that they share is there once. The editor reports an error for a
 * debug message that comes before it has loaded the tab of the node.
 */
function examples(): FlowNode[] {
  const nodes = EXAMPLES.flatMap(
    (name) => JSON.parse(readFileSync(path.join(__dirname, '../examples', `${name}.json`), 'utf8')) as FlowNode[],
  );
  return [...new Map(nodes.map((node) => [node.id, node])).values()].filter(({ type }) => type !== 'debug');
}

async function makeAll(): Promise<void> {
  mkdirSync(IMAGES, { recursive: true });
  const red = await startNodeRed(nodeRed5());
  const browser = await startBrowser();
  try {
    await red.deploy(demonstrationFlows({ dashboard: false }));
    const editor = await EditorPage.open(browser, red.url, CANVAS);
    await captureHome(editor, 'light');
    await captureHome(editor, 'dark');
    await captureAnimation(editor);
    await red.deploy(examples());
    await captureDialogs(editor, examples(), 'light');
    await captureDialogs(editor, examples(), 'dark');
    await editor.page.close();
    const wrong = [...editor.problems, ...(await captureSidebar(browser, red))];
    for (const scheme of ['light', 'dark'] as const) await captureSimulator(browser, scheme);
    for (const problem of wrong) console.error(problem);
    process.exitCode = wrong.length > 0 ? 1 : 0;
  } finally {
    await browser.close();
    await red.stop();
  }
  remember();
}

function check(): void {
  const wrong = problems();
  for (const problem of wrong) console.error(`docs/images/${problem}`);
  if (wrong.length > 0) console.error('Run npm run screenshots, look at the pictures, and commit them.');
  process.exitCode = wrong.length > 0 ? 1 : 0;
}

if (process.argv.includes('--check')) check();
else void makeAll();

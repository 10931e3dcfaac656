import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import sharp from 'sharp';
import type { EditorPage } from '../../test/editor/fixture/editor-page';
import { CANVAS } from './capture-editor';
import { IMAGES } from './inputs';

const LENGTH_MS = 20_000;
const FRAME_MS = 400;
const MOST_BYTES = 1_500_000;

/** What somebody does meanwhile: ms from the beginning, and the button that is pressed. */
const PRESSES: readonly (readonly [number, string])[] = [
  [6_000, 'home-pause'],
  [13_000, 'home-resume'],
];

/** Twenty seconds of the home tab as an animated WebP: the sun changes, the car is paused and resumed. */
export async function captureAnimation(editor: EditorPage): Promise<void> {
  const { page } = editor;
  await page.setViewportSize(CANVAS);
  await editor.reload();
  await editor.scheme('light');
  await page.locator('[id="home-car"] .red-ui-flow-node-status-label').filter({ hasText: 'charging' }).waitFor();
  const frames: Buffer[] = [];
  const delays: number[] = [];
  const began = Date.now();
  const presses = [...PRESSES];
  for (let at = 0; at < LENGTH_MS; at = Date.now() - began) {
    const [next] = presses;
    if (next && at >= next[0]) {
      await page.locator(`[id="${next[1]}"] .red-ui-flow-node-button-button`).click();
      presses.shift();
    }
    frames.push(await page.screenshot());
    const spent = Date.now() - began - at;
    await sleep(Math.max(0, FRAME_MS - spent));
    delays.push(Date.now() - began - at);
  }
  const { size } = await sharp(frames, { join: { animated: true } })
    .webp({ quality: 90, effort: 5, minSize: true, loop: 0, delay: delays })
    .toFile(path.join(IMAGES, 'home.webp'));
  if (size > MOST_BYTES)
    throw new Error(`the animation has ${size} bytes; at most ${MOST_BYTES} are fine for a README`);
}

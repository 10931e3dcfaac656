import type { Browser } from 'playwright-core';
import { startSimulator } from '../../simulator/index';
import type { Scheme } from '../../test/editor/fixture/editor-page';
import { fileOf } from './capture-editor';

/** Long enough for the charts to have a shape. */
const RUNNING_MS = 8_000;
const HALF_AN_HOUR_MS = 1_800_000;

/** The page of the simulator on a sunny day, with a client, a fault, and some history in its charts. */
export async function captureSimulator(browser: Browser, scheme: Scheme): Promise<void> {
  const simulator = await startSimulator({ scenario: 'sunny', speed: 60 });
  const page = await browser.newPage({ viewport: { width: 1280, height: 1100 }, colorScheme: scheme });
  try {
    simulator.world.advance(HALF_AN_HOUR_MS);
    await page.goto(simulator.page);
    await page.waitForTimeout(RUNNING_MS / 2);
    await page.getByRole('button', { name: 'Plug in: Carport' }).click();
    simulator.faults.set('server-503', { on: true, probability: 0.2 });
    await page.waitForTimeout(RUNNING_MS / 2);
    await page.mouse.move(0, 0);
    await page.screenshot({ path: fileOf('simulator', scheme) });
  } finally {
    await page.close();
    await simulator.stop();
  }
}

import { expect } from 'chai';
import type { Browser } from 'playwright-core';
import { startSimulator, type Simulator } from '../../simulator/index';
import { startBrowser } from './fixture/editor-page';
import { illegible, scrollsWithin, seriousViolations } from './fixture/page-legibility';
import { SimulatorPage } from './fixture/simulator-page';

const WIDTHS = [320, 768, 1280, 1920];
const HIGHEST_FOLDED = 2_500;

/** A client, so that every section has something to show. */
async function call(simulator: Simulator): Promise<void> {
  const { username, password } = simulator.accounts[0]!;
  const body = new URLSearchParams({ grant_type: 'password', username, password });
  const login = await fetch(`${simulator.baseUrl}/oauth/token`, { method: 'POST', body });
  const { access_token: token } = (await login.json()) as { access_token: string };
  const headers = { Authorization: `Bearer ${token}`, 'User-Agent': 'tests/1 (somebody@example.org)' };
  const [charger] = [...simulator.world.chargers.values()];
  const [site] = [...simulator.world.installations.values()];
  const send = (path: string, method = 'GET') => fetch(simulator.baseUrl + path, { method, headers });
  await send(`/api/installation/${site!.id}/messagingConnectionDetails`);
  await send(`/api/chargers/${charger!.id}/sendCommand/506`, 'POST');
  await send(`/api/chargers/${charger!.id}/state`);
}

describe("the simulator's page to look at", () => {
  let browser: Browser;
  let simulator: Simulator;
  let shown: SimulatorPage;

  before(async () => (browser = await startBrowser()));
  after(() => browser.close());
  afterEach(async () => {
    await shown.page.close();
    await simulator.stop();
  });

  for (const scenario of ['home', 'housing'])
    for (const colorScheme of ['light', 'dark'] as const)
      it(`is legible at every width with the scenario ${scenario} in ${colorScheme}, open and folded`, async () => {
        simulator = await startSimulator({ scenario });
        await call(simulator);
        simulator.faults.set('server-503', { on: true, probability: 0.5 });
        shown = await SimulatorPage.open(browser, simulator.page, { colorScheme });
        const { page } = shown;
        await page.getByRole('button', { name: 'Unfold all', exact: true }).click();
        await shown.openFaults();
        await shown.openClients();
        expect(await seriousViolations(page), 'axe').to.deep.equal([]);
        for (const width of WIDTHS) {
          await page.setViewportSize({ width, height: 900 });
          await page.waitForTimeout(100);
          expect(await illegible(page), `${width} px`).to.deep.equal([]);
          expect(await shown.scrollsSideways(), `${width} px: wider than the window`).to.equal(false);
          if (width <= 768) expect(await scrollsWithin(page), `${width} px: scroll within scroll`).to.deep.equal([]);
        }
        await shown.foldAll();
        for (const width of WIDTHS) {
          await page.setViewportSize({ width, height: 900 });
          const height = await page.evaluate<number>('document.documentElement.scrollHeight');
          expect(height, `${width} px, folded`).to.be.below(HIGHEST_FOLDED);
          expect(await illegible(page), `${width} px, folded`).to.deep.equal([]);
        }
        expect(await seriousViolations(page), 'axe, folded').to.deep.equal([]);
      });

  it('is shorter than four screens where nobody has touched a home', async () => {
    simulator = await startSimulator({ scenario: 'home' });
    for (const width of WIDTHS.slice(1)) {
      shown = await SimulatorPage.open(browser, simulator.page, { width });
      await shown.page.locator('#chargers tr').first().waitFor();
      const height = await shown.page.evaluate<number>('document.documentElement.scrollHeight');
      expect(height, `${width} px`).to.be.below(HIGHEST_FOLDED);
      if (width !== WIDTHS.at(-1)) await shown.page.close();
    }
  });
});

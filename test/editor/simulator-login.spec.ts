import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { editorSuite } from './fixture/editor-suite';
import { EditorPage } from './fixture/editor-page';
import { SimulatorPage } from './fixture/simulator-page';
import { user, WORD } from './fixture/users';

const FLOW = [
  { id: 'tab', type: 'tab', label: 'Flow' },
  { id: 'connection', type: 'zaptec-connection', cloud: 'simulator', scenario: 'home', speed: 1, version: 1 },
  {
    id: 'charger',
    type: 'zaptec-charger',
    z: 'tab',
    x: 200,
    y: 100,
    wires: [[]],
    connection: 'connection',
    version: 1,
  },
];

describe("the simulator's page behind the login of a Node-RED", () => {
  const adminAuth = { type: 'credentials', users: [user('admin', '*'), user('guest', 'read')] };
  const suite = editorSuite({ start: () => ({ settings: { adminAuth } }) });
  let editor: EditorPage;
  before(async () => {
    await suite.red.login('admin', WORD);
    await suite.red.deploy(FLOW);
  });
  afterEach(() => editor.page.close());

  /** Logs in, and opens the page by the button in the dialog of the connection. */
  const visit = async (username: string): Promise<{ page: Page; shown: SimulatorPage }> => {
    editor = await EditorPage.open(suite.browser, suite.red.url, undefined, { username, password: WORD });
    await editor.editConfig('zaptec-connection', 'connection');
    const opened = editor.page.waitForEvent('popup');
    await editor.page.locator('#zaptec-connection-page').click();
    const page = await opened;
    const shown = SimulatorPage.watch(page);
    await shown.state('live');
    return { page, shown };
  };

  it('opens from the dialog for somebody who may change it', async () => {
    expect((await fetch(`${suite.red.url}/zaptec/simulator/home/`)).status, 'without a login').to.equal(401);
    const { page, shown } = await visit('admin');
    expect(page.url()).to.equal(`${suite.red.url}/zaptec/simulator/home/`);
    await shown.mode('Carport', 'disconnected');
    await page.getByRole('button', { name: 'Plug in: Carport' }).click();
    await page.getByRole('button', { name: 'Unplug: Carport' }).waitFor();
    await page.reload();
    await shown.state('live');
    expect(shown.problems).to.deep.equal([]);
    expect(editor.problems).to.deep.equal([]);
    await page.close();
  });

  it('opens for looking for somebody who may only look, and says so', async () => {
    const { page } = await visit('guest');
    await page.getByRole('button', { name: /plug/i }).first().click();
    await page.getByRole('alert').getByText('may look at the simulator, but not change it').waitFor();
    await page.close();
  });
});

import { expect } from 'chai';
import { editorSuite } from './fixture/editor-suite';
import { flowOf } from './fixture/flow';
import type { FlowNode } from './fixture/node-red';

const CONFIG = { config: true };
/** Where somebody who wants to look at the dialogs finds them. */
const SHOTS = process.env['SCREENSHOTS'];

describe('looking for what is wrong, in a real editor', () => {
  const suite = editorSuite({
    cloud: 'home',
    start: () => ({ settings: { logging: { console: { level: 'info', metrics: false, audit: false } } } }),
  });
  const quiet = ({ type }: FlowNode): boolean =>
    ['tab', 'zaptec-connection', 'zaptec-doctor', 'zaptec-installation'].includes(type);

  const open = async (own: object = {}): Promise<void> => {
    const { username, password } = suite.cloud.accounts[0]!;
    const { page } = await suite.open(
      flowOf({ connection: { cloud: 'custom', baseUrl: suite.cloud.baseUrl, name: 'Private name' }, ...own }).filter(
        quiet,
      ),
      { connection: { username, password } },
    );
    // What is copied, without a clipboard that other programs of this machine have too.
    await page.evaluate(`RED.clipboard.copyText = (text) => { window.copied = text; return true; }`);
  };
  const copied = async (): Promise<string> => {
    await suite.editor.page.waitForFunction(`window.copied !== undefined`);
    return suite.editor.page.evaluate<string>(`{ const text = window.copied; delete window.copied; text }`);
  };
  const shot = async (name: string): Promise<void> => {
    if (SHOTS) await suite.editor.page.screenshot({ path: `${SHOTS}/${name}.png` });
  };

  it('the doctor node shows the severity only where it matters', async () => {
    await open();
    await suite.editor.edit('doctor');
    expect(await suite.editor.row('severity').isVisible(), 'every check').to.equal(false);
    await suite.editor.choose('show', 'findings');
    expect(await suite.editor.row('severity').isVisible(), 'only findings').to.equal(true);
    await suite.editor.choose('severity', 'error');
    await suite.editor.fill('silence', '0');
    await shot('doctor');
    await suite.editor.ok();
    expect((await suite.editor.node('doctor')).valid, 'silent after 0 min').to.equal(false);
    await suite.editor.edit('doctor');
    await suite.editor.fill('silence', '30');
    await suite.editor.ok();
    await suite.editor.deploy();
    const saved = (await suite.red.flows()).find(({ id }) => id === 'doctor');
    expect(saved).to.include({ show: 'findings', severity: 'error', version: 1 });
    expect(Number(saved!['silence'])).to.equal(30);
  });

  it('the tab of the sidebar copies a report, and switches the log of requests on and off', async () => {
    await open();
    const { page } = suite.editor;
    await page.evaluate(`RED.sidebar.show('zaptec')`);
    const tab = page.locator('.zaptec-sidebar');
    await tab.getByText('Private name · connected').waitFor();
    await tab.getByRole('button', { name: 'Copy report' }).click();
    const report = await copied();
    expect(report).to.contain('# Report of a Zaptec connection').and.contain('| Node-RED |');
    expect(report).not.to.contain('Private name');

    const log = tab.locator('[data-key="log connection"]');
    expect(await log.getAttribute('aria-pressed')).to.equal('false');
    await log.focus();
    await page.keyboard.press('Enter');
    await tab.getByText(/^Logs requests until .*: stop$/).waitFor();
    expect(await log.getAttribute('aria-pressed')).to.equal('true');
    await shot('sidebar');
    await tab.locator('[data-key="refresh connection"]').click();
    await tab.getByText('Garage').first().waitFor();
    await page.waitForResponse((response) => response.url().endsWith('/zaptec/overview'));
    expect(await log.getAttribute('aria-pressed'), 'stays on while the tab is drawn anew').to.equal('true');
    await shot('sidebar-tree');
    await log.click();
    await tab.getByText('Log requests').waitFor();
    const lines = suite.red.log().split('\n');
    expect(
      lines.filter((line) =>
        /GET \/api\/chargers\/[0-9a-f-]{36}\/state 200 in \d+ ms, attempt 1, lane editor/.test(line),
      ),
    ).to.have.lengthOf(2);
    expect(lines.join('\n')).to.contain('is logged for an hour').and.contain('no longer logged');
  });

  it('a browser that forbids copying shows the report', async () => {
    await open();
    const { page } = suite.editor;
    await page.evaluate(`RED.clipboard.copyText = () => false; RED.sidebar.show('zaptec')`);
    await page.locator('[data-key="report connection"]').click();
    const text = page.locator('.red-ui-notification textarea');
    expect(await text.inputValue()).to.contain('# Report of a Zaptec connection');
  });

  it('the dialog of a connection copies its report, and says where there is none yet', async () => {
    await open();
    const { page } = suite.editor;
    await suite.editor.editConfig('zaptec-connection', 'connection');
    const { username, password } = suite.cloud.accounts[0]!;
    await suite.editor.fill('username', username, CONFIG);
    await suite.editor.fill('password', password, CONFIG);
    await page.locator('#zaptec-connection-test').click();
    await page.locator('.zaptec-checks > [data-state]').first().waitFor();
    await shot('connection');
    await page.locator('#zaptec-connection-report').click();
    expect(await copied()).to.contain('| cloud | custom |');
    await page.route('**/zaptec/report', (route) =>
      route.fulfill({
        json: { error: { code: 'NOT_DEPLOYED', message: 'This connection is not deployed yet', remedy: 'Deploy' } },
      }),
    );
    await page.locator('#zaptec-connection-report').click();
    await page.locator('#zaptec-connection-report-failure').getByText('not deployed yet. Deploy').waitFor();
    await suite.editor.cancel(CONFIG);
  });

  it('the test of a connection lists what works with the words of the doctor', async () => {
    await open();
    await suite.editor.editConfig('zaptec-connection', 'connection');
    const user = suite.cloud.accounts.find(({ role }) => role === 'user')!;
    await suite.editor.fill('username', user.username, CONFIG);
    await suite.editor.fill('password', user.password, CONFIG);
    await suite.editor.page.locator('#zaptec-connection-test').click();
    const lines = suite.editor.page.locator('.zaptec-checks > li');
    await lines
      .last()
      .getByText(/chargers: \d/)
      .waitFor();
    const texts = (await lines.allTextContents()).map((text) => text.trim());
    expect(texts).to.deep.equal([
      'The login works',
      'Installations that the account sees: 1',
      'In 1 of 1 installations the account may only charge: no live state, no commands, no settings there. Ask the owner for the owner or service role in the Zaptec portal',
      'Chargers: 2, of which 2 are online',
      'No installation lets this account listen to its messages. Ask the owner of the installation for the owner or service role in the Zaptec portal',
      'The clock of this machine is right',
      'Home: user: read only, chargers: 2',
    ]);
    await shot('test');
    await suite.editor.cancel(CONFIG);
  });
});

import { expect } from 'chai';
import type { Locator } from 'playwright-core';
import { editorSuite } from './fixture/editor-suite';
import { flowOf } from './fixture/flow';

const CONFIG = { config: true };

describe('the dialog of a connection in a real editor', () => {
  const suite = editorSuite({ cloud: 'home' });

  const accountOf = (role: string) => suite.cloud.accounts.find((account) => account.role === role)!;
  const open = async (): Promise<void> => {
    await suite.open(flowOf({ connection: { cloud: 'custom', baseUrl: suite.cloud.baseUrl } }));
    await suite.editor.editConfig('zaptec-connection', 'connection');
  };
  const lines = (state: string): Locator => suite.editor.page.locator(`.zaptec-checks > [data-state="${state}"]`);
  const test = async (username: string, password: string): Promise<void> => {
    await suite.editor.fill('username', username, CONFIG);
    await suite.editor.fill('password', password, CONFIG);
    await suite.editor.page.locator('#zaptec-connection-test').click();
    await suite.editor.page.locator('.zaptec-checks > [data-state]').first().waitFor();
  };

  it('shows line by line what works, and what the account sees', async () => {
    await open();
    await test(accountOf('owner').username, accountOf('owner').password);
    const [site] = [...suite.cloud.world.installations.values()];
    expect(await lines('ok').allTextContents()).to.deep.equal([
      ' The login works',
      ' Installations that the account sees: 1',
      ' Roles: owner in 1, service in 0 installations',
      ` Chargers: 2, of which ${[...suite.cloud.world.chargers.values()].filter(({ online }) => online).length} are online`,
      ' Push is enabled: messages come as they happen',
      ' The clock of this machine is right',
    ]);
    expect(await suite.editor.page.locator('.zaptec-checks > li').last().textContent()).to.equal(
      `${site!.name}: owner, chargers: 2`,
    );
    await suite.editor.cancel(CONFIG);
  });

  it('shows a wrong password and an account without rights, each with its remedy', async () => {
    await open();
    await test(accountOf('service').username, 'mistyped');
    expect(await lines('bad').allTextContents()).to.have.lengthOf(1);
    expect(await lines('bad').textContent()).to.match(/refused user name and password.*Correct user name and password/);
    await test(accountOf('user').username, accountOf('user').password);
    await lines('ok').first().waitFor();
    expect(await lines('warn').textContent()).to.match(/may only charge.*owner or service role/);
    expect(await lines('bad').textContent(), 'push').to.match(/owner/);
    await suite.editor.cancel(CONFIG);
  });

  it('sends a stored password to another address only when it is entered again', async () => {
    await open();
    const { page } = suite.editor;
    const { username, password } = accountOf('owner');
    const save = async (): Promise<void> => {
      await page.keyboard.press('Control+Enter');
      await suite.editor.field('name', true).waitFor({ state: 'detached' });
      await page.waitForTimeout(350);
      await suite.editor.deploy();
    };
    await suite.editor.fill('username', username, CONFIG);
    await suite.editor.fill('password', password, CONFIG);
    await save();
    const another = suite.cloud.baseUrl.replace('127.0.0.1', 'localhost');
    await suite.editor.editConfig('zaptec-connection', 'connection');
    await suite.editor.fill('baseUrl', another, CONFIG);
    await page.locator('#zaptec-connection-test').click();
    await lines('bad').first().waitFor();
    expect(await lines('bad').textContent()).to.match(/stored password belongs to .* Enter the password again/);
    await save();
    await suite.editor.editConfig('zaptec-connection', 'connection');
    await page.locator('#zaptec-connection-test').click();
    await lines('bad').first().waitFor();
    await suite.editor.fill('password', password, CONFIG);
    await save();
    await suite.editor.editConfig('zaptec-connection', 'connection');
    await page.locator('#zaptec-connection-test').click();
    await lines('ok').first().waitFor();
    await suite.editor.cancel(CONFIG);
  });

  it('is filled in, tested and saved by keyboard alone', async () => {
    await open();
    const { page } = suite.editor;
    const { username, password } = accountOf('owner');
    const focused = (): Promise<string> => page.evaluate<string>(`document.activeElement.id`);
    const tabTo = async (id: string): Promise<void> => {
      for (let presses = 0; (await focused()) !== id; presses += 1) {
        if (presses > 20) throw new Error(`Tab does not lead to ${id}, but to ${await focused()}`);
        await page.keyboard.press('Tab');
      }
    };
    await suite.editor.field('name', true).focus();
    await page.keyboard.type('By keyboard');
    await tabTo('node-config-input-cloud');
    await page.keyboard.press('Home');
    await page.keyboard.press('End');
    expect(await suite.editor.field('cloud', true).inputValue()).to.equal('custom');
    await tabTo('node-config-input-baseUrl');
    await page.keyboard.press('Control+A');
    await page.keyboard.type(suite.cloud.baseUrl);
    await tabTo('node-config-input-username');
    await page.keyboard.type(username);
    await tabTo('node-config-input-password');
    await page.keyboard.type(password);
    await tabTo('zaptec-connection-test');
    await page.keyboard.press('Enter');
    await lines('ok').first().waitFor();
    expect(await focused(), 'the focus stays where it was').to.equal('zaptec-connection-test');
    await page.keyboard.press('Control+Enter');
    await suite.editor.field('name', true).waitFor({ state: 'detached' });
    await page.waitForTimeout(350);
    await suite.editor.deploy();
    const saved = (await suite.red.flows()).find(({ id }) => id === 'connection');
    expect(saved).to.include({ name: 'By keyboard', cloud: 'custom', baseUrl: suite.cloud.baseUrl });
  });
});

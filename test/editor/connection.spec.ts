import { expect } from 'chai';
import type { Locator } from 'playwright-core';
import { deskForSuite } from './fixture/desk';
import { flowOf } from './fixture/flow';

const CONFIG = { config: true };

describe('the dialog of a connection in a real editor', () => {
  const desk = deskForSuite({ cloud: 'home' });

  const accountOf = (role: string) => desk.cloud.accounts.find((account) => account.role === role)!;
  const open = async (): Promise<void> => {
    await desk.open(flowOf({ connection: { cloud: 'custom', baseUrl: desk.cloud.baseUrl } }));
    await desk.editor.editConfig('zaptec-connection', 'connection');
  };
  const lines = (state: string): Locator => desk.editor.page.locator(`.zaptec-checks > [data-state="${state}"]`);
  const test = async (username: string, password: string): Promise<void> => {
    await desk.editor.fill('username', username, CONFIG);
    await desk.editor.fill('password', password, CONFIG);
    await desk.editor.page.locator('#zaptec-connection-test').click();
    await desk.editor.page.locator('.zaptec-checks > [data-state]').first().waitFor();
  };

  it('tells line by line what works, and what the account sees', async () => {
    await open();
    await test(accountOf('owner').username, accountOf('owner').password);
    const [site] = [...desk.cloud.world.installations.values()];
    expect(await lines('ok').allTextContents()).to.deep.equal([
      ' The login works',
      ' Installations that the account sees: 1',
      ' Roles: owner in 1, service in 0 installations',
      ` Chargers: 2, of which ${[...desk.cloud.world.chargers.values()].filter(({ online }) => online).length} are online`,
      ' Push is enabled: messages come as they happen',
      ' The clock of this machine is right',
    ]);
    expect(await desk.editor.page.locator('.zaptec-checks > li').last().textContent()).to.equal(
      `${site!.name}: owner, chargers: 2`,
    );
    await desk.editor.cancel(CONFIG);
  });

  it('tells a wrong password and an account without rights, each with its remedy', async () => {
    await open();
    await test(accountOf('service').username, 'mistyped');
    expect(await lines('bad').allTextContents()).to.have.lengthOf(1);
    expect(await lines('bad').textContent()).to.match(/refused user name and password.*Correct user name and password/);
    await test(accountOf('user').username, accountOf('user').password);
    await lines('ok').first().waitFor();
    expect(await lines('warn').textContent()).to.match(/may only charge.*owner or service role/);
    expect(await lines('bad').textContent(), 'push').to.match(/owner/);
    await desk.editor.cancel(CONFIG);
  });

  it('is filled in, tested and saved by keyboard alone', async () => {
    await open();
    const { page } = desk.editor;
    const { username, password } = accountOf('owner');
    const focused = (): Promise<string> => page.evaluate<string>(`document.activeElement.id`);
    const tabTo = async (id: string): Promise<void> => {
      for (let presses = 0; (await focused()) !== id; presses += 1) {
        if (presses > 20) throw new Error(`Tab does not lead to ${id}, but to ${await focused()}`);
        await page.keyboard.press('Tab');
      }
    };
    await desk.editor.field('name', true).focus();
    await page.keyboard.type('By keyboard');
    await tabTo('node-config-input-cloud');
    await page.keyboard.press('Home');
    await page.keyboard.press('End');
    expect(await desk.editor.field('cloud', true).inputValue()).to.equal('custom');
    await tabTo('node-config-input-baseUrl');
    await page.keyboard.press('Control+A');
    await page.keyboard.type(desk.cloud.baseUrl);
    await tabTo('node-config-input-username');
    await page.keyboard.type(username);
    await tabTo('node-config-input-password');
    await page.keyboard.type(password);
    await tabTo('zaptec-connection-test');
    await page.keyboard.press('Enter');
    await lines('ok').first().waitFor();
    expect(await focused(), 'the focus stays where it was').to.equal('zaptec-connection-test');
    await page.keyboard.press('Control+Enter');
    await desk.editor.field('name', true).waitFor({ state: 'detached' });
    await page.waitForTimeout(350);
    await desk.editor.deploy();
    const saved = (await desk.red.flows()).find(({ id }) => id === 'connection');
    expect(saved).to.include({ name: 'By keyboard', cloud: 'custom', baseUrl: desk.cloud.baseUrl });
  });
});

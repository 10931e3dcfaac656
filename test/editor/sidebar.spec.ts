import { expect } from 'chai';
import { openRedis } from '../../src/cluster/redis';
import { MachineProcess } from '../support/machines';
import { redisOrSkip } from '../support/redis-server';
import { editorSuite } from './fixture/editor-suite';
import { flowOf } from './fixture/flow';
import type { FlowNode } from './fixture/node-red';

describe('the sidebar in a real editor', () => {
  const suite = editorSuite({ cloud: 'home' });

  it('shows the account live, asks the cloud only for a refresh, and leads to the nodes', async () => {
    const { cloud } = suite;
    const [charger, unused] = [...cloud.world.chargers.values()];
    // Names are what somebody else has typed.
    const name = '<img src="nowhere">';
    unused!.name = name;
    const { username, password } = cloud.accounts[0]!;
    // A feed and a governor read by themselves, and here every request counts.
    const quiet = ({ type }: FlowNode): boolean => !['zaptec-subscribe', 'zaptec-update-current'].includes(type);
    const { page } = await suite.open(
      flowOf({
        connection: { cloud: 'custom', baseUrl: cloud.baseUrl, name: 'Mine' },
        charger: { charger: charger!.id },
      }).filter(quiet),
      { connection: { username, password } },
    );
    await page.evaluate(`RED.sidebar.show('zaptec')`);
    const tab = page.locator('.zaptec-sidebar');
    const says = async (text: string): Promise<void> => tab.getByText(text).first().waitFor();
    await says('Mine · connected');
    const reads = () => cloud.requests.filter(({ path }) => path.startsWith('/api/')).length;
    const before = reads();
    await tab.getByText('not read yet').waitFor();
    await page.waitForResponse((response) => response.url().endsWith('/zaptec/overview'));
    expect(reads(), 'looking asks nobody').to.equal(before);

    const refresh = tab.locator('h4 button');
    await refresh.focus();
    await page.keyboard.press('Enter');
    await says(charger!.name);
    await says(charger!.deviceId);
    const [site] = [...cloud.world.installations.values()];
    await says(`${site!.circuits[0]!.name} · ${String(site!.circuits[0]!.maxCurrent)} A`);
    await says('of 10 requests a second');

    const reveal = tab.locator(`[data-key="reveal ${charger!.id}"]`);
    await reveal.focus();
    await page.waitForResponse((response) => response.url().endsWith('/zaptec/overview'));
    expect(
      await reveal.evaluate((button) => button === button.ownerDocument.activeElement),
      'keeps the focus',
    ).to.equal(true);
    await page.keyboard.press('Enter');
    // The editor lets it blink, and tells of a copy for a second.
    await page.locator('[id="charger"] .red-ui-flow-node-highlighted').waitFor();
    const copied = page.locator('.red-ui-popover').getByText('copied').waitFor();
    await tab.locator(`[data-key="copy ${charger!.id}"]`).click();
    await copied;

    const notice = page.locator('.red-ui-notification');
    await tab.locator(`[data-key="reveal ${unused!.id}"]`).click();
    await notice.filter({ hasText: `No node uses ${name}` }).waitFor();
    await page.route('**/zaptec/refresh', (route) =>
      route.fulfill({ json: { error: { code: 'HTTP_500', message: `${name} is away`, remedy: 'Wait' } } }),
    );
    await refresh.click();
    await notice.filter({ hasText: `${name} is away` }).waitFor();

    const requests: string[] = [];
    await page.evaluate(`RED.sidebar.show('info')`);
    page.on('request', (request) => requests.push(request.url()));
    await page.waitForTimeout(4_000);
    expect(
      requests.filter((url) => url.includes('zaptec/')),
      'a hidden tab asks nothing',
    ).to.deep.equal([]);
  });

  it('says who has left a pause behind and what ends it, and shows the node of an error inside a subflow', async () => {
    const { cloud } = suite;
    const { username, password } = cloud.accounts[0]!;
    const place = { z: 'tab', x: 100, y: 500 };
    const inject = (id: string, p: string, v: string, vt: string, to: string) => ({
      ...{ id, type: 'inject', ...place, once: false, props: [{ p, v, vt }], wires: [[to]] },
    });
    const inner = { id: 'inner', type: 'zaptec-installation', z: 'sub', x: 200, y: 60, wires: [[]] };
    const { page } = await suite.open(
      [
        ...flowOf({
          connection: { cloud: 'custom', baseUrl: cloud.baseUrl, name: 'Mine' },
          current: { name: 'Solar', withdrawn: 'keep' },
        }).filter(({ type }) => type !== 'zaptec-subscribe'),
        inject('pause', 'payload', '0', 'num', 'current'),
        inject('reset', 'reset', 'true', 'bool', 'current'),
        inject('wrong', 'installation', 'Nowhere', 'str', 'instance'),
        { id: 'sub', type: 'subflow', name: 'Read', in: [{ x: 50, y: 30, wires: [{ id: 'inner' }] }], out: [] },
        { ...inner, connection: 'connection', action: 'get' },
        { id: 'instance', type: 'subflow:sub', ...place, y: 560, wires: [] },
      ],
      { connection: { username, password } },
    );
    await page.evaluate(`RED.sidebar.show('zaptec')`);
    const tab = page.locator('.zaptec-sidebar');
    await tab.getByText('Mine · connected').first().waitFor();
    const press = (id: string) => page.evaluate(`$.post('inject/${id}')`);
    await press('pause');
    await page.locator('[id="current"]').getByText('0 A, paused').waitFor();
    await press('reset');
    await tab.locator('h4 button').click();
    await tab
      .getByText('0 A left by Solar, seen just now: a target, or another value in the portal, ends the pause')
      .waitFor();

    await press('wrong');
    await tab.locator('[data-key^="error inner"]').click();
    await page.locator('[id="inner"] .red-ui-flow-node-highlighted').waitFor();
    expect(await page.evaluate(`RED.workspaces.active()`)).to.equal('sub');
  });

  it('shows the limit that a machine which is gone has left behind, and removes it', async function () {
    this.timeout(60_000);
    const { cloud } = suite;
    const redis = await redisOrSkip(this);
    const { username, password } = cloud.accounts[0]!;
    const { baseUrl } = cloud;
    const site = [...cloud.world.installations.keys()][0]!;
    const dead = new MachineProcess({
      ...{ baseUrl, username, password, redisUrl: redis.url, site, by: 'fuse', ampere: 10 },
      over: { role: 'limit', name: 'Main fuse' },
    });
    try {
      await dead.until(({ decision }) => decision === 'applied' || decision === 'unchanged' || decision === 'deferred');
      await dead.kill();
      const { page } = await suite.open(
        [
          ...flowOf({
            connection: { cloud: 'custom', baseUrl, name: 'Mine' },
            current: { name: 'Solar', withdrawn: 'keep' },
          }).filter(({ type }) => type !== 'zaptec-subscribe'),
          {
            ...{ id: 'sun', type: 'inject', z: 'tab', x: 100, y: 500, once: true, onceDelay: 0.1 },
            ...{ props: [{ p: 'payload', v: '16', vt: 'num' }], wires: [['current']] },
          },
        ],
        { connection: { username, password, redisUrl: redis.url } },
      );
      await page.evaluate(`RED.sidebar.show('zaptec')`);
      const tab = page.locator('.zaptec-sidebar');
      await tab.getByText('Mine · connected').first().waitFor();
      await tab.locator('h4 button').click();
      const limit = tab.getByText('At most 10 A by Main fuse of a machine that was last there');
      await limit.waitFor();
      await tab.getByLabel('Remove the limit of Main fuse').click();
      await limit.waitFor({ state: 'detached' });
      const inspector = openRedis(redis.url);
      const [key = ''] = await inspector.keys('*:current:*');
      const fields = await inspector.hkeys(key);
      inspector.disconnect();
      expect(fields.filter((field) => field.startsWith('limit:'))).to.deep.equal([]);
    } finally {
      await dead.kill();
      await redis.kill();
    }
  });
});

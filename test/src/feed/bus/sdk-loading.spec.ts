import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { startSimulator } from '../../../../simulator/index';

const SCRIPT = `
const { openClient } = require('./src/client.ts');
const loaded = () => Object.keys(require.cache).some((file) => /service-bus|rhea|[\\\\/]ws[\\\\/]/.test(file));
(async () => {
  const [baseUrl, username, password] = process.argv.slice(1);
  const client = openClient({ baseUrl, username, password });
  const { data } = await client.chargers.list();
  await client.chargers.state(data[0].id);
  const before = loaded();
  const feed = client.feed({ installationId: data[0].installationId });
  while (feed.status.state !== 'live') await new Promise((resolve) => setTimeout(resolve, 20));
  console.log(JSON.stringify({ before, after: loaded() }));
  process.exit();
})();
`;

describe('the SDK of the bus', function () {
  this.timeout(30_000);

  it('is loaded when a feed connects, and not before', async () => {
    const simulator = await startSimulator();
    const [{ username, password } = { username: '', password: '' }] = simulator.accounts;
    const args = ['--import', 'tsx', '-e', SCRIPT, '--', simulator.baseUrl, username, password];
    const { stdout } = await promisify(execFile)(process.execPath, args);
    await simulator.stop();
    expect(JSON.parse(stdout)).to.deep.equal({ before: false, after: true });
  });
});

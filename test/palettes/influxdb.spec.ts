import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { palette } from '../../scripts/palettes';
import { startSimulator, type Simulator } from '../../simulator/index';
import { startNodeRed, type NodeRed } from '../editor/fixture/node-red';
import { ROOT } from '../package/support';
import { freePort } from '../support/free-port';
import { accountOf } from '../support/node-red/harness';
import { deployExample, press, startProgram, until, type Program } from './support';

interface Series {
  name: string;
  tags?: Record<string, string>;
  columns: string[];
  values: unknown[][];
}

describe('chargers in InfluxDB', function () {
  this.timeout(300_000);
  let cloud: Simulator;
  let red: NodeRed | undefined;
  let database: Program;
  let url: string;
  let dir: string;

  const ask = async (query: string): Promise<Series[]> => {
    const answer = await fetch(`${url}/query?db=zaptec&q=${encodeURIComponent(query)}`);
    const { results, error } = (await answer.json()) as {
      results?: { series?: Series[]; error?: string }[];
      error?: string;
    };
    const problem = error ?? results?.[0]?.error;
    if (problem) throw new Error(`${query}: ${problem}`);
    return results?.[0]?.series ?? [];
  };
  const series = (query: string, count: number) =>
    until(query, async () => {
      const found = await ask(query);
      return found.length >= count ? found : undefined;
    });

  before(async () => {
    dir = await mkdtemp(path.join(tmpdir(), 'zaptec-influx-'));
    const [http, rpc] = [await freePort(), await freePort()];
    url = `http://127.0.0.1:${http}`;
    const file = path.join(dir, 'influxdb.conf');
    await writeFile(
      file,
      `bind-address = "127.0.0.1:${rpc}"
reporting-disabled = true
[meta]
dir = "${dir}/meta"
[data]
dir = "${dir}/data"
wal-dir = "${dir}/wal"
[http]
bind-address = "127.0.0.1:${http}"
`,
    );
    const ready = () => fetch(`${url}/ping`);
    database = await startProgram('influxdb', 'influxd', ['-config', file], { ready });
  });
  after(async () => {
    await database.end();
    await rm(dir, { recursive: true, force: true });
  });
  beforeEach(async () => {
    cloud = await startSimulator({ scenario: 'home' });
  });
  afterEach(async () => {
    await red?.stop();
    await cloud.stop();
  });

  it('come by the example influxdb-grafana, and the dashboard finds them', async () => {
    const garage = [...cloud.world.chargers.values()][0]!;
    garage.name = 'Garage, left = "mine"';
    red = await startNodeRed();
    await deployExample(red, cloud, 'influxdb-grafana', ({ url: own }) =>
      typeof own === 'string' && own.startsWith('http') ? { url: own.replace('http://localhost:8086', url) } : {},
    );
    await press(red, 'influx-make');
    await press(red, 'influx-every');
    const power = await series('SELECT last("powerW") FROM "zaptec" GROUP BY "charger"', 2);
    expect(power.map(({ tags }) => tags?.['charger'])).to.have.members([garage.name, 'Carport']);
    const { panels } = JSON.parse(readFileSync(path.join(ROOT, 'docs/grafana-zaptec.json'), 'utf8')) as {
      panels: { title: string; targets: { query: string }[] }[];
    };
    for (const { title, targets } of panels) {
      for (const { query } of targets) {
        const asked = query
          .replaceAll('$timeFilter', 'time > now() - 1h')
          .replaceAll('$__interval', '1m')
          // As Grafana writes the choice "All".
          .replaceAll('$installation', '.*')
          .replaceAll('$charger', '.*');
        const found = await ask(asked);
        expect(found.length, `${title}: ${asked}`).to.equal(2);
        expect(
          found[0]!.values.flat().some((value) => value !== null),
          title,
        ).to.equal(true);
      }
    }
    expect(red.log()).to.not.match(/\[error\]/);
  });

  it('come by the flat payload and the nodes of node-red-contrib-influxdb', async () => {
    const name = 'node-red-contrib-influxdb';
    red = await startNodeRed({ packages: { [name]: palette(name, '0.7') } });
    await ask('DROP MEASUREMENT "flat"').catch(() => undefined);
    await fetch(`${url}/query?q=${encodeURIComponent('CREATE DATABASE zaptec')}`, { method: 'POST' });
    const [account] = Object.values(accountOf(cloud));
    await red.deploy(
      [
        { id: 'tab', type: 'tab' },
        { id: 'connection', type: 'zaptec-connection', cloud: 'custom', baseUrl: cloud.baseUrl },
        {
          id: 'db',
          type: 'influxdb',
          hostname: '127.0.0.1',
          port: new URL(url).port,
          protocol: 'http',
          database: 'zaptec',
          influxdbVersion: '1.x',
        },
        {
          id: 'all',
          type: 'zaptec-subscribe',
          z: 'tab',
          x: 0,
          y: 0,
          connection: 'connection',
          emit: 'snapshots',
          format: 'flat',
          initial: true,
          wires: [['out'], []],
        },
        {
          id: 'out',
          type: 'influxdb out',
          z: 'tab',
          x: 0,
          y: 0,
          influxdb: 'db',
          measurement: 'flat',
          database: 'zaptec',
          precision: 'ms',
          retentionPolicy: '',
          wires: [],
        },
      ],
      { connection: account, db: {} },
    );
    const [found] = await series('SELECT last("powerW"), last("currentA1") FROM "flat"', 1);
    expect(found!.values[0]!.slice(1)).to.have.lengthOf(2);
  });
});

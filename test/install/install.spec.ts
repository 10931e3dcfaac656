import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { nodeRedOf } from '../../scripts/node-red-versions';
import { startNodeRed, type FlowNode, type NodeRed } from '../editor/fixture/node-red';
import { user, WORD } from '../editor/fixture/users';
import { manifest, NODES, ROOT } from '../package/support';

const MODULE: string = manifest.name;
const NEXT = '999.0.0';
const MOST_ON_DISK = 40e6;
const MOST_PACKAGES = 95;
const RUNS_MS = 60_000;

/** The oldest Node-RED and Node.js, the newest, and one between, each with settings that people have. */
const MACHINES = [
  { version: '4.0', node: 20, settings: {} },
  { version: '4.1', node: 22, settings: { httpAdminRoot: '/red', editorTheme: { projects: { enabled: true } } } },
  {
    version: '5',
    node: 24,
    settings: {
      adminAuth: { type: 'credentials', users: [user('admin', '*')] },
    },
  },
];

/** Answers a request with the state of a simulated charger. */
const FLOW: FlowNode[] = [
  { id: 'tab', type: 'tab', label: 'Flow' },
  { id: 'connection', type: 'zaptec-connection', cloud: 'simulator', scenario: 'home', speed: 1, version: 1 },
  { id: 'in', type: 'http in', z: 'tab', x: 100, y: 100, url: '/garage', method: 'get', wires: [['charger']] },
  {
    id: 'charger',
    type: 'zaptec-charger',
    z: 'tab',
    x: 300,
    y: 100,
    connection: 'connection',
    action: 'state',
    charger: 'Garage',
    chargerType: 'str',
    wires: [['out']],
  },
  { id: 'out', type: 'http response', z: 'tab', x: 500, y: 100, statusCode: '', headers: {}, wires: [] },
];

/** The package as npm packs it; its dependencies are what Node-RED has to install. */
function pack(folder: string): string {
  const args = ['pack', '--silent', '--pack-destination', folder];
  return path.join(folder, execFileSync('npm', args, { cwd: ROOT, encoding: 'utf8' }).trim().split('\n').at(-1)!);
}

/** The same package as another version. */
function repack(folder: string, tarball: string, version: string): string {
  execFileSync('tar', ['-xzf', tarball, '-C', folder]);
  const file = path.join(folder, 'package/package.json');
  const packed = JSON.parse(readFileSync(file, 'utf8')) as object;
  writeFileSync(file, JSON.stringify({ ...packed, version }));
  const made = path.join(folder, `${MODULE}-${version}.tgz`);
  execFileSync('tar', ['-czf', made, '-C', folder, 'package']);
  return made;
}

function bytesBelow(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(path.join(entry.parentPath, entry.name)).size, 0);
}

describe('the package, uploaded to a Node-RED', () => {
  let folder: string;
  let tarball: string;
  let next: string;
  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'zaptec-tarball-'));
    tarball = pack(folder);
    next = repack(folder, tarball, NEXT);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  for (const { version, node, settings } of MACHINES) {
    describe(`${version} on Node.js ${node}`, () => {
      let userDir: string;
      let red: NodeRed;
      const start = async () => {
        const palette = { allowInstall: true, allowUpload: true };
        red = await startNodeRed({
          ...nodeRedOf(version, node),
          packageDir: null,
          userDir,
          settings: { ...settings, externalModules: { palette } },
        });
        if ('adminAuth' in settings) await red.login('admin', WORD);
      };
      before(async () => {
        userDir = mkdtempSync(path.join(tmpdir(), 'zaptec-install-'));
        await start();
      });
      after(async () => {
        await red.stop();
        rmSync(userDir, { recursive: true, force: true });
      });

      const upload = async (file: string) => {
        const body = new FormData();
        body.set('tarball', new Blob([readFileSync(file)]), path.basename(file));
        return red.admin('/nodes', { method: 'POST', body });
      };
      const enable = (enabled: boolean) =>
        red.admin(`/nodes/${MODULE}`, {
          method: 'PUT',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ enabled }),
        });
      /** The charger answers as soon as the flow runs and the simulator is there. */
      const runs = async () => {
        const until = Date.now() + RUNS_MS;
        for (;;) {
          const answer = await fetch(new URL('/garage', red.url), { signal: AbortSignal.timeout(10_000) }).catch(
            () => undefined,
          );
          if (answer?.ok) return (await answer.json()) as { name: string };
          if (Date.now() > until) throw new Error(`the flow does not run:\n${red.log()}`);
          await sleep(250);
        }
      };

      it('is installed with all of its nodes', async () => {
        const answer = await upload(tarball);
        expect(answer.status, await answer.clone().text()).to.equal(200);
        const { version: installed, nodes } = (await answer.json()) as {
          version: string;
          nodes: { types: string[]; enabled: boolean; err?: string }[];
        };
        expect(installed).to.equal(manifest.version);
        expect(nodes.flatMap(({ types }) => types).sort()).to.deep.equal(NODES.map(({ type }) => type).sort());
        expect(nodes.filter(({ enabled, err }) => !enabled || err !== undefined)).to.deep.equal([]);
      });

      it('runs a flow', async () => {
        await red.deploy(FLOW);
        expect(await runs()).to.include({ name: 'Garage' });
      });

      it('needs no more disk and no more packages than allowed', () => {
        const modules = path.join(userDir, 'node_modules');
        const lock = JSON.parse(readFileSync(path.join(modules, '.package-lock.json'), 'utf8')) as { packages: object };
        expect(Object.keys(lock.packages).length).to.be.at.most(MOST_PACKAGES);
        expect(bytesBelow(modules)).to.be.at.most(MOST_ON_DISK);
      });

      it('can be disabled and enabled', async () => {
        // Node-RED refuses that for nodes of a flow that runs.
        await red.deploy([FLOW[0]!]);
        expect((await enable(false)).status).to.equal(200);
        expect((await enable(true)).status).to.equal(200);
        await red.deploy(FLOW);
        expect(await runs()).to.include({ name: 'Garage' });
      });

      it('can be upgraded, and runs the same flow after the restart', async () => {
        const answer = await upload(next);
        expect(answer.status, await answer.clone().text()).to.equal(200);
        await red.stop();
        await start();
        const found = (await (
          await red.admin(`/nodes/${MODULE}`, { headers: { Accept: 'application/json' } })
        ).json()) as {
          version: string;
        };
        expect(found.version).to.equal(NEXT);
        expect(await runs()).to.include({ name: 'Garage' });
      });

      it('can be removed', async () => {
        await red.deploy([FLOW[0]!]);
        expect((await red.admin(`/nodes/${MODULE}`, { method: 'DELETE' })).status).to.equal(204);
        expect((await red.admin(`/nodes/${MODULE}`)).status).to.equal(404);
        expect(readdirSync(path.join(userDir, 'node_modules'))).not.to.include(MODULE);
      });

      it('has left no error in the log', () => {
        expect(
          red
            .log()
            .split('\n')
            .filter((line) => /\[(error|fatal)\]/.test(line)),
        ).to.deep.equal([]);
      });
    });
  }
});

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { startNodeRed, type FlowNode as Deployed, type NodeRed } from '../../editor/fixture/node-red';
import { connection, flow, sessions, type FlowNode } from '../../support/node-red/builder';
import { accountOf, useCloud, type Message } from '../../support/node-red/harness';

const DAY_MS = 86_400_000;
/** Of each page, so that a deploy comes between two of them. */
const PAGE_MS = 1_000;

const appended = (id: string): FlowNode[] => [
  { id, type: 'json', z: 'tab', action: 'str', property: 'payload', wires: [[`${id}-file`]] },
  {
    id: `${id}-file`,
    type: 'file',
    z: 'tab',
    filename: id,
    filenameType: 'str',
    appendNewline: true,
    encoding: 'none',
    overwriteFile: 'false',
    wires: [[]],
  },
];

const STORES = {
  memory: undefined,
  localfilesystem: { default: { module: 'localfilesystem', config: { flushInterval: 1 } } },
};

describe('what is new, in a Node-RED that deploys and starts again', function () {
  this.timeout(120_000);
  const cloud = useCloud({ scenario: 'housing', speed: 0, sessionsPerDay: 0.1 });
  let red: NodeRed | undefined;
  let over = false;
  let userDir: string;
  beforeEach(() => {
    over = false;
    userDir = mkdtempSync(path.join(tmpdir(), 'zaptec-redeployed-'));
  });
  afterEach(async () => {
    over = true;
    cloud().faults.set('slow', { on: false });
    await red?.stop();
    rmSync(userDir, { recursive: true, force: true });
  });

  const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
  const lines = (name: string): Message[] => {
    try {
      const text = readFileSync(path.join(userDir, name), 'utf8');
      return text.split('\n').flatMap((line) => (/[\]}]$/.test(line) ? [JSON.parse(line) as Message] : []));
    } catch {
      return [];
    }
  };
  /** Waits for a file: the other process cannot call us. */
  const until = async (what: string, is: () => boolean): Promise<void> => {
    while (!over && !is()) await pause(20);
    if (over) throw new Error(`${what} has not come\n${red?.log()}`);
  };
  const ids = () => lines('rows').map(({ id }) => id as string);
  const ends = () => lines('status').filter(({ text }) => / found$/.test(text as string)).length;
  const go = async () => {
    while (!over && (await fetch(`${red!.url}/go`)).status !== 200) await pause(100);
  };
  /** Reads what is new to its end. */
  const read = async () => {
    const before = ends();
    await go();
    await until('the end of the reading', () => ends() > before);
    // The last row was sent before the status.
    await pause(300);
  };
  const truth = () => {
    const { world } = cloud();
    return world.archive.ended({ from: world.now - 35 * DAY_MS, to: world.now }, 100_000).map(({ id }) => id);
  };

  const nodes = (): Deployed[] =>
    [
      connection({ cloud: 'custom', baseUrl: cloud().baseUrl }),
      ...flow(
        { id: 'in', type: 'http in', z: 'tab', url: '/go', method: 'get', wires: [['answer', 'sessions']] },
        { id: 'answer', type: 'http response', z: 'tab', wires: [] },
        sessions({ which: 'new', output: 'each', wires: [['rows']] }),
        appended('rows'),
        { id: 'shown', type: 'status', z: 'tab', scope: ['sessions'], wires: [['text']] },
        {
          id: 'text',
          type: 'change',
          z: 'tab',
          rules: [{ t: 'set', p: 'payload', pt: 'msg', to: 'status', tot: 'msg' }],
          wires: [['status']],
        },
        appended('status'),
      ).filter(({ id }) => id !== 'out'),
    ] as Deployed[];
  const start = async (store: keyof typeof STORES) => {
    const contextStorage = STORES[store];
    const settings = { fileWorkingDirectory: userDir, ...(contextStorage ? { contextStorage } : {}) };
    red = await startNodeRed({ userDir, settings });
  };

  for (const store of Object.keys(STORES) as (keyof typeof STORES)[]) {
    it(`sends each session once across deploys and restarts between readings, with the store ${store}`, async () => {
      await start(store);
      await red!.deploy(nodes(), accountOf(cloud()));
      await read();
      const all = truth();
      expect(all).to.have.lengthOf.above(300);
      expect(ids()).to.have.members(all);
      await red!.deploy(nodes());
      await read();
      expect(ids(), 'after a deploy').to.have.lengthOf(all.length);
      await red!.stop();
      await start(store);
      await read();
      const again = store === 'memory' ? all.length : 0;
      expect(ids(), 'after a restart').to.have.lengthOf(all.length + again);
    });

    it(`loses none where a deploy ends a reading, with the store ${store}`, async () => {
      await start(store);
      await red!.deploy(nodes(), accountOf(cloud()));
      cloud().faults.set('slow', { on: true, match: '/api/sessions/archived', delayMs: PAGE_MS });
      await go();
      await until('the first page', () => ids().length >= 90);
      await red!.deploy(nodes());
      const before = ids().length;
      const all = truth();
      expect(before, 'the deploy has ended the reading').to.be.below(all.length);
      cloud().faults.set('slow', { on: false });
      await read();
      expect(ids()).to.include.members(all);
      expect(ids().length - all.length, 'twice at most').to.be.at.most(before);
      const after = ids().length;
      await read();
      expect(ids(), 'never again after that').to.have.lengthOf(after);
    });
  }
});

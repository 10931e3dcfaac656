import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { startNodeRed, type FlowNode as Deployed, type NodeRed } from '../../editor/fixture/node-red';
import { connection, flow, sessions, type FlowNode } from '../../support/node-red/builder';
import { startSimulator, type Simulator } from '../../../simulator/index';
import { accountOf, type Message } from '../../support/node-red/harness';
import { together, type Scenario } from '../../support/together';

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

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

const nodesAt = (baseUrl: string): Deployed[] =>
  [
    connection({ cloud: 'custom', baseUrl }),
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

/** A Node-RED of its own at a cloud of its own. */
class Place {
  readonly #userDir = mkdtempSync(path.join(tmpdir(), 'zaptec-redeployed-'));
  #red: NodeRed | undefined;
  #isOver = false;

  private constructor(
    private readonly cloud: Simulator,
    private readonly store: keyof typeof STORES,
  ) {}

  static async open(own: Scenario, store: keyof typeof STORES): Promise<Place> {
    const cloud = await startSimulator({ scenario: 'housing', speed: 0, sessionsPerDay: 0.1 });
    own.after(() => cloud.stop());
    const place = new Place(cloud, store);
    own.after(() => place.#close());
    await place.start();
    await place.deploy(accountOf(cloud));
    return place;
  }

  async start(): Promise<void> {
    const contextStorage = STORES[this.store];
    const settings = { fileWorkingDirectory: this.#userDir, ...(contextStorage ? { contextStorage } : {}) };
    this.#red = await startNodeRed({ userDir: this.#userDir, settings });
  }

  async restart(): Promise<void> {
    await this.#red?.stop();
    await this.start();
  }

  async deploy(credentials?: ReturnType<typeof accountOf>): Promise<void> {
    await this.#red?.deploy(nodesAt(this.cloud.baseUrl), credentials);
  }

  get ids(): string[] {
    return this.#lines('rows').map(({ id }) => id as string);
  }

  get truth(): string[] {
    const { world } = this.cloud;
    return world.archive.ended({ from: world.now - 35 * DAY_MS, to: world.now }, 100_000).map(({ id }) => id);
  }

  /** Whether a page comes late. */
  slow(on: boolean): void {
    this.cloud.faults.set('slow', on ? { on, match: '/api/sessions/archived', delayMs: PAGE_MS } : { on });
  }

  async go(): Promise<void> {
    while (!this.#isOver && (await fetch(`${this.#red!.url}/go`)).status !== 200) await pause(100);
  }

  /** Reads what is new to its end. */
  async read(): Promise<void> {
    const [rows, ends] = [this.ids.length, this.#ends.length];
    await this.go();
    await this.until('the end of the reading', () => this.#ends.length > ends);
    // The rows were sent before the status, and are written by another node.
    await this.until('the last row', () => this.ids.length >= rows + this.#ends.at(-1)!);
    // One that is too many would come behind it.
    await pause(300);
  }

  /** Waits for a file: the other process cannot call us. */
  async until(what: string, is: () => boolean): Promise<void> {
    while (!this.#isOver && !is()) await pause(20);
    if (this.#isOver) throw new Error(`${what} has not come\n${this.#red?.log()}`);
  }

  /** How many sessions each reading has found. */
  get #ends(): number[] {
    return this.#lines('status').flatMap(({ text }) => {
      const [, found] = /^(\d+) found$/.exec(text as string) ?? [];
      return found === undefined ? [] : [Number(found)];
    });
  }

  #lines(name: string): Message[] {
    try {
      const text = readFileSync(path.join(this.#userDir, name), 'utf8');
      return text.split('\n').flatMap((line) => (/[\]}]$/.test(line) ? [JSON.parse(line) as Message] : []));
    } catch {
      return [];
    }
  }

  async #close(): Promise<void> {
    this.#isOver = true;
    this.slow(false);
    await this.#red?.stop();
    rmSync(this.#userDir, { recursive: true, force: true });
  }
}

describe('what is new, in a Node-RED that deploys and starts again', function () {
  this.timeout(120_000);
  const it = together();

  for (const store of Object.keys(STORES) as (keyof typeof STORES)[]) {
    it(`sends each session once across deploys and restarts between readings, with the store ${store}`, async (own) => {
      const place = await Place.open(own, store);
      await place.read();
      const all = place.truth;
      expect(all).to.have.lengthOf.above(300);
      expect(place.ids).to.have.members(all);
      await place.deploy();
      await place.read();
      expect(place.ids, 'after a deploy').to.have.lengthOf(all.length);
      await place.restart();
      await place.read();
      const again = store === 'memory' ? all.length : 0;
      expect(place.ids, 'after a restart').to.have.lengthOf(all.length + again);
    });

    it(`loses none where a deploy ends a reading, with the store ${store}`, async (own) => {
      const place = await Place.open(own, store);
      place.slow(true);
      await place.go();
      await place.until('the first page', () => place.ids.length >= 90);
      await place.deploy();
      const before = place.ids.length;
      const all = place.truth;
      expect(before, 'the deploy has ended the reading').to.be.below(all.length);
      place.slow(false);
      await place.read();
      expect(place.ids).to.include.members(all);
      expect(place.ids.length - all.length, 'twice at most').to.be.at.most(before);
      const after = place.ids.length;
      await place.read();
      expect(place.ids, 'never again after that').to.have.lengthOf(after);
    });
  }
});

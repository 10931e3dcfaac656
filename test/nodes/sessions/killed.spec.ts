import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { startNodeRed, type NodeRed } from '../../editor/fixture/node-red';
import { connection, flow, sessions, type FlowNode } from '../../support/node-red/builder';
import { accountOf, useCloud, type Message } from '../../support/node-red/harness';

/** Between the reading of the sessions and the end of the flow. */
const WORK_S = 3;
const FLUSH_S = 1;

const file = (id: string): FlowNode => ({
  id,
  type: 'file',
  z: 'tab',
  filename: id,
  filenameType: 'str',
  appendNewline: true,
  encoding: 'none',
  overwriteFile: 'false',
  wires: [[]],
});
const json = (id: string, wires: string[]): FlowNode => ({
  id,
  type: 'json',
  z: 'tab',
  action: 'str',
  property: 'payload',
  wires: [wires],
});

describe('sessions that are acknowledged, in a Node-RED that is killed', function () {
  this.timeout(120_000);
  const cloud = useCloud({ scenario: 'home', speed: 0 });
  let userDir: string;
  let red: NodeRed | undefined;
  let over = false;
  before(() => {
    userDir = mkdtempSync(path.join(tmpdir(), 'zaptec-killed-'));
  });
  after(async () => {
    over = true;
    await red?.kill();
    rmSync(userDir, { recursive: true, force: true });
  });

  const start = async () => {
    red = await startNodeRed({
      userDir,
      settings: {
        fileWorkingDirectory: userDir,
        contextStorage: { default: { module: 'localfilesystem', config: { flushInterval: FLUSH_S } } },
      },
    });
  };
  const lines = (name: string): Message[] => {
    try {
      const text = readFileSync(path.join(userDir, name), 'utf8');
      return text.split('\n').flatMap((line) => (/[\]}]$/.test(line) ? [JSON.parse(line) as Message] : []));
    } catch {
      return [];
    }
  };
  /** Waits for the file: the other process cannot call us. */
  const line = async (name: string, index: number): Promise<Message> => {
    while (!over) {
      const found = lines(name)[index];
      if (found) return found;
      await pause(50);
    }
    throw new Error(`no line ${index} in ${name}\n${red?.log()}`);
  };
  const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
  /** The flow may not have been started yet. */
  const go = async () => {
    while (!over && (await fetch(`${red!.url}/go`)).status !== 200) await pause(100);
  };
  const idsOf = (rows: Message) => (rows as unknown as Message[]).map(({ id }) => id as string);

  const nodes = flow(
    { id: 'in', type: 'http in', z: 'tab', url: '/go', method: 'get', wires: [['answer', 'sessions']] },
    { id: 'answer', type: 'http response', z: 'tab', wires: [] },
    sessions({ which: 'new', acknowledge: true, wires: [['read', 'work']] }),
    json('read', ['read-file']),
    file('read-file'),
    {
      id: 'work',
      type: 'delay',
      z: 'tab',
      pauseType: 'delay',
      timeout: String(WORK_S),
      timeoutUnits: 'seconds',
      rate: '1',
      wires: [['end', 'ack']],
    },
    json('end', ['end-file']),
    file('end-file'),
    {
      id: 'ack',
      type: 'change',
      z: 'tab',
      rules: [{ t: 'set', p: 'ack', pt: 'msg', to: 'zaptec.batch', tot: 'msg' }],
      wires: [['sessions']],
    },
    { id: 'status', type: 'status', z: 'tab', scope: ['sessions'], wires: [['status-text']] },
    {
      id: 'status-text',
      type: 'change',
      z: 'tab',
      rules: [{ t: 'set', p: 'payload', pt: 'msg', to: 'status', tot: 'msg' }],
      wires: [['status-json']],
    },
    json('status-json', ['status-file']),
    file('status-file'),
  ).filter(({ id }) => id !== 'out');

  it('come again when it was killed before the end of the flow, and never again after that', async () => {
    const { world } = cloud();
    const truth = world.archive.ended({ from: world.now - 34 * 86_400_000, to: world.now }, 10_000).map(({ id }) => id);
    expect(truth).to.have.lengthOf.above(20);
    await start();
    await red!.deploy(
      [connection({ cloud: 'custom', baseUrl: cloud().baseUrl }), ...nodes] as never,
      accountOf(cloud()),
    );
    await go();
    expect(idsOf(await line('read-file', 0))).to.include.members(truth);
    await red!.kill();
    expect(lines('end-file'), 'killed before the end of the flow').to.deep.equal([]);

    await start();
    await go();
    expect(idsOf(await line('read-file', 1)), 'none is lost').to.include.members(truth);
    await line('end-file', 0);
    while (!lines('status-file').some(({ text }) => text === 'acknowledged')) await pause(50);
    await pause(2 * FLUSH_S * 1_000);
    await red!.kill();

    await start();
    await go();
    expect(idsOf(await line('read-file', 2)), 'none comes again').to.deep.equal([]);
  });
});

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { startNodeRed, type NodeRed } from '../../editor/fixture/node-red';
import { flow, surplus, type FlowNode } from '../../support/node-red/builder';
import type { Message } from '../../support/node-red/harness';

/** Node-RED writes the context to the disk after so long, and some more, ms. */
const FLUSHED_MS = 2_500;

/** A meter that is read by HTTP, and a file with every decision. */
const FLOW: FlowNode[] = flow(
  { id: 'in', type: 'http in', z: 'tab', url: '/meter', method: 'get', wires: [['surplus', 'answer']] },
  { id: 'answer', type: 'http response', z: 'tab', wires: [] },
  surplus({
    mode: 'fast',
    grid: 'req.query.grid',
    chargersPower: 'req.query.cars',
    chargersPowerType: 'msg',
    wires: [[], ['json']],
  }),
  { id: 'json', type: 'json', z: 'tab', action: 'str', property: 'payload', wires: [['file']] },
  {
    id: 'file',
    type: 'file',
    z: 'tab',
    filename: 'decisions',
    filenameType: 'str',
    appendNewline: true,
    encoding: 'none',
    overwriteFile: 'false',
    wires: [[]],
  },
).filter(({ id }) => id !== 'out');

describe('the surplus node and a Node-RED that is killed', function () {
  this.timeout(120_000);
  let userDir: string;
  let red: NodeRed | undefined;
  before(() => {
    userDir = mkdtempSync(path.join(tmpdir(), 'zaptec-surplus-'));
  });
  after(async () => {
    await red?.kill();
    rmSync(userDir, { recursive: true, force: true });
  });

  const start = () =>
    startNodeRed({
      userDir,
      settings: {
        fileWorkingDirectory: userDir,
        contextStorage: { default: { module: 'localfilesystem', config: { flushInterval: 1 } } },
      },
    });
  const decisions = (): Message[] => {
    try {
      const text = readFileSync(path.join(userDir, 'decisions'), 'utf8');
      return text.split('\n').flatMap((line) => (line.endsWith('}') ? [JSON.parse(line) as Message] : []));
    } catch {
      return [];
    }
  };
  /** Waits for the file: the other process cannot call us. */
  const decision = async (number: number): Promise<Message> => {
    for (;;) {
      const found = decisions()[number];
      if (found) return found;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };

  it('keeps its current, its pace and the starts of the day, and starts nothing anew', async () => {
    red = await start();
    await red.deploy(FLOW);
    await fetch(`${red.url}/meter?grid=-1500&cars=0`);
    const before = await decision(0);
    expect(before).to.include({ code: 'fast', change: 'start', current: 16, starts: 1 });
    await new Promise((resolve) => setTimeout(resolve, FLUSHED_MS));
    await red.kill();
    red = await start();
    await fetch(`${red.url}/meter?grid=9000&cars=11000`);
    const after = await decision(1);
    expect(after).to.include({ code: 'fast', current: 16, starts: 1, raiseFrom: before['raiseFrom'] });
    expect(after).not.to.have.property('change');
  });
});

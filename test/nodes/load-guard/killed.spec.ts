import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { startNodeRed, type NodeRed } from '../../editor/fixture/node-red';
import { flow, loadGuard, type FlowNode } from '../../support/node-red/builder';
import type { Message } from '../../support/node-red/harness';

const FLUSHED_MS = 2_500;
/** A zone in which no hour ends within the next minutes. */
const timeZone = Math.abs(new Date().getUTCMinutes() - 30) < 20 ? 'UTC' : 'Asia/Kolkata';

/** Sends the body of a request to the guard, and answers with its decision. */
const asking: FlowNode[] = [
  { id: 'in', type: 'http in', z: 'tab', url: '/meter', method: 'post', wires: [['guard']] },
  { id: 'out', type: 'http response', z: 'tab', wires: [] },
];

describe('the load guard after Node-RED was killed with -9 in the middle of an hour', function () {
  this.timeout(120_000);
  let userDir: string;
  let red: NodeRed | undefined;
  before(() => {
    userDir = mkdtempSync(path.join(tmpdir(), 'zaptec-guard-'));
  });
  after(async () => {
    await red?.kill();
    rmSync(userDir, { recursive: true, force: true });
  });

  const start = () =>
    startNodeRed({
      userDir,
      settings: { contextStorage: { default: { module: 'localfilesystem', config: { flushInterval: 1 } } } },
    });
  const measure = async (kw: number): Promise<Message> => {
    for (;;) {
      const answer = await fetch(`${red!.url}/meter`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ gridW: kw * 1_000 }),
      });
      if (answer.ok) return (await answer.json()) as Message;
      // The flows start after the server.
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  };

  it('still knows what the hour has used, and counts the time that it missed as used', async () => {
    const guard = loadGuard({ mode: 'tariff', limitKw: '1', holdS: '600', timeZone, wires: [[], ['out']] });
    red = await start();
    await red.deploy(flow(guard, asking));
    // The node counts 1 kW for what it does not know, and much more than that for what is measured.
    await measure(9_000);
    await new Promise((resolve) => setTimeout(resolve, FLUSHED_MS));
    const before = await measure(9_000);
    await new Promise((resolve) => setTimeout(resolve, FLUSHED_MS));
    await red.kill();
    red = await start();
    const after = await measure(0);
    expect(before['period'].usedKwh).to.be.above(5);
    expect(after['period'].from).to.equal(before['period'].from);
    expect(after['period'].usedKwh).to.be.above(before['period'].usedKwh);
    expect(after['limit']).to.deep.equal({ phase1: 0, phase2: 0, phase3: 0 });
  });
});

import { expect } from 'chai';
import { breakThree, callsOf, busyFleet, loadWithFeed } from '../../support/node-red/busy-fleet';
import { ask, chargersOf, expectMessage, useCloud, useNodeRed } from '../../support/node-red/harness';

const MANY = 16;

describe('a command to many chargers with a live feed', () => {
  useNodeRed();
  const cloud = useCloud({ scenario: 'home', speed: 0 });

  it('is one request for each and no read, and one summary that names each failure', async () => {
    const simulator = cloud();
    const ids = busyFleet(simulator, MANY);
    const client = await loadWithFeed(simulator);
    const failing = [ids[3]!, ids[9]!, ids[14]!] as const;
    const reasons = await breakThree(simulator, client, failing);
    simulator.clearRecords();

    const message = await ask('charger', { payload: 'pause' });
    expectMessage(message, 'command-many');
    expect(message.payload).to.include({ done: MANY - 3, unchanged: 0 });
    const failed = message.payload.failed as { charger: string; error: string }[];
    expect(failed).to.have.length(3);
    for (const [index, reason] of reasons.entries()) {
      const { name } = simulator.world.chargers.get(failing[index]!)!;
      expect(failed.find(({ charger }) => charger === name)?.error, name).to.match(reason);
    }
    const { commands, reads } = callsOf(simulator);
    expect(commands).to.have.length(MANY - 1);
    expect(reads).to.have.length(0);
    expect(chargersOf(simulator).filter(({ finalStop }) => finalStop)).to.have.length(MANY - 3);

    simulator.faults.clear();
    simulator.clearRecords();
    const again = await ask('charger', { payload: 'pause' });
    expect(again.payload).to.include({ done: 2, unchanged: MANY - 3 });
    expect(callsOf(simulator).commands).to.have.length(2);
    expect(callsOf(simulator).reads).to.have.length(0);
  });
});

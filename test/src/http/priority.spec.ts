import { expect } from 'chai';
import { seeded } from '../../../bench/virtual-time';
import { openClient } from '../../../src/client';
import { startSimulator } from '../../../simulator/index';
import { failureOf } from '../../support/failure';
import { VirtualClock } from '../../support/virtual-clock';

describe('a command behind a thousand background reads', () => {
  it('is at the server within 250 ms at p99', async () => {
    const clock = new VirtualClock();
    const simulator = await clock.until(startSimulator({ scenario: 'fleet:1000' }));
    const [{ username, password } = { username: '', password: '' }] = simulator.accounts;
    const client = openClient({ baseUrl: simulator.baseUrl, username, password });
    await clock.until(client.verify());
    const ids = [...simulator.world.chargers.keys()];
    const reads = ids.map((id) => failureOf(client.chargers.state(id, { lane: 'background' })).catch(() => undefined));

    const random = seeded(3);
    const delays: number[] = [];
    for (const id of ids.slice(0, 50)) {
      await clock.advance(200 + random() * 1_000);
      const askedAt = Date.now();
      const arrived = new Promise<number>((resolve) => {
        const off = simulator.onRequest(({ method, at }) => {
          if (method !== 'POST') return;
          off();
          resolve(at - askedAt);
        });
      });
      const command = failureOf(client.chargers.sendCommand(id, 'pause')).catch(() => undefined);
      delays.push(await clock.until(arrived));
      await clock.until(command);
    }
    client.close();
    await clock.until(Promise.all(reads));
    await simulator.stop();
    clock.restore();

    delays.sort((a, b) => a - b);
    expect(delays.at(-1)).to.be.at.most(250);
    expect(simulator.requests.some(({ status }) => status === 429)).to.equal(false);
  });
});

import { expect } from 'chai';
import { openClient, type ZaptecClient } from '../../../src/client';
import { failureOf } from '../../support/failure';
import { answers, ScriptedServer } from '../../support/scripted-server';
import { VirtualClock } from '../../support/virtual-clock';

const HOUR = 3_600_000;
const id = (n: number) => `0a1b2c3d-0000-4000-8000-0000000000${String(n).padStart(2, '0')}`;

describe('a request while somebody sets the wall clock', () => {
  let server: ScriptedServer;
  let clock: VirtualClock;
  let client: ZaptecClient;
  let users = 0;

  beforeEach(async () => {
    server = new ScriptedServer();
    await server.start();
    server.handler = answers({ status: 200, body: '[]' });
    clock = new VirtualClock();
    users += 1;
    client = openClient({ baseUrl: server.url, username: `user-${users}@example.org`, password: 'planted-password' });
    await clock.until(client.chargers.state(id(1)));
  });
  afterEach(async () => {
    client.close();
    clock.restore();
    await server.stop();
  });

  /** How long the work takes, in ms of running time. */
  const took = async (work: Promise<unknown>) => {
    const startedAt = performance.now();
    await clock.until(work);
    return performance.now() - startedAt;
  };

  for (const byMs of [-90_000, -HOUR, -24 * HOUR, 90_000, HOUR, 24 * HOUR]) {
    describe(`by ${byMs / 1000} s`, () => {
      // A token may have run out in a day of sleep; a login takes its turn after 1.1 s.
      const loginMs = byMs >= 24 * HOUR ? 1_150 : 0;

      it('waits in no lane longer than before', async () => {
        clock.setWallClock(byMs);
        const calls = [
          client.chargers.sendCommand(id(1), 'pause'),
          client.chargers.state(id(2)),
          client.constants.get({ lane: 'editor' }),
          client.installations.list({ lane: 'background' }),
        ];
        server.handler = (seen, response) => response.end(seen.url.includes('state') ? '[]' : '{"Data":[]}');
        expect(await took(Promise.all(calls))).to.be.below(300 + loginMs);
      });

      it('leaves the queue no later, and a command in it is not called expired', async () => {
        const reads = Array.from({ length: 30 }, (_, n) => client.chargers.state(id(10 + n)));
        const command = client.chargers.sendCommand(id(1), 'pause');
        const all = took(Promise.all([...reads, command]));
        clock.setWallClock(byMs);
        expect(await all).to.be.below(3_500 + loginMs);
      });

      it('is tried again at the same times', async () => {
        const times: number[] = [];
        server.handler = (_seen, response) => {
          times.push(performance.now());
          clock.setWallClock(byMs / 4);
          response.writeHead(503).end();
        };
        const error = await clock.until(failureOf(client.chargers.state(id(2))));
        expect(error.cause.attempts).to.equal(5);
        const gaps = times.slice(1).map((at, n) => at - times[n]!);
        for (const [n, gap] of gaps.entries()) expect(gap).to.be.within(n === 0 ? 250 : gaps[n - 1]!, 6_000 + loginMs);
      });

      it('is held back by a 429 for as long as the cloud asks', async () => {
        server.handler = answers({ status: 429, headers: { 'Retry-After': '20' } }, { status: 200, body: '[]' });
        const read = took(client.chargers.state(id(2)));
        await clock.network();
        clock.setWallClock(byMs);
        expect(await read).to.be.within(20_000, 26_000 + loginMs);
        expect(client.health.state).to.equal('ok');
        expect(client.budget.pausedUntil).to.equal(undefined);
      });
    });
  }
});

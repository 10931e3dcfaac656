import { expect } from 'chai';
import { openClient, type ZaptecClient } from '../../../src/client';
import { ScriptedServer } from '../../support/scripted-server';
import { VirtualClock } from '../../support/virtual-clock';

const CHARGER = '0a1b2c3d-0000-4000-8000-0000000000a1';
const OTHER = '0a1b2c3d-0000-4000-8000-0000000000a2';
/** Longer gaps need not grow: that is a new call. */
const LONG_MS = 15_000;

describe('the gaps between the tries of a call that the cloud refuses', () => {
  let server: ScriptedServer;
  let clock: VirtualClock;
  let client: ZaptecClient;
  let sentAt: number[];
  let users = 0;

  for (const status of [429, 503]) {
    describe(`with ${status}`, () => {
      beforeEach(async () => {
        server = new ScriptedServer();
        await server.start();
        sentAt = [];
        server.handler = ({ url }, response) => {
          if (!url.includes(CHARGER)) {
            response.end('[]');
            return;
          }
          sentAt.push(performance.now());
          response.writeHead(status, { 'Retry-After': '1' }).end();
        };
        clock = new VirtualClock();
        users += 1;
        client = openClient({ baseUrl: server.url, username: `gaps-${users}@example.org`, password: 'planted' });
        await clock.until(client.verify());
      });
      afterEach(async () => {
        client.close();
        clock.restore();
        await server.stop();
      });

      const expectGrowth = () => {
        const gaps = sentAt.slice(1).map((at, n) => at - sentAt[n]!);
        expect(gaps.length).to.be.at.least(3);
        for (const [n, gap] of gaps.entries()) {
          const before = gaps[n - 1] ?? 0;
          if (before < LONG_MS) expect(gap, gaps.map(Math.round).join()).to.be.above(Math.min(before, LONG_MS - 1));
        }
      };
      /** Other calls succeed meanwhile, so that the pauses of the account do not grow. */
      const others = () => {
        let n = 0;
        const reading = setInterval(() => {
          n += 1;
          void swallow(client.chargers.state(`0a1b2c3d-0000-4000-8000-0000000001${String(n % 100).padStart(2, '0')}`));
        }, 300);
        return () => clearInterval(reading);
      };
      const swallow = (call: Promise<unknown>) => call.catch(() => undefined);

      it('grow also when a more urgent read of the same joins in', async () => {
        const stop = others();
        const background = swallow(client.chargers.state(CHARGER, { lane: 'background' }));
        while (sentAt.length < 4) await clock.flow(50);
        // The one before is no longer taken for one that is under way.
        await clock.flow(2_200);
        const urgent = swallow(client.chargers.state(CHARGER));
        await clock.until(Promise.all([background, urgent]));
        stop();
        expectGrowth();
      });

      it('grow also when the first caller gives up and another one asks again', async () => {
        const stop = others();
        const closing = new AbortController();
        const first = swallow(client.chargers.state(CHARGER, { signal: closing.signal }));
        while (sentAt.length < 3) await clock.flow(50);
        closing.abort();
        await first;
        await clock.until(swallow(client.chargers.state(CHARGER)));
        stop();
        expectGrowth();
      });

      // A command that gets 503 has its answer: only its caller may want it again.
      if (status === 429) {
        it('grow also when the same command is given again after its caller gave up', async () => {
          const stop = others();
          const closing = new AbortController();
          const first = swallow(client.chargers.sendCommand(CHARGER, 506, { signal: closing.signal }));
          while (sentAt.length < 2) await clock.flow(50);
          closing.abort();
          await first;
          // Others are answered again, so the next pause of the account is short.
          await clock.flow(6_000);
          const second = swallow(client.chargers.sendCommand(CHARGER, 506));
          while (sentAt.length < 4) await clock.flow(50);
          client.close();
          await clock.until(second);
          stop();
          expectGrowth();
        });
      }

      it('do not delay the read of another charger, nor the next read after a success', async () => {
        const failing = swallow(client.chargers.state(CHARGER));
        while (sentAt.length < 3) await clock.flow(50);
        const startedAt = performance.now();
        await clock.until(client.chargers.state(OTHER));
        // A 429 stops the account as a whole.
        if (status !== 429) expect(performance.now() - startedAt).to.be.below(1_000);
        server.handler = (_seen, response) => response.end('[]');
        await clock.until(failing);
        await clock.until(client.chargers.state(CHARGER));
      });
    });
  }
});

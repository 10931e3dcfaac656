import { expect } from 'chai';
import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { VirtualClock } from '../../support/virtual-clock';

const { performance: realTime } = globalThis;
const realNow = realTime.now.bind(realTime);

describe('the virtual clock of the tests', () => {
  it('waits only once for a request that nobody answers', async () => {
    const silent = createServer(() => undefined);
    await once(silent.listen(0, '127.0.0.1'), 'listening');
    const clock = new VirtualClock();
    clock.patienceMs = 300;
    const { port } = silent.address() as AddressInfo;
    const left = request({ port, host: '127.0.0.1' }).on('error', () => undefined);
    try {
      const startedAt = realNow();
      left.end();
      for (let i = 0; i < 30; i += 1) await clock.until(new Promise((resolve) => setTimeout(resolve, 1_000)));
      expect(realNow() - startedAt).to.be.within(300, 10 * 300);
    } finally {
      left.destroy();
      clock.restore();
      silent.close();
    }
  });
});

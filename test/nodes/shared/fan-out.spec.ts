import { expect } from 'chai';
import { fanOut } from '../../../nodes/shared/fan-out';
import { zaptecError } from '../../../src/errors/zaptec-error';

const signal = new AbortController().signal;
const items = Array.from({ length: 25 }, (_, index) => index);

describe('an action for several chargers', () => {
  it('keeps the order, every result and every single failure', async () => {
    const results = await fanOut(
      items,
      (item) => (item % 5 === 0 ? Promise.reject(zaptecError('HTTP_404', 'gone')) : Promise.resolve(item * 2)),
      signal,
    );
    expect(results.map(({ item }) => item)).to.deep.equal(items);
    expect(results.filter((result) => 'error' in result)).to.have.length(5);
    expect(results[1]).to.deep.equal({ item: 1, value: 2 });
  });

  it('has at most ten in flight', async () => {
    let now = 0;
    let most = 0;
    await fanOut(
      items,
      async () => {
        most = Math.max(most, ++now);
        await new Promise((resolve) => setImmediate(resolve));
        now -= 1;
      },
      signal,
    );
    expect(most).to.equal(10);
  });

  it('stops at a failure that concerns the whole account', async () => {
    let asked = 0;
    const refused = fanOut(
      items,
      () => {
        asked += 1;
        return Promise.reject(zaptecError('AUTH_INVALID', 'wrong'));
      },
      signal,
    );
    expect(await refused.catch((error: unknown) => error)).to.have.property('code', 'AUTH_INVALID');
    expect(asked).to.be.at.most(10);
  });

  it('stops when the node is closed', async () => {
    const closing = new AbortController();
    let asked = 0;
    const ended = fanOut(
      items,
      () => {
        asked += 1;
        closing.abort();
        return Promise.resolve();
      },
      closing.signal,
    );
    expect(await ended.catch((error: unknown) => error)).to.have.property('code', 'ABORTED');
    expect(asked).to.be.at.most(10);
  });
});

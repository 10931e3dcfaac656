import { sleep } from '../../../src/time/sleep';

describe('sleep', () => {
  it('ends after its time or with its signal, and never rejects', async () => {
    const end = new AbortController();
    const long = sleep(3_600_000, end.signal);
    await sleep(1);
    end.abort();
    await long;
    await sleep(3_600_000, end.signal);
  });
});

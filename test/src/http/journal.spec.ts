import { expect } from 'chai';
import { attributed, currentLabel } from '../../../src/http/attribution';
import { RequestJournal, type RequestRecord } from '../../../src/http/journal';
import { fakeTimers, type FakeTimers } from '../../support/fake-timers';

const MINUTE = 60_000;

describe('the journal of requests', () => {
  let timers: FakeTimers;
  let journal: RequestJournal;
  beforeEach(() => {
    timers = fakeTimers();
    journal = new RequestJournal();
  });
  afterEach(() => timers.restore());

  const add = (by: string, more: Partial<RequestRecord> = {}) =>
    journal.add({
      ...{ by, lane: 'message', method: 'GET', path: '/x', label: '/x' },
      ...{ status: 200, kind: 'answer', ms: 1, attempt: 1, ...more },
    });

  it('counts who sends how much, the heaviest first, over 15 minutes', () => {
    for (let minute = 0; minute < 30; minute += 1) {
      add('quiet');
      for (let times = 0; times < 3; times += 1) add('eager');
      timers.tick(MINUTE);
    }
    expect(journal.usage).to.deep.equal({
      minutes: 15,
      requests: 56,
      callers: [
        { by: 'eager', requests: 42 },
        { by: 'quiet', requests: 14 },
      ],
    });
    timers.tick(20 * MINUTE);
    expect(journal.usage).to.deep.include({ requests: 0, callers: [] });
  });

  it('divides by the time that there was', () => {
    add('node');
    expect(journal.usage.minutes).to.equal(1);
    timers.tick(4 * MINUTE + 1);
    expect(journal.usage.minutes).to.equal(5);
  });

  it('keeps the last failures, and no more labels than there can be nodes', () => {
    for (let times = 0; times < 5_000; times += 1) add(`node ${times}`, { status: 500, zaptecCode: 528 });
    add('node', { status: undefined, kind: 'timeout' });
    add('node', { status: 404 });
    expect(journal.failures).to.have.lengthOf(20);
    expect(journal.failures.slice(-3).map(({ outcome }) => outcome)).to.deep.equal(['ZAPTEC_528', 'timeout', '404']);
    expect(journal.usage.callers.length).to.be.below(1_002);
    expect(journal.usage.requests).to.equal(5_002);
  });

  it('goes on when a listener throws', () => {
    const heard: string[] = [];
    const end = journal.listen(({ by }) => {
      heard.push(by);
      throw new Error('broken');
    });
    add('one');
    end();
    add('two');
    expect(heard).to.deep.equal(['one']);
  });

  it('knows whose work is under way, also after a wait, and beside other work', async () => {
    timers.restore();
    const label = async (name: string) =>
      attributed(name, async () => {
        await new Promise((resolve) => setTimeout(resolve, 1));
        return currentLabel();
      });
    expect(await Promise.all([label('one'), label('two')])).to.deep.equal(['one', 'two']);
    expect(currentLabel()).to.equal(undefined);
  });
});

import { expect } from 'chai';
import { everyPhase } from '../../../src/current/currents';
import { dryRunOf } from '../../../src/current/target';
import { fakeTimers, type FakeTimers } from '../../support/fake-timers';
import { MemorySite } from '../../support/memory-site';

const SIGNAL = new AbortController().signal;

describe('a current in a dry run', () => {
  let site: MemorySite;
  let timers: FakeTimers;
  beforeEach(() => {
    timers = fakeTimers();
    site = new MemorySite();
  });
  afterEach(() => timers.restore());

  const send = (target: ReturnType<typeof dryRunOf>, ampere: number) => {
    let left = 0;
    const sending = { lane: 'message', signal: SIGNAL, beforeSend: () => (left += 1) } as const;
    return target.send(everyPhase(ampere), {}, sending).then((answer) => ({ answer, left }));
  };

  it('is what the cloud says until it is set, and then what was set, while nothing is sent', async () => {
    const target = dryRunOf(site);
    expect(target.key).to.equal(`${site.key}-dry-run`);
    expect(await target.read(false, SIGNAL)).to.deep.equal(await site.read(false));
    const { answer, left } = await send(target, 10);
    expect({ left, data: answer.data, sent: site.sent }).to.deep.equal({ left: 1, data: null, sent: [] });
    expect(answer.meta).to.include({ source: 'cache', ageMs: 0, attempts: 0 });
    expect(await target.read(true, SIGNAL)).to.deep.include({ currents: everyPhase(10), maxCurrent: 25 });
    expect(site.freshReads).to.equal(1);
  });

  it('stays unknown while the cloud does not tell it', async () => {
    const target = dryRunOf(site);
    await send(target, 10);
    const { currents, ...others } = await site.read(false);
    site.read = () => Promise.resolve({ ...others, currents: undefined });
    expect(currents).to.deep.equal(everyPhase(25));
    expect((await target.read(false, SIGNAL)).currents).to.equal(undefined);
  });
});

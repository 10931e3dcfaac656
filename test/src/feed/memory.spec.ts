import { expect } from 'chai';
import { ChargerHub } from '../../../src/feed/charger-hub';
import { Memory } from '../../../src/feed/memory';
import type { FeedMemory } from '../../../src/feed/types';
import { clock } from '../../../src/time/clock';
import { fakeTimers, type FakeTimers } from '../../support/fake-timers';

const SITE = '0a1b2c3d-0000-4000-8000-000000000001';
const ID = '0a1b2c3d-0000-4000-8000-0000000000a1';
const SECOND = 1_000;

type Dump = Record<'account' | 'savedAt' | 'store' | 'ledger' | 'history' | 'positions', unknown>;
interface Kept extends FeedMemory {
  loads: number;
  saved: Dump[];
}

describe('what an account keeps over a restart', () => {
  let timers: FakeTimers;
  let hub: ChargerHub;
  let memory: Memory;
  beforeEach(() => {
    timers = fakeTimers();
    [hub, memory] = begin();
  });
  afterEach(() => timers.restore());

  const begin = (account = 'account'): [ChargerHub, Memory] => {
    const begun = new ChargerHub();
    return [begun, new Memory(begun, account)];
  };
  const kept = (load: () => Promise<unknown> = () => Promise.resolve(undefined)): Kept => {
    const one: Kept = {
      loads: 0,
      saved: [],
      load: () => {
        one.loads += 1;
        return load();
      },
      save: (data) => one.saved.push(JSON.parse(JSON.stringify(data)) as Dump),
    };
    return one;
  };
  const power = (value: string) => {
    hub.store.know([{ id: ID, installationId: SITE }]);
    hub.onMessage({ ChargerId: ID, StateId: 513, Timestamp: new Date().toISOString(), ValueAsString: value });
  };
  /** What a memory of this account holds after a value, a session's checkpoint and a position. */
  const filled = async (): Promise<Dump> => {
    const first = kept();
    await memory.use(first);
    power('3680');
    hub.setChecked(SITE, clock.now());
    memory.leave(first);
    return first.saved[0]!;
  };
  const knows = (of: ChargerHub) => of.store.view(ID)?.snapshot.powerW;

  it('is saved within a minute of a value, and within a second of a session', async () => {
    const one = kept();
    await memory.use(one);
    power('3680');
    await timers.tickAsync(30 * SECOND);
    power('0');
    await timers.tickAsync(29 * SECOND);
    expect(one.saved).to.have.length(0);
    await timers.tickAsync(SECOND);
    expect(one.saved).to.have.length(1);
    await timers.tickAsync(120 * SECOND);
    expect(one.saved, 'nothing is new').to.have.length(1);
    power('3680');
    hub.onUpdate!(true);
    await timers.tickAsync(SECOND);
    expect(one.saved).to.have.length(2);
    await timers.tickAsync(120 * SECOND);
    expect(one.saved, 'the value went with the session').to.have.length(2);
  });

  it('names the account, the time and everything that is known', async () => {
    const dump = await filled();
    expect(dump).to.have.keys('account', 'savedAt', 'store', 'ledger', 'history');
    expect(dump.account).to.equal('account');
    expect(dump.savedAt).to.equal(Date.now());
    expect(dump.history).to.have.keys(SITE);
  });

  it('is read once for the feeds that share it, and saved at once with the last of them', async () => {
    const one = kept();
    await Promise.all([memory.use(one), memory.use(one)]);
    expect(one.loads).to.equal(1);
    power('3680');
    memory.leave(one);
    expect(one.saved).to.have.length(0);
    memory.leave(one);
    expect(one.saved).to.have.length(1);
    memory.leave(one);
    memory.leave(undefined);
    memory.leave(kept());
    expect(one.saved, 'nobody uses it any more').to.have.length(1);
    power('0');
    await timers.tickAsync(120 * SECOND);
    expect(one.saved).to.have.length(1);
  });

  it('goes into each of several memories', async () => {
    const [one, other] = [kept(), kept()];
    await memory.use(one);
    await memory.use(other);
    power('3680');
    await timers.tickAsync(60 * SECOND);
    expect([one.saved.length, other.saved.length]).to.deep.equal([1, 1]);
    expect(one.saved).to.deep.equal(other.saved);
  });

  it('comes back', async () => {
    const dump = await filled();
    timers.tick(SECOND);
    const [later, again] = begin();
    await again.use(kept(() => Promise.resolve(dump)));
    expect(knows(later)).to.equal(3680);
    expect(later.checkpoints.get(SITE)).to.include({ checkedAt: clock.fromWall(dump.savedAt as number) });
  });

  it('comes back with what happened before: who has charged, sessions that are open or wait, and the position', async () => {
    const SESSION = '0a1b2c3d-0000-4000-8000-00000000005e';
    const first = kept();
    await memory.use(first);
    hub.store.know([{ id: ID, installationId: SITE }]);
    const message = (to: ChargerHub, StateId: number, ValueAsString: string) => {
      timers.tick(1);
      to.onMessage({ ChargerId: ID, StateId, Timestamp: new Date().toISOString(), ValueAsString });
    };
    for (const mode of ['1', '3', '2']) message(hub, 710, mode);
    message(hub, 721, SESSION);
    const untrack = hub.positions.track('topic', () => '7');
    memory.leave(first);
    untrack();

    timers.tick(SECOND);
    const [later, again] = begin();
    const events: string[] = [];
    later.subscribe({ event: ({ event }) => events.push(event) });
    await again.use(kept(() => Promise.resolve(first.saved[0])));
    expect(later.positions.get('topic')).to.equal('7');
    expect(later.ledger.dump()).to.deep.equal(hub.ledger.dump());
    message(later, 710, '3');
    expect(events).to.deep.equal(['charging-resumed']);
    const delivered: string[] = [];
    later.outbox.register({
      consumer: undefined,
      installationId: SITE,
      chargers: { ids: new Set([ID]) },
      deliver: ({ kind, session }) => delivered.push(`${kind} ${session.id}`),
    });
    expect(delivered).to.deep.equal([`session-started ${SESSION}`]);
  });

  it('brings no value of another account, but the sessions that were reported', async () => {
    const dump = await filled();
    const [other, again] = begin('another');
    await again.use(kept(() => Promise.resolve(dump)));
    expect(knows(other)).to.equal(undefined);
    expect(other.checkpoints.get(SITE)).not.to.equal(undefined);
  });

  it('does not take the place of what is known since', async () => {
    const dump = await filled();
    const [later, again] = begin();
    const newer = { ...dump, savedAt: (dump.savedAt as number) + SECOND, store: undefined };
    await again.use(kept(() => Promise.resolve(newer)));
    await again.use(kept(() => Promise.resolve(dump)));
    expect(knows(later), 'the older one').to.equal(undefined);
  });

  it('may be anything, fail, or never come: the feed begins without', async () => {
    const broken = [
      () => Promise.reject(new Error('broken')),
      () => {
        throw new Error('at once');
      },
      ...[undefined, null, 7, 'text', [], {}, { savedAt: 'now' }, { savedAt: Infinity, store: 7, ledger: [] }].map(
        (value) => () => Promise.resolve<unknown>(value),
      ),
    ];
    for (const load of broken) {
      const [later, again] = begin();
      await again.use(kept(load));
      expect(knows(later)).to.equal(undefined);
    }
    let begun = false;
    const waits = memory.use(kept(() => new Promise(() => undefined))).then(() => (begun = true));
    await timers.tickAsync(4.9 * SECOND);
    expect(begun).to.equal(false);
    await timers.tickAsync(0.1 * SECOND);
    await waits;
    expect(begun).to.equal(true);
  });

  it('may be refused by a memory, and the others are saved all the same', async () => {
    const full = { ...kept(), save: () => expect.fail('full') };
    const other = kept();
    await memory.use(full);
    await memory.use(other);
    power('3680');
    await timers.tickAsync(60 * SECOND);
    expect(other.saved).to.have.length(1);
  });

  it('is saved no more after the end of the account', async () => {
    const one = kept();
    await memory.use(one);
    power('3680');
    memory.close();
    power('0');
    await timers.tickAsync(120 * SECOND);
    expect(one.saved).to.have.length(0);
  });
});

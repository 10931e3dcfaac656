import { expect } from 'chai';
import { SessionOutbox, type Registration } from '../../../src/feed/session-outbox';
import type { SessionConsumer } from '../../../src/feed/types';
import type { LedgerEntry } from '../../../src/state/ledger';
import { clock } from '../../../src/time/clock';
import { fakeTimers, type FakeTimers } from '../../support/fake-timers';

const HOME = 'installation';
const GARAGE = 'garage';
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

describe('sessions that wait for those who ask for them', () => {
  let timers: FakeTimers;
  let outbox: SessionOutbox;
  let got: string[];
  beforeEach(() => {
    timers = fakeTimers();
    outbox = new SessionOutbox();
    got = [];
  });
  afterEach(() => timers.restore());

  const session = (id: string, more: { kind?: LedgerEntry['kind']; chargerId?: string; end?: string } = {}) => {
    const { kind = 'session-finished', chargerId = GARAGE, end } = more;
    return { kind, session: { id, chargerId, installationId: HOME, ...(end ? { end } : {}) } } as LedgerEntry;
  };
  /** @param name undefined for somebody without a name */
  const listen = (name: string | undefined, more: Partial<Registration> & { as?: Partial<SessionConsumer> } = {}) => {
    const { as, ...registration } = more;
    return outbox.register({
      consumer: name === undefined ? undefined : { id: name, since: clock.now(), ...as },
      installationId: HOME,
      chargers: { ids: new Set([GARAGE]) },
      deliver: (entry) => got.push(`${entry.session.id} to ${name ?? 'nobody'}`),
      ...registration,
    });
  };
  /** The outbox after a restart. */
  const restart = () => {
    const dumped: unknown = JSON.parse(JSON.stringify(outbox.dump()));
    outbox = new SessionOutbox();
    outbox.restore(dumped);
  };

  it('reach everybody once, at once', () => {
    listen('a');
    listen('b');
    outbox.add(session('one'));
    outbox.flush();
    expect(got).to.deep.equal(['one to a', 'one to b']);
  });

  it('reach one who was away for less than seven days', () => {
    const leave = listen('a');
    listen('b');
    leave();
    outbox.add(session('one'));
    timers.tick(7 * DAY - 1);
    outbox.add(session('two'));
    listen('a', { as: { since: clock.now() } });
    expect(got).to.deep.equal(['one to b', 'two to b', 'one to a', 'two to a']);
  });

  it('do not reach one who was away for longer, nor a new one', () => {
    const leave = listen('a');
    listen('b');
    timers.tick(MINUTE);
    leave();
    outbox.add(session('one'));
    timers.tick(7 * DAY + 1);
    outbox.add(session('two'));
    timers.tick(1);
    listen('a');
    listen('c');
    expect(got).to.deep.equal(['one to b', 'two to b']);
  });

  it('reach somebody without a name only if nobody has them and they are a minute old at most', () => {
    outbox.add(session('old'));
    timers.tick(30_000);
    outbox.add(session('one'));
    timers.tick(31_000);
    listen(undefined);
    expect(got).to.deep.equal(['one to nobody']);
    outbox.add(session('two'));
    listen(undefined);
    expect(got).to.deep.equal(['one to nobody', 'two to nobody']);
  });

  it('wait until the list has their charger', () => {
    const ids = new Set<string>();
    listen('a', { chargers: { ids } });
    outbox.add(session('one'));
    outbox.flush();
    expect(got).to.deep.equal([]);
    ids.add(GARAGE);
    outbox.flush();
    expect(got).to.deep.equal(['one to a']);
  });

  it('are no news ten minutes after a start, though any time after an end', () => {
    const leave = listen('a');
    leave();
    outbox.add(session('early', { kind: 'session-started' }));
    outbox.add(session('over'));
    timers.tick(1);
    outbox.add(session('started', { kind: 'session-started' }));
    timers.tick(10 * MINUTE);
    listen('a');
    expect(got).to.deep.equal(['over to a', 'started to a']);
  });

  it('from the archive reach only those who were there when they ended', () => {
    timers.tick(DAY);
    listen('a', { as: { since: clock.now() - 60 * MINUTE } });
    listen('b');
    listen(undefined);
    const end = (agoMs: number) => new Date(Date.now() - agoMs).toISOString();
    outbox.add(session('before', { end: end(2 * 60 * MINUTE) }), true);
    outbox.add(session('between', { end: end(30 * MINUTE) }), true);
    outbox.add(session('now', { end: end(0) }), true);
    outbox.add(session('endless'), true);
    outbox.add(session('pushed', { end: end(2 * 60 * MINUTE) }));
    for (const name of ['a', 'b', 'nobody']) {
      const ids = got.filter((text) => text.endsWith(` ${name}`)).map((text) => text.split(' ')[0]);
      const wanted = { a: ['between', 'now'], b: ['now'], nobody: ['before', 'between', 'now'] }[name];
      expect(ids, name).to.deep.equal([...(wanted ?? []), 'endless', 'pushed']);
    }
  });

  it('that machines report once in all wait until it is known whose turn it is', () => {
    const reported: string[] = [];
    let isOurs: boolean | undefined;
    outbox.turns = { isOurs: () => isOurs, reported: (id) => reported.push(id) };
    listen('a', { as: { once: true } });
    listen('b');
    outbox.add(session('start', { kind: 'session-started' }));
    outbox.add(session('one'));
    expect(got, 'a start, and one who did not ask for that').to.deep.equal(['start to a', 'start to b', 'one to b']);
    isOurs = false;
    outbox.flush();
    isOurs = true;
    outbox.flush();
    expect(got, 'another machine has reported it').to.have.length(3);
    outbox.add(session('two'));
    expect(got.slice(3)).to.deep.equal(['two to a', 'two to b']);
    expect(reported).to.deep.equal(['two']);
  });

  it('outlive a restart with those who wait for them', () => {
    listen('a')();
    listen('b');
    timers.tick(MINUTE);
    outbox.add(session('one'));
    restart();
    listen('a');
    listen('b');
    expect(got).to.deep.equal(['one to b', 'one to a']);
    restart();
    timers.tick(7 * DAY + 1);
    restart();
    listen('b');
    outbox.add(session('two'));
    expect(got.slice(2)).to.deep.equal(['two to b']);
  });

  it('reach one who came before the memory was read', () => {
    listen('a')();
    timers.tick(MINUTE);
    outbox.add(session('one'));
    outbox.add(session('archived', { end: new Date(Date.now() - 1_000).toISOString() }), true);
    const dumped: unknown = JSON.parse(JSON.stringify(outbox.dump()));
    timers.tick(MINUTE);
    outbox = new SessionOutbox();
    listen('a');
    outbox.restore(dumped);
    expect(got).to.deep.equal(['one to a', 'archived to a']);
  });

  it('are not restored from anything else', () => {
    listen('a', { as: { since: 0 } });
    const entry = session('one');
    const at = clock.wall();
    for (const dumped of [
      undefined,
      null,
      [],
      { consumers: [], kept: {} },
      { consumers: { a: null, b: { since: 'x', installationId: HOME }, c: { since: 1, installationId: 2 } } },
      { kept: [null, { entry }, { entry, at: 'now' }, { entry: null, at }, { entry: {}, at }] },
      {
        kept: [
          { entry: { ...entry, kind: 1 }, at },
          { entry: { ...entry, session: { id: 1, chargerId: GARAGE } }, at },
        ],
      },
      { kept: [{ entry: { ...entry, session: { id: 'one' } }, at }] },
    ]) {
      outbox.restore(dumped);
    }
    expect(got).to.deep.equal([]);
    const { kept, consumers } = outbox.dump() as { kept: unknown[]; consumers: object };
    expect([kept, Object.keys(consumers)]).to.deep.equal([[], [`a ${HOME}`]]);
    outbox.restore({ kept: [{ entry, at, deliveredTo: [1] }] });
    expect(got).to.deep.equal(['one to a']);
  });

  it('have reached nobody where it is not known whom', () => {
    listen(undefined);
    const at = clock.cloud();
    outbox.restore({ kept: [{ entry: session('one'), at }] });
    outbox.restore({ kept: [{ entry: session('two'), at, deliveredTo: [1] }] });
    outbox.restore({ kept: [{ entry: session('three'), at, deliveredTo: ['b'] }] });
    expect(got).to.deep.equal(['one to nobody', 'two to nobody']);
  });

  it('reach one who was there for more than seven days and was away for less', () => {
    const leave = listen('a');
    listen('b');
    timers.tick(8 * DAY);
    outbox.add(session('one'));
    leave();
    outbox.add(session('two'));
    timers.tick(6 * DAY);
    outbox.add(session('three'));
    timers.tick(1);
    listen('a', { as: { since: clock.now() } });
    expect(got.filter((text) => text.endsWith('a'))).to.deep.equal(['one to a', 'two to a', 'three to a']);
  });

  it('that ended before somebody came reach him where they came by push, over a restart too', () => {
    listen('a')();
    timers.tick(1);
    outbox.add(session('one', { end: new Date(clock.wall() - DAY).toISOString() }));
    restart();
    listen('a', { as: { since: clock.now() } });
    expect(got).to.deep.equal(['one to a']);
  });

  it('are reported by the one machine that there is, once in all or not', () => {
    listen('a', { as: { once: true } });
    outbox.add(session('one'));
    expect(got).to.deep.equal(['one to a']);
  });

  it('reach somebody without a name from each of several machines', () => {
    outbox.turns = { isOurs: () => false, reported: () => undefined };
    listen(undefined);
    outbox.add(session('one'));
    expect(got).to.deep.equal(['one to nobody']);
  });

  it('are at most two thousand', () => {
    for (let n = 0; n < 2_001; n += 1) outbox.add(session(`${n}`));
    listen('a', { as: { since: 0 } });
    expect([got.length, got[0]]).to.deep.equal([2_000, '1 to a']);
  });

  it('reach each of two without a name, and those with one of two installations', () => {
    listen(undefined);
    listen(undefined);
    listen('a');
    listen('a', { installationId: 'other' });
    outbox.add(session('one'));
    expect(got).to.deep.equal(['one to nobody', 'one to nobody', 'one to a', 'one to a']);
  });

  it('are kept for no consumer of another installation, nor for one that came later', () => {
    listen('a');
    listen('b', { installationId: 'other', chargers: { ids: new Set() } });
    outbox.add(session('one'));
    timers.tick(1);
    listen('c', { chargers: { ids: new Set() } });
    outbox.flush();
    expect((outbox.dump() as { kept: unknown[] }).kept).to.deep.equal([]);
  });

  it('are kept for seven days at most for a list that never comes', () => {
    listen('a', { chargers: { ids: new Set() } });
    outbox.add(session('one'));
    const kept = () => (outbox.dump() as { kept: unknown[] }).kept.length;
    timers.tick(7 * DAY);
    outbox.flush();
    expect(kept()).to.equal(1);
    timers.tick(1);
    outbox.flush();
    expect(kept()).to.equal(0);
  });

  it('are remembered for a thousand consumers at most, of whom one that is known counts on', () => {
    const leave = listen('first');
    for (let count = 1; count < 1_001; count += 1) listen(`${count}`)();
    leave();
    const consumers = () => Object.keys((outbox.dump() as { consumers: object }).consumers);
    expect(consumers()).to.have.length(1_000);
    outbox.add(session('one'));
    timers.tick(MINUTE);
    listen('first', { as: { since: clock.now() } });
    expect(got).to.include('one to first');
  });

  it('of the archive stay such over a restart', () => {
    outbox.add(session('one', { end: new Date(clock.wall() - DAY).toISOString() }), true);
    restart();
    listen('a');
    expect(got).to.deep.equal([]);
  });

  it('do not come again to a consumer that is there twice, or again, nor to one without a name after a deploy', () => {
    const leave = listen('a');
    listen('a');
    // As long as its list does not come, the session is kept.
    listen('b', { chargers: { ids: new Set() } });
    outbox.add(session('one'));
    leave();
    listen('a');
    listen(undefined);
    expect(got).to.deep.equal(['one to a']);
  });

  it('of no installation wait for everybody who may have their charger', () => {
    listen('a');
    const ids = new Set<string>();
    listen('b', { installationId: 'other', chargers: { ids } });
    const { kind, session: finished } = session('one');
    outbox.add({ kind, session: { ...finished, installationId: undefined } } as unknown as LedgerEntry);
    expect(got).to.deep.equal(['one to a']);
    ids.add(GARAGE);
    outbox.flush();
    expect(got).to.deep.equal(['one to a', 'one to b']);
  });

  it('concern a consumer from the earliest time that is known of it, also over a restart', () => {
    listen('a')();
    timers.tick(MINUTE);
    const since = clock.now();
    listen('a')();
    outbox.add(session('one'));
    timers.tick(1);
    listen('a', { as: { since: clock.now() } });
    expect(got).to.deep.equal(['one to a']);
    const dumped = JSON.parse(JSON.stringify(outbox.dump())) as { consumers: Record<string, { since: number }> };
    expect(Object.values(dumped.consumers).map((known) => known.since)).to.deep.equal([since - MINUTE]);
    outbox = new SessionOutbox();
    timers.tick(MINUTE);
    listen('a');
    outbox.restore(dumped);
    const known = () => Object.values((outbox.dump() as typeof dumped).consumers)[0]!.since;
    expect(known()).to.equal(since - MINUTE);
    outbox.restore({ consumers: { [`a ${HOME}`]: { since, seenAt: clock.wall(), installationId: HOME } } });
    expect(known(), 'a later one').to.equal(since - MINUTE);
  });

  it('do not wait for one of whom nobody knows when it was there', () => {
    listen('b', { chargers: { ids: new Set() } });
    const consumers = { [`a ${HOME}`]: { since: clock.cloud(), installationId: HOME, seenAt: 'now' } };
    outbox.restore({ consumers });
    expect(Object.keys((outbox.dump() as { consumers: object }).consumers)).to.deep.equal([`b ${HOME}`]);
  });

  it('come in the order in which they became known, over a restart too', () => {
    listen('a')();
    timers.tick(MINUTE);
    outbox.add(session('one'));
    const dumped: unknown = JSON.parse(JSON.stringify(outbox.dump()));
    outbox = new SessionOutbox();
    outbox.add(session('two'));
    outbox.restore(dumped);
    listen('a', { as: { since: 0 } });
    expect(got).to.deep.equal(['one to a', 'two to a']);
  });
});

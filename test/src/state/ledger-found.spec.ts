import { expect } from 'chai';
import fc from 'fast-check';
import { wireArchived } from '../../../simulator/rest/wire/history';
import { Ledger, type LedgerEntry } from '../../../src/state/ledger';
import type { RawObservation } from '../../../src/state/observations';
import { Store } from '../../../src/state/store';
import { ACTS, pretendHistory, type Act } from './pretend-history';
import { dealt } from './disorder';

const ID = '0a1b2c3d-0000-4000-8000-0000000000a1';
const START = Date.UTC(2026, 4, 4, 10);
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

const guid = (n: number): string => `0a1b2c3d-0000-4000-8000-${String(n).padStart(12, '0')}`;

describe('sessions of which no message came', () => {
  let now: number;
  let store: Store;
  let ledger: Ledger;

  const open = () => {
    store = new Store(() => now);
    ledger = new Ledger(store, () => now);
  };
  const restart = () => {
    const [values, sessions] = [store.dump(), ledger.dump()].map((dump) => JSON.parse(JSON.stringify(dump)) as unknown);
    open();
    store.restore(values);
    ledger.restore(sessions);
  };
  beforeEach(() => {
    now = START;
    open();
  });

  const hear = (message: RawObservation): LedgerEntry[] => {
    const change = store.put(message, 'push');
    return change ? ledger.onChange(change) : ledger.onLate(message);
  };
  const tell = (stateId: number, value: string) => {
    now += 1000;
    return hear({ chargerId: ID, stateId, timestamp: new Date(now).toISOString(), valueAsString: value });
  };
  const archived = (n: number, endedAt: number, more: object = {}) => ({
    id: guid(n),
    chargerId: ID,
    energy: 1.5,
    endDateTime: new Date(endedAt).toISOString(),
    ...more,
  });
  const told = (entries: readonly LedgerEntry[]) =>
    entries.map(({ kind, session }) => `${kind.replace('session-', '')} ${Number(session.id.slice(-4))}`);

  it('are told from the history, the one that ended first in front, and never again', () => {
    const history = [archived(3, START + 3 * MINUTE), archived(1, START + MINUTE), archived(2, START + 2 * MINUTE)];
    now += 10 * MINUTE;
    expect(told(ledger.found(history, START))).to.deep.equal(['finished 1', 'finished 2', 'finished 3']);
    expect(ledger.found(history, START)).to.deep.equal([]);
    expect(tell(723, JSON.stringify({ SessionId: guid(2), Energy: 1.5 }))).to.deep.equal([]);
    expect(tell(721, guid(2)), 'a beginning that comes last').to.deep.equal([]);
    restart();
    expect(ledger.found(history, START)).to.deep.equal([]);
  });

  it('are told in order with those whose beginning is known', () => {
    tell(721, guid(1));
    tell(721, guid(3));
    const history = [archived(2, START + 2 * MINUTE), archived(1, START + MINUTE)];
    expect(told(ledger.found(history, START))).to.deep.equal(['finished 1', 'finished 2']);
    expect(ledger.missing(now + DAY), 'the one that runs').to.deep.equal([]);
  });

  it('are history if the cloud knew them before', () => {
    expect(ledger.found([archived(1, START - 1)], START)).to.deep.equal([]);
    expect(ledger.found([archived(2, START + 1)]), 'nobody has listened').to.deep.equal([]);
    expect(ledger.found([archived(3, START, { endDateTime: undefined })], START)).to.deep.equal([]);
    expect(told(ledger.found([archived(4, START)], START))).to.deep.equal(['finished 4']);
  });

  it('are no history if the charger was offline when they ended', () => {
    const late = { recognizedDateTime: new Date(START + MINUTE).toISOString() };
    expect(told(ledger.found([archived(1, START - DAY, late)], START))).to.deep.equal(['finished 1']);
  });

  it('are told as the session that stands for them', () => {
    const history = [
      archived(1, START + MINUTE, { replacedBySessionId: guid(2) }),
      archived(2, START + MINUTE),
      archived(3, START + 2 * MINUTE, { replacedBySessionId: guid(4) }),
    ];
    expect(told(ledger.found(history, START))).to.deep.equal(['finished 2']);
    expect(told(ledger.found([archived(4, START + 2 * MINUTE)], START))).to.deep.equal(['finished 4']);
  });

  it('are not told in the place of one that was told', () => {
    tell(723, JSON.stringify({ SessionId: guid(1), Energy: 1.5 }));
    const history = [archived(2, START + MINUTE), archived(1, START + MINUTE, { replacedBySessionId: guid(2) })];
    expect(ledger.found(history, START)).to.deep.equal([]);
    expect(ledger.found([archived(2, START + MINUTE)], START)).to.deep.equal([]);
  });

  it('are told by a read that shows the first record of a charger that was read before', () => {
    const read = (stateId: number, value: string) => {
      now += MINUTE;
      const raw = { chargerId: ID, stateId, timestamp: new Date(now).toISOString(), valueAsString: value };
      return store.fill(ID, [raw], now).flatMap((change) => ledger.onChange(change));
    };
    const record = (n: number, end: number) =>
      JSON.stringify({ SessionId: guid(n), Energy: 1.5, EndDateTime: new Date(end).toISOString() });
    expect(read(710, '1')).to.deep.equal([]);
    expect(told(read(723, record(1, now - 1)))).to.deep.equal([]);
    open();
    read(710, '1');
    expect(told(read(723, record(2, now + 1)))).to.deep.equal(['finished 2']);
    expect(ledger.found([archived(2, now)], START)).to.deep.equal([]);
  });

  it('are no flood once so many were told that the first are forgotten', () => {
    const many = Array.from({ length: 1_000 }, (_, n) => archived(n, START + n * MINUTE));
    for (const session of many) {
      now = Date.parse(session.endDateTime) + 2 * MINUTE;
      expect(ledger.found([session], START)).to.have.length(1);
    }
    expect(ledger.found(many, START)).to.deep.equal([]);
    restart();
    expect(ledger.found(many, START)).to.deep.equal([]);
    expect(JSON.stringify(ledger.dump()).length).to.be.below(20_000);
  });

  it('are told exactly once whatever messages were lost, in whatever order, over restarts', () => {
    const acts = fc.array(fc.record({ act: fc.constantFrom(...ACTS), seconds: fc.constantFrom(7, 30, 300, 7200) }), {
      minLength: 1,
      maxLength: 12,
    });
    const exactlyOnce = (done: readonly Act[], random: () => number) => {
      const history = pretendHistory(done);
      const archive = history.finished.map((session) => wireArchived(session, undefined));
      now = history.start;
      open();
      const entries = store.fill(history.chargerId, history.before, now).flatMap((change) => ledger.onChange(change));
      const kept = history.messages.filter(() => random() % 2 === 0);
      for (const message of dealt(kept, random)) {
        now = Math.max(now, Date.parse(message.timestamp!));
        entries.push(...hear(message));
        if (random() % 20 === 0) restart();
        if (random() % 20 === 0) {
          const until = archive.filter(({ recognizedDateTime }) => Date.parse(recognizedDateTime) <= now);
          entries.push(...ledger.found(until, history.start));
        }
      }
      now = history.end + 3 * MINUTE;
      entries.push(...ledger.found(archive, history.start));
      const ends = entries.filter(({ kind }) => kind === 'session-finished').map(({ session }) => session.id);
      expect([...ends].sort()).to.deep.equal(history.finished.map(({ id }) => id).sort());
    };
    fc.assert(
      fc.property(acts, fc.infiniteStream(fc.nat()), (done, random) => exactlyOnce(done, () => random.next().value)),
      { numRuns: 40 },
    );
  });
});

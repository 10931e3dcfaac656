import { expect } from 'chai';
import fc from 'fast-check';
import { wireArchived } from '../../../simulator/rest/wire/history';
import type { LedgerEntry } from '../../../src/state/ledger';
import { ACTS, pretendHistory, type Act } from '../../support/session-archive';
import { dealt } from '../../support/disorder';
import { LedgerDesk } from '../../support/ledger-setup';

const ID = '0a1b2c3d-0000-4000-8000-0000000000a1';
const START = Date.UTC(2026, 4, 4, 10);
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

const guid = (n: number): string => `0a1b2c3d-0000-4000-8000-${String(n).padStart(12, '0')}`;

describe('sessions of which no message came', () => {
  let desk: LedgerDesk;

  beforeEach(() => {
    desk = new LedgerDesk(START);
  });

  const tell = (stateId: number, value: string) => {
    desk.now += 1000;
    return desk.hear({ chargerId: ID, stateId, timestamp: new Date(desk.now).toISOString(), valueAsString: value });
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
    desk.now += 10 * MINUTE;
    expect(told(desk.ledger.found(history, START))).to.deep.equal(['finished 1', 'finished 2', 'finished 3']);
    expect(desk.ledger.found(history, START)).to.deep.equal([]);
    expect(tell(723, JSON.stringify({ SessionId: guid(2), Energy: 1.5 }))).to.deep.equal([]);
    expect(tell(721, guid(2)), 'a beginning that comes last').to.deep.equal([]);
    desk.restart();
    expect(desk.ledger.found(history, START)).to.deep.equal([]);
  });

  it('are told in order with those whose beginning is known', () => {
    tell(721, guid(1));
    tell(721, guid(3));
    const history = [archived(2, START + 2 * MINUTE), archived(1, START + MINUTE)];
    expect(told(desk.ledger.found(history, START))).to.deep.equal(['finished 1', 'finished 2']);
    expect(desk.ledger.missing(desk.now + DAY), 'the one that runs').to.deep.equal([]);
  });

  it('are history if the cloud knew them before', () => {
    expect(desk.ledger.found([archived(1, START - 1)], START)).to.deep.equal([]);
    expect(desk.ledger.found([archived(2, START + 1)]), 'nobody has listened').to.deep.equal([]);
    expect(desk.ledger.found([archived(3, START, { endDateTime: undefined })], START)).to.deep.equal([]);
    expect(told(desk.ledger.found([archived(4, START)], START))).to.deep.equal(['finished 4']);
  });

  it('are no history if the charger was offline when they ended', () => {
    const late = { recognizedDateTime: new Date(START + MINUTE).toISOString() };
    expect(told(desk.ledger.found([archived(1, START - DAY, late)], START))).to.deep.equal(['finished 1']);
  });

  it('are told as the session that stands for them', () => {
    const history = [
      archived(1, START + MINUTE, { replacedBySessionId: guid(2) }),
      archived(2, START + MINUTE),
      archived(3, START + 2 * MINUTE, { replacedBySessionId: guid(4) }),
    ];
    expect(told(desk.ledger.found(history, START))).to.deep.equal(['finished 2']);
    expect(told(desk.ledger.found([archived(4, START + 2 * MINUTE)], START))).to.deep.equal(['finished 4']);
  });

  it('are not told in the place of one that was told', () => {
    tell(723, JSON.stringify({ SessionId: guid(1), Energy: 1.5 }));
    const history = [archived(2, START + MINUTE), archived(1, START + MINUTE, { replacedBySessionId: guid(2) })];
    expect(desk.ledger.found(history, START)).to.deep.equal([]);
    expect(desk.ledger.found([archived(2, START + MINUTE)], START)).to.deep.equal([]);
  });

  it('are told by a read that shows the first record of a charger that was read before', () => {
    const read = (stateId: number, value: string) => {
      desk.now += MINUTE;
      const raw = { chargerId: ID, stateId, timestamp: new Date(desk.now).toISOString(), valueAsString: value };
      return desk.store.fill(ID, [raw], desk.now).flatMap((change) => desk.ledger.onChange(change));
    };
    const record = (n: number, end: number) =>
      JSON.stringify({ SessionId: guid(n), Energy: 1.5, EndDateTime: new Date(end).toISOString() });
    expect(read(710, '1')).to.deep.equal([]);
    expect(told(read(723, record(1, desk.now - 1)))).to.deep.equal([]);
    desk.empty();
    read(710, '1');
    expect(told(read(723, record(2, desk.now + 1)))).to.deep.equal(['finished 2']);
    expect(desk.ledger.found([archived(2, desk.now)], START)).to.deep.equal([]);
  });

  it('are no flood once so many were told that the first are forgotten', () => {
    const many = Array.from({ length: 1_000 }, (_, n) => archived(n, START + n * MINUTE));
    for (const session of many) {
      desk.now = Date.parse(session.endDateTime) + 2 * MINUTE;
      expect(desk.ledger.found([session], START)).to.have.length(1);
    }
    expect(desk.ledger.found(many, START)).to.deep.equal([]);
    desk.restart();
    expect(desk.ledger.found(many, START)).to.deep.equal([]);
    expect(JSON.stringify(desk.ledger.dump()).length).to.be.below(20_000);
  });

  it('are told exactly once whatever messages were lost, in whatever order, over restarts', () => {
    const acts = fc.array(fc.record({ act: fc.constantFrom(...ACTS), seconds: fc.constantFrom(7, 30, 300, 7200) }), {
      minLength: 1,
      maxLength: 12,
    });
    const exactlyOnce = (done: readonly Act[], random: () => number) => {
      const history = pretendHistory(done);
      const archive = history.finished.map((session) => wireArchived(session, undefined));
      desk = new LedgerDesk(history.start);
      const entries = desk.store
        .fill(history.chargerId, history.before, desk.now)
        .flatMap((change) => desk.ledger.onChange(change));
      const kept = history.messages.filter(() => random() % 2 === 0);
      for (const message of dealt(kept, random)) {
        desk.now = Math.max(desk.now, Date.parse(message.timestamp!));
        entries.push(...desk.hear(message));
        if (random() % 20 === 0) desk.restart();
        if (random() % 20 === 0) {
          const until = archive.filter(({ recognizedDateTime }) => Date.parse(recognizedDateTime) <= desk.now);
          entries.push(...desk.ledger.found(until, history.start));
        }
      }
      desk.now = history.end + 3 * MINUTE;
      entries.push(...desk.ledger.found(archive, history.start));
      const ends = entries.filter(({ kind }) => kind === 'session-finished').map(({ session }) => session.id);
      expect([...ends].sort()).to.deep.equal(history.finished.map(({ id }) => id).sort());
    };
    fc.assert(
      fc.property(acts, fc.infiniteStream(fc.nat()), (done, random) => exactlyOnce(done, () => random.next().value)),
      { numRuns: 40 },
    );
  });
});

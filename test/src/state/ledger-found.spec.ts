import { expect } from 'chai';
import fc from 'fast-check';
import { wireArchived } from '../../../simulator/rest/wire/history';
import type { LedgerEntry } from '../../../src/state/ledger';
import { ACTIONS, runCharger, type Step } from '../../support/session-archive';
import { disordered } from '../../support/disorder';
import { LedgerSetup } from '../../support/ledger-setup';

const ID = '0a1b2c3d-0000-4000-8000-0000000000a1';
const START = Date.UTC(2026, 4, 4, 10);
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

const guid = (n: number): string => `0a1b2c3d-0000-4000-8000-${String(n).padStart(12, '0')}`;

describe('sessions of which no message came', () => {
  let setup: LedgerSetup;

  beforeEach(() => {
    setup = new LedgerSetup(START);
  });

  const send = (stateId: number, value: string) => {
    setup.now += 1000;
    return setup.receive({
      chargerId: ID,
      stateId,
      timestamp: new Date(setup.now).toISOString(),
      valueAsString: value,
    });
  };
  const archived = (n: number, endedAt: number, more: object = {}) => ({
    id: guid(n),
    chargerId: ID,
    energy: 1.5,
    endDateTime: new Date(endedAt).toISOString(),
    ...more,
  });
  const brief = (entries: readonly LedgerEntry[]) =>
    entries.map(({ kind, session }) => `${kind.replace('session-', '')} ${Number(session.id.slice(-4))}`);

  it('are reported from the archive, by their ends, and never again', () => {
    const archive = [archived(3, START + 3 * MINUTE), archived(1, START + MINUTE), archived(2, START + 2 * MINUTE)];
    setup.now += 10 * MINUTE;
    expect(brief(setup.ledger.addArchived(archive, START))).to.deep.equal(['finished 1', 'finished 2', 'finished 3']);
    expect(setup.ledger.addArchived(archive, START)).to.deep.equal([]);
    expect(send(723, JSON.stringify({ SessionId: guid(2), Energy: 1.5 }))).to.deep.equal([]);
    expect(send(721, guid(2)), 'a beginning that comes last').to.deep.equal([]);
    setup.restart();
    expect(setup.ledger.addArchived(archive, START)).to.deep.equal([]);
  });

  it('are reported in order with those whose start is known', () => {
    send(721, guid(1));
    send(721, guid(3));
    const archive = [archived(2, START + 2 * MINUTE), archived(1, START + MINUTE)];
    expect(brief(setup.ledger.addArchived(archive, START))).to.deep.equal(['finished 1', 'finished 2']);
    expect(setup.ledger.missing(setup.now + DAY), 'the one that runs').to.deep.equal([]);
  });

  it('are history if the cloud knew them before', () => {
    expect(setup.ledger.addArchived([archived(1, START - 1)], START)).to.deep.equal([]);
    expect(setup.ledger.addArchived([archived(2, START + 1)]), 'nobody has listened').to.deep.equal([]);
    expect(setup.ledger.addArchived([archived(3, START, { endDateTime: undefined })], START)).to.deep.equal([]);
    expect(brief(setup.ledger.addArchived([archived(4, START)], START))).to.deep.equal(['finished 4']);
  });

  it('are reported if the charger was offline when they ended', () => {
    const late = { recognizedDateTime: new Date(START + MINUTE).toISOString() };
    expect(brief(setup.ledger.addArchived([archived(1, START - DAY, late)], START))).to.deep.equal(['finished 1']);
  });

  it('are reported as the session that stands for them', () => {
    const archive = [
      archived(1, START + MINUTE, { replacedBySessionId: guid(2) }),
      archived(2, START + MINUTE),
      archived(3, START + 2 * MINUTE, { replacedBySessionId: guid(4) }),
    ];
    expect(brief(setup.ledger.addArchived(archive, START))).to.deep.equal(['finished 2']);
    expect(brief(setup.ledger.addArchived([archived(4, START + 2 * MINUTE)], START))).to.deep.equal(['finished 4']);
  });

  it('are not reported in the place of a session that was reported', () => {
    send(723, JSON.stringify({ SessionId: guid(1), Energy: 1.5 }));
    const archive = [archived(2, START + MINUTE), archived(1, START + MINUTE, { replacedBySessionId: guid(2) })];
    expect(setup.ledger.addArchived(archive, START)).to.deep.equal([]);
    expect(setup.ledger.addArchived([archived(2, START + MINUTE)], START)).to.deep.equal([]);
  });

  it('are reported by a read with the first record of a charger that was read before', () => {
    const read = (stateId: number, value: string) => {
      setup.now += MINUTE;
      const raw = { chargerId: ID, stateId, timestamp: new Date(setup.now).toISOString(), valueAsString: value };
      return setup.store.fill(ID, [raw], setup.now).flatMap((change) => setup.ledger.onChange(change));
    };
    const record = (n: number, end: number) =>
      JSON.stringify({ SessionId: guid(n), Energy: 1.5, EndDateTime: new Date(end).toISOString() });
    expect(read(710, '1')).to.deep.equal([]);
    expect(brief(read(723, record(1, setup.now - 1)))).to.deep.equal([]);
    setup.forget();
    read(710, '1');
    expect(brief(read(723, record(2, setup.now + 1)))).to.deep.equal(['finished 2']);
    expect(setup.ledger.addArchived([archived(2, setup.now)], START)).to.deep.equal([]);
  });

  it('are not reported again once so many were that the first are forgotten', () => {
    const many = Array.from({ length: 1_000 }, (_, n) => archived(n, START + n * MINUTE));
    for (const session of many) {
      setup.now = Date.parse(session.endDateTime) + 2 * MINUTE;
      expect(setup.ledger.addArchived([session], START)).to.have.length(1);
    }
    expect(setup.ledger.addArchived(many, START)).to.deep.equal([]);
    setup.restart();
    expect(setup.ledger.addArchived(many, START)).to.deep.equal([]);
    expect(JSON.stringify(setup.ledger.dump()).length).to.be.below(20_000);
  });

  it('are reported exactly once whatever messages were lost, in whatever order, over restarts', () => {
    const steps = fc.array(
      fc.record({ action: fc.constantFrom(...ACTIONS), seconds: fc.constantFrom(7, 30, 300, 7200) }),
      {
        minLength: 1,
        maxLength: 12,
      },
    );
    const exactlyOnce = (done: readonly Step[], random: () => number) => {
      const run = runCharger(done);
      const archive = run.finished.map((session) => wireArchived(session, undefined));
      setup = new LedgerSetup(run.start);
      const entries = setup.store
        .fill(run.chargerId, run.before, setup.now)
        .flatMap((change) => setup.ledger.onChange(change));
      const kept = run.messages.filter(() => random() % 2 === 0);
      for (const message of disordered(kept, random)) {
        setup.now = Math.max(setup.now, Date.parse(message.timestamp!));
        entries.push(...setup.receive(message));
        if (random() % 20 === 0) setup.restart();
        if (random() % 20 === 0) {
          const until = archive.filter(({ recognizedDateTime }) => Date.parse(recognizedDateTime) <= setup.now);
          entries.push(...setup.ledger.addArchived(until, run.start));
        }
      }
      setup.now = run.end + 3 * MINUTE;
      entries.push(...setup.ledger.addArchived(archive, run.start));
      const ends = entries.filter(({ kind }) => kind === 'session-finished').map(({ session }) => session.id);
      expect([...ends].sort()).to.deep.equal(run.finished.map(({ id }) => id).sort());
    };
    fc.assert(
      fc.property(steps, fc.infiniteStream(fc.nat()), (done, random) => exactlyOnce(done, () => random.next().value)),
      { numRuns: 40 },
    );
  });
});

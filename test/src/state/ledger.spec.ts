import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv2020 from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import { expect } from 'chai';
import fc from 'fast-check';
import { wireArchived } from '../../../simulator/rest/wire/history';
import type { LedgerEntry } from '../../../src/state/ledger';
import type { RawObservation } from '../../../src/zaptec/observations';
import { ACTS, pretendHistory, type Act, type PretendHistory } from '../../support/session-archive';
import { dealt } from '../../support/disorder';
import { LedgerDesk } from '../../support/ledger-setup';

const ID = '0a1b2c3d-0000-4000-8000-0000000000a1';
const USER = '0a1b2c3d-0000-4000-8000-0000000000f1';
const [A, B, C] = ['5e', '5f', '60'].map((end) => `0a1b2c3d-0000-4000-8000-0000000000${end}`) as [
  string,
  string,
  string,
];
const START = Date.UTC(2026, 4, 4, 10);
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

const schema = JSON.parse(readFileSync(join(__dirname, '../../../docs/schema/session.schema.json'), 'utf8')) as object;
const matches = addFormats(new Ajv2020({ allErrors: true, strict: true })).compile(schema);

const reading = (TX: string, minute: number, RV: number, ST = 'G', RU = 'kWh') => ({
  TM: `2026-05-04T10:${String(minute).padStart(2, '0')}:00,000+00:00 R`,
  TX,
  RV,
  RU,
  ST,
});
const SIGNED = `OCMF|${JSON.stringify({
  RD: [reading('B', 0, 100), reading('T', 15, 101.2), reading('T', 20, 999, 'E'), reading('E', 31, 112345, 'G', 'Wh')],
})}`;
const completed = (SessionId: string, more: object = {}) => JSON.stringify({ SessionId, Energy: 1.5, ...more });

describe('the ledger', () => {
  let desk: LedgerDesk;

  beforeEach(() => {
    desk = new LedgerDesk(START);
  });

  const raw = (stateId: number, value?: string, at = desk.now): RawObservation => ({
    chargerId: ID,
    stateId,
    timestamp: new Date(at).toISOString(),
    ...(value === undefined ? {} : { valueAsString: value }),
  });
  const tell = (stateId: number, value?: string, at?: number) => {
    desk.now += 1000;
    return desk.hear(raw(stateId, value, at ?? desk.now));
  };
  const fill = (...raws: RawObservation[]) => {
    desk.now += 1000;
    return desk.store.fill(ID, raws, desk.now).flatMap((change) => desk.ledger.onChange(change));
  };
  const brief = (entries: readonly LedgerEntry[]) =>
    entries.map(({ kind, session }) => `${kind.replace('session-', '')} ${session.id.slice(-2)}`);

  it('tells a session from its first message to its record', () => {
    desk.store.know([{ id: ID, name: 'Garage', deviceId: 'ZAP012345', deviceType: 4, installationId: B }]);
    tell(721);
    tell(722, USER);
    const [started] = tell(721, A);
    expect(started).to.deep.equal({
      kind: 'session-started',
      session: {
        id: A,
        chargerId: ID,
        chargerName: 'Garage',
        deviceId: 'ZAP012345',
        installationId: B,
        userId: USER,
        start: '2026-05-04T10:00:03.000Z',
      },
    });
    tell(710, '1');
    tell(722);
    tell(721);
    const [finished, ...more] = tell(
      723,
      completed(A, {
        Energy: 12.345,
        StartDateTime: '2026-05-04T10:00:00.123456Z',
        EndDateTime: '2026-05-04T10:31:00.500000Z',
        ReliableClock: true,
        StoppedByRFID: false,
        AuthenticationCode: 'nfc-0A1B2C3D',
        SignedSession: SIGNED,
      }),
    );
    expect(more).to.deep.equal([]);
    expect(finished).to.deep.equal({
      kind: 'session-finished',
      session: {
        id: A,
        chargerId: ID,
        chargerName: 'Garage',
        deviceId: 'ZAP012345',
        installationId: B,
        userId: USER,
        tokenName: 'nfc-0A1B2C3D',
        start: '2026-05-04T10:00:00.123Z',
        end: '2026-05-04T10:31:00.500Z',
        durationMinutes: 31.01,
        energyKwh: 12.345,
        reliableClock: true,
        stoppedByRfid: false,
        signed: SIGNED,
        meterStartKwh: 100,
        meterEndKwh: 112.345,
        energyDetails: [
          { time: '2026-05-04T10:00:00.000Z', kwh: 0 },
          { time: '2026-05-04T10:15:00.000Z', kwh: 1.2 },
          { time: '2026-05-04T10:31:00.000Z', kwh: 12.345 },
        ],
      },
    });
    for (const entry of [started, finished])
      expect(matches(entry!.session), JSON.stringify(matches.errors)).to.equal(true);
    expect(desk.ledger.missing(desk.now + DAY)).to.deep.equal([]);
  });

  it('leaves out what a record does not tell', () => {
    for (const SignedSession of [undefined, null, '', 'nonsense']) {
      desk.empty();
      const [entry] = tell(723, completed(A, { SignedSession, AuthenticationCode: '' }));
      const { signed, ...session } = entry!.session;
      expect(session).to.deep.equal({ id: A, chargerId: ID, energyKwh: 1.5 });
      expect(signed).to.equal(SignedSession === 'nonsense' ? 'nonsense' : undefined);
    }
  });

  it('gives no duration to a session whose clock was set on the way', () => {
    const times = { StartDateTime: '2026-05-04T10:00:00Z', EndDateTime: '2026-05-04T09:00:00Z' };
    expect(tell(723, completed(A, times))[0]!.session).to.not.have.property('durationMinutes');
  });

  it('ignores a record without a session', () => {
    for (const value of [undefined, '', 'x', '[]', '{}', '{"SessionId":""}', '{"SessionId":7}']) {
      expect(tell(723, value)).to.deep.equal([]);
    }
  });

  it('tells each end of a session once, in whatever order its signs come', () => {
    const signs: [number, string?][] = [[723, completed(A)], [721], [710, '1']];
    for (const order of [
      [0, 1, 2],
      [0, 2, 1],
      [1, 0, 2],
      [1, 2, 0],
      [2, 0, 1],
      [2, 1, 0],
    ]) {
      desk.empty();
      tell(710, '3');
      expect(brief(tell(721, A))).to.deep.equal(['started 5e']);
      expect(brief(order.flatMap((index) => tell(...signs[index]!)))).to.deep.equal(['finished 5e']);
      expect(tell(723, completed(A))).to.deep.equal([]);
    }
  });

  it('does not tell the beginning of what has ended', () => {
    expect(brief(tell(723, completed(A)))).to.deep.equal(['finished 5e']);
    expect(tell(721, A)).to.deep.equal([]);
  });

  it('tells a session that ended while the charger was offline, and that it did', () => {
    tell(-2, '1');
    tell(721, A);
    tell(-2, '0');
    const end = desk.now + MINUTE;
    desk.now += 10 * MINUTE;
    const [record] = tell(723, completed(A, { EndDateTime: new Date(end).toISOString() }));
    expect(record!.session.offline).to.equal(true);
    tell(-2, '1');
    const [late] = tell(723, completed(B, { EndDateTime: new Date(end + MINUTE).toISOString() }));
    expect(late!.session.offline).to.equal(true);
    const [usual] = tell(723, completed(C, { EndDateTime: new Date(desk.now).toISOString() }));
    expect(usual!.session).to.not.have.property('offline');
  });

  it('tells a record that a newer one has overtaken', () => {
    tell(723, completed(B));
    expect(brief(tell(723, completed(A), START))).to.deep.equal(['finished 5e']);
    expect(tell(723, completed(A), START)).to.deep.equal([]);
  });

  it('tells the beginning of a session that a newer one has overtaken', () => {
    tell(710, '3');
    tell(721, B);
    expect(brief(tell(721, A, START))).to.deep.equal(['started 5e']);
    expect(tell(721, A, START)).to.deep.equal([]);
    expect(tell(721, undefined, START + 1)).to.deep.equal([]);
    expect(tell(513, '1.0', START - 1)).to.deep.equal([]);
    expect(desk.hear(raw(710, '1', START))).to.deep.equal([]);
    desk.now += 3 * MINUTE;
    expect(desk.ledger.missing().map(({ sessionId }) => sessionId)).to.deep.equal([A]);
  });

  it('follows a change of cars without a pause', () => {
    tell(721, A);
    expect(brief(tell(721, B))).to.deep.equal(['started 5f']);
    expect(brief(tell(723, completed(A)))).to.deep.equal(['finished 5e']);
    expect(brief(tell(723, completed(B)))).to.deep.equal(['finished 5f']);
  });

  it('takes a session that comes back for the same', () => {
    tell(721, A);
    tell(721);
    expect(tell(721, A)).to.deep.equal([]);
    expect(desk.ledger.missing(desk.now + DAY)).to.deep.equal([]);
  });

  it('does not attribute a session to the user of the one before', () => {
    tell(722, USER);
    desk.now += MINUTE;
    expect(tell(721, A)[0]!.session).to.not.have.property('userId');
    tell(722, USER);
    expect(tell(723, completed(A))[0]!.session.userId).to.equal(USER);
  });

  describe('at the start', () => {
    it('counts neither the last record nor the running session as new', () => {
      expect(fill(raw(723, completed(A)), raw(721, B), raw(710, '3'))).to.deep.equal([]);
      expect(tell(723, completed(A))).to.deep.equal([]);
      expect(brief(tell(723, completed(B)))).to.deep.equal(['finished 5f']);
    });

    it('nor a record whose session is still named', () => {
      expect(fill(raw(721, A), raw(723, completed(A)))).to.deep.equal([]);
    });

    it('tells what ended meanwhile if it was open before', () => {
      tell(721, A);
      desk.restart();
      desk.now += 60 * MINUTE;
      expect(brief(fill(raw(710, '1'), raw(721), raw(723, completed(A))))).to.deep.equal(['finished 5e']);
      desk.restart();
      expect(fill(raw(723, completed(A)))).to.deep.equal([]);
      expect(tell(723, completed(A))).to.deep.equal([]);
    });

    it('does so with the ledger alone', () => {
      tell(721, A);
      const sessions = desk.ledger.dump();
      desk.empty();
      desk.ledger.restore(sessions);
      expect(fill(raw(721, A))).to.deep.equal([]);
      expect(brief(fill(raw(723, completed(A))))).to.deep.equal(['finished 5e']);
    });

    it('tells what began meanwhile', () => {
      tell(721, A);
      desk.restart();
      desk.now += MINUTE;
      expect(brief(fill(raw(721, B)))).to.deep.equal(['started 5f']);
    });

    it('forgives whatever it is given', () => {
      const ledgers = fc.record({ open: fc.anything(), finished: fc.anything(), away: fc.anything() });
      const opened = fc.array(fc.record({ id: fc.constantFrom(A, B), seenAt: fc.anything(), userId: fc.anything() }));
      const likely = fc.record({ open: opened, finished: fc.array(fc.tuple(fc.string(), fc.integer())) });
      const dumps = fc.oneof(
        fc.anything(),
        fc.record({ schema: fc.constant(1), chargers: fc.dictionary(fc.constant(ID), fc.oneof(ledgers, likely)) }),
      );
      fc.assert(
        fc.property(dumps, (dumped) => {
          desk.empty();
          desk.ledger.restore(dumped);
          desk.ledger.missing();
          tell(721, A);
        }),
        { numRuns: 300 },
      );
    });
  });

  describe('a record that does not come', () => {
    const archived = (id: string, more: object = {}) => ({
      id,
      chargerId: ID,
      deviceId: 'ZAP012345',
      deviceName: 'Garage',
      energy: 12.345,
      tokenName: 'Blue tag',
      startDateTime: '2026-05-04T10:00:00.000Z',
      endDateTime: '2026-05-04T10:31:00.000Z',
      offline: true,
      reliableClock: true,
      stoppedByRfid: false,
      signed: true,
      sessionSignature: SIGNED,
      voided: false,
      aborted: true,
      authorizedUser: { id: USER, email: 'a@example.org', fullName: 'A Person' },
      energyDetails: [{ timestamp: '2026-05-04T10:15:00.000Z', energy: 1.2 }, { energy: 1 }],
      ...more,
    });

    it('is missing after two minutes, for every sign of an end', () => {
      for (const sign of [() => tell(721), () => tell(721, B), () => tell(710, '1')]) {
        desk.empty();
        tell(721, A);
        const startedAt = desk.now;
        expect(desk.ledger.missing(desk.now + DAY)).to.deep.equal([]);
        sign();
        expect(desk.ledger.missing(desk.now + 2 * MINUTE - 1)).to.deep.equal([]);
        expect(desk.ledger.missing(desk.now + 2 * MINUTE)).to.deep.equal([
          { chargerId: ID, sessionId: A, startedAt, since: desk.now },
        ]);
      }
    });

    it('is missing over a restart, and given up after 14 days', () => {
      tell(721, A);
      tell(721);
      desk.restart();
      expect(desk.ledger.missing(desk.now + 14 * DAY)).to.have.length(1);
      expect(desk.ledger.missing(desk.now + 14 * DAY + 1)).to.deep.equal([]);
      expect(desk.ledger.missing(desk.now + 14 * DAY)).to.deep.equal([]);
    });

    it('is taken from the history, once', () => {
      tell(721, A);
      tell(721);
      const entries = desk.ledger.found([archived(B), archived(A), { id: A }, 7]);
      expect(entries).to.deep.equal([
        {
          kind: 'session-finished',
          session: {
            id: A,
            chargerId: ID,
            chargerName: 'Garage',
            deviceId: 'ZAP012345',
            userId: USER,
            userName: 'A Person',
            tokenName: 'Blue tag',
            start: '2026-05-04T10:00:00.000Z',
            end: '2026-05-04T10:31:00.000Z',
            durationMinutes: 31,
            energyKwh: 12.345,
            offline: true,
            reliableClock: true,
            stoppedByRfid: false,
            voided: false,
            aborted: true,
            signed: SIGNED,
            meterStartKwh: 100,
            meterEndKwh: 112.345,
            energyDetails: [{ time: '2026-05-04T10:15:00.000Z', kwh: 1.2 }],
          },
        },
      ]);
      expect(matches(entries[0]!.session), JSON.stringify(matches.errors)).to.equal(true);
      expect(desk.ledger.found([archived(A)])).to.deep.equal([]);
      expect(tell(723, completed(A))).to.deep.equal([]);
      expect(desk.ledger.missing(desk.now + DAY)).to.deep.equal([]);
    });

    it('is told as the session that stands for it', () => {
      tell(721, A);
      tell(721);
      const replaced = { replacedBySessionId: C };
      expect(brief(desk.ledger.found([archived(A, replaced), archived(C)]))).to.deep.equal(['finished 60']);
      expect(brief(tell(723, completed(C)))).to.deep.equal([]);
      expect(brief(tell(723, completed(A)))).to.deep.equal([]);
    });

    it('names the session that stands for it while that is not there', () => {
      tell(721, A);
      tell(721);
      expect(desk.ledger.found([archived(A, { replacedBySessionId: C })])[0]!.session.replacedBy).to.equal(C);
    });
  });

  it('bounds what it remembers', () => {
    for (let i = 0; i < 1000; i++) {
      const id = `0a1b2c3d-0000-4000-8000-${String(i).padStart(12, '0')}`;
      tell(721, id);
      if (i % 2) tell(723, completed(id));
    }
    expect(JSON.stringify(desk.ledger.dump()).length).to.be.below(20_000);
    desk.now += 15 * DAY;
    tell(723, completed(A));
    expect(JSON.stringify(desk.ledger.dump()).length).to.be.below(3_000);
  });

  describe('with a pretend charger', () => {
    const acts = fc.array(fc.record({ act: fc.constantFrom(...ACTS), seconds: fc.constantFrom(7, 30, 300, 7200) }), {
      minLength: 1,
      maxLength: 12,
    });
    const finishedIds = (entries: readonly LedgerEntry[]) =>
      entries.filter(({ kind }) => kind === 'session-finished').map(({ session }) => session.id);

    /** With restarts at some of the messages, and with the history asked at the end. */
    function heard(
      history: PretendHistory,
      messages: readonly RawObservation[],
      restarts: () => boolean,
    ): LedgerEntry[] {
      desk = new LedgerDesk(history.start);
      const entries = desk.store
        .fill(history.chargerId, history.before, desk.now)
        .flatMap((change) => desk.ledger.onChange(change));
      for (const message of messages) {
        desk.now = Math.max(desk.now, Date.parse(message.timestamp!));
        entries.push(...desk.hear(message));
        if (restarts()) desk.restart();
      }
      desk.now = history.end + 3 * MINUTE;
      const archive =
        desk.ledger.missing().length > 0 ? history.finished.map((session) => wireArchived(session, undefined)) : [];
      return [...entries, ...desk.ledger.found(archive)];
    }

    const exactlyOnce = (done: readonly Act[], authentication: boolean, random: () => number, lossy: boolean) => {
      const history = pretendHistory(done, authentication);
      const kept = history.messages.filter(({ stateId }) => !lossy || stateId !== 723 || random() % 2 === 0);
      const entries = heard(history, dealt(kept, random), () => random() % 20 === 0);
      const ends = finishedIds(entries);
      expect(new Set(ends).size).to.equal(ends.length);
      const begun = new Set(entries.filter(({ kind }) => kind === 'session-started').map(({ session }) => session.id));
      const known = history.finished.filter(({ id }) => !lossy || begun.has(id) || ends.includes(id));
      expect([...ends].sort()).to.deep.equal(known.map(({ id }) => id).sort());
      for (const { session } of entries) expect(matches(session), JSON.stringify(matches.errors)).to.equal(true);
    };

    it('tells every finished session exactly once: disorder, duplicates, late records, restarts', () => {
      fc.assert(
        fc.property(acts, fc.boolean(), fc.infiniteStream(fc.nat()), (done, authentication, random) =>
          exactlyOnce(done, authentication, () => random.next().value, false),
        ),
        { numRuns: 40 },
      );
    });

    it('and where records are lost, from the history', () => {
      fc.assert(
        fc.property(acts, fc.boolean(), fc.infiniteStream(fc.nat()), (done, authentication, random) =>
          exactlyOnce(done, authentication, () => random.next().value, true),
        ),
        { numRuns: 40 },
      );
    });
  });
});

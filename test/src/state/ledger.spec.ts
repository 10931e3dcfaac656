import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv2020 from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import { expect } from 'chai';
import fc from 'fast-check';
import { wireArchived } from '../../../simulator/rest/wire/history';
import type { LedgerEntry } from '../../../src/state/ledger';
import type { RawObservation } from '../../../src/zaptec/observations';
import { ACTIONS, runCharger, type Step, type ChargerRun } from '../../support/session-archive';
import { disordered } from '../../support/disorder';
import { LedgerSetup } from '../../support/ledger-setup';
import { draws } from '../../support/draws';

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
  let setup: LedgerSetup;

  beforeEach(() => {
    setup = new LedgerSetup(START);
  });

  const raw = (stateId: number, value?: string, at = setup.now): RawObservation => ({
    chargerId: ID,
    stateId,
    timestamp: new Date(at).toISOString(),
    ...(value === undefined ? {} : { valueAsString: value }),
  });
  const send = (stateId: number, value?: string, at?: number) => {
    setup.now += 1000;
    return setup.receive(raw(stateId, value, at ?? setup.now));
  };
  const fill = (...raws: RawObservation[]) => {
    setup.now += 1000;
    return setup.store.fill(ID, raws, setup.now).flatMap((change) => setup.ledger.onChange(change));
  };
  const brief = (entries: readonly LedgerEntry[]) =>
    entries.map(({ kind, session }) => `${kind.replace('session-', '')} ${session.id.slice(-2)}`);

  it('begins and finishes no session of the charger with an id of zeros', () => {
    const nobody = { chargerId: '00000000-0000-0000-0000-000000000000' };
    expect(setup.receive({ ...raw(721, A), ...nobody })).to.deep.equal([]);
    expect(setup.receive({ ...raw(723, completed(A)), ...nobody })).to.deep.equal([]);
    expect(setup.ledger.dump()).to.deep.equal({ schema: 1, chargers: {} });
  });

  it('reports a session from its first message to its record', () => {
    setup.store.know([{ id: ID, name: 'Garage', deviceId: 'ZAP012345', deviceType: 4, installationId: B }]);
    send(721);
    send(722, USER);
    const [started] = send(721, A);
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
    send(710, '1');
    send(722);
    send(721);
    const [finished, ...more] = send(
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
        token: 'nfc-0A1B2C3D',
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
          { time: '2026-05-04T10:00:00.000Z', kwh: 0, addedKwh: 0 },
          { time: '2026-05-04T10:15:00.000Z', kwh: 1.2, addedKwh: 1.2 },
          { time: '2026-05-04T10:31:00.000Z', kwh: 12.345, addedKwh: 11.145 },
        ],
        source: 'push',
      },
    });
    for (const entry of [started, finished])
      expect(matches(entry!.session), JSON.stringify(matches.errors)).to.equal(true);
    expect(setup.ledger.missing(setup.now + DAY)).to.deep.equal([]);
  });

  it('knows who charges, until the session has ended', () => {
    expect(setup.ledger.users).to.deep.equal([]);
    send(721, A);
    expect(setup.ledger.users).to.deep.equal([]);
    send(722, USER);
    expect(setup.ledger.users).to.deep.equal([{ chargerId: ID, userId: USER }]);
    send(722);
    expect(setup.ledger.users).to.deep.equal([{ chargerId: ID, userId: USER }]);
    send(721);
    expect(setup.ledger.users).to.deep.equal([]);
  });

  it('says of a record where it came from', () => {
    send(721, A);
    send(721);
    setup.now += MINUTE;
    const [finished] = fill(raw(723, completed(A)));
    expect(finished?.session).to.include({ id: A, source: 'state' });
  });

  it('takes the time at which a start came where the message has none', () => {
    send(721);
    const [started] = setup.receive({ chargerId: ID, stateId: 721, valueAsString: A });
    expect(started?.session).to.include({ id: A, start: new Date(setup.now).toISOString() });
  });

  it('passes over entries of the archive that name neither charger nor session', () => {
    const entries = [{}, { id: A }, { chargerId: ID }, { id: 'x', chargerId: ID }, { id: A, chargerId: 5 }];
    expect(setup.ledger.addArchived(entries, 0)).to.deep.equal([]);
  });

  it('leaves out the fields that a record lacks', () => {
    for (const SignedSession of [undefined, null, '', 'nonsense']) {
      setup.forget();
      const [entry] = send(723, completed(A, { SignedSession, AuthenticationCode: '' }));
      const { signed, ...session } = entry!.session;
      expect(session).to.deep.equal({ id: A, chargerId: ID, energyKwh: 1.5, source: 'push' });
      expect(signed).to.equal(SignedSession === 'nonsense' ? 'nonsense' : undefined);
    }
  });

  it('gives no duration to a session whose clock was set on the way', () => {
    const times = { StartDateTime: '2026-05-04T10:00:00Z', EndDateTime: '2026-05-04T09:00:00Z' };
    expect(send(723, completed(A, times))[0]!.session).to.not.have.property('durationMinutes');
  });

  it('ignores a record without a session', () => {
    for (const value of [undefined, '', 'x', '[]', '{}', '{"SessionId":""}', '{"SessionId":7}']) {
      expect(send(723, value)).to.deep.equal([]);
    }
  });

  it('reports each end of a session once, in whatever order its signs come', () => {
    const signs: [number, string?][] = [[723, completed(A)], [721], [710, '1']];
    for (const order of [
      [0, 1, 2],
      [0, 2, 1],
      [1, 0, 2],
      [1, 2, 0],
      [2, 0, 1],
      [2, 1, 0],
    ]) {
      setup.forget();
      send(710, '3');
      expect(brief(send(721, A))).to.deep.equal(['started 5e']);
      expect(brief(order.flatMap((index) => send(...signs[index]!)))).to.deep.equal(['finished 5e']);
      expect(send(723, completed(A))).to.deep.equal([]);
    }
  });

  it('does not report the start of a session that has ended', () => {
    expect(brief(send(723, completed(A)))).to.deep.equal(['finished 5e']);
    expect(send(721, A)).to.deep.equal([]);
  });

  it('marks a session that ended while the charger was offline', () => {
    send(-2, '1');
    send(721, A);
    send(-2, '0');
    const end = setup.now + MINUTE;
    setup.now += 10 * MINUTE;
    const [record] = send(723, completed(A, { EndDateTime: new Date(end).toISOString() }));
    expect(record!.session.offline).to.equal(true);
    send(-2, '1');
    const [late] = send(723, completed(B, { EndDateTime: new Date(end + MINUTE).toISOString() }));
    expect(late!.session.offline).to.equal(true);
    const [usual] = send(723, completed(C, { EndDateTime: new Date(setup.now).toISOString() }));
    expect(usual!.session).to.not.have.property('offline');
  });

  it('reports a record that a newer one has overtaken', () => {
    send(723, completed(B));
    expect(brief(send(723, completed(A), START))).to.deep.equal(['finished 5e']);
    expect(send(723, completed(A), START)).to.deep.equal([]);
  });

  it('reports the start of a session that a newer one has overtaken', () => {
    send(710, '3');
    send(721, B);
    expect(brief(send(721, A, START))).to.deep.equal(['started 5e']);
    expect(send(721, A, START)).to.deep.equal([]);
    expect(send(721, undefined, START + 1)).to.deep.equal([]);
    expect(send(513, '1.0', START - 1)).to.deep.equal([]);
    expect(setup.receive(raw(710, '1', START))).to.deep.equal([]);
    setup.now += 3 * MINUTE;
    expect(setup.ledger.missing().map(({ sessionId }) => sessionId)).to.deep.equal([A]);
  });

  it('follows a change of cars without a pause', () => {
    send(721, A);
    expect(brief(send(721, B))).to.deep.equal(['started 5f']);
    expect(brief(send(723, completed(A)))).to.deep.equal(['finished 5e']);
    expect(brief(send(723, completed(B)))).to.deep.equal(['finished 5f']);
  });

  it('takes a session that comes back for the same', () => {
    send(721, A);
    send(721);
    expect(send(721, A)).to.deep.equal([]);
    expect(setup.ledger.missing(setup.now + DAY)).to.deep.equal([]);
  });

  it('does not attribute a session to the user of the one before', () => {
    send(722, USER);
    setup.now += MINUTE;
    expect(send(721, A)[0]!.session).to.not.have.property('userId');
    send(722, USER);
    expect(send(723, completed(A))[0]!.session.userId).to.equal(USER);
  });

  describe('at the start', () => {
    it('counts neither the last record nor the running session as new', () => {
      expect(fill(raw(723, completed(A)), raw(721, B), raw(710, '3'))).to.deep.equal([]);
      expect(send(723, completed(A))).to.deep.equal([]);
      expect(brief(send(723, completed(B)))).to.deep.equal(['finished 5f']);
    });

    it('does not count a record as new whose session is still named', () => {
      expect(fill(raw(721, A), raw(723, completed(A)))).to.deep.equal([]);
    });

    it('reports a session that ended meanwhile if it was open before', () => {
      send(721, A);
      setup.restart();
      setup.now += 60 * MINUTE;
      expect(brief(fill(raw(710, '1'), raw(721), raw(723, completed(A))))).to.deep.equal(['finished 5e']);
      setup.restart();
      expect(fill(raw(723, completed(A)))).to.deep.equal([]);
      expect(send(723, completed(A))).to.deep.equal([]);
    });

    it('reports it with the ledger alone', () => {
      send(721, A);
      const sessions = setup.ledger.dump();
      setup.forget();
      setup.ledger.restore(sessions);
      expect(fill(raw(721, A))).to.deep.equal([]);
      expect(brief(fill(raw(723, completed(A))))).to.deep.equal(['finished 5e']);
    });

    it('reports a session that began meanwhile', () => {
      send(721, A);
      setup.restart();
      setup.now += MINUTE;
      expect(brief(fill(raw(721, B)))).to.deep.equal(['started 5f']);
    });

    it('passes over whatever else a dump holds', () => {
      const ledgers = fc.record({ open: fc.anything(), finished: fc.anything(), away: fc.anything() });
      const opened = fc.array(fc.record({ id: fc.constantFrom(A, B), seenAt: fc.anything(), userId: fc.anything() }));
      const likely = fc.record({ open: opened, finished: fc.array(fc.tuple(fc.string(), fc.integer())) });
      const dumps = fc.oneof(
        fc.anything(),
        fc.record({ schema: fc.constant(1), chargers: fc.dictionary(fc.constant(ID), fc.oneof(ledgers, likely)) }),
      );
      fc.assert(
        fc.property(dumps, (dumped) => {
          setup.forget();
          setup.ledger.restore(dumped);
          setup.ledger.missing();
          send(721, A);
        }),
        { numRuns: draws(300) },
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
      for (const sign of [() => send(721), () => send(721, B), () => send(710, '1')]) {
        setup.forget();
        send(721, A);
        const startedAt = setup.now;
        expect(setup.ledger.missing(setup.now + DAY)).to.deep.equal([]);
        sign();
        expect(setup.ledger.missing(setup.now + 2 * MINUTE - 1)).to.deep.equal([]);
        expect(setup.ledger.missing(setup.now + 2 * MINUTE)).to.deep.equal([
          { chargerId: ID, sessionId: A, startedAt, since: setup.now },
        ]);
      }
    });

    it('is missing over a restart, and given up after 14 days', () => {
      send(721, A);
      send(721);
      setup.restart();
      expect(setup.ledger.missing(setup.now + 14 * DAY)).to.have.length(1);
      expect(setup.ledger.missing(setup.now + 14 * DAY + 1)).to.deep.equal([]);
      expect(setup.ledger.missing(setup.now + 14 * DAY)).to.deep.equal([]);
    });

    it('is taken from the archive, once', () => {
      send(721, A);
      send(721);
      const entries = setup.ledger.addArchived([archived(B), archived(A), { id: A }, 7]);
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
            userEmail: 'a@example.org',
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
            energyDetails: [{ time: '2026-05-04T10:15:00.000Z', kwh: 1.2, addedKwh: 1.2 }],
            source: 'archive',
          },
        },
      ]);
      expect(matches(entries[0]!.session), JSON.stringify(matches.errors)).to.equal(true);
      expect(setup.ledger.addArchived([archived(A)])).to.deep.equal([]);
      expect(send(723, completed(A))).to.deep.equal([]);
      expect(setup.ledger.missing(setup.now + DAY)).to.deep.equal([]);
    });

    it('is reported as the session that stands for it', () => {
      send(721, A);
      send(721);
      const replaced = { replacedBySessionId: C };
      expect(brief(setup.ledger.addArchived([archived(A, replaced), archived(C)]))).to.deep.equal(['finished 60']);
      expect(brief(send(723, completed(C)))).to.deep.equal([]);
      expect(brief(send(723, completed(A)))).to.deep.equal([]);
    });

    it('names the session that stands for it while the archive lacks that one', () => {
      send(721, A);
      send(721);
      expect(setup.ledger.addArchived([archived(A, { replacedBySessionId: C })])[0]!.session.replacedBy).to.equal(C);
    });
  });

  it('keeps a bounded number of sessions', () => {
    for (let i = 0; i < 1000; i++) {
      const id = `0a1b2c3d-0000-4000-8000-${String(i).padStart(12, '0')}`;
      send(721, id);
      if (i % 2) send(723, completed(id));
    }
    expect(JSON.stringify(setup.ledger.dump()).length).to.be.below(20_000);
    setup.now += 15 * DAY;
    send(723, completed(A));
    expect(JSON.stringify(setup.ledger.dump()).length).to.be.below(3_000);
  });

  describe('with a simulated charger', () => {
    const steps = fc.array(
      fc.record({ action: fc.constantFrom(...ACTIONS), seconds: fc.constantFrom(7, 30, 300, 7200) }),
      {
        minLength: 1,
        maxLength: 12,
      },
    );
    const finishedIds = (entries: readonly LedgerEntry[]) =>
      entries.filter(({ kind }) => kind === 'session-finished').map(({ session }) => session.id);

    /** With restarts at some of the messages, and with the archive read at the end. */
    function reported(run: ChargerRun, messages: readonly RawObservation[], restarts: () => boolean): LedgerEntry[] {
      setup = new LedgerSetup(run.start);
      const entries = setup.store
        .fill(run.chargerId, run.before, setup.now)
        .flatMap((change) => setup.ledger.onChange(change));
      for (const message of messages) {
        setup.now = Math.max(setup.now, Date.parse(message.timestamp!));
        entries.push(...setup.receive(message));
        if (restarts()) setup.restart();
      }
      setup.now = run.end + 3 * MINUTE;
      const archive =
        setup.ledger.missing().length > 0 ? run.finished.map((session) => wireArchived(session, undefined)) : [];
      return [...entries, ...setup.ledger.addArchived(archive)];
    }

    const exactlyOnce = (done: readonly Step[], authentication: boolean, random: () => number, lossy: boolean) => {
      const run = runCharger(done, authentication);
      const kept = run.messages.filter(({ stateId }) => !lossy || stateId !== 723 || random() % 2 === 0);
      const entries = reported(run, disordered(kept, random), () => random() % 20 === 0);
      const ends = finishedIds(entries);
      expect(new Set(ends).size).to.equal(ends.length);
      const begun = new Set(entries.filter(({ kind }) => kind === 'session-started').map(({ session }) => session.id));
      const known = run.finished.filter(({ id }) => !lossy || begun.has(id) || ends.includes(id));
      expect([...ends].sort()).to.deep.equal(known.map(({ id }) => id).sort());
      for (const { session } of entries) expect(matches(session), JSON.stringify(matches.errors)).to.equal(true);
    };

    it('reports every finished session exactly once: disorder, duplicates, late records, restarts', () => {
      fc.assert(
        fc.property(steps, fc.boolean(), fc.infiniteStream(fc.nat()), (done, authentication, random) =>
          exactlyOnce(done, authentication, () => random.next().value, false),
        ),
        { numRuns: 40 },
      );
    });

    it('reports sessions whose records are lost from the archive, exactly once', () => {
      fc.assert(
        fc.property(steps, fc.boolean(), fc.infiniteStream(fc.nat()), (done, authentication, random) =>
          exactlyOnce(done, authentication, () => random.next().value, true),
        ),
        { numRuns: 40 },
      );
    });
  });
});

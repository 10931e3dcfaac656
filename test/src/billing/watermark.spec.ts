import { expect } from 'chai';
import fc from 'fast-check';
import type { MarkedSession } from '../../../src/billing/session-marks';
import { Watermark, type Batch } from '../../../src/billing/watermark';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NOW = Date.parse('2026-05-04T10:00:00Z');
const LOOKBACK = 10 * DAY;
const iso = (at: number) => new Date(at).toISOString();
const session = (id: string, end: number, over: Partial<MarkedSession> = {}): MarkedSession => ({
  id,
  start: iso(end - HOUR),
  end: iso(end),
  energyKwh: 5,
  ...over,
});

/** Reads a cloud as the node does. */
class Ledger {
  readonly cloud = new Map<string, MarkedSession>();
  watermark = new Watermark(LOOKBACK);
  #batches = 0;

  put(...sessions: MarkedSession[]): void {
    for (const one of sessions) this.cloud.set(one.id, one);
  }

  read(now: number, begin = NOW - 30 * DAY): { batch: Batch; changes: string[] } {
    const batch = this.watermark.batch(String((this.#batches += 1)));
    const from = this.watermark.from('home', begin);
    const changes: string[] = [];
    const ended = [...this.cloud.values()].filter(({ end = '' }) => Date.parse(end) >= from && Date.parse(end) < now);
    for (const one of ended.sort((a, b) => (a.end ?? '').localeCompare(b.end ?? ''))) {
      const change = this.watermark.take(batch, 'home', one, { begin: from, now });
      if (change !== undefined) changes.push(`${change} ${one.id}`);
    }
    this.watermark.readToEnd(batch, 'home', { begin: from, now });
    return { batch, changes };
  }

  report(now: number): string[] {
    const { batch, changes } = this.read(now);
    this.watermark.commit(batch);
    return changes;
  }

  restart(): void {
    const dumped: unknown = JSON.parse(JSON.stringify(this.watermark.dump()));
    this.watermark = new Watermark(LOOKBACK);
    this.watermark.restore(dumped);
  }
}

describe('the watermark of sessions', () => {
  it('reports new, late, voided, replaced and corrected sessions once each, over restarts', () => {
    const ledger = new Ledger();
    ledger.put(session('a', NOW - 2 * DAY), session('b', NOW - DAY), session('v', NOW - DAY + 1, { voided: true }));
    expect(ledger.report(NOW)).to.deep.equal(['new a', 'new b', 'voided v']);
    expect(ledger.report(NOW + HOUR)).to.deep.equal([]);
    ledger.restart();
    ledger.put(session('c', NOW + HOUR), session('late', NOW - 5 * DAY));
    expect(ledger.report(NOW + DAY)).to.deep.equal(['late late', 'new c']);
    ledger.put(session('a', NOW - 2 * DAY, { voided: true }), session('b', NOW - DAY, { replacedBy: 'c' }));
    expect(ledger.report(NOW + DAY + 1)).to.deep.equal(['voided a', 'replaced b']);
    ledger.restart();
    expect(ledger.report(NOW + DAY + 2)).to.deep.equal([]);
    ledger.put(session('c', NOW + HOUR, { energyKwh: 6 }));
    expect(ledger.report(NOW + DAY + 3)).to.deep.equal(['corrected c']);
    expect(ledger.report(NOW + DAY + 4)).to.deep.equal([]);
  });

  it('does not call a session late that the archive had some minutes after its end', () => {
    const ledger = new Ledger();
    ledger.report(NOW);
    ledger.put(session('a', NOW - 5 * 60_000));
    expect(ledger.report(NOW + HOUR)).to.deep.equal(['new a']);
  });

  it('reads again only the look-back, and never before it began', () => {
    const { watermark } = new Ledger();
    expect(watermark.from('home', NOW - 30 * DAY)).to.equal(NOW - 30 * DAY);
    const batch = watermark.batch('1');
    watermark.readToEnd(batch, 'home', { begin: NOW - 3 * DAY, now: NOW });
    watermark.commit(batch);
    expect(watermark.from('home', 0), 'began later').to.equal(NOW - 3 * DAY);
    expect(watermark.from('other', 7), 'another place').to.equal(7);
    const later = watermark.batch('2');
    watermark.readToEnd(later, 'home', { begin: NOW - 3 * DAY, now: NOW + 20 * DAY });
    watermark.commit(later);
    expect(watermark.from('home', 0)).to.equal(NOW + 10 * DAY);
  });

  it('moves with the acknowledgement, and reports until then again', () => {
    const ledger = new Ledger();
    ledger.put(session('a', NOW - DAY));
    const first = ledger.read(NOW);
    ledger.watermark.hold(first.batch);
    ledger.put(session('b', NOW - 60_000));
    ledger.restart();
    const second = ledger.read(NOW + 1);
    expect(second.changes).to.deep.equal(['new a', 'new b']);
    ledger.watermark.hold(second.batch);
    expect(ledger.watermark.acknowledge('1')).to.equal(true);
    expect(ledger.read(NOW + 2).changes).to.deep.equal(['new b']);
    expect(ledger.watermark.acknowledge('1'), 'twice').to.equal(false);
    expect(ledger.watermark.acknowledge('2')).to.equal(true);
    expect(ledger.read(NOW + 3).changes).to.deep.equal([]);
  });

  it('lets an older batch that is acknowledged later change nothing that a newer one has reported', () => {
    const ledger = new Ledger();
    ledger.put(session('a', NOW - DAY));
    ledger.watermark.hold(ledger.read(NOW).batch);
    ledger.put(session('a', NOW - DAY, { voided: true }));
    ledger.watermark.hold(ledger.read(NOW + 1).batch);
    expect(ledger.watermark.acknowledge('2')).to.equal(true);
    expect(ledger.watermark.acknowledge('1')).to.equal(true);
    expect(ledger.read(NOW + 2).changes).to.deep.equal([]);
  });

  it('remembers what was sent of a reading that failed, and reads the rest again', () => {
    const ledger = new Ledger();
    const batch = ledger.watermark.batch('x');
    ledger.put(session('a', NOW - 2 * DAY), session('b', NOW - DAY));
    const from = ledger.watermark.from('home', NOW - 30 * DAY);
    ledger.watermark.take(batch, 'home', session('a', NOW - 2 * DAY), { begin: from, now: NOW });
    ledger.watermark.commit(batch);
    expect(ledger.report(NOW)).to.deep.equal(['new b']);
  });

  it('keeps a bounded number of sessions, sources and batches, and reports none of them twice', () => {
    const watermark = new Watermark(LOOKBACK, { sessions: 100, sources: 3, batches: 2 });
    for (let index = 0; index < 1_000; index += 1) {
      const now = NOW + index * 60_000;
      const batch = watermark.batch(String(index));
      watermark.take(batch, 'home', session(String(index), now - 1), { begin: NOW - DAY, now });
      watermark.readToEnd(batch, 'home', { begin: NOW - DAY, now });
      watermark.commit(batch);
    }
    expect(JSON.stringify(watermark.dump()).length).to.be.below(100 * 60);
    const from = watermark.from('home', 0);
    expect(from, 'what was forgotten is not read again').to.be.above(NOW + 890 * 60_000);
    for (const name of ['a', 'b', 'c', 'd']) {
      const batch = watermark.batch(name);
      watermark.readToEnd(batch, name, { begin: NOW, now: NOW });
      watermark.commit(batch);
      watermark.hold(watermark.batch(name));
    }
    expect(['home', 'a', 'b', 'c', 'd'].filter((name) => watermark.isKnown(name))).to.deep.equal(['b', 'c', 'd']);
    expect(['a', 'b', 'c', 'd'].filter((name) => watermark.acknowledge(name))).to.deep.equal(['c', 'd']);
  });

  it('begins anew after a reset, and with what is no dump', () => {
    const ledger = new Ledger();
    ledger.put(session('a', NOW - DAY));
    ledger.report(NOW);
    ledger.watermark.restore('nonsense');
    ledger.watermark.restore(undefined);
    expect(ledger.read(NOW + 1).changes, 'no dump is none').to.deep.equal([]);
    ledger.watermark.restore({ sources: [1, ['home'], ['home', 1, 2, [[3]]]], waiting: [[], [4]] });
    ledger.watermark.reset();
    expect(ledger.read(NOW + 2).changes).to.deep.equal(['new a']);
  });

  it('reports every state of every session that lies within the look-back exactly once, for any course', () => {
    const step = fc.record({
      id: fc.integer({ min: 0, max: 8 }),
      endedAgo: fc.integer({ min: 1, max: 9 * 24 }),
      state: fc.constantFrom({}, { voided: true }, { replacedBy: 'x' }, { energyKwh: 7 }),
      hours: fc.integer({ min: 0, max: 20 }),
      restarts: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const ledger = new Ledger();
        let now = NOW;
        for (const { id, endedAgo, state, hours, restarts } of steps) {
          now += hours * HOUR;
          const known = ledger.cloud.get(String(id));
          const end = Date.parse(known?.end ?? iso(now - endedAgo * HOUR));
          const next = session(String(id), end, state);
          const isVisible = end >= ledger.watermark.from('home', NOW - 30 * DAY);
          const differs = JSON.stringify(known) !== JSON.stringify(next);
          ledger.put(next);
          if (restarts) ledger.restart();
          const changes = ledger.report(now + 1);
          expect(changes.map((text) => text.split(' ')[1])).to.deep.equal(isVisible && differs ? [String(id)] : []);
          expect(ledger.report(now + 2)).to.deep.equal([]);
        }
      }),
    );
  });
});

import { expect } from 'chai';
import { StateReader, type StreamSituation } from '../../../src/feed/state-reader';
import { TIMING } from '../../../src/feed/timing';
import { clock } from '../../../src/time/clock';
import { Store } from '../../../src/state/store';
import { fakeTimers, type FakeTimers } from '../../support/fake-timers';

const ID = '0a1b2c3d-0000-4000-8000-0000000000a1';
const MINUTE = 60_000;

describe('the reader of a live feed', () => {
  let timers: FakeTimers;
  beforeEach(() => {
    timers = fakeTimers(Date.UTC(2026, 4, 4, 10));
  });
  afterEach(() => {
    timers.restore();
  });

  it('waits ever longer where the read of a charger without messages fails', async () => {
    const store = new Store();
    store.know([{ id: ID }]);
    store.fill(ID, [], clock.now());
    const gapEndedAt = clock.now();
    let reads = 0;
    const reader = new StateReader(
      {
        store,
        ids: () => new Set([ID]),
        situation: () => ({ kind: 'live', gapEndedAt, alert: false }),
        read: () => {
          reads += 1;
          // Without a wait in between this would never come to an end.
          return reads > 1_000 ? new Promise(() => undefined) : Promise.reject(new Error('made up'));
        },
        onTried: () => reader.schedule(),
      },
      { ...TIMING, auditMs: Infinity },
    );
    reader.schedule();
    await timers.tickAsync(TIMING.confirmMs + 10 * MINUTE);
    reader.close();
    expect(reads).to.be.within(2, 5);
  });

  it('looks at each charger a few times only during a first fill, however many there are', async () => {
    const looks: number[] = [];
    for (const count of [250, 1_000]) {
      const store = new Store();
      const ids = new Set(
        Array.from({ length: count }, (_, n) => `0a1b2c3d-0000-4000-8000-${String(n).padStart(12, '0')}`),
      );
      for (const id of ids) store.know([{ id }]);
      const gapEndedAt = clock.now();
      const view = { looks: 0, reads: 0 };
      const counted = new Proxy(store, {
        get: (target, name) => {
          if (name === 'filledAt') view.looks += 1;
          const value: unknown = Reflect.get(target, name);
          return typeof value === 'function' ? (value.bind(target) as unknown) : value;
        },
      });
      const reader = new StateReader(
        {
          store: counted,
          ids: () => ids,
          situation: () => ({ kind: 'live', gapEndedAt, alert: false }),
          read: async (id) => {
            view.reads += 1;
            await new Promise((resolve) => setTimeout(resolve, 1_000));
            store.fill(id, [], clock.now());
          },
          onTried: () => reader.schedule(),
        },
        { ...TIMING, auditMs: Infinity },
      );
      reader.schedule();
      await timers.tickAsync(count * 110);
      reader.close();
      expect(view.reads).to.equal(count);
      looks.push(view.looks / count);
    }
    expect(Math.max(...looks)).to.be.below(12);
  });

  describe('reads its chargers', () => {
    const idOf = (n: number) => `0a1b2c3d-0000-4000-8000-${String(n).padStart(12, '0')}`;
    let store: Store;
    let ids: ReadonlySet<string>;
    let situation: StreamSituation;
    let reads: string[];
    let tried: string[];
    let answer: (id: string) => Promise<void>;
    let reader: StateReader;
    beforeEach(() => {
      store = new Store();
      [reads, tried] = [[], []];
      set(1);
      situation = { kind: 'live', gapEndedAt: clock.now(), alert: false };
      answer = (id) => Promise.resolve(void store.fill(id, [], clock.now()));
      reader = new StateReader(
        {
          store,
          ids: () => ids,
          situation: () => situation,
          read: (id) => {
            reads.push(id);
            return answer(id);
          },
          onTried: (id) => tried.push(id),
        },
        TIMING,
      );
    });
    afterEach(() => reader.close());

    const set = (count: number) => {
      ids = new Set(Array.from({ length: count }, (_, n) => idOf(n)));
      for (const id of ids) store.know([{ id }]);
    };
    const pass = (ms: number) => timers.tickAsync(ms);
    /** Something has changed. */
    const change = async () => {
      reader.schedule();
      await pass(0);
    };
    /** Those since the last call. */
    const read = () => reads.splice(0);

    it('ten at once at most, and passes over those that were read meanwhile', async () => {
      const answers: (() => void)[] = [];
      answer = () => new Promise((resolve) => answers.push(resolve));
      set(12);
      await change();
      expect(read()).to.have.length(10);
      for (let n = 0; n < 11; n += 1) store.fill(idOf(n), [], clock.now());
      answers[0]!();
      await pass(0);
      expect(read(), 'the eleventh was read by somebody else').to.deep.equal([idOf(11)]);
    });

    it('as soon as there is a new one', async () => {
      await change();
      expect(read()).to.deep.equal([idOf(0)]);
      await pass(10 * MINUTE);
      set(2);
      await change();
      expect(read()).to.deep.equal([idOf(1)]);
    });

    it('no more once they are gone from the list, though they were under way', async () => {
      set(2);
      let fail: () => void = () => undefined;
      answer = () => new Promise((_, reject) => (fail = () => reject(new Error('made up'))));
      await change();
      const [first] = read();
      expect(first).to.equal(idOf(0));
      set(0);
      fail();
      await pass(3 * 60 * MINUTE);
      expect(read()).to.deep.equal([]);
    });

    it('at once after a second gap within 15 minutes, where their floor allows it', async () => {
      await change();
      await pass(11 * MINUTE);
      read();
      situation = { kind: 'live', gapEndedAt: clock.now(), alert: false };
      await change();
      expect(read()).to.deep.equal([idOf(0)]);
      await pass(MINUTE);
      situation = { kind: 'live', gapEndedAt: clock.now(), alert: false };
      await change();
      await pass(2 * MINUTE);
      expect(read(), 'all at once only every 15 minutes').to.deep.equal([]);
      await pass(2 * MINUTE);
      expect(read()).to.deep.equal([idOf(0)]);
    });

    it('once a second at most where a read leaves nothing in the store', async () => {
      answer = () => (reads.length > 20 ? new Promise(() => undefined) : Promise.resolve());
      await change();
      await pass(10_000);
      expect(reads.length).to.be.within(5, 11);
    });

    it('by their floor after the last message, while the stream is away', async () => {
      await change();
      read();
      situation = { kind: 'away', since: clock.steady() };
      await change();
      await pass(5 * MINUTE);
      const timestamp = new Date().toISOString();
      store.put({ chargerId: idOf(0), stateId: 513, valueAsString: '1', timestamp }, 'push');
      await pass(9 * MINUTE);
      expect(read()).to.deep.equal([]);
      await pass(2 * MINUTE);
      expect(read()).to.deep.equal([idOf(0)]);
    });

    it('no more after its end, and says nothing of a read that was under way', async () => {
      set(11);
      let end: () => void = () => undefined;
      answer = () => new Promise((resolve) => (end = resolve));
      await change();
      expect(read()).to.have.length(10);
      reader.close();
      end();
      await change();
      await pass(3 * 60 * MINUTE);
      expect([read(), tried]).to.deep.equal([[], []]);
    });
  });

  describe('looks now and then whether messages go elsewhere:', () => {
    const [FIRST, SECOND, THIRD] = ['a1', 'a2', 'a3'].map((end) => `0a1b2c3d-0000-4000-8000-0000000000${end}`) as [
      string,
      string,
      string,
    ];
    const auditing = (over: { alert?: boolean; kind?: 'live' | 'away'; fails?: (id: string) => boolean } = {}) => {
      const { alert = false, kind = 'live', fails = () => false } = over;
      const store = new Store();
      const ids = new Set([FIRST, SECOND, THIRD]);
      for (const id of ids) store.know([{ id }]);
      const gapEndedAt = clock.now();
      // In this order they were read.
      for (const id of [SECOND, THIRD, FIRST]) {
        if (!fails(id)) store.fill(id, [], clock.now());
        timers.tick(1);
      }
      const reads: { id: string; refresh: boolean; afterMin: number }[] = [];
      const reader = new StateReader(
        {
          store,
          ids: () => ids,
          situation: () => (kind === 'live' ? { kind, gapEndedAt, alert } : { kind, since: Infinity }),
          read: (id, refresh) => {
            reads.push({ id, refresh, afterMin: Math.floor((clock.now() - gapEndedAt) / MINUTE) });
            if (fails(id)) return Promise.reject(new Error('made up'));
            store.fill(id, [], clock.now());
            return Promise.resolve();
          },
          onTried: () => reader.schedule(),
        },
        { ...TIMING, confirmMs: Infinity },
      );
      reader.schedule();
      return { reads, reader };
    };

    it('at the charger whose last read is the oldest, one at a time', async () => {
      const { reads, reader } = auditing();
      await timers.tickAsync(4 * TIMING.auditMs + 4 * MINUTE);
      reader.close();
      expect(reads.map(({ id }) => id)).to.deep.equal([SECOND, THIRD, FIRST, SECOND]);
      expect(reads.every(({ refresh }) => refresh)).to.equal(true);
      expect(reads[0]!.afterMin).to.be.within(90, 91);
    });

    it('every two minutes after a change that did not come', async () => {
      const { reads, reader } = auditing({ alert: true });
      await timers.tickAsync(10 * MINUTE);
      reader.close();
      expect(reads.map(({ id }) => id).slice(0, 4)).to.deep.equal([SECOND, THIRD, FIRST, SECOND]);
      expect(reads.length).to.be.within(4, 5);
    });

    it('not while the stream is away', async () => {
      const { reads, reader } = auditing({ alert: true, kind: 'away' });
      await timers.tickAsync(2 * TIMING.auditMs);
      reader.close();
      expect(reads).to.deep.equal([]);
    });

    it('at the others where the read of one fails for ever', async () => {
      const { reads, reader } = auditing({ fails: (id) => id === THIRD });
      await timers.tickAsync(4 * TIMING.auditMs);
      reader.close();
      const audited = reads.filter(({ id }) => id !== THIRD).map(({ id }) => id);
      expect(audited.slice(0, 3)).to.deep.equal([SECOND, FIRST, SECOND]);
      expect(reads.length - audited.length, 'tries of the one that fails').to.be.within(6, 14);
    });
  });
});

import { expect } from 'chai';
import fc from 'fast-check';
import type { RawObservation } from '../../../src/zaptec/observations';
import { Store } from '../../../src/state/store';
import { timeSource } from '../../support/time-source';
import { draws } from '../../support/draws';

const ID = '0a1b2c3d-0000-4000-8000-0000000000a1';
const OTHER = '0a1b2c3d-0000-4000-8000-0000000000a2';
const NOBODY = '00000000-0000-0000-0000-000000000000';
const START = Date.UTC(2026, 4, 4, 10);
const MINUTE = 60_000;

describe('the store', () => {
  let now: number;
  let store: Store;

  beforeEach(() => {
    now = START;
    store = new Store(timeSource(() => now));
  });

  /** A value measured so many ms after the start. */
  const raw = (stateId: number, ms: number | undefined, valueAsString?: string): RawObservation => ({
    chargerId: ID,
    stateId,
    ...(ms === undefined ? {} : { timestamp: new Date(START + ms).toISOString() }),
    ...(valueAsString === undefined ? {} : { valueAsString }),
  });
  const power = () => store.observation(ID, 513)?.value;
  const push = (stateId: number, ms: number | undefined, value?: string) => store.put(raw(stateId, ms, value), 'push');

  it('reports a change, typed and with the name that the family uses', () => {
    store.know([{ id: ID, name: 'Garage', deviceType: 4 }]);
    push(202, -2000, '20.0');
    const change = push(202, -1000, '21.0');
    expect(change).to.deep.include({
      charger: { id: ID, name: 'Garage', deviceType: 4 },
      observation: {
        id: 202,
        name: 'TemperatureEMeterPhase1',
        value: 21,
        unit: '°C',
        time: '2026-05-04T09:59:59.000Z',
      },
      changed: true,
      source: 'push',
      receivedAt: START,
    });
    expect(change?.previous).to.deep.equal({
      id: 202,
      name: 'TemperatureEMeterPhase1',
      value: 20,
      unit: '°C',
      time: '2026-05-04T09:59:58.000Z',
    });
  });

  it('lets a read heal a message that lost its value, and no message that has one', () => {
    push(513, 0);
    store.fill(ID, [raw(513, 0, '100')], now);
    expect(power()).to.equal(100);
    push(513, 1000, '200');
    store.fill(ID, [raw(513, 1000, '300')], now);
    expect(power()).to.equal(200);
  });

  it('keeps a value of which a copy without it comes', () => {
    push(513, 0, '100');
    expect(push(513, 0)).to.equal(undefined);
    store.fill(ID, [raw(513, 0, '100')], now);
    expect(power()).to.equal(100);
  });

  it('lets a read heal a time that was in the future, once the cloud cannot be behind any more', () => {
    push(513, 86_400_000, '100');
    now += 10_000;
    store.fill(ID, [raw(513, -5_000, '50')], now);
    expect(power(), 'the cache of the cloud may be older').to.equal(100);
    now += 10_000;
    store.fill(ID, [raw(513, -5_000, '50')], now);
    expect(power()).to.equal(50);
  });

  it('stores a charger that is in no list, with what its messages say', () => {
    const change = store.put({ ...raw(205, 0, '1.0'), deviceId: 'ZAP012345', deviceType: 4 }, 'push');
    expect(change?.charger).to.deep.equal({ id: ID, deviceId: 'ZAP012345', deviceType: 4 });
    expect(change?.observation.name).to.equal('TemperatureEMeterPhase3');
    expect([...store.ids]).to.deep.equal([ID]);
  });

  it('trusts the list more than a message', () => {
    store.know([{ id: ID, deviceId: 'ZAP012345', deviceType: 4 }]);
    store.put({ ...raw(205, 0, '1.0'), deviceId: 'ZPR000000', deviceType: 1 }, 'push');
    expect(store.charger(ID)).to.deep.equal({ id: ID, deviceId: 'ZAP012345', deviceType: 4 });
  });

  it('keeps what a shorter list leaves out', () => {
    store.know([{ id: ID, name: 'Garage', installationId: OTHER, isOnline: true, operatingMode: 3 }]);
    store.know([{ id: ID, name: 'Carport' }]);
    expect(store.charger(ID)).to.deep.equal({
      id: ID,
      name: 'Carport',
      installationId: OTHER,
      isOnline: true,
      operatingMode: 3,
    });
  });

  it('never lets an older value win', () => {
    push(513, -1000, '2.0');
    expect(push(513, -2000, '1.0')).to.equal(undefined);
    expect(power()).to.equal(2);
  });

  it('ignores a duplicate', () => {
    push(513, 0, '1.0');
    expect(push(513, 0, '1.0')).to.equal(undefined);
  });

  it('reports the same value at a newer time as not changed', () => {
    push(513, -1000, '1.0');
    expect(push(513, 0, '1.0')).to.include({ changed: false });
  });

  it('takes the later arrival of two values of one time', () => {
    push(513, 0, '1.0');
    expect(push(513, 0, '2.0')).to.include({ changed: true });
    expect(power()).to.equal(2);
  });

  it('takes two values of one time for duplicates when they are delivered once more', () => {
    push(710, 0, '3');
    push(710, 0, '1');
    expect([push(710, 0, '3'), push(710, 0, '1')]).to.deep.equal([undefined, undefined]);
    expect(store.observation(ID, 710)?.value).to.equal('disconnected');
  });

  it('lets no read win over a message of the same time', () => {
    push(513, 0, '1.0');
    expect(store.fill(ID, [raw(513, 0, '0.0')], now)).to.deep.equal([]);
    expect(power()).to.equal(1);
  });

  it('lets a read decide which of two messages of one time was the last, once the cloud cannot be behind any more', () => {
    push(710, 0, '1');
    push(710, 0, '3');
    now += 10_000;
    store.fill(ID, [raw(710, 0, '1')], now);
    expect(store.observation(ID, 710)?.value, 'the cache of the cloud may be older').to.equal('charging');
    now += 10_000;
    store.fill(ID, [raw(710, 0, '1')], now);
    expect(store.observation(ID, 710)?.value).to.equal('disconnected');
  });

  it('stores nothing of the charger of nobody', () => {
    expect(store.put({ ...raw(513, 0, '1.0'), chargerId: NOBODY }, 'push')).to.equal(undefined);
    expect(store.fill(NOBODY, [raw(513, 0, '1.0')], now)).to.deep.equal([]);
    expect([...store.ids]).to.deep.equal([]);
  });

  describe('a time in the future', () => {
    it('counts as now', () => {
      expect(push(513, MINUTE, '1.0')?.observation.time).to.equal('2026-05-04T10:00:00.000Z');
      now += 1000;
      push(513, 500, '2.0');
      expect(power()).to.equal(2);
    });

    it('does not win a second time', () => {
      push(513, MINUTE, '1.0');
      now += 1000;
      push(513, 500, '2.0');
      now += 1000;
      expect(push(513, MINUTE, '1.0')).to.equal(undefined);
      now += MINUTE;
      expect(push(513, MINUTE, '1.0')).to.equal(undefined);
      expect(power()).to.equal(2);
    });

    it('still orders messages', () => {
      push(513, MINUTE + 2, '2.0');
      expect(push(513, MINUTE + 1, '1.0')).to.equal(undefined);
      now += 1;
      push(513, MINUTE + 3, '3.0');
      expect(power()).to.equal(3);
    });
  });

  describe('without a time', () => {
    it('a message counts as measured when it was received', () => {
      push(513, -1000, '1.0');
      expect(push(513, undefined, '2.0')?.observation.time).to.equal('2026-05-04T10:00:00.000Z');
      expect(power()).to.equal(2);
    });

    it('a read only fills what has no value with a time', () => {
      push(513, -MINUTE, '1.0');
      store.fill(ID, [raw(513, undefined, '2.0'), raw(501, undefined, '230.0')], now);
      expect(power()).to.equal(1);
      expect(store.observation(ID, 501)).to.deep.equal({ id: 501, name: 'VoltagePhase1', value: 230, unit: 'V' });
      store.fill(ID, [raw(501, undefined, '231.0')], now);
      expect(store.observation(ID, 501)?.value).to.equal(231);
      expect(store.raw(ID)).to.deep.include({ chargerId: ID, stateId: 501, valueAsString: '231.0' });
    });

    it('a text that is no time is none', () => {
      store.put({ ...raw(513, 0, '1.0'), timestamp: 'abc 1' }, 'push');
      expect(store.observation(ID, 513)?.time).to.equal('2026-05-04T10:00:00.000Z');
    });
  });

  describe('a read of the whole state', () => {
    it('reports what is new and keeps what the read lacks', () => {
      push(513, 0, '5.0');
      push(710, -MINUTE, '2');
      const changes = store.fill(ID, [raw(513, -1000, '1.0'), raw(710, -1000, '3'), raw(721, -1000)], now);
      expect(changes.map(({ observation: { id }, source }) => [id, source])).to.deep.equal([
        [710, 'rest'],
        [721, 'rest'],
      ]);
      store.fill(ID, [], now);
      expect(power()).to.equal(5);
    });

    it('confirms the charger', () => {
      now += MINUTE;
      store.fill(ID, [], START);
      expect(store.filledAt(ID)).to.equal(START);
      expect(store.confirmedAt(ID)).to.equal(START);
      push(513, 0, '1.0');
      expect(store.filledAt(ID)).to.equal(START);
      expect(store.confirmedAt(ID)).to.equal(now);
      store.fill(ID, [], START + 5);
      expect(store.filledAt(ID)).to.equal(START + 5);
      expect(store.confirmedAt(ID)).to.equal(now);
    });
  });

  describe('its view', () => {
    it('is a snapshot with its age', () => {
      store.know([{ id: ID, name: 'Garage' }]);
      expect(store.view(ID)).to.equal(undefined);
      push(710, 0, '3');
      push(507, 0, '16.0');
      push(501, 0, '230.0');
      now += 1500;
      expect(store.view(ID)).to.deep.equal({
        snapshot: {
          id: ID,
          name: 'Garage',
          mode: 'charging',
          currentA: { phase1: 16 },
          voltageV: { phase1: 230 },
        },
        time: '2026-05-04T10:00:00.000Z',
        ageMs: 1500,
        stale: false,
      });
      expect(store.view(ID, { observations: true })?.snapshot.observations).to.deep.equal({
        ChargerOperationMode: 'charging',
        CurrentPhase1: 16,
        VoltagePhase1: 230,
      });
    });

    it('follows every change', () => {
      push(513, 0, '1.0');
      expect(store.view(ID)?.snapshot).to.include({ powerW: 1 });
      now += 1;
      push(513, 1, '2.0');
      expect(store.view(ID)?.snapshot).to.include({ powerW: 2 });
      store.know([{ id: ID, name: 'Garage' }]);
      expect(store.view(ID)?.snapshot).to.include({ name: 'Garage' });
    });

    it('belongs to the caller', () => {
      push(507, 0, '16.0');
      store.view(ID)!.snapshot.currentA!.phase1 = 0;
      expect(store.view(ID)?.snapshot.currentA).to.deep.equal({ phase1: 16 });
    });

    it('is stale when the charger is offline or nothing came for 15 minutes', () => {
      push(-2, 0, '1');
      now += 15 * MINUTE;
      expect(store.view(ID)?.stale).to.equal(false);
      now += 1;
      expect(store.view(ID)?.stale).to.equal(true);
      push(-1, 15 * MINUTE);
      expect(store.view(ID)?.stale).to.equal(false);
      push(-2, 15 * MINUTE, '0');
      expect(store.view(ID)?.stale).to.equal(true);
    });

    it('is undefined for a charger that is not known', () => {
      expect(store.view(OTHER)).to.equal(undefined);
      expect(store.raw(OTHER)).to.deep.equal([]);
      expect(store.observation(OTHER, 1)).to.equal(undefined);
    });
  });

  it('says when each value was measured, where it is known', () => {
    push(513, -2000, '7');
    push(710, undefined, '3');
    store.fill(ID, [raw(718, undefined, '0')], now);
    expect([...store.times(ID)]).to.deep.equal([
      [513, START - 2000],
      [710, START],
    ]);
    expect([...store.times(OTHER)]).to.deep.equal([]);
  });

  it('has no times of a charger that it does not know, and knows no charger without an id', () => {
    expect([store.confirmedAt(OTHER), store.filledAt(OTHER)]).to.deep.equal([undefined, undefined]);
    store.know([{ id: NOBODY }, { id: '' }]);
    expect([store.charger(NOBODY), store.charger('')]).to.deep.equal([undefined, undefined]);
  });

  it('keeps a bounded number of observations', () => {
    for (let id = 0; id < 2000; id++) push(id, MINUTE, 'x');
    expect(store.raw(ID)).to.have.length(500);
  });

  describe('over a restart', () => {
    const restarted = (dumped: unknown) => {
      const next = new Store(timeSource(() => now));
      next.restore(JSON.parse(JSON.stringify(dumped)));
      return next;
    };

    it('is the same', () => {
      store.know([{ id: ID, name: 'Garage', deviceType: 4 }]);
      store.fill(ID, [raw(513, -1000, '1.0'), raw(721, -500), raw(501, undefined, '230.0')], now);
      push(710, 0, '3');
      now += MINUTE;
      const next = restarted(store.dump());
      expect(next.view(ID, { observations: true })).to.deep.equal(store.view(ID, { observations: true }));
      expect(next.raw(ID)).to.deep.equal(store.raw(ID));
      expect(next.filledAt(ID)).to.equal(START);
    });

    it('lets no read win over a message of the same time from before', () => {
      push(513, 0, '1.0');
      const next = restarted(store.dump());
      expect(next.fill(ID, [raw(513, 0, '0.0')], now)).to.deep.equal([]);
      expect(next.observation(ID, 513)?.value).to.equal(1);
    });

    it('lets a message win over a read of the same time from before', () => {
      store.fill(ID, [raw(513, 0, '1.0')], now);
      const next = restarted(store.dump());
      next.put(raw(513, 0, '2.0'), 'push');
      expect(next.observation(ID, 513)?.value).to.equal(2);
    });

    it('overwrites nothing newer', () => {
      push(513, -1000, '1.0');
      const dumped = store.dump();
      const next = new Store(timeSource(() => now));
      next.know([{ id: ID, name: 'New' }]);
      next.put(raw(513, 0, '2.0'), 'push');
      next.restore(dumped);
      expect(next.view(ID)?.snapshot).to.include({ powerW: 2, name: 'New' });
    });

    it('passes over whatever else a dump holds', () => {
      const dumps = fc.oneof(
        fc.anything(),
        fc.record({ schema: fc.constant(1), chargers: fc.anything() }),
        fc.record({
          schema: fc.constant(1),
          chargers: fc.array(
            fc.record({
              known: fc.oneof(fc.anything(), fc.record({ id: fc.constant(ID), name: fc.anything() })),
              confirmedAt: fc.anything(),
              observations: fc.oneof(fc.anything(), fc.array(fc.array(fc.anything()))),
            }),
          ),
        }),
      );
      fc.assert(
        fc.property(dumps, (dumped) => {
          const next = new Store(timeSource(() => now));
          next.restore(dumped);
          for (const id of next.ids) next.view(id);
        }),
        { numRuns: draws(300) },
      );
    });

    it('counts a time in the future as now', () => {
      store.restore({
        schema: 1,
        chargers: [
          { known: { id: ID }, confirmedAt: START + MINUTE, observations: [[513, START + MINUTE, true, '1.0']] },
        ],
      });
      expect(store.confirmedAt(ID)).to.equal(START);
      now += 1;
      push(513, 1, '2.0');
      expect(power()).to.equal(2);
    });
  });

  it('ends with the same values in whatever order and however often messages arrive', () => {
    const messages = fc.uniqueArray(
      fc.record({ id: fc.constantFrom(501, 513, 710), ms: fc.integer({ min: -999, max: 0 }) }),
      {
        selector: ({ id, ms }) => `${id} ${ms}`,
        minLength: 1,
      },
    );
    const orders = messages.chain((list) =>
      fc.tuple(fc.constant(list), fc.shuffledSubarray([...list, ...list], { minLength: list.length * 2 })),
    );
    fc.assert(
      fc.property(orders, ([list, arrivals]) => {
        const [inOrder, disordered] = [new Store(timeSource(() => now)), new Store(timeSource(() => now))];
        const toRaw = ({ id, ms }: { id: number; ms: number }) => raw(id, ms, `${ms}`);
        for (const message of [...list].sort((a, b) => a.ms - b.ms)) inOrder.put(toRaw(message), 'push');
        for (const message of arrivals) disordered.put(toRaw(message), 'push');
        for (const id of [501, 513, 710]) {
          expect(disordered.observation(ID, id)).to.deep.equal(inOrder.observation(ID, id));
        }
      }),
      { numRuns: draws(200) },
    );
  });
});

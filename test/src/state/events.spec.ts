import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv2020 from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import { expect } from 'chai';
import fc from 'fast-check';
import { EventDetector, type ChargerEvent } from '../../../src/state/events';
import type { RawObservation } from '../../../src/zaptec/observations';
import { Store } from '../../../src/state/store';
import { constantsTable } from '../../../src/zaptec/constants-table';
import { stopsCharging } from '../../../src/zaptec/warnings';
import { timeSource } from '../../support/time-source';
import { ACTIONS, runCharger, type ChargerRun } from '../../support/session-archive';
import { disordered } from '../../support/disorder';

const ID = '0a1b2c3d-0000-4000-8000-0000000000a1';
const START = Date.UTC(2026, 4, 4, 10);
const SETTLING = 5_000;

const schema = JSON.parse(readFileSync(join(__dirname, '../../../docs/schema/event.schema.json'), 'utf8')) as object;
const matches = addFormats(new Ajv2020({ allErrors: true, strict: true })).compile(schema);

/** The observations that events follow from. */
const RELEVANT = new Set([-2, 120, 710, 718, 721, 722, 804]);

describe('the event detector', () => {
  let now: number;
  let store: Store;
  let detector: EventDetector;

  beforeEach(() => {
    now = START;
    store = new Store(timeSource(() => now));
    detector = new EventDetector(
      store,
      timeSource(() => now),
    );
  });

  const send = (stateId: number, valueAsString?: string, at = now): string[] => {
    const raw: RawObservation = { chargerId: ID, stateId, timestamp: new Date(at).toISOString() };
    const change = store.put(valueAsString === undefined ? raw : { ...raw, valueAsString }, 'push');
    return names(change ? detector.onChange(change) : []);
  };
  const names = (events: ChargerEvent[]) => events.map(({ event }) => event);
  const later = (ms: number) => {
    now += ms;
    return names(detector.settle());
  };

  it('makes no event of the first value of an observation', () => {
    for (const [id, value] of [
      [710, '3'],
      [718, '0'],
      [-2, '0'],
      [804, '4'],
    ] as const) {
      expect(send(id, value)).to.deep.equal([]);
    }
    expect(later(SETTLING)).to.deep.equal([]);
  });

  describe('of a read', () => {
    const [ONE, OTHER] = ['0a1b2c3d-0000-4000-8000-00000000005a', '0a1b2c3d-0000-4000-8000-00000000005b'];
    const read = (values: Record<number, string | undefined>): string[] => {
      const raws = Object.entries(values).map(([id, valueAsString]): RawObservation => {
        const raw = { chargerId: ID, stateId: Number(id), timestamp: new Date(now).toISOString() };
        return valueAsString === undefined ? raw : { ...raw, valueAsString };
      });
      const changes = store.fill(ID, raws, now);
      return names([...detector.onRead(changes), ...changes.flatMap((change) => detector.onChange(change))]);
    };

    for (const [mode, started] of [
      ['3', ['charging-started']],
      ['2', []],
    ] as const) {
      for (const before of ['2', '3', '5']) {
        it(`tells a car that was swapped in a gap, from mode ${before} to ${mode}`, () => {
          read({ 710: before, 721: ONE, 718: '0', 120: '0' });
          later(600_000);
          expect(read({ 710: mode, 721: OTHER })).to.deep.equal(['unplugged', 'plugged-in', ...started]);
          later(60_000);
          if (mode === '2') expect(send(710, '3')).to.deep.equal(['charging-started']);
          later(60_000);
          expect(send(710, '1')).to.deep.equal(['unplugged']);
        });
      }
    }

    it('tells a swapped car that waits for its authorisation, and its start afterwards', () => {
      read({ 710: '3', 721: ONE, 120: '1' });
      later(600_000);
      expect(read({ 710: '2', 721: undefined })).to.deep.equal(['unplugged', 'plugged-in']);
      expect(later(SETTLING)).to.deep.equal(['waiting-for-authorisation']);
      expect(send(721, OTHER)).to.deep.equal([]);
      expect(send(710, '3')).to.deep.equal(['charging-started']);
    });

    it('tells no swap where the car was seen to go', () => {
      read({ 710: '3', 721: ONE });
      later(60_000);
      expect(send(710, '1')).to.deep.equal(['unplugged']);
      later(60_000);
      expect(send(710, '2')).to.deep.equal(['plugged-in']);
      later(60_000);
      expect(read({ 710: '3', 721: OTHER })).to.deep.equal(['charging-started']);
    });

    it('tells no swap of the same session', () => {
      read({ 710: '3', 721: ONE });
      later(60_000);
      expect(read({ 710: '2', 721: ONE })).to.deep.equal(['charging-paused']);
    });

    for (const [how, isKept] of [
      ['as it was kept', true],
      ['as the energy of the session shows', false],
    ] as const) {
      it(`tells no second start after a restart in mode requesting, ${how}`, () => {
        read({ 710: '2', 721: ONE, 553: '0' });
        later(60_000);
        expect(send(710, '3')).to.deep.equal(['charging-started']);
        later(60_000);
        expect(send(553, '2.5')).to.deep.equal([]);
        expect(send(710, '2')).to.deep.equal(['charging-paused']);
        const [values, charged] = [store.dump(), detector.dump()];
        const time = timeSource(() => now);
        store = new Store(time);
        detector = new EventDetector(store, time);
        later(60_000);
        if (isKept) {
          store.restore(values);
          detector.restore(charged);
        } else read({ 710: '2', 721: ONE, 553: '2.5' });
        later(60_000);
        expect(isKept ? read({ 710: '3', 721: ONE, 553: '2.6' }) : send(710, '3')).to.deep.equal(['charging-resumed']);
      });
    }

    describe('after a restart of which it is kept that the car had charged', () => {
      beforeEach(() => detector.restore([ID, 5, null]));

      it('goes on to keep it while nothing comes of the charger', () => {
        expect(detector.dump()).to.deep.equal([ID]);
        detector.restore('x');
        expect(detector.dump()).to.deep.equal([ID]);
      });

      it('tells the start of another car', () => {
        send(710, '2');
        later(60_000);
        expect(send(710, '1')).to.deep.equal(['unplugged']);
        expect(detector.dump()).to.deep.equal([]);
        later(60_000);
        expect(send(710, '3')).to.deep.equal(['plugged-in', 'charging-started']);
        expect(detector.dump()).to.deep.equal([ID]);
      });
    });

    it('tells no swap of a car that came or went', () => {
      read({ 710: '1', 721: ONE });
      later(60_000);
      expect(read({ 710: '2', 721: OTHER })).to.deep.equal(['plugged-in']);
      later(60_000);
      expect(read({ 710: '1', 721: ONE })).to.deep.equal(['unplugged']);
    });

    it('tells no swap where a session ends and the car stays as it is', () => {
      read({ 710: '5', 721: ONE, 718: '0' });
      later(60_000);
      expect(read({ 710: '5', 721: undefined, 718: '0' })).to.deep.equal([]);
    });

    it('tells a swapped car that is full already', () => {
      read({ 710: '3', 721: ONE, 718: '0' });
      later(60_000);
      expect(read({ 710: '5', 721: OTHER, 718: '0' })).to.deep.equal(['unplugged', 'plugged-in']);
      expect(later(SETTLING)).to.deep.equal(['car-full']);
    });

    it('tells the first start after a restart in mode requesting', () => {
      read({ 710: '2', 721: ONE, 553: '0' });
      later(60_000);
      expect(send(710, '3')).to.deep.equal(['charging-started']);
    });
  });

  it('says which warnings a fault is about, with their bits', () => {
    store.know([{ id: ID, deviceId: 'ZAP000001', deviceType: 4 }]);
    send(804, '0');
    now += 1_000;
    const [stopping] = [...constantsTable().warnings.Apollo].filter(([, name]) => stopsCharging(name));
    const [harmless] = [...constantsTable().warnings.Apollo].filter(([, name]) => !stopsCharging(name));
    const mask = String((1n << BigInt(stopping![0])) | (1n << BigInt(harmless![0])));
    const raise = (text: string) => {
      const change = store.put(
        { chargerId: ID, stateId: 804, timestamp: new Date(now).toISOString(), valueAsString: text },
        'push',
      );
      return detector.onChange(change!).map(({ event, warnings }) => ({ event, warnings }));
    };
    const warnings = [{ name: stopping![1], bit: stopping![0] }];
    expect(raise(mask)).to.deep.equal([{ event: 'fault', warnings }]);
    now += 1_000;
    expect(raise('0')).to.deep.equal([{ event: 'fault-cleared', warnings }]);
  });

  it('reports a charge from cable in to cable out', () => {
    send(710, '1');
    send(718, '0');
    now += 1000;
    expect(send(710, '2')).to.deep.equal(['plugged-in']);
    now += 1000;
    expect(send(710, '3')).to.deep.equal(['charging-started']);
    now += 1000;
    expect(send(710, '2')).to.deep.equal(['charging-paused']);
    now += 1000;
    expect(send(710, '3')).to.deep.equal(['charging-resumed']);
    now += 60_000;
    expect(send(710, '5')).to.deep.equal([]);
    expect(detector.settlesInMs).to.equal(SETTLING);
    expect(later(SETTLING - 1)).to.deep.equal([]);
    expect(later(1)).to.deep.equal(['car-full']);
    expect(detector.settlesInMs).to.equal(undefined);
    expect(send(710, '1')).to.deep.equal(['unplugged']);
  });

  it('gives each event its time and what is known then', () => {
    store.know([{ id: ID, name: 'Garage' }]);
    send(710, '1');
    now += 1000;
    const raw = { chargerId: ID, stateId: 710, timestamp: '2026-05-04T10:00:00.500Z', valueAsString: '3' };
    const [plugged] = detector.onChange(store.put(raw, 'push')!);
    expect(plugged).to.deep.equal({
      event: 'plugged-in',
      chargerId: ID,
      time: '2026-05-04T10:00:00.500Z',
      snapshot: { id: ID, name: 'Garage', mode: 'charging' },
    });
  });

  it('derives missed events from the modes before and after', () => {
    send(710, '1');
    now += 1000;
    expect(send(710, '3')).to.deep.equal(['plugged-in', 'charging-started']);
    now += 1000;
    expect(send(710, '1')).to.deep.equal(['unplugged']);
  });

  it('reports a pause at once, whichever message comes first', () => {
    for (const order of [
      [710, 718],
      [718, 710],
    ] as const) {
      now += 60_000;
      send(710, '3');
      send(718, '0');
      now += 60_000;
      expect(order.flatMap((id) => send(id, id === 710 ? '5' : '1'))).to.deep.equal(['charging-paused']);
      expect(later(SETTLING)).to.deep.equal([]);
    }
  });

  it('reports a pause of a car that was full, once', () => {
    send(710, '3');
    send(718, '0');
    now += 1000;
    send(710, '5');
    expect(later(SETTLING)).to.deep.equal(['car-full']);
    now += 1000;
    expect(send(718, '1')).to.deep.equal(['charging-paused']);
    now += 1000;
    expect(send(718, '1')).to.deep.equal([]);
  });

  it('corrects car-full when the pause becomes known later', () => {
    send(710, '3');
    send(718, '0');
    now += 1000;
    const paused = now;
    send(710, '5');
    expect(later(SETTLING)).to.deep.equal(['car-full']);
    expect(send(718, '1', paused)).to.deep.equal(['charging-paused']);
  });

  it('reports a pause when 718 was never sent', () => {
    send(710, '3');
    now += 1000;
    send(710, '5');
    expect(later(SETTLING)).to.deep.equal(['charging-paused']);
  });

  it('does not take a moment between two modes for a full car', () => {
    send(710, '3');
    send(718, '0');
    now += 1000;
    send(710, '5');
    now += 1000;
    expect(send(710, '1')).to.deep.equal(['unplugged']);
    expect(later(SETTLING)).to.deep.equal([]);
  });

  describe('and waiting-for-authorisation', () => {
    const plugIn = () => {
      send(120, '1');
      send(721);
      send(722);
      send(710, '1');
      now += 60_000;
      return send(710, '2');
    };

    it('reports it when nobody has authorised within five seconds', () => {
      expect(plugIn()).to.deep.equal(['plugged-in']);
      expect(later(SETTLING)).to.deep.equal(['waiting-for-authorisation']);
    });

    it('does not report it when somebody has, whichever message says so', () => {
      for (const id of [721, 722]) {
        plugIn();
        now += 1000;
        send(id, ID);
        expect(later(SETTLING)).to.deep.equal([]);
        now += 1000;
        send(710, '1');
      }
    });

    it('does not report it where no authorisation is needed', () => {
      plugIn();
      send(120, '0');
      expect(later(SETTLING)).to.deep.equal([]);
    });
  });

  it('reports offline and online, and the first and the last warning that stops charging', () => {
    send(-2, '1');
    send(804, '1');
    now += 1000;
    expect(send(-2, '0')).to.deep.equal(['offline']);
    now += 1000;
    expect(send(-2, '0')).to.deep.equal([]);
    now += 1000;
    expect(send(-2, '1')).to.deep.equal(['online']);
    expect(send(804, '5')).to.deep.equal(['fault']);
    now += 1000;
    expect(send(804, '262149')).to.deep.equal([]);
    now += 1000;
    expect(send(804, '1')).to.deep.equal(['fault-cleared']);
  });

  it('does not take an unknown mode for a change', () => {
    send(710, '3');
    now += 1000;
    expect(send(710, '6')).to.deep.equal([]);
    now += 1000;
    expect(send(710, '3')).to.deep.equal([]);
    now += 1000;
    expect(send(710, 'x')).to.deep.equal([]);
  });

  it('reports after a restart what has changed meanwhile', () => {
    send(710, '1');
    send(718, '0');
    const next = new Store(timeSource(() => now));
    next.restore(store.dump());
    const anew = new EventDetector(
      next,
      timeSource(() => now),
    );
    now += 60_000;
    const raw = (stateId: number, valueAsString: string) => ({
      chargerId: ID,
      stateId,
      timestamp: new Date(now - 1000).toISOString(),
      valueAsString,
    });
    const events = next.fill(ID, [raw(710, '5'), raw(718, '1')], now).flatMap((change) => anew.onChange(change));
    expect(names(events)).to.deep.equal(['plugged-in', 'charging-paused']);
  });

  /** All events when messages arrive in that order; each at its own time, or all of them at the end. */
  function eventsOf(run: ChargerRun, messages: readonly RawObservation[], atTheEnd: boolean): string[] {
    now = atTheEnd ? run.end : run.start;
    store = new Store(timeSource(() => now));
    detector = new EventDetector(
      store,
      timeSource(() => now),
    );
    const events = store.fill(run.chargerId, run.before, now).flatMap((change) => detector.onChange(change));
    for (const message of messages) {
      if (!atTheEnd) now = Math.max(now, Date.parse(message.timestamp!));
      const change = store.put(message, 'push');
      events.push(...detector.settle(), ...(change ? detector.onChange(change) : []));
    }
    now = run.end + SETTLING;
    events.push(...detector.settle());
    for (const { event, snapshot } of events) {
      expect(matches({ ...snapshot, event }), JSON.stringify(matches.errors)).to.equal(true);
    }
    return events.map(({ event, time }) => `${time} ${event}`).sort();
  }

  it('reports the events of a simulated charger in order', () => {
    const run = runCharger(
      [
        { action: 'plug', seconds: 600 },
        { action: 'authorise', seconds: 600 },
        { action: 'pause', seconds: 60 },
        { action: 'offline', seconds: 60 },
        { action: 'online', seconds: 60 },
        { action: 'resume', seconds: 60 },
        { action: 'authorise', seconds: 24 * 3600 },
        { action: 'unplug', seconds: 60 },
      ],
      true,
    );
    expect(eventsOf(run, run.messages, false).map((line) => line.split(' ')[1])).to.deep.equal([
      'plugged-in',
      'waiting-for-authorisation',
      'charging-started',
      'charging-paused',
      'offline',
      'online',
      'charging-resumed',
      'car-full',
      'unplugged',
    ]);
  });

  it('reports the same in whatever order the messages of several ids arrive, and however often', () => {
    const steps = fc.array(
      fc.record({ action: fc.constantFrom(...ACTIONS), seconds: fc.constantFrom(7, 30, 300, 7200) }),
      {
        minLength: 1,
        maxLength: 12,
      },
    );
    fc.assert(
      fc.property(steps, fc.boolean(), fc.infiniteStream(fc.nat()), (done, authentication, random) => {
        const run = runCharger(done, authentication);
        const messages = run.messages.filter(({ stateId }) => RELEVANT.has(stateId));
        const inOrder = eventsOf(run, messages, false);
        expect(
          eventsOf(
            run,
            disordered(messages, () => random.next().value),
            true,
          ),
        ).to.deep.equal(inOrder);
      }),
      { numRuns: 40 },
    );
  });
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv2020 from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import { expect } from 'chai';
import { clock } from '../../../src/time/clock';
import { fakeTimers } from '../../support/fake-timers';
import fc from 'fast-check';
import { EventDetector, type ChargerEvent } from '../../../src/state/events';
import type { RawObservation } from '../../../src/zaptec/observations';
import { Store } from '../../../src/state/store';
import { ACTS, pretendHistory, type PretendHistory } from '../../support/session-archive';
import { dealt } from '../../support/disorder';

const ID = '0a1b2c3d-0000-4000-8000-0000000000a1';
const START = Date.UTC(2026, 4, 4, 10);
const SETTLING = 5_000;

const schema = JSON.parse(readFileSync(join(__dirname, '../../../docs/schema/event.schema.json'), 'utf8')) as object;
const matches = addFormats(new Ajv2020({ allErrors: true, strict: true })).compile(schema);

/** The decisive values; what else a charger tells is of no matter here. */
const TELLING = new Set([-2, 120, 710, 718, 721, 722, 804]);

describe('events', () => {
  let now: number;
  let store: Store;
  let detector: EventDetector;

  beforeEach(() => {
    now = START;
    store = new Store(() => now);
    detector = new EventDetector(store, () => now);
  });

  const tell = (stateId: number, valueAsString?: string, at = now): string[] => {
    const raw: RawObservation = { chargerId: ID, stateId, timestamp: new Date(at).toISOString() };
    const change = store.put(valueAsString === undefined ? raw : { ...raw, valueAsString }, 'push');
    return names(change ? detector.onChange(change) : []);
  };
  const names = (events: ChargerEvent[]) => events.map(({ event }) => event);
  const later = (ms: number) => {
    now += ms;
    return names(detector.settle());
  };

  it('tells nothing of what is known first', () => {
    for (const [id, value] of [
      [710, '3'],
      [718, '0'],
      [-2, '0'],
      [804, '4'],
    ] as const) {
      expect(tell(id, value)).to.deep.equal([]);
    }
    expect(later(SETTLING)).to.deep.equal([]);
  });

  it('tells a charge from cable in to cable out', () => {
    tell(710, '1');
    tell(718, '0');
    now += 1000;
    expect(tell(710, '2')).to.deep.equal(['plugged-in']);
    now += 1000;
    expect(tell(710, '3')).to.deep.equal(['charging-started']);
    now += 1000;
    expect(tell(710, '2')).to.deep.equal(['charging-paused']);
    now += 1000;
    expect(tell(710, '3')).to.deep.equal(['charging-resumed']);
    now += 60_000;
    expect(tell(710, '5')).to.deep.equal([]);
    expect(detector.settlesAt).to.equal(now + SETTLING);
    expect(later(SETTLING - 1)).to.deep.equal([]);
    expect(later(1)).to.deep.equal(['car-full']);
    expect(detector.settlesAt).to.equal(undefined);
    expect(tell(710, '1')).to.deep.equal(['unplugged']);
  });

  it('decides in time though the wall clock was set back by weeks', () => {
    const timers = fakeTimers(now);
    try {
      const ofClock = new EventDetector(store);
      const onValue = (stateId: number, valueAsString: string) => {
        const raw = { chargerId: ID, stateId, timestamp: clock.iso(), valueAsString };
        now = clock.now();
        const change = store.put(raw, 'push');
        return change ? ofClock.onChange(change).map(({ event }) => event) : [];
      };
      onValue(718, '0');
      onValue(710, '3');
      timers.tick(1_000);
      onValue(710, '5');
      timers.setWallClock(-40 * 24 * 3_600_000);
      expect(ofClock.settlesAt).to.equal(clock.now() + SETTLING);
      timers.tick(SETTLING - 1);
      expect(ofClock.settle()).to.deep.equal([]);
      timers.tick(1);
      expect(ofClock.settle().map(({ event }) => event)).to.deep.equal(['car-full']);
    } finally {
      timers.restore();
    }
  });

  it('says when it happened and what is known', () => {
    store.know([{ id: ID, name: 'Garage' }]);
    tell(710, '1');
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

  it('derives what was missed from both ends', () => {
    tell(710, '1');
    now += 1000;
    expect(tell(710, '3')).to.deep.equal(['plugged-in', 'charging-started']);
    now += 1000;
    expect(tell(710, '1')).to.deep.equal(['unplugged']);
  });

  it('tells a pause at once, whichever message comes first', () => {
    for (const order of [
      [710, 718],
      [718, 710],
    ] as const) {
      now += 60_000;
      tell(710, '3');
      tell(718, '0');
      now += 60_000;
      expect(order.flatMap((id) => tell(id, id === 710 ? '5' : '1'))).to.deep.equal(['charging-paused']);
      expect(later(SETTLING)).to.deep.equal([]);
    }
  });

  it('tells a pause of a car that was full, once', () => {
    tell(710, '3');
    tell(718, '0');
    now += 1000;
    tell(710, '5');
    expect(later(SETTLING)).to.deep.equal(['car-full']);
    now += 1000;
    expect(tell(718, '1')).to.deep.equal(['charging-paused']);
    now += 1000;
    expect(tell(718, '1')).to.deep.equal([]);
  });

  it('corrects itself when the pause becomes known too late', () => {
    tell(710, '3');
    tell(718, '0');
    now += 1000;
    const paused = now;
    tell(710, '5');
    expect(later(SETTLING)).to.deep.equal(['car-full']);
    expect(tell(718, '1', paused)).to.deep.equal(['charging-paused']);
  });

  it('tells what is certain when 718 was never told', () => {
    tell(710, '3');
    now += 1000;
    tell(710, '5');
    expect(later(SETTLING)).to.deep.equal(['charging-paused']);
  });

  it('does not take a moment between two modes for a full car', () => {
    tell(710, '3');
    tell(718, '0');
    now += 1000;
    tell(710, '5');
    now += 1000;
    expect(tell(710, '1')).to.deep.equal(['unplugged']);
    expect(later(SETTLING)).to.deep.equal([]);
  });

  describe('waiting for authorisation', () => {
    const plugIn = () => {
      tell(120, '1');
      tell(721);
      tell(722);
      tell(710, '1');
      now += 60_000;
      return tell(710, '2');
    };

    it('is told when nobody has authorised within five seconds', () => {
      expect(plugIn()).to.deep.equal(['plugged-in']);
      expect(later(SETTLING)).to.deep.equal(['waiting-for-authorisation']);
    });

    it('is not told when somebody has, whatever message tells it', () => {
      for (const id of [721, 722]) {
        plugIn();
        now += 1000;
        tell(id, ID);
        expect(later(SETTLING)).to.deep.equal([]);
        now += 1000;
        tell(710, '1');
      }
    });

    it('is not told where none is needed', () => {
      plugIn();
      tell(120, '0');
      expect(later(SETTLING)).to.deep.equal([]);
    });
  });

  it('tells offline and online, and the first and the last warning that stops charging', () => {
    tell(-2, '1');
    tell(804, '1');
    now += 1000;
    expect(tell(-2, '0')).to.deep.equal(['offline']);
    now += 1000;
    expect(tell(-2, '0')).to.deep.equal([]);
    now += 1000;
    expect(tell(-2, '1')).to.deep.equal(['online']);
    expect(tell(804, '5')).to.deep.equal(['fault']);
    now += 1000;
    expect(tell(804, '262149')).to.deep.equal([]);
    now += 1000;
    expect(tell(804, '1')).to.deep.equal(['fault-cleared']);
  });

  it('does not take an unknown mode for a change', () => {
    tell(710, '3');
    now += 1000;
    expect(tell(710, '6')).to.deep.equal([]);
    now += 1000;
    expect(tell(710, '3')).to.deep.equal([]);
    now += 1000;
    expect(tell(710, 'x')).to.deep.equal([]);
  });

  it('tells after a restart what has changed meanwhile', () => {
    tell(710, '1');
    tell(718, '0');
    const next = new Store(() => now);
    next.restore(store.dump());
    const anew = new EventDetector(next, () => now);
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

  /** Everything that is told when messages arrive like that; each at its own time, or all of them at the end. */
  function heard(history: PretendHistory, messages: readonly RawObservation[], atTheEnd: boolean): string[] {
    now = atTheEnd ? history.end : history.start;
    store = new Store(() => now);
    detector = new EventDetector(store, () => now);
    const events = store.fill(history.chargerId, history.before, now).flatMap((change) => detector.onChange(change));
    for (const message of messages) {
      if (!atTheEnd) now = Math.max(now, Date.parse(message.timestamp!));
      const change = store.put(message, 'push');
      events.push(...detector.settle(), ...(change ? detector.onChange(change) : []));
    }
    now = history.end + SETTLING;
    events.push(...detector.settle());
    for (const { event, snapshot } of events) {
      expect(matches({ ...snapshot, event }), JSON.stringify(matches.errors)).to.equal(true);
    }
    return events.map(({ event, time }) => `${time} ${event}`).sort();
  }

  it('tell the story of a pretend charger', () => {
    const history = pretendHistory(
      [
        { act: 'plug', seconds: 600 },
        { act: 'authorise', seconds: 600 },
        { act: 'pause', seconds: 60 },
        { act: 'offline', seconds: 60 },
        { act: 'online', seconds: 60 },
        { act: 'resume', seconds: 60 },
        { act: 'authorise', seconds: 24 * 3600 },
        { act: 'unplug', seconds: 60 },
      ],
      true,
    );
    expect(heard(history, history.messages, false).map((line) => line.split(' ')[1])).to.deep.equal([
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

  it('are the same in whatever order the messages of several ids arrive, and however often', () => {
    const acts = fc.array(fc.record({ act: fc.constantFrom(...ACTS), seconds: fc.constantFrom(7, 30, 300, 7200) }), {
      minLength: 1,
      maxLength: 12,
    });
    fc.assert(
      fc.property(acts, fc.boolean(), fc.infiniteStream(fc.nat()), (done, authentication, random) => {
        const history = pretendHistory(done, authentication);
        const messages = history.messages.filter(({ stateId }) => TELLING.has(stateId));
        const inOrder = heard(history, messages, false);
        expect(
          heard(
            history,
            dealt(messages, () => random.next().value),
            true,
          ),
        ).to.deep.equal(inOrder);
      }),
      { numRuns: 40 },
    );
  });
});

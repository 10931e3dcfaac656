import { expect } from 'chai';
import { ModeTimeline, type Transition } from '../../../src/state/mode-timeline';
import { ValueTimeline } from '../../../src/state/value-timeline';
import type { OperationMode } from '../../../src/zaptec/device';

describe('the modes of a charger, one after the other', () => {
  const rows: [first: OperationMode, next: OperationMode, events: Transition[]][] = [
    ['disconnected', 'requesting', ['plugged-in']],
    ['disconnected', 'charging', ['plugged-in', 'charging-started']],
    ['disconnected', 'finished', ['plugged-in']],
    ['requesting', 'charging', ['charging-started']],
    ['requesting', 'finished', []],
    ['requesting', 'requesting', []],
    ['charging', 'requesting', ['charging-paused']],
    ['charging', 'finished', []],
    ['finished', 'charging', ['charging-resumed']],
    ['finished', 'requesting', []],
    ['charging', 'disconnected', ['unplugged']],
  ];
  for (const [first, next, events] of rows) {
    it(`from ${first}, known first, to ${next}: ${events.join(', ') || 'nothing'}`, () => {
      const modes = new ModeTimeline();
      expect(modes.empty).to.equal(true);
      expect(modes.next(next, 0, 0)).to.deep.equal([]);
      modes.begin(first, 1);
      expect(modes.empty).to.equal(false);
      expect(modes.next(next, 2, 2)).to.deep.equal(events);
    });
  }

  it('resume what has charged since the car is there, and start with another car', () => {
    const modes = new ModeTimeline();
    modes.begin('requesting', 0);
    const events = (['charging', 'requesting', 'charging', 'disconnected', 'charging'] as const).flatMap(
      (mode, index) => modes.next(mode, index + 1, index + 1),
    );
    expect(events).to.deep.equal([
      'charging-started',
      'charging-paused',
      'charging-resumed',
      'unplugged',
      'plugged-in',
      'charging-started',
    ]);
  });

  it('resume where it is known from elsewhere that the car has charged', () => {
    const modes = new ModeTimeline();
    modes.begin('requesting', 0);
    modes.markCharged();
    expect(modes.next('charging', 1, 1)).to.deep.equal(['charging-resumed']);
  });

  it('say that the car was there before, until it has gone or was swapped', () => {
    const modes = new ModeTimeline();
    expect(modes.startsConnected).to.equal(false);
    modes.begin('requesting', 0);
    modes.next('charging', 1, 1);
    expect(modes.startsConnected).to.equal(true);
    modes.next('disconnected', 2, 2);
    modes.next('charging', 3, 3);
    expect(modes.startsConnected).to.equal(false);
    const swapped = new ModeTimeline();
    swapped.begin('requesting', 0);
    expect(swapped.swap('charging', 1, 1)).to.deep.equal(['unplugged', 'plugged-in', 'charging-started']);
    expect(swapped.startsConnected).to.equal(false);
    const free = new ModeTimeline();
    free.begin('disconnected', 0);
    expect(free.startsConnected).to.equal(false);
  });

  it('have no gap between them, and an end once there is a next', () => {
    const modes = new ModeTimeline();
    modes.begin('requesting', 0);
    modes.next('charging', 5, 6);
    modes.swap('requesting', 9, 9);
    expect(modes.all.map(({ mode, from, until }) => [mode, from, until])).to.deep.equal([
      ['requesting', 0, 5],
      ['charging', 5, 9],
      ['disconnected', 9, 9],
      ['requesting', 9, Infinity],
    ]);
    expect(modes.all.map(({ settled }) => settled)).to.deep.equal([true, true, true, false]);
  });

  it('are the last 32', () => {
    const modes = new ModeTimeline();
    modes.begin('requesting', 0);
    for (let at = 1; at < 32; at += 1) modes.next(at % 2 === 0 ? 'requesting' : 'charging', at, at);
    expect([modes.all.length, modes.all[0]?.from]).to.deep.equal([32, 0]);
    modes.next('requesting', 32, 32);
    expect([modes.all.length, modes.all[0]?.from]).to.deep.equal([32, 1]);
  });
});

describe('the values of an observation, one after the other', () => {
  it('are known at each moment since the first', () => {
    const values = new ValueTimeline<boolean>();
    expect([values.empty, values.at(10)]).to.deep.equal([true, undefined]);
    values.push(10, true);
    values.push(20, false);
    expect(values.empty).to.equal(false);
    expect([9, 10, 19, 20, 30].map((time) => values.at(time))).to.deep.equal([undefined, true, true, false, false]);
  });

  it('say when one came first in a span, its beginning with it and its end without', () => {
    const values = new ValueTimeline<boolean>();
    values.push(10, true);
    values.push(15, true);
    values.push(20, false);
    values.push(30, true);
    const spans: [from: number, until: number, at: number | undefined][] = [
      [10, 20, 10],
      [11, 30, undefined],
      [11, 31, 30],
      [31, 99, undefined],
    ];
    for (const [from, until, at] of spans) expect(values.firstAfter(true, from, until), String(from)).to.equal(at);
  });

  it('are the last 32', () => {
    const values = new ValueTimeline<number>();
    for (let at = 1; at <= 32; at += 1) values.push(at, at);
    expect(values.at(1)).to.equal(1);
    values.push(33, 33);
    expect([values.at(1), values.at(2), values.at(33)]).to.deep.equal([undefined, 2, 33]);
  });
});

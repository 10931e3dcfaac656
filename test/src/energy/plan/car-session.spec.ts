import { expect } from 'chai';
import { CarSession, type CarReading } from '../../../../src/energy/plan/car-session';

const CAPACITY_KWH = 50;

/** A session of which these readings have come. */
function after(...readings: CarReading[]): CarSession {
  const car = new CarSession();
  for (const reading of readings) car.take(reading);
  return car;
}

const restarted = (car: CarSession): CarSession => {
  const next = new CarSession();
  next.restore(JSON.parse(JSON.stringify(car.dump())));
  return next;
};

describe('the session of a car', () => {
  for (const [what, before, next, isNew] of [
    ['has another id', { sessionId: 'a' }, { sessionId: 'b' }, true],
    [
      'has the same id, whatever its energy',
      { sessionId: 'a', sessionKwh: 20 },
      { sessionId: 'a', sessionKwh: 0 },
      false,
    ],
    ['begins with the cable, where nobody says ids', { mode: 'disconnected' }, { mode: 'requesting' }, true],
    ['has no cable still', { mode: 'disconnected' }, { mode: 'disconnected' }, false],
    ['is of a cable of which nothing is said', { mode: 'disconnected' }, { sessionKwh: 3 }, false],
    ['goes on after a pause', { mode: 'finished' }, { mode: 'charging' }, false],
    ['has less than half of the energy', { sessionKwh: 10 }, { sessionKwh: 4.9 }, true],
    ['has half of the energy, as after a correction', { sessionKwh: 10 }, { sessionKwh: 5 }, false],
    ['has fallen by no more than 1 kWh', { sessionKwh: 1 }, { sessionKwh: 0 }, false],
    ['has fallen by more than 1 kWh', { sessionKwh: 1.1 }, { sessionKwh: 0 }, true],
    ['has more energy', { sessionKwh: 10 }, { sessionKwh: 30 }, false],
    ['has an energy for the first time', {}, { sessionKwh: 30 }, false],
    ['says no energy any more', { sessionKwh: 30 }, {}, false],
  ] as const satisfies readonly (readonly [string, CarReading, CarReading, boolean])[]) {
    it(`is ${isNew ? 'another one' : 'the same'} where it ${what}`, () => {
      expect(after(before).take(next)).to.equal(isNew);
    });
  }

  it('begins with no energy where the one before had some, and nobody says its own', () => {
    const car = after({ sessionId: 'a', sessionKwh: 20 });
    car.take({ sessionId: 'b' });
    expect(car.kwh).to.equal(0);
    const unknown = after({ sessionId: 'a' });
    unknown.take({ sessionId: 'b' });
    expect(unknown.kwh).to.equal(undefined);
  });

  it('keeps its energy, its id and its mode where a reading leaves them out', () => {
    const car = after({ sessionId: 'a', sessionKwh: 20, mode: 'charging', powerW: 7_000 }, {});
    expect([car.kwh, car.mode, car.isConnected]).to.deep.equal([20, 'charging', true]);
    expect(car.take({ sessionId: 'a' })).to.equal(false);
  });

  it('leaves out what is no sensible value', () => {
    for (const sessionKwh of [-1, NaN, Infinity, 1_001, '7']) {
      const car = after({ sessionKwh: 20 }, { sessionKwh } as CarReading);
      expect(car.kwh, String(sessionKwh)).to.equal(20);
    }
    for (const powerW of [-1, NaN, 1_000_001, '7']) {
      expect(after({ mode: 'charging', powerW } as CarReading).chargingKw, String(powerW)).to.equal(undefined);
    }
    expect(after({ mode: 'charging', powerW: 1_000_000, sessionKwh: 1_000 })).to.include({
      chargingKw: 1_000,
      kwh: 1_000,
    });
    expect(after({ mode: '' }).mode).to.equal(undefined);
  });

  it('draws power only while it charges', () => {
    expect(after({ mode: 'charging', powerW: 7_400 }).chargingKw).to.equal(7.4);
    expect(after({ mode: 'finished', powerW: 7_400 }).chargingKw).to.equal(undefined);
  });

  it('is full from the word of the car on, until another one begins', () => {
    const car = after({ sessionId: 'a', reason: 'car-full' }, { sessionId: 'a', reason: 'paused' });
    expect(car.isFull).to.equal(true);
    car.take({ sessionId: 'b' });
    expect(car.isFull).to.equal(false);
  });

  it('adds what was charged since to the level of the battery', () => {
    const car = after({ sessionId: 'a', sessionKwh: 5 });
    expect(car.batteryAt(CAPACITY_KWH, 0.9)).to.equal(undefined);
    car.setBattery(40);
    car.take({ sessionId: 'a', sessionKwh: 10 });
    expect(car.batteryAt(CAPACITY_KWH, 0.9)).to.be.closeTo(49, 1e-9);
    car.take({ sessionId: 'a', sessionKwh: 4 });
    expect(car.batteryAt(CAPACITY_KWH, 0.9), 'after a correction').to.equal(40);
    car.take({ sessionId: 'b', sessionKwh: 0 });
    expect(car.batteryAt(CAPACITY_KWH, 0.9), 'of another session').to.equal(undefined);
  });

  it('counts what it charges from a level that was said before its energy', () => {
    const car = after({ mode: 'charging' });
    car.setBattery(40);
    expect(car.batteryAt(CAPACITY_KWH, 0.9)).to.equal(40);
    car.take({ mode: 'charging', sessionKwh: 5 });
    expect(car.batteryAt(CAPACITY_KWH, 0.9)).to.be.closeTo(49, 1e-9);
  });

  it('is known after a restart: full, its battery and its energy', () => {
    const car = after({ sessionId: 'a', mode: 'finished', sessionKwh: 5, reason: 'car-full' });
    car.setBattery(40);
    car.take({ sessionId: 'a', sessionKwh: 10, reason: 'paused' });
    const next = restarted(car);
    expect(next).to.include({ isFull: true, kwh: 10, mode: 'finished' });
    expect(next.batteryAt(CAPACITY_KWH, 0.9)).to.be.closeTo(49, 1e-9);
    expect(next.take({ sessionId: 'a' })).to.equal(false);
    expect(next.take({ sessionId: 'b' })).to.equal(true);
  });

  it('takes no level of a battery from a damaged dump', () => {
    for (const battery of [null, 'x', { percent: 140, sessionKwh: 1 }, { percent: 40 }, { sessionKwh: 1 }]) {
      const car = new CarSession();
      car.restore({ sessionKwh: 5, battery });
      expect(car.batteryAt(CAPACITY_KWH, 0.9), JSON.stringify(battery)).to.equal(undefined);
      expect(car.kwh).to.equal(5);
    }
    for (const dump of [undefined, null, 7, 'x']) {
      const car = new CarSession();
      car.restore(dump);
      expect(car.dump()).to.deep.equal({});
    }
  });

  it('takes over only a full car for full, and no more than 100 characters of an id', () => {
    const car = after({ sessionId: 'a', mode: 'finished' });
    expect(restarted(car).isFull).to.equal(false);
    const long = after({ sessionId: 'x'.repeat(1_000) });
    expect(JSON.stringify(long.dump()).length).to.be.below(200);
    expect(long.take({ sessionId: 'x'.repeat(100) })).to.equal(false);
  });
});

import { expect } from 'chai';
import { PhasesUsed } from '../../../../src/energy/surplus/phases-used';
import { SampleWindow } from '../../../../src/energy/surplus/sample-window';
import { SunEstimate, type SurplusInput } from '../../../../src/energy/surplus/sun-estimate';
import type { SurplusSettings } from '../../../../src/energy/surplus/surplus-settings';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const START = Date.UTC(2026, 5, 1, 10);

describe('the recent power of the sun', () => {
  let window: SampleWindow;
  beforeEach(() => (window = new SampleWindow()));
  const suns = (now: number, ms: number) => window.since(now, ms).map(({ sunW }) => sunW);

  it('is a mean for each five seconds', () => {
    expect(window.last).to.equal(undefined);
    for (const [second, watts] of [
      [0, 100],
      [2, 200],
      [4.9, 600],
      [5, 1_000],
      [6, 3_000],
    ] as const) {
      window.add(START + second * SECOND, watts);
    }
    expect(suns(START + MINUTE, MINUTE + 1)).to.deep.equal([300, 2_000]);
    expect(window.last).to.deep.equal({ at: START + 5 * SECOND, sunW: 2_000 });
  });

  it('is that of the last minutes, the last sample at least', () => {
    for (let minute = 0; minute < 4; minute += 1) window.add(START + minute * MINUTE, minute);
    expect(suns(START + 3 * MINUTE, 2 * MINUTE)).to.deep.equal([2, 3]);
    expect(suns(START + 3 * MINUTE, 2 * MINUTE + 1)).to.deep.equal([1, 2, 3]);
    expect(suns(START + 60 * MINUTE, MINUTE)).to.deep.equal([3]);
    window.clear();
    expect(suns(START, 60 * MINUTE)).to.deep.equal([]);
  });

  it('is kept for two hours at least, and not for ever', () => {
    for (let minute = 0; minute <= 400; minute += 1) window.add(START + minute * MINUTE, minute);
    const kept = suns(START + 400 * MINUTE, 400 * MINUTE + 1);
    expect(kept.at(-1)).to.equal(400);
    expect(kept.length).to.be.within(121, 243);
  });

  it('is the same after a restart, as the means of minutes', () => {
    for (const [second, watts] of [
      [0, 100],
      [30, 201],
      [60, 500],
      [119, 700],
    ] as const) {
      window.add(START + second * SECOND, watts);
    }
    expect(window.dump(START - 1)).to.deep.equal([
      { at: START, sunW: 151 },
      { at: START + MINUTE, sunW: 600 },
    ]);
    expect(window.dump(START)).to.deep.equal([
      { at: START, sunW: 201 },
      { at: START + MINUTE, sunW: 600 },
    ]);
    const after = new SampleWindow();
    after.restore(window.dump(0));
    expect(after.since(START + 2 * MINUTE, 3 * MINUTE)).to.deep.equal(window.dump(0));
  });

  it('is restored from what is of use, in order, and no more than is kept', () => {
    window.restore('x');
    window.restore([null, 5, {}, { at: START }, { sunW: 5 }, { at: 'x', sunW: 1 }, { at: START, sunW: NaN }]);
    expect(window.last).to.equal(undefined);
    window.restore([
      { at: START, sunW: 1 },
      { at: START - MINUTE, sunW: 2 },
      { at: START + MINUTE, sunW: 3 },
    ]);
    expect(suns(START + MINUTE, 60 * MINUTE)).to.deep.equal([1, 3]);
    window.clear();
    window.restore(Array.from({ length: 500 }, (_, minute) => ({ at: START + minute * MINUTE, sunW: minute })));
    expect(suns(START + 500 * MINUTE, 600 * MINUTE)).to.have.length(130);
  });

  it('leaves out what lies before or after the time that counts', () => {
    for (let minute = 0; minute < 4; minute += 1) window.add(START + minute * MINUTE, minute);
    window.keep(START + MINUTE, START + 2 * MINUTE);
    expect(suns(START + 4 * MINUTE, 60 * MINUTE)).to.deep.equal([1, 2]);
  });
});

describe('what is left of the sun', () => {
  const SETTINGS = {
    unit: 'W',
    gridSign: 'import',
    batterySign: 'charging',
    batteryFirstTo: undefined,
    reserveW: 0,
    silence: 5,
  } as SurplusSettings;
  let estimate: SunEstimate;
  beforeEach(() => (estimate = new SunEstimate()));
  const left = (input: SurplusInput, settings: Partial<SurplusSettings> = {}, now = START) => {
    const all = { ...SETTINGS, ...settings };
    estimate.take(input, now, all);
    return estimate.leftAt(now, all);
  };

  const rows: [what: string, SurplusInput, Partial<SurplusSettings>, number][] = [
    ['export, and what the chargers take', { grid: -1_000, chargers: 3_000 }, {}, 4_000],
    ['import', { grid: 500, chargers: 3_000 }, {}, 2_500],
    ['a meter that counts export', { grid: 1_000, chargers: 0 }, { gridSign: 'export' }, 1_000],
    ['kW', { grid: -1.5, chargers: 1 }, { unit: 'kW' }, 2_500],
    ['a reserve', { grid: -1_000, chargers: 0 }, { reserveW: 200 }, 800],
    ['a house behind the back of the meter', { grid: -1_000, chargers: 0, house: 300 }, {}, 700],
    ['a battery that charges comes first', { grid: -1_000, chargers: 0, battery: 2_000 }, {}, 1_000],
    ['a battery that gives is no sun', { grid: -1_000, chargers: 0, battery: -2_000 }, {}, -1_000],
    [
      'a battery that counts what it gives',
      { grid: -1_000, chargers: 0, battery: 2_000 },
      { batterySign: 'discharging' },
      -1_000,
    ],
    [
      'a battery that is full enough comes second',
      { grid: -1_000, chargers: 0, battery: 2_000, batteryLevel: 80 },
      { batteryFirstTo: 80 },
      3_000,
    ],
    [
      'a battery that is not full enough',
      { grid: -1_000, chargers: 0, battery: 2_000, batteryLevel: '79 %' },
      { batteryFirstTo: 80 },
      1_000,
    ],
    ['a battery of unknown level', { grid: -1_000, chargers: 0, battery: 2_000 }, { batteryFirstTo: 0 }, 1_000],
  ];
  for (const [what, input, settings, watts] of rows) {
    it(`${what}: ${watts} W`, () => {
      expect(left(input, settings)).to.equal(watts);
      expect(estimate.problem).to.equal(undefined);
    });
  }

  for (const [what, input, problem] of [
    ['the meter', { grid: 'x', chargers: 0 }, 'The meter gives no power'],
    [
      'the chargers',
      { grid: 0 },
      'The power of the chargers is not known: subscribe to them, or give their power beside that of the meter',
    ],
    ['the battery', { grid: 0, chargers: 0, battery: 'x' }, 'The power of the house battery is not known'],
    ['the house', { grid: 0, chargers: 0, house: null }, 'The power of the house is not known'],
  ] as const) {
    it(`is not known without ${what}`, () => {
      expect(left(input)).to.equal(undefined);
      expect(estimate.problem).to.equal(problem);
      expect(left({ grid: -1, chargers: 1, battery: 0, house: 0 })).to.equal(2);
      expect(estimate.problem).to.equal(undefined);
    });
  }

  it('is not known between two readings of the meter', () => {
    expect(left({ grid: 0, chargers: 0 })).to.equal(0);
    expect(left({ chargers: 5 }, {}, START + 1)).to.equal(undefined);
    expect(estimate.problem).to.equal(undefined);
  });

  it('goes by what was known before, for the time of silence', () => {
    expect(left({ grid: 0, chargers: 1_000, battery: -100 })).to.equal(900);
    expect(left({ grid: 0 }, {}, START + 5 * MINUTE)).to.equal(900);
    expect(left({ grid: 0 }, {}, START + 5 * MINUTE + 1)).to.equal(undefined);
  });

  it('takes the power of the chargers from the store where no message brings it', () => {
    estimate.setStored(700, START);
    expect(left({ grid: 0 })).to.equal(700);
    expect(estimate.parts.chargersW).to.equal(700);
    expect(left({ grid: 0, chargers: 500 })).to.equal(500);
    expect(estimate.parts.chargersW).to.equal(500);
    expect(left({ grid: 0 }, {}, START + 5 * MINUTE + 1)).to.equal(undefined);
    estimate.setStored(600, START + 6 * MINUTE);
    expect(left({ grid: 0 }, {}, START + 6 * MINUTE)).to.equal(600);
  });

  it('shows its parts as they were last known', () => {
    left({ grid: -1, chargers: 2, battery: 3, batteryLevel: 4, house: 5 });
    const parts = { gridW: -1, chargersW: 2, batteryW: 3, batteryPercent: 4, houseW: 5 };
    expect(estimate.parts).to.deep.equal(parts);
    left({ grid: 'x', battery: 'x', batteryLevel: 101 }, {}, START + 1);
    expect(estimate.parts).to.deep.equal(parts);
    estimate.forget();
    expect(Object.values(estimate.parts)).to.deep.equal(Array(5).fill(undefined));
  });
});

describe('how many phases the cars use', () => {
  let used: PhasesUsed;
  beforeEach(() => (used = new PhasesUsed()));

  for (const [currents, phases] of [
    [[16, 16, 16], 3],
    [[16, 0, 0], 1],
    [[16, 12, 0.9], 1.8],
    [[16, 16, 8], 2.5],
    [[4, 4, 4], 3],
    [[3.9, 3.9, 3.9], undefined],
    [[16, 15, 0.9], 2],
    [[16, NaN, Infinity], 1],
    [[], undefined],
    [[16, 16, 16, 16], 3],
  ] as const) {
    it(`with ${currents.join(', ')} A: ${phases ?? 'not known'}`, () => {
      used.onCurrents(currents);
      expect(used.value).to.equal(phases);
    });
  }

  it('is seen from the power, once the current has settled', () => {
    const from = (watts: number, ampere: number, minutes: number) => {
      const seen = new PhasesUsed();
      seen.onPower(watts, ampere, minutes * MINUTE);
      return seen.value;
    };
    expect(from(2_300, 10, 16)).to.equal(1);
    expect(from(6_900, 10, 16)).to.equal(3);
    expect(from(6_900, 10, 15.9)).to.equal(undefined);
    expect(from(4_600, 10, 16)).to.equal(undefined);
    expect(from(0, 0, 16)).to.equal(undefined);
    expect([0.84, 0.86, 1.14, 1.16].map((share) => from(2_300 * share, 10, 16))).to.deep.equal([
      undefined,
      1,
      1,
      undefined,
    ]);
    expect([2.5, 2.6, 3.4, 3.5].map((share) => from(2_300 * share, 10, 16))).to.deep.equal([
      undefined,
      3,
      3,
      undefined,
    ]);
  });

  it('goes by the currents where there are some', () => {
    used.onPower(6_900, 10, 16 * MINUTE);
    used.onCurrents([16, 0, 0]);
    used.onPower(6_900, 10, 16 * MINUTE);
    expect(used.value).to.equal(1);
  });

  it('is restored, from 1 to 3', () => {
    for (const junk of [0.9, 3.1, '2', null, undefined, NaN]) used.restore(junk);
    expect(used.value).to.equal(undefined);
    for (const phases of [1, 1.9, 3]) {
      used.restore(phases);
      expect(used.value).to.equal(phases);
    }
  });
});

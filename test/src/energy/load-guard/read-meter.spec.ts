import { expect } from 'chai';
import { readMeter, readMeterPower } from '../../../../src/energy/load-guard/read-meter';
import { isRotation, rotationOf } from '../../../../src/energy/load-guard/rotation';

const THREE = { unit: 'A', voltage: 230, phases: 3 } as const;
const AMPERES = { phase1: 10.5, phase2: -3, phase3: 4.2 };

describe('readMeter', () => {
  for (const [name, input, over] of [
    ['our own payload', AMPERES, {}],
    ['the meter of the simulator', { currentA: AMPERES, houseA: { phase1: 1 }, gridW: 2_691 }, { kw: 2.691 }],
    ['Tibber Pulse', { currentL1: 10.5, currentL2: -3, currentL3: 4.2, power: 2_691 }, { kw: 2.691 }],
    ['text, as MQTT gives it', { L1: '10.5', L2: '-3', L3: '4,2' }, {}],
    ['text with its unit', { L1: '10.5 A', L2: '-3A', current_L3: '4,2 a' }, {}],
    ['text with another unit than that of the settings', { L1: '2415 W', L2: '-0.69 kW', power_L3: '0.966kW' }, {}],
    [
      'values with units, as P1 readers give them',
      {
        current_l1: { value: 10.5, unit: 'A' },
        power_returned_l2: { value: 0.69, unit: 'kW' },
        L3: { value: '4,2', unit: 'A' },
        voltage_l1: { value: 230, unit: 'V' },
      },
      {},
    ],
    [
      'entities of Home Assistant',
      {
        L1: { entity_id: 'sensor.l1', state: '10.5', attributes: { unit_of_measurement: 'A' } },
        L2: { state: '-690', attributes: { unit_of_measurement: 'W' } },
        L3: { state: '0.966', attributes: { unit_of_measurement: 'kW' } },
        power: { state: '2.691', attributes: { unit_of_measurement: 'kW', device_class: 'power' } },
      },
      { kw: 2.691 },
    ],
    ['an array', [10.5, -3, 4.2], {}],
    ['an array of entities', [{ state: '10.5', attributes: {} }, '-3', { value: 4.2, unit: 'A' }], {}],
    ['Shelly 3EM', { emeters: [{ current: 10.5 }, { current: 3, power: -690 }, { current: 4.2 }] }, {}],
    ['Shelly Pro 3EM', { a_current: 10.5, b_current: 3, b_act_power: -690, c_current: 4.2 }, {}],
    ['HomeWizard', { active_current_l1_a: 10.5, active_current_l2_a: -3, active_current_l3_a: 4.2 }, {}],
    [
      'HomeWizard by its second API',
      { power_w: 2_691, current_a: 17.7, current_l1_a: 10.5, current_l2_a: -3, current_l3_a: 4.2 },
      { kw: 2.691 },
    ],
    [
      'Tibber Pulse, as its subscription answers',
      { data: { liveMeasurement: { currentL1: 10.5, currentL2: -3, currentL3: 4.2, power: 2_691 } } },
      { kw: 2.691 },
    ],
  ] as const) {
    it(`reads ${name}`, () => {
      const { currents, kw, problem } = readMeter(input, THREE);
      expect(currents).to.deep.equal(AMPERES);
      expect(problem).to.equal('');
      expect(kw).to.equal('kw' in over ? over.kw : undefined);
    });
  }

  it('reads powers by phase, and what a P1 meter has for both directions', () => {
    expect(readMeter({ phase1: 2.3, phase2: 0, phase3: -0.46 }, { ...THREE, unit: 'kW' }).currents).to.deep.equal({
      phase1: 10,
      phase2: 0,
      phase3: -2,
    });
    const p1 = { power_delivered_l1: 0, power_returned_l1: 2.3, power_delivered_l2: 1.15, power_delivered_l3: 0 };
    expect(readMeter(p1, THREE).currents).to.deep.equal({ phase1: -10, phase2: 5, phase3: 0 });
  });

  for (const [unit, input, kw] of [
    ['W', { value: 1.2, unit: 'kW' }, 1.2],
    ['kW', { value: 1_200, unit: 'W', timestamp: '2026-05-04T12:00:00Z' }, 1.2],
    ['kW', { entity_id: 'sensor.grid', state: '-1200', attributes: { unit_of_measurement: 'W' } }, -1.2],
    ['W', { state: '1.2', attributes: { unit_of_measurement: 'kW' } }, 1.2],
    ['kW', { state: '1.2', attributes: {} }, 1.2],
    ['W', { value: 1e-9, unit: 'kW' }, 0],
  ] as const) {
    it(`reads ${JSON.stringify(input)} by its own unit, where that of the settings is ${unit}`, () => {
      expect(readMeter(input, { ...THREE, unit, needs: 'power' })).to.deep.include({ kw, problem: '' });
    });
  }

  for (const [name, input, problem] of [
    [
      'an entity that is unavailable',
      { state: 'unavailable', attributes: { unit_of_measurement: 'W' } },
      'unavailable',
    ],
    ['an entity that is unknown', { state: 'unknown', attributes: {} }, 'unknown'],
    ['a voltage', { value: 231, unit: 'V' }, '231 V'],
    ['a value that is missing', { value: null, unit: 'kW' }, 'null'],
    ['energy in the place of power', { value: 3, unit: 'kWh' }, '3 kWh'],
  ] as const) {
    it(`leaves a phase unknown that is ${name}`, () => {
      const read = readMeter({ ...AMPERES, phase2: input }, THREE);
      expect(read.currents).to.deep.equal({ phase1: 10.5, phase3: 4.2 });
      expect(read.problem).to.contain('phase2 is').and.to.contain(problem);
    });
  }

  it('keeps the phases beside a value with its unit', () => {
    expect(readMeter({ ...AMPERES, value: 2.691, unit: 'kW' }, THREE).currents).to.deep.equal(AMPERES);
  });

  for (const [name, input, currents, kw] of [
    ['the power of all', { power: 2_300 }, { phase1: 10 }, 2.3],
    ['HomeWizard', { active_power_w: -1_150, active_current_a: 5 }, { phase1: -5 }, -1.15],
    ['HomeWizard by its second API', { power_w: -1_150, current_a: 5 }, { phase1: -5 }, -1.15],
    ['Shelly Pro EM', { id: 0, current: 10, voltage: 230, act_power: -2_300 }, { phase1: -10 }, -2.3],
    ['Shelly Plus 1PM', { id: 0, apower: 2_300, current: 10 }, { phase1: 10 }, 2.3],
  ] as const) {
    it(`reads one phase from ${name}`, () => {
      expect(readMeter(input, { ...THREE, phases: 1 })).to.deep.equal({ currents, kw, problem: '' });
    });
  }

  for (const [name, input, over] of [
    ['JSON as text', JSON.stringify(AMPERES), {}],
    ['AMS reader', { P: 0, PO: 2_300, I1: 10.5, I2: -3, I3: 4.2 }, { kw: -2.3 }],
    [
      'Tibber Pulse that exports',
      { currentL1: 10.5, currentL2: -3, currentL3: 4.2, power: 0, powerProduction: 500 },
      { kw: -0.5 },
    ],
    [
      'Tibber Pulse that does not',
      { currentL1: 10.5, currentL2: -3, currentL3: 4.2, power: 700, powerProduction: null },
      { kw: 0.7 },
    ],
    [
      'DSMR-reader',
      {
        ...{ phase_currently_delivered_l1: 2.415, phase_currently_returned_l1: 0, phase_currently_delivered_l2: 0 },
        ...{
          phase_currently_returned_l2: 0.69,
          phase_currently_delivered_l3: '0.966',
          phase_currently_returned_l3: null,
        },
        ...{ electricity_currently_delivered: 2.691, electricity_currently_returned: 0 },
      },
      { kw: 2.691 },
    ],
    ['several powers of all', { ...AMPERES, total_power: 2_691, gridW: 2_691 }, { kw: 2.691 }],
  ] as const) {
    it(`reads ${name}`, () => {
      const { currents, kw, problem } = readMeter(input, THREE);
      expect(problem).to.equal('');
      expect(kw).to.equal('kw' in over ? over.kw : undefined);
      expect(Object.values(currents).map((ampere) => Math.round(ampere * 1e6) / 1e6)).to.deep.equal([10.5, -3, 4.2]);
    });
  }

  it('says so where the power of all is alone, of which no fuse knows its phases', () => {
    const alone = { power: 2_500 };
    expect(readMeter(alone, { ...THREE, needs: 'phases' }).problem).to.equal(
      'it gives the power of all phases alone, and a fuse needs each phase',
    );
    expect(readMeter(alone, { ...THREE, needs: 'power' }).problem).to.equal('');
    const nulls = { power: 2_500, currentL1: null, currentL2: null, currentL3: null };
    expect(readMeter(nulls, { ...THREE, needs: 'power' })).to.deep.include({ kw: 2.5, problem: '' });
    expect(readMeter(nulls, { ...THREE, needs: 'phases' }).problem).to.match(/^phase1 is null/);
  });

  it('does not know a value whose unit is another one than that of its name', () => {
    const { currents, problem } = readMeter({ current_l1: '2 kW', l2: '5 V', l3: '1 A' }, THREE);
    expect(currents).to.deep.equal({ phase3: 1 });
    expect(problem).to.equal('phase1 is "2 kW", phase2 is "5 V"');
    expect(readMeter('2.5 kW', THREE)).to.deep.include({ kw: 2.5, problem: '' });
  });

  it('refuses at once what is far too large for a meter', () => {
    const deep = (levels: number): object => (levels === 0 ? {} : { current: deep(levels - 1) });
    const wide = Object.fromEntries(Array.from({ length: 100_000 }, (_, index) => [`field ${index}`, index]));
    for (const input of [Buffer.alloc(1_000_000), new Float64Array(1_000_000), deep(3_000), wide]) {
      const before = process.cpuUsage();
      let problem: string;
      try {
        ({ problem } = readMeter(input, THREE));
      } catch (error) {
        problem = (error as Error).message;
      }
      expect(problem).to.match(/^(Meter: )?the meter value is/);
      expect(process.cpuUsage(before).user / 1_000, 'ms of the processor').to.be.below(2_000);
    }
  });

  it('reads one number as the only phase, or as the power of all', () => {
    expect(readMeter('7.5', { ...THREE, phases: 1 }).currents).to.deep.equal({ phase1: 7.5 });
    expect(readMeter(4_600, { ...THREE, unit: 'W' }).kw).to.equal(4.6);
    expect(() => readMeter(7.5, THREE)).to.throw('Meter: one current of 7.5 A for three phases');
  });

  for (const bad of [null, 'text', NaN, '', true, {}, [1]]) {
    it(`leaves a phase unknown that is ${JSON.stringify(bad)}, and takes the others`, () => {
      const { currents, problem } = readMeter({ ...AMPERES, phase2: bad }, THREE);
      expect(currents).to.deep.equal({ phase1: 10.5, phase3: 4.2 });
      expect(problem).to.match(/^phase2 is /);
    });
  }

  it('names a phase that is missing', () => {
    expect(readMeter({ phase1: 1, phase3: 2 }, THREE)).to.deep.equal({
      currents: { phase1: 1, phase3: 2 },
      kw: undefined,
      problem: 'phase2 is missing',
    });
  });

  it('refuses what no meter means', () => {
    expect(() => readMeter({ temperature: 21 }, THREE)).to.throw('Meter: the meter value is an object');
  });
});

describe('rotationOf', () => {
  const STRAIGHT = { phase1: 'phase1', phase2: 'phase2', phase3: 'phase3' };

  it('names the terminal at each phase of the meter, by charger', () => {
    const text = 'Garage: L2 L3 L1; L3 L1 L2';
    expect(rotationOf(text, ['id', 'garage'])).to.deep.equal({ phase1: 'phase3', phase2: 'phase1', phase3: 'phase2' });
    expect(rotationOf(text, ['Carport'])).to.deep.equal({ phase1: 'phase2', phase2: 'phase3', phase3: 'phase1' });
    expect(rotationOf('Garage: 2 3 1', ['Carport'])).to.deep.equal(STRAIGHT);
    expect(rotationOf('', [undefined])).to.deep.equal(STRAIGHT);
  });

  it('knows what is none', () => {
    expect(['', 'L1-L2-L3', 'A: 3,1,2\nB: 1 2 3'].every(isRotation)).to.equal(true);
    expect(['L1 L2', 'L1 L1 L2', 'Garage', 'A: L1 L2 L4'].some(isRotation)).to.equal(false);
  });

  it('names a current that no connection carries, and a phase that is missing beside the power of all', () => {
    const options = { unit: 'A', phases: 3, voltage: 230 } as const;
    expect(readMeter({ phase1: 1e9, phase2: 1, phase3: 2 }, options).problem).to.equal(
      'phase1 is 1000000000 A, more than a connection carries',
    );
    expect(readMeter({ gridW: 900, currentA: { phase1: 1, phase3: 2 } }, options)).to.deep.equal({
      currents: { phase1: 1, phase3: 2 },
      kw: 0.9,
      problem: 'phase2 is missing',
    });
    expect(readMeter({ gridW: 900 }, options).problem).to.equal('');
  });
});

describe('readMeter, with less usual values', () => {
  for (const [situation, input, expected] of [
    [
      'a unit of its own that is written in the name as well',
      { current_l1: '5 A', l2: 1, l3: 2 },
      { phase1: 5, phase2: 1, phase3: 2 },
    ],
    [
      'kW in the place of W',
      { power_l1: '2.3 kW', power_l2: '230 W', power_l3: 0 },
      { phase1: 10, phase2: 1, phase3: 0 },
    ],
    ['W in the place of kW', { power_delivered_l1: '2300 W', l2: 1, l3: 2 }, { phase1: 10, phase2: 1, phase3: 2 }],
    [
      'W in the place of an export in kW',
      { power_returned_l1: '2300 W', l2: 1, l3: 2 },
      { phase1: -10, phase2: 1, phase3: 2 },
    ],
    [
      'a current without a sign beside a power of 0',
      [{ current: -1, power: 0 }, 2, 3],
      { phase1: -1, phase2: 2, phase3: 3 },
    ],
    ['a current beside an import', [{ current: 1, power: 230 }, 2, 3], { phase1: 1, phase2: 2, phase3: 3 }],
    ['powers alone', [{ power: 230 }, { power: -460 }, { power: 0 }], { phase1: 1, phase2: -2, phase3: 0 }],
    ['a list within an object', { powers: [230, -460, 0] }, { phase1: 1, phase2: -2, phase3: 0 }],
    [
      'objects in objects, four deep',
      { currents: { currents: { currents: { l1: 1, l2: 2, l3: 3 } } } },
      { phase1: 1, phase2: 2, phase3: 3 },
    ],
    [
      'a field beside those of a meter',
      { l1: 1, l2: 2, l3: 3, time: { l1: 9 }, list: [7, 8, 9] },
      { phase1: 1, phase2: 2, phase3: 3 },
    ],
    ['names in any writing', { 'Current L1': 1, 'current-l2': 2, CURRENT_L3: 3 }, { phase1: 1, phase2: 2, phase3: 3 }],
    ['JSON with a blank before it', ' {"l1": 1, "l2": 2, "l3": 3}', { phase1: 1, phase2: 2, phase3: 3 }],
    ['more values than phases', [1, 2, 3, 4], { phase1: 1, phase2: 2, phase3: 3 }],
  ] as const) {
    it(`reads ${situation}`, () => {
      const { currents, problem } = readMeter(input, THREE);
      expect(problem).to.equal('');
      expect(
        Object.fromEntries(Object.entries(currents).map(([phase, ampere]) => [phase, Math.round(ampere * 1e6) / 1e6])),
      ).to.deep.equal(expected);
    });
  }

  for (const [situation, input, over, problem] of [
    ['a current in the place of a power', { power_l1: '5 A', l2: 1, l3: 2 }, {}, 'phase1 is "5 A"'],
    [
      'text in the place of a current, with a good power beside it',
      [{ current: 'x', power: 230 }, 2, 3],
      {},
      'phase1 is "x"',
    ],
    ['a list that is too short', [1, 2], {}, 'phase3 is missing'],
    ['a number of 41 characters', { l1: `1${'0'.repeat(40)}`, l2: 1, l3: 2 }, {}, /^phase1 is "10+/],
    ['a power of all that is text', { power: 'much', l1: 1, l2: 2, l3: 3 }, {}, 'power is "much"'],
    ['text as the only value', 'much', {}, 'the meter value is "much"'],
    ['text as the power of all', 'much', { unit: 'W' }, 'the meter value is "much"'],
    ['damaged JSON', '{"l1": 1', {}, 'the meter value is "{"l1": 1"'],
    [
      'one current of all phases alone beside a power of all',
      { current: 5, power: 2_300 },
      { needs: 'phases' },
      /^it gives the power of all phases alone/,
    ],
  ] as [string, unknown, object, string | RegExp][]) {
    it(`names ${situation}`, () => {
      const found = readMeter(input, { ...THREE, ...over }).problem;
      if (typeof problem === 'string') expect(found).to.equal(problem);
      else expect(found).to.match(problem);
    });
  }

  for (const [situation, input] of [
    ['objects in objects, five deep', { currents: { currents: { currents: { currents: { l1: 1 } } } } }],
    ['more than 2,000 fields', Object.fromEntries(Array.from({ length: 2_001 }, (_, index) => [`l${index + 1}`, 1]))],
    ['a name that is longer than any of a meter', { [`${'_'.repeat(39)}l1`]: 1 }],
    ['one current for three phases', { current: 5 }],
    ['an empty object', {}],
    ['an empty list', []],
  ] as const) {
    it(`refuses ${situation}, and says what to send`, () => {
      expect(() => readMeter(input, THREE))
        .to.throw(/^Meter: .*Remedy: Send \{"phase1": 10\.5/)
        .with.property('code', 'INPUT_INVALID');
    });
  }

  it('takes the currents of a meter with one phase only for the one that is there', () => {
    const one = { ...THREE, phases: 1 } as const;
    expect(readMeter({ l1: 1, l2: 2, l3: 3 }, one)).to.deep.equal({
      currents: { phase1: 1 },
      kw: undefined,
      problem: '',
    });
    expect(readMeter({ active_current_a: 5 }, one)).to.deep.equal({
      currents: { phase1: 5 },
      kw: undefined,
      problem: '',
    });
    expect(readMeter({ power: 460, power_l1: 230 }, one).currents, 'its own power').to.deep.equal({ phase1: 1 });
    expect(readMeter([{ power: 230 }], one), 'no power of all').to.deep.equal({
      currents: { phase1: 1 },
      kw: undefined,
      problem: '',
    });
  });
});

describe('readMeterPower', () => {
  for (const [situation, input, watts] of [
    ['the power of all', { power: 2_300 }, 2_300],
    ['the power of all, in kW', { power_delivered: 2.3 }, 2_300],
    ['import less export', { power: 300, powerProduction: 500 }, -200],
    ['the power of all beside those of the phases', { power: 2_300, power_l1: 1, power_l2: 2, power_l3: 3 }, 2_300],
    ['the sum of the phases', { power_l1: 100, power_l2: -30, power_l3: 7 }, 77],
    ['JSON as text', '{"power": 5}', 5],
    ['0 W', { power: 0 }, 0],
    ['nothing where a phase is missing', { power_l1: 100, power_l2: -30 }, undefined],
    ['nothing where a phase is bad', { power_l1: 100, power_l2: -30, power_l3: 'x' }, undefined],
    ['nothing of currents', { l1: '5 A', l2: '5 A', l3: '5 A' }, undefined],
    ['nothing of a number', 5, undefined],
    ['nothing of null', null, undefined],
    ['nothing of a list', [1, 2, 3], undefined],
    [
      'nothing of what is too large',
      Object.fromEntries(Array.from({ length: 2_001 }, (_, index) => [`x${index}`, 1])),
      undefined,
    ],
  ] as const) {
    it(`reads ${situation}`, () => {
      expect(readMeterPower(input)).to.equal(watts);
    });
  }
});

import { expect } from 'chai';
import fc from 'fast-check';
import { familyOf } from '../../../src/zaptec/device';
import { readObservation, type DeviceFamily, type ObservationValue } from '../../../src/zaptec/observations';

const CHARGER = '0a1b2c3d-0000-4000-8000-0000000000a1';
const SESSION = '0a1b2c3d-0000-4000-8000-00000000005e';
const FAMILIES: DeviceFamily[] = ['Smart', 'Apollo', 'HomeApm', 'GenericApm', 'Unknown'];

function read(stateId: number, valueAsString: string | undefined, family: DeviceFamily = 'Apollo') {
  return readObservation(
    { chargerId: CHARGER, stateId, ...(valueAsString === undefined ? {} : { valueAsString }) },
    family,
  );
}

describe('values of observations', () => {
  const cases: [number, string | undefined, ObservationValue | undefined][] = [
    [513, '3680.000', 3680],
    [513, '-2.8', -2.8],
    [513, '1e3', 1000],
    [513, '', undefined],
    [513, 'NaN', undefined],
    [513, undefined, undefined],
    [-2, '1', true],
    [-2, '0', false],
    [-2, 'True', true],
    [-2, 'false', false],
    [-2, '', undefined],
    [-2, '2', undefined],
    [-1, 'anything', undefined],
    [100, '{"ProductVariant":"Go2","Password":"x"}', { productVariant: 'Go2' }],
    [100, '{broken', '{broken'],
    [100, ' ', undefined],
    [-1000, '["NoCar"]', ['NoCar']],
    [-1000, '[1]', '[1]'],
    [-1000, '7', '7'],
    [150, 'LTE', 'LTE'],
    [150, '2', '2'],
    [519, '4', 4],
    [710, '1', 'disconnected'],
    [710, '2', 'requesting'],
    [710, '3.000', 'charging'],
    [710, '5', 'finished'],
    [710, '4', 'unknown'],
    [710, '', undefined],
    [721, SESSION.toUpperCase(), SESSION],
    [721, '', undefined],
    [721, '00000000-0000-0000-0000-000000000000', undefined],
    [722, undefined, undefined],
    [803, '5', ['BIT_0', 'BIT_2']],
    [804, '36028797018963968', ['MOTOR_SHORTED']],
    [804, 'x', undefined],
    // No source states these types.
    [717, '12', 12],
    [717, '-0.5', -0.5],
    [717, 'Passed', 'Passed'],
    [717, '', ''],
    [961, '0047123', '0047123'],
    [961, '8947080012345678901', '8947080012345678901'],
    [99999, '12.5', '12.5'],
    [99999, undefined, undefined],
    // Secrets.
    [863, 'key', undefined],
    [864, 'key', undefined],
    [1140, '1234', undefined],
  ];
  for (const [id, text, value] of cases) {
    it(`${id} "${text ?? 'missing'}" is ${value === undefined ? 'missing' : JSON.stringify(value)}`, () => {
      expect(read(id, text).value).to.deep.equal(value);
    });
  }

  it('of a completed session have their times, and the signed part stays a text', () => {
    const text = JSON.stringify({
      SessionId: SESSION,
      Energy: 12.345,
      EndDateTime: '2026-05-04T10:31:38.5',
      SignedSession: null,
    });
    expect(read(723, text).value).to.deep.equal({
      sessionId: SESSION,
      energy: 12.345,
      endDateTime: '2026-05-04T10:31:38.500Z',
    });
  });

  it('are read without an error, whatever the text', () => {
    const id = fc.oneof(fc.integer(), fc.constantFrom(-1000, 100, 554, 710, 721, 723, 763, 803, 804));
    const text = fc.oneof(fc.string(), fc.json(), fc.constantFrom('{"__proto__":1}', '9'.repeat(400), '1e999'));
    fc.assert(
      fc.property(id, text, fc.constantFrom(...FAMILIES), (stateId, valueAsString, family) => {
        const { value } = readObservation(
          { chargerId: CHARGER, stateId, timestamp: valueAsString, valueAsString },
          family,
        );
        if (typeof value === 'number') expect(value).to.satisfy(Number.isFinite);
      }),
    );
  });

  it('are missing where the value is no text', () => {
    const raw = { chargerId: CHARGER, stateId: 513, valueAsString: 5 as unknown as string };
    expect(readObservation(raw, 'Apollo').value).to.equal(undefined);
  });
});

describe('names, units and times of observations', () => {
  const names: [number, DeviceFamily, string][] = [
    [202, 'Smart', 'TemperatureInternal6'],
    [202, 'Apollo', 'TemperatureEMeterPhase1'],
    [202, 'Unknown', 'TemperatureInternal6'],
    [820, 'Apollo', 'UptimeESP'],
    [911, 'HomeApm', 'SoftwareApplicationVersion'],
    [1000, 'GenericApm', 'MeterId'],
    [1000, 'Smart', 'AMSMeterId'],
    [710, 'HomeApm', 'ChargerOperationMode'],
    [99999, 'Apollo', 'Observation99999'],
    [-7, 'Apollo', 'Observation-7'],
  ];
  for (const [id, family, name] of names) {
    it(`${id} on ${family} is ${name}`, () => expect(read(id, '1', family).name).to.equal(name));
  }

  const units: [number, string | undefined][] = [
    [501, 'V'],
    [507, 'A'],
    [553, 'kWh'],
    [201, '°C'],
    [820, 'h'],
    [809, 'dBm'],
    [153, undefined],
    [710, undefined],
    [99999, undefined],
  ];
  for (const [id, unit] of units) {
    it(`${id} is in ${unit ?? 'no unit'}`, () => expect(read(id, '1').unit).to.equal(unit));
  }

  it('have the time in UTC, and none when there was none', () => {
    const raw = { chargerId: CHARGER, stateId: 513, timestamp: '2026-05-04T10:11:12.123456' };
    expect(readObservation(raw, 'Apollo').time).to.equal('2026-05-04T10:11:12.123456Z');
    expect(read(513, '1')).to.not.have.property('time');
  });

  it('go by the family of a device', () => expect(familyOf(4, undefined)).to.equal('Apollo'));
});

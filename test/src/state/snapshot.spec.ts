import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv2020 from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import { expect } from 'chai';
import fc from 'fast-check';
import type { RawObservation } from '../../../src/zaptec/observations';
import { snapshotOf } from '../../../src/state/snapshot';

const ID = '0a1b2c3d-0000-4000-8000-0000000000a1';
const SESSION = '0a1b2c3d-0000-4000-8000-00000000005e';
const GARAGE = { id: ID, name: 'Garage', deviceId: 'ZAP012345', deviceType: 4, isOnline: true, operatingMode: 3 };
const METER = 'OCMF|{"PG":"F1","RD":[{"TM":"2026-05-04T10:00:00,000+00:00 R","RV":112.345,"RU":"kWh","ST":"G"}]}';

function state(values: Record<number, string>): RawObservation[] {
  return Object.entries(values).map(([id, valueAsString]) => ({
    chargerId: ID,
    stateId: Number(id),
    timestamp: '2026-05-04T10:00:00.000Z',
    valueAsString,
  }));
}

const schema = JSON.parse(readFileSync(join(__dirname, '../../../docs/schema/state.schema.json'), 'utf8')) as object;
const matches = addFormats(new Ajv2020({ allErrors: true, strict: true })).compile(schema);

describe('snapshotOf', () => {
  const charging = state({
    [-2]: '1',
    501: '230.1',
    507: '16.0',
    508: '15.9',
    509: '0.000',
    513: '3680.000',
    553: '4.2',
    554: METER,
    708: '16.000',
    710: '3',
    721: SESSION,
    804: '1',
    863: 'key',
  });

  it('holds what most people want to know', () => {
    expect(snapshotOf(GARAGE, charging)).to.deep.equal({
      id: ID,
      name: 'Garage',
      deviceId: 'ZAP012345',
      online: true,
      mode: 'charging',
      powerW: 3680,
      currentA: { phase1: 16, phase2: 15.9, phase3: 0 },
      voltageV: { phase1: 230.1 },
      allocatedA: 16,
      sessionId: SESSION,
      sessionKwh: 4.2,
      meterKwh: 112.345,
      meterTime: '2026-05-04T10:00:00.000Z',
    });
  });

  it('leaves out whatever is not known, in place of 0', () => {
    expect(snapshotOf({ id: ID }, [])).to.deep.equal({ id: ID, mode: 'unknown' });
    expect(snapshotOf({ id: ID }, state({ 513: '', 507: 'x', 721: '', 554: 'x', 710: '' }))).to.deep.equal({
      id: ID,
      mode: 'unknown',
    });
  });

  it('falls back to what the list of chargers says', () => {
    expect(snapshotOf(GARAGE, [])).to.include({ online: true, mode: 'charging' });
    expect(snapshotOf(GARAGE, state({ [-2]: '0', 710: '1' }))).to.include({
      online: false,
      mode: 'disconnected',
      reason: 'offline',
    });
  });

  it('derives the reason from the observations', () => {
    const paused = snapshotOf({ id: ID }, state({ 710: '5', 718: '1', 708: '0' }));
    expect(paused.reason).to.equal('paused');
    const user = { 710: '2', 120: '1' };
    expect(snapshotOf({ id: ID }, state(user)).reason).to.equal('waiting-for-authorisation');
    expect(snapshotOf({ id: ID }, state({ ...user, 722: SESSION })).reason).to.equal('waiting-for-car');
    expect(snapshotOf({ id: ID }, state({ 710: '2', 804: '128' })).reason).to.equal('waiting-for-car');
    const pro = { id: ID, deviceType: 1 };
    expect(snapshotOf(pro, state({ 710: '2', 804: '128' })).reason).to.equal('fault');
    expect(snapshotOf(pro, state({ 710: '2', 711: '0' })).reason).to.equal('disabled');
    expect(snapshotOf(pro, state({ 710: '2', 763: '2026-05-04T22:00' })).reason).to.equal('scheduled');
    expect(snapshotOf(pro, state({ 710: '2', 708: '7', 511: '8' })).reason).to.equal('not-enough-current');
    expect(snapshotOf(pro, state({ 710: '2', 708: '0', 712: '1' })).reason).to.equal('waiting-for-car');
  });

  it('takes the newest of several entries, and the later of two equals', () => {
    const entry = (timestamp: string | undefined, valueAsString: string): RawObservation => ({
      chargerId: ID,
      stateId: 513,
      ...(timestamp === undefined ? {} : { timestamp }),
      valueAsString,
    });
    const newer = entry('2026-05-04T10:00:00.500', '2');
    const older = entry('2026-05-04T10:00:00Z', '1');
    for (const raw of [
      [newer, older],
      [older, newer],
      [newer, entry(undefined, '3')],
      [newer, entry('zzz', '3')],
    ]) {
      expect(snapshotOf({ id: ID }, raw).powerW).to.equal(2);
    }
    expect(snapshotOf({ id: ID }, [newer, entry('2026-05-04T10:00:00.500Z', '4')]).powerW).to.equal(4);
  });

  it('adds every observation by name when asked, without secrets and without empty ones', () => {
    const raw = [...charging, { chargerId: ID, stateId: -1 }, ...state({ 99999: 'new' })];
    const { observations } = snapshotOf(GARAGE, raw, { observations: true });
    expect(observations).to.include({
      TotalChargePower: 3680,
      ChargerOperationMode: 'charging',
      Observation99999: 'new',
    });
    expect(observations).to.not.have.any.keys('Pulse', 'OcppNativeAuthorizationKey');
    expect(snapshotOf(GARAGE, raw, { observations: false })).to.not.have.property('observations');
  });

  it('always matches its schema', () => {
    const id = fc.oneof(
      fc.constantFrom(-1000, -2, 100, 501, 507, 513, 553, 554, 708, 710, 718, 721, 723, 804),
      fc.nat(1200),
    );
    const text = fc.oneof(fc.string(), fc.json(), fc.constantFrom('0', '1', '2', '3', '5', '16.000', SESSION, METER));
    const observation = fc.record({
      chargerId: fc.constant(ID),
      stateId: id,
      timestamp: fc.string(),
      valueAsString: text,
    });
    fc.assert(
      fc.property(fc.array(observation), fc.boolean(), (raw, observations) => {
        const snapshot = snapshotOf(GARAGE, raw, { observations });
        expect(matches(snapshot), JSON.stringify(matches.errors)).to.equal(true);
        expect(JSON.parse(JSON.stringify(snapshot))).to.deep.equal(snapshot);
      }),
    );
  });
});

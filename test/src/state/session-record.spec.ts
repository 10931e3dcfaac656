import { expect } from 'chai';
import fc from 'fast-check';
import { fromArchived, type SessionRecord } from '../../../src/state/session-record';
import { decode } from '../../../src/zaptec/decode';
import type { JsonObject } from '../../../src/zaptec/json';

const CHARGER = '0a1b2c3d-0000-4000-8000-0000000000a1';
const SESSION = '0a1b2c3d-0000-4000-8000-00000000005e';
const OTHER = '0a1b2c3d-0000-4000-8000-00000000005f';
const USER = '0a1b2c3d-0000-4000-8000-0000000000f1';

/** As in docs/zaptec-api.md, "Archived sessions". */
const ARCHIVED = {
  id: SESSION,
  externalId: null,
  replacedBySessionId: OTHER,
  tokenName: 'nfc-0A1B2C3D',
  chargerId: CHARGER,
  deviceId: 'ZAP012345',
  deviceName: 'Garage',
  energy: 12.345,
  sessionSignature: null,
  sessionSignatureEichreicht: 'OCMF|{}',
  startDateTime: '2026-05-04T08:01:02.123Z',
  endDateTime: '2026-05-04T10:31:38.5Z',
  recognizedDateTime: '2026-05-04T10:31:40Z',
  offline: true,
  reliableClock: true,
  stoppedByRfid: false,
  voided: false,
  aborted: true,
  authorizedUser: { id: USER, email: 'a@example.org', fullName: 'A Person' },
  energyDetails: [
    { timestamp: '2026-05-04T10:31:38Z', energy: 12.345 },
    { timestamp: '2026-05-04T08:15:00Z', energy: 1.2 },
  ],
};

/** The same in the form of docs/zaptec-api.md, "Charge history". */
const HISTORY = {
  Id: SESSION,
  DeviceId: 'ZAP012345',
  StartDateTime: '2026-05-04T08:01:02.123',
  EndDateTime: '2026-05-04T10:31:40.007',
  Energy: 12.345,
  CommitMetadata: 2 | 4 | 64,
  CommitEndDateTime: '2026-05-04T10:31:38.5',
  UserFullName: 'A Person',
  UserEmail: 'a@example.org',
  UserUserName: 'a@example.org',
  UserId: USER,
  TokenName: 'nfc-0A1B2C3D',
  ChargerId: CHARGER,
  DeviceName: 'Garage',
  ExternallyEnded: false,
  ReplacedBySessionId: OTHER,
  EnergyDetails: [
    { Timestamp: '2026-05-04T08:15:00', Energy: 1.2 },
    { Timestamp: '2026-05-04T10:31:38', Energy: 12.345 },
  ],
  SignedSessionEichrecht: 'OCMF|{}',
};

const RECORD: SessionRecord = {
  id: SESSION,
  chargerId: CHARGER,
  chargerName: 'Garage',
  deviceId: 'ZAP012345',
  userId: USER,
  userName: 'A Person',
  userEmail: 'a@example.org',
  token: 'nfc-0A1B2C3D',
  tokenName: 'nfc-0A1B2C3D',
  start: '2026-05-04T08:01:02.123Z',
  end: '2026-05-04T10:31:38.500Z',
  durationMinutes: 150.61,
  energyKwh: 12.345,
  offline: true,
  reliableClock: true,
  stoppedByRfid: false,
  voided: false,
  aborted: true,
  replacedBy: OTHER,
  signed: 'OCMF|{}',
  energyDetails: [
    { time: '2026-05-04T08:15:00.000Z', kwh: 1.2, addedKwh: 1.2 },
    { time: '2026-05-04T10:31:38.000Z', kwh: 12.345, addedKwh: 11.145 },
  ],
};

const read = (entry: object, source?: 'history') => fromArchived(decode(entry), { id: CHARGER }, source);

describe('the record of a session', () => {
  it('is the same from the archive and from the old history', () => {
    expect(read(ARCHIVED)).to.deep.equal({ ...RECORD, source: 'archive' });
    expect(read(HISTORY, 'history')).to.deep.equal({ ...RECORD, source: 'history' });
  });

  it('has the real end, which the old history has beside the time of closing', () => {
    expect(read({ ...HISTORY, CommitEndDateTime: null })?.end).to.equal('2026-05-04T10:31:40.007Z');
  });

  it('has a token only where the name is a code', () => {
    const tokens = ['Blue tag', "Ada's tag", 'nfc-', 'nfc-0A1B2C3D', 'ble-0a1b2c3d4e5f', 5];
    expect(tokens.map((tokenName) => read({ ...ARCHIVED, tokenName })?.token)).to.deep.equal([
      undefined,
      undefined,
      undefined,
      'nfc-0A1B2C3D',
      'ble-0a1b2c3d4e5f',
      undefined,
    ]);
  });

  it('reads numbers and flags in texts', () => {
    const typed = { ...ARCHIVED, energy: '12.345', offline: 'true', aborted: 1, voided: '0' };
    expect(read(typed)).to.include({ energyKwh: 12.345, offline: true, aborted: true, voided: false });
    expect(read({ ...HISTORY, CommitMetadata: '32' })).to.include({ voided: true, reliableClock: false });
  });

  it('keeps every other field where one is missing, renamed or of another type', () => {
    const junk = fc.oneof(fc.jsonValue(), fc.constant(undefined), fc.string());
    /** The fields of a record that may follow from each field of an entry. */
    const touched: Record<string, readonly string[]> = {
      replacedBySessionId: ['replacedBy'],
      tokenName: ['token', 'tokenName'],
      deviceId: ['deviceId'],
      deviceName: ['chargerName'],
      energy: ['energyKwh'],
      sessionSignature: ['signed', 'meterStartKwh', 'meterEndKwh'],
      sessionSignatureEichreicht: ['signed', 'meterStartKwh', 'meterEndKwh'],
      startDateTime: ['start', 'durationMinutes'],
      endDateTime: ['end', 'durationMinutes'],
      offline: ['offline'],
      reliableClock: ['reliableClock'],
      stoppedByRfid: ['stoppedByRfid'],
      voided: ['voided'],
      aborted: ['aborted'],
      authorizedUser: ['userId', 'userName', 'userEmail'],
      energyDetails: ['energyDetails'],
      recognizedDateTime: [],
      externalId: [],
    };
    const without = (record: SessionRecord | undefined, fields: readonly string[]): JsonObject =>
      Object.fromEntries(Object.entries(record ?? {}).filter(([name]) => !fields.includes(name)));
    fc.assert(
      fc.property(fc.constantFrom(...Object.keys(touched)), junk, fc.boolean(), (field, value, isRenamed) => {
        const { [field as 'energy']: old, ...rest } = ARCHIVED;
        const entry = isRenamed ? { ...rest, [`${field}New`]: old } : { ...rest, [field]: value };
        const expected = without({ ...RECORD, source: 'archive' }, touched[field]!);
        expect(without(read(entry), touched[field]!)).to.deep.equal(expected);
      }),
    );
  });

  it('is none without an id', () => {
    for (const entry of [{ ...ARCHIVED, id: undefined }, { ...ARCHIVED, id: 5 }, {}, { id: 'x' }]) {
      expect(read(entry)).to.equal(undefined);
    }
    for (const entry of [undefined, null, 5, 'x', []]) expect(fromArchived(entry, { id: CHARGER })).to.equal(undefined);
  });
});

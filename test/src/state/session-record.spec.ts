import { expect } from 'chai';
import fc from 'fast-check';
import {
  fromArchived,
  fromCompleted,
  inOrder,
  recognizedAt,
  type SessionRecord,
} from '../../../src/state/session-record';
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

  it('takes the user of the old history where nobody is named in the new form', () => {
    expect(read({ ...HISTORY, UserEmail: null })).to.include({ userEmail: 'a@example.org', userName: 'A Person' });
    expect(read({ ...HISTORY, UserUserName: 'b@example.org' })).to.include({ userEmail: 'a@example.org' });
    expect(read({ ...HISTORY, UserEmail: undefined, UserUserName: 'ada' })).to.include({ userEmail: 'ada' });
  });

  it('has the signed text under each of its names, the usual form first', () => {
    const names = ['sessionSignature', 'signedSession', 'sessionSignatureEichreicht', 'signedSessionEichrecht'];
    const all = Object.fromEntries(names.map((name) => [name, name]));
    const bare = { ...ARCHIVED, sessionSignatureEichreicht: null };
    for (const [index, name] of names.entries()) {
      const left = Object.fromEntries(Object.entries(all).slice(index));
      expect(read({ ...bare, ...left })?.signed, name).to.equal(name);
    }
    expect(read(bare)).not.to.have.property('signed');
  });

  it('has a duration of 0 and more alone, and only with both its ends', () => {
    const { startDateTime } = ARCHIVED;
    expect(read({ ...ARCHIVED, endDateTime: startDateTime })?.durationMinutes).to.equal(0);
    expect(read({ ...ARCHIVED, endDateTime: '2026-05-04T08:01:02.122Z' })).not.to.have.property('durationMinutes');
    for (const field of ['startDateTime', 'endDateTime']) {
      expect(read({ ...ARCHIVED, [field]: null }), field).not.to.have.property('durationMinutes');
    }
  });

  it('has no flag that neither a field nor the number of all flags says', () => {
    for (const flag of ['offline', 'reliableClock', 'stoppedByRfid', 'voided', 'aborted']) {
      expect(read({ ...ARCHIVED, [flag]: null }), flag).not.to.have.property(flag);
      expect(read({ ...HISTORY, CommitMetadata: null }), flag).not.to.have.property(flag);
    }
  });

  it('has no energy details where the entry has none that can be read', () => {
    const timestamp = '2026-05-04T08:15:00Z';
    for (const energyDetails of [
      [],
      null,
      'x',
      [null, 5],
      [{ timestamp }],
      [{ energy: 1 }],
      [{ timestamp, energy: {} }],
    ]) {
      expect(read({ ...ARCHIVED, energyDetails }), JSON.stringify(energyDetails)).not.to.have.property('energyDetails');
    }
  });

  it('passes over a text that is blank, and takes a number for a text', () => {
    expect(read({ ...ARCHIVED, tokenName: '  ', deviceId: 5 })).to.include({ deviceId: '5' });
    expect(read({ ...ARCHIVED, tokenName: '  ' })).not.to.have.property('tokenName');
    expect(read({ ...ARCHIVED, tokenName: true })).not.to.have.property('tokenName');
  });

  it('of a message says whether a tag ended it, in either spelling', () => {
    const message = (more: object) => fromCompleted({ sessionId: SESSION, ...more }, { id: CHARGER });
    expect(message({ stoppedByRFID: true, stoppedByRfid: false })).to.include({ stoppedByRfid: true, source: 'push' });
    expect(message({ stoppedByRfid: true })).to.include({ stoppedByRfid: true });
    expect(message({ energy: 'much', startDateTime: 5 })).to.deep.equal({
      id: SESSION,
      chargerId: CHARGER,
      source: 'push',
    });
  });

  describe('with signed readings', () => {
    const reading = (TX: string, minute: number, RV: number | undefined, more: object = {}) => ({
      TM: `2026-05-04T10:${minute}:00,000+00:00 R`,
      TX,
      RV,
      RU: 'kWh',
      ST: 'G',
      ...more,
    });
    const signed = (...RD: object[]) =>
      read({ ...ARCHIVED, energyDetails: null, sessionSignature: `OCMF|${JSON.stringify({ RD })}` });

    it('has the energy since the first of them', () => {
      expect(signed(reading('B', 10, 100), reading('T', 15, 101.5), reading('E', 20, 104))).to.deep.include({
        meterStartKwh: 100,
        meterEndKwh: 104,
        energyDetails: [
          { time: '2026-05-04T10:10:00.000Z', kwh: 0, addedKwh: 0 },
          { time: '2026-05-04T10:15:00.000Z', kwh: 1.5, addedKwh: 1.5 },
          { time: '2026-05-04T10:20:00.000Z', kwh: 4, addedKwh: 2.5 },
        ],
      });
    });

    it('has no details where the first is missing or not good', () => {
      for (const first of [[], [reading('B', 10, 100, { ST: 'F' })], [reading('B', 10, undefined)]]) {
        const record = signed(...first, reading('T', 15, 101.5), reading('E', 20, 104));
        expect(record).not.to.have.any.keys('meterStartKwh', 'energyDetails');
        expect(record).to.include({ meterEndKwh: 104 });
      }
    });

    it('leaves out a reading without a time or a value', () => {
      const record = signed(reading('B', 10, 100), reading('T', 15, 102, { TM: 'x' }), reading('T', 16, undefined));
      expect(record?.energyDetails).to.deep.equal([{ time: '2026-05-04T10:10:00.000Z', kwh: 0, addedKwh: 0 }]);
    });
  });

  it('is none without an id', () => {
    for (const entry of [{ ...ARCHIVED, id: undefined }, { ...ARCHIVED, id: 5 }, {}, { id: 'x' }]) {
      expect(read(entry)).to.equal(undefined);
    }
    for (const entry of [undefined, null, 5, 'x', []]) expect(fromArchived(entry, { id: CHARGER })).to.equal(undefined);
  });
});

describe('the entries of the archive', () => {
  it('come in the order in which they are to be reported, without what is none', () => {
    const entries = [
      { id: 'late', endDateTime: '2026-05-04T11:00:00Z' },
      { id: 'without an end' },
      null,
      5,
      { id: 'early', endDateTime: '2026-05-04T10:00:00Z' },
      { id: 'replaced', replacedBySessionId: OTHER, endDateTime: '2026-05-04T12:00:00Z' },
    ];
    const ordered = inOrder(entries).map(({ id }) => id);
    expect(ordered).to.deep.equal(['replaced', 'early', 'late', 'without an end']);
  });

  it('were known to the cloud when it says so, or at their end', () => {
    const [recognizedDateTime, endDateTime] = ['2026-05-04T12:00:00Z', '2026-05-04T10:00:00Z'];
    expect(recognizedAt({ recognizedDateTime, endDateTime })).to.equal(Date.parse(recognizedDateTime));
    expect(recognizedAt({ recognizedDateTime: null, endDateTime })).to.equal(Date.parse(endDateTime));
    expect(recognizedAt({})).to.equal(-Infinity);
  });
});

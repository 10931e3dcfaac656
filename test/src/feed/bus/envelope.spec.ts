import { expect } from 'chai';
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { decodeEnvelope, isDamaged } from '../../../../src/feed/bus/envelope';
import { encode, USUAL, type Form } from '../../../support/feed/nbfx-encoder';
import { draws } from '../../../support/draws';

/** `FUZZ=100000 npx mocha --no-config --node-option import=tsx --timeout 600000 test/src/feed/bus/envelope.spec.ts` for more. */
const RUNS = Number(process.env['FUZZ'] ?? draws(2_000));

const ID = '0a1b2c3d-0000-4000-8000-0000000000a1';
const NOBODY = '00000000-0000-0000-0000-000000000000';

const MEBIBYTE = 1024 * 1024;

/** The form of docs/service-bus.md, "Messages", byte for byte: 98 is the type, ad the length. */
const RECORDED = `40 06 73 74 72 69 6e 67 08 33 68 74 74 70 3a 2f 2f 73 63 68 65 6d 61 73 2e 6d 69 63 72 6f 73 6f 66 74
  2e 63 6f 6d 2f 32 30 30 33 2f 31 30 2f 53 65 72 69 61 6c 69 7a 61 74 69 6f 6e 2f`;
const JSON_TEXT = `{"DeviceId":"ZAP012345","DeviceType":4,"ChargerId":"${ID}","StateId":513,"Timestamp":"2026-05-04T10:11:12.123456Z","ValueAsString":"3680.000"}`;

const recorded = (type: string, text: string, end = '01') => {
  const bytes = Buffer.from(text);
  const length = type === '98' ? Buffer.of(bytes.length) : Buffer.of(bytes.length & 0xff, bytes.length >> 8);
  const hex = (digits: string) => Buffer.from(digits.replaceAll(/\s/g, ''), 'hex');
  return Buffer.concat([hex(RECORDED), hex(type), length, bytes, hex(end)]);
};

const POWER = {
  chargerId: ID,
  stateId: 513,
  timestamp: '2026-05-04T10:11:12.123Z',
  valueAsString: '3680.000',
  deviceId: 'ZAP012345',
  deviceType: 4,
};

describe('decodeEnvelope', () => {
  it('reads the recorded short form', () => {
    expect(decodeEnvelope(recorded('98', JSON_TEXT))).to.deep.equal(POWER);
  });

  it('reads the recorded long form', () => {
    const long = JSON.stringify({ ChargerId: ID, StateId: 723, ValueAsString: 'é'.repeat(300) });
    expect(decodeEnvelope(recorded('9a', long))).to.deep.equal({
      chargerId: ID,
      stateId: 723,
      valueAsString: 'é'.repeat(300),
    });
  });

  it('takes bytes, texts and objects that the SDK has parsed, in either casing', () => {
    const bytes = recorded('98', JSON_TEXT);
    const camel = { chargerId: ID, stateId: 513, timestamp: '2026-05-04T10:11:12.123456', valueAsString: '3680.000' };
    for (const body of [
      new Uint8Array(bytes),
      Buffer.from(JSON_TEXT),
      Buffer.from(`\ufeff${JSON_TEXT}`),
      JSON_TEXT,
      ` ${JSON_TEXT}\n`,
      bytes.toString('latin1'),
      JSON.parse(JSON_TEXT),
      { ...camel, deviceId: 'ZAP012345', deviceType: 4 },
    ]) {
      expect(decodeEnvelope(body)).to.deep.equal(POWER);
    }
  });

  it('cuts the JSON out of a wrapper that it does not know', () => {
    const unknownRecord = Buffer.concat([Buffer.of(0x5e, 0x01, 0x61, 0x98, 3), Buffer.from(JSON_TEXT), Buffer.of(1)]);
    const cutShort = recorded('98', JSON_TEXT).subarray(0, -1);
    const wrongLength = Buffer.from(recorded('98', JSON_TEXT));
    wrongLength[wrongLength.length - JSON_TEXT.length - 2] = 255;
    const followed = `${JSON_TEXT} and more`;
    for (const body of [unknownRecord, cutShort, wrongLength, followed])
      expect(decodeEnvelope(body)).to.deep.equal(POWER);
  });

  it('leaves out missing fields, and takes a number in a text', () => {
    expect(decodeEnvelope({ ChargerId: ID.toUpperCase(), StateId: '-1', ValueAsString: null })).to.deep.equal({
      chargerId: ID,
      stateId: -1,
    });
  });

  it('leaves out a serial that is empty', () => {
    expect(decodeEnvelope({ ChargerId: ID, StateId: 1, DeviceId: '', DeviceType: 4 })).to.deep.equal({
      chargerId: ID,
      stateId: 1,
      deviceType: 4,
    });
  });

  it('takes the id of the message where its serial came with another id before, or with the same in capitals', () => {
    const other = ID.replace('a1', 'b2');
    for (const [written, id] of [
      [ID, ID],
      [other, other],
      [ID.toUpperCase(), ID],
      [ID, ID],
    ] as const) {
      expect(decodeEnvelope(JSON_TEXT.replace(ID, written))?.chargerId).to.equal(id);
    }
    expect(decodeEnvelope(JSON_TEXT.replace(ID, 'no id'))).to.equal(undefined);
  });

  it('gives the id of a charger that it has never seen in lower case', () => {
    const id = randomUUID();
    for (const body of [JSON_TEXT.replace(ID, id.toUpperCase()), { ChargerId: id.toUpperCase(), StateId: 513 }])
      expect(decodeEnvelope(body)?.chargerId).to.equal(id);
  });

  it('reads a body of a mebibyte, and none that is longer', () => {
    const padded = JSON_TEXT.padEnd(MEBIBYTE);
    for (const body of [padded, Buffer.from(padded)]) {
      expect(decodeEnvelope(body)).to.deep.equal(POWER);
      expect(isDamaged(body)).to.equal(false);
    }
    for (const body of [`${padded} `, Buffer.from(`${padded} `)]) {
      expect(decodeEnvelope(body)).to.equal(undefined);
      expect(isDamaged(body)).to.equal(true);
    }
  });

  it('keeps the charger of nobody', () => {
    expect(decodeEnvelope({ ChargerId: NOBODY, StateId: 1 })).to.deep.equal({ chargerId: NOBODY, stateId: 1 });
  });

  it('keeps secrets out', () => {
    for (const StateId of [863, 864, 1140]) {
      expect(decodeEnvelope({ ChargerId: ID, StateId, ValueAsString: 'planted' })).to.deep.equal({
        chargerId: ID,
        stateId: StateId,
      });
    }
  });

  it('reads every form of a time and leaves out a text that is no time', () => {
    const time = (Timestamp: unknown) => decodeEnvelope({ ChargerId: ID, StateId: 1, Timestamp })?.timestamp;
    expect(time('2026-05-04T10:11:12')).to.equal('2026-05-04T10:11:12.000Z');
    expect(time('2026-05-04T10:11:12.5Z')).to.equal('2026-05-04T10:11:12.500Z');
    expect(time('2026-05-31T10:11:12.123456')).to.equal('2026-05-31T10:11:12.123Z');
    expect(time('2026-05-04T12:11:12.123456+02:00')).to.equal('2026-05-04T10:11:12.123Z');
    for (const none of [
      '2026-02-30T10:11:12.123456Z',
      '2026-02-30T10:11:12.123Z',
      'abcdefghijklmnopqrs.123Z',
      '',
      7,
      null,
    ]) {
      expect(time(none)).to.equal(undefined);
    }
  });

  it('gives nothing for a body that is no observation', () => {
    for (const body of [
      undefined,
      null,
      7,
      '',
      '{}',
      '[]',
      '{"ChargerId":"x","StateId":1}',
      `{"ChargerId":"${ID}","StateId":1.5}`,
      `{"ChargerId":7,"StateId":1}`,
      Buffer.alloc(0),
      Buffer.of(0x98),
      Buffer.of(0x98, 200, 0x7b),
      Buffer.of(0x40, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff),
      Buffer.of(0x41, 0xff),
      Buffer.from('} {'),
      new Proxy({}, { get: () => expect.fail('thrown by a getter') }),
    ]) {
      expect(decodeEnvelope(body)).to.equal(undefined);
    }
  });

  const forms: fc.Arbitrary<Form> = fc.record({
    width: fc.constantFrom(1, 2, 4),
    unicode: fc.boolean(),
    endsElement: fc.boolean(),
    comment: fc.option(fc.string({ maxLength: 300 }), { nil: undefined }),
    pieces: fc.integer({ min: 1, max: 4 }),
    name: fc.string({ minLength: 1, maxLength: 200 }),
    prefix: fc.option(fc.string({ minLength: 1, maxLength: 5 }), { nil: undefined }),
  });
  const observations = fc.record(
    {
      ChargerId: fc.uuid(),
      StateId: fc.integer({ min: -1000, max: 99_999 }).filter((id) => ![863, 864, 1140].includes(id)),
      Timestamp: fc
        .date({ min: new Date('2015-01-01'), max: new Date('2100-01-01'), noInvalidDate: true })
        .map((date) => date.toISOString()),
      ValueAsString: fc.oneof(
        { weight: 50, arbitrary: fc.string({ unit: 'binary', maxLength: 700 }) },
        { weight: 50, arbitrary: fc.json() },
        { weight: 1, arbitrary: fc.constant('é{}"'.repeat(20_000)) },
      ),
      DeviceId: fc.string({ minLength: 1 }),
      DeviceType: fc.integer({ min: 0, max: 8 }),
    },
    { requiredKeys: ['ChargerId', 'StateId'] },
  );
  const lowered = (observation: object) =>
    Object.fromEntries(
      Object.entries(observation).map(([key, value]) => [key.charAt(0).toLowerCase() + key.slice(1), value]),
    );

  it('returns what an encoder put in, whatever the form', () => {
    fc.assert(
      fc.property(observations, fc.option(forms, { nil: USUAL }), (observation, form) => {
        const body = encode(JSON.stringify(observation), form);
        expect(decodeEnvelope(body)).to.deep.equal(lowered(observation));
      }),
      { numRuns: RUNS },
    );
  });

  it('reads the usual form as a parser would', () => {
    const part = (usual: RegExp) => fc.oneof(fc.stringMatching(usual), fc.string({ maxLength: 12 }));
    const usual = fc.record({
      DeviceId: part(/^[A-Z0-9]{9}$/),
      DeviceType: fc.integer({ min: 0, max: 12 }),
      ChargerId: fc.uuid(),
      StateId: fc.integer({ min: -1000, max: 9999 }),
      Timestamp: part(/^20\d\d-[01]\d-[0-3]\dT[012]\d:[0-5]\d:[0-5]\d(\.\d{1,7})?Z?$/),
      ValueAsString: part(/^-?\d{1,4}\.\d{3}$/),
    });
    fc.assert(
      fc.property(usual, (message) => {
        expect(decodeEnvelope(encode(JSON.stringify(message), USUAL))).to.deep.equal(decodeEnvelope(message));
      }),
      { numRuns: RUNS },
    );
  });

  it('never throws and never hangs, whatever the bytes', () => {
    const broken = fc.tuple(observations, forms, fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 4 }), fc.nat());
    const damaged = broken.map(([observation, form, changes, length]) => {
      const body = encode(JSON.stringify(observation), form);
      for (const [at, byte] of changes) body[at % body.length] = byte;
      return body.subarray(0, length % (body.length + 1));
    });
    const anything = fc.oneof(damaged, fc.uint8Array({ maxLength: 400 }), fc.string(), fc.anything());
    fc.assert(
      fc.property(anything, (body) => {
        const decoded = decodeEnvelope(body);
        if (decoded !== undefined) expect(decoded.stateId).to.satisfy(Number.isSafeInteger);
      }),
      { numRuns: RUNS },
    );
  });

  it('tells a damaged body from one with other content', () => {
    const whole = encode(JSON_TEXT, USUAL);
    const wide = encode(JSON_TEXT, { ...USUAL, unicode: true });
    for (const body of [Buffer.alloc(0), whole.subarray(0, 20), '{"DeviceId":', '{"DeviceId":}', 'nothing', undefined])
      expect(isDamaged(body), String(body)).to.equal(true);
    for (const body of [whole, wide, JSON_TEXT, '{"Type":"heartbeat"}', { Type: 'heartbeat' }, Buffer.from('[]')])
      expect(isDamaged(body), JSON.stringify(body)).to.equal(false);
  });
});

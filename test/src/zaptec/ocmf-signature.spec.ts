import { createECDH, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import { parseOcmf } from '../../../src/zaptec/ocmf';
import { sectionsOf } from '../../../src/zaptec/ocmf-sections';
import { checkOcmf } from '../../../src/zaptec/ocmf-signature';
import { publicKeyOf } from '../../../simulator/world/signature';
import { signedSession } from '../../../simulator/world/ocmf';
import { World } from '../../../simulator/world/world';
import { ManualClock } from '../../support/simulator/manual-clock';
import { draws } from '../../support/draws';

/** The example of the specification, SAFE e.V., OCMF 1.3.0, figure 1. */
const SPECIFICATION = `OCMF|{
        "FV": "1.0",
        "GI": "ABL SBC-301",
        "GS": "808829900001",
        "GV": "1.4p3",
        "PG": "T12345",
        "MV": "Phoenix Contact",
        "MM": "EEM-350-D-MCB",
        "MS": "BQ27400330016",
        "MF": "1.0",
        "IS": true,
        "IL": "VERIFIED",
        "IF": [
            "RFID_PLAIN",
            "OCPP_RS_TLS"
        ],
        "IT": "ISO14443",
        "ID": "1F2D3A4F5506C7",
        "TT": "Tarif 1",
        "LC": {
            "LN": "cable_name",
            "LI": 1,
            "LR": 2,
            "LU": "mOhm"
        },
        "RD": [
            {
                "TM": "2018-07-24T13:22:04,000+0200 S",
                "TX": "B",
                "RV": 2935.6,
                "RI": "1-b:1.8.0",
                "RU": "kWh",
                "RT": "DC",
                "EF": "",
                "ST": "G"
            },
            {
                "TM": "2018-07-24T13:26:04,000+0200 S",
                "TX": "E",
                "RV": 2965.1,
                "CL": 0.5,
                "RI": "1-b:1.8.0",
                "RU": "kWh",
                "RT": "DC",
                "EF": "",
                "ST": "G"
            }
        ]
    }|{
        "SD": "887FABF407AC82782EEFFF2220C2F856AEB0BC22364BBCC6B55761911ED651D1A922BADA88818C9671AFEE7094D7F536"
    }`;

/** A record of a meter in use, with its key, from the reference data of SAFE e.V.: its DER has numbers with a leading 1 bit. */
const METER = {
  signed:
    'OCMF|{"FV":"1.0","GI":"eBZ LD3","GS":"1EBZ0300034628","GV":"V207","MS":"1EBZ0300034628","PG":"T120","IS":true,"IL":"TRUSTED","IT":"EMAID","ID":"DKV_Testbox2","CI":"Dies","CT":"EVSEID","RD":[{"TM":"2022-10-27T19:38:50,000+0200 I","TX":"B","RV":2851485,"RI":"1-b:1.8.e","RU":"Wh","ST":"G"},{"TM":"2022-10-27T19:43:38,000+0200 I","TX":"E","RV":2851753,"RI":"1-b:1.8.e","RU":"Wh","ST":"G"}]}|{"SA":"ECDSA-secp192r1-SHA256","SD":"30340218e10a077929f593717affdff69a5df0d2862989a6638f873d0218007d21b1c0255c5b24a3c5a01d600839ebae2bb67bcb1159"}',
  userKey:
    '3049301306072a8648ce3d020106082a8648ce3d030101033200041e155ef46fbcc56005769c08d792127c006c242ccccd96bf7051b6fbc278497036659e7bae57f542776a17c7f8b28600',
};

/** Signed by the package @road-labs/ocmf 0.0.9, which in turn finds the sessions of the simulator valid. */
const BY_OTHERS = JSON.parse(
  readFileSync(path.join(__dirname, '../../fixtures/ocmf/road-labs-0.0.9.json'), 'utf8'),
) as { curve: string; publicKey: string; signed: string }[];

const payload = (fields: object = {}) =>
  JSON.stringify({
    GS: 'GPN000001',
    PG: 'T1',
    RD: [
      { TM: '2026-05-04T08:00:00,000+0000 S', TX: 'B', RV: 100, RI: '1-0:1.8.0', RU: 'kWh', ST: 'G' },
      { TM: '2026-05-04T10:00:00,000+0000 S', TX: 'E', RV: 112.34, RI: '1-0:1.8.0', RU: 'kWh', ST: 'G' },
    ],
    ...fields,
  });

const CURVES = [
  ['secp192k1', 'secp192k1'],
  ['secp192r1', 'prime192v1'],
  ['secp256k1', 'secp256k1'],
  ['secp256r1', 'prime256v1'],
  ['secp384r1', 'secp384r1'],
  ['brainpool256r1', 'brainpoolP256r1'],
  ['brainpoolP256r1', 'brainpoolP256r1'],
  ['brainpool384r1', 'brainpoolP384r1'],
] as const;

const derOf = (key: KeyObject): Buffer => key.export({ format: 'der', type: 'spki' });

function signedWith(key: KeyObject, text: string, section: object = {}, format: 'der' | 'ieee-p1363' = 'der'): string {
  const SD = sign('sha256', Buffer.from(text), { key, dsaEncoding: format }).toString('hex');
  return `OCMF|${text}|${JSON.stringify({ SD, ...section })}`;
}

describe('the check of a signed session', () => {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const userKey = derOf(publicKey).toString('hex');
  const other = derOf(generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).publicKey).toString('hex');

  it('reads the example of the specification as it is printed, and has no key for it', () => {
    const { payload: printed } = sectionsOf(SPECIFICATION)!;
    expect(printed).to.include({
      FV: '1.0',
      GI: 'ABL SBC-301',
      PG: 'T12345',
      MS: 'BQ27400330016',
      IS: true,
      TT: 'Tarif 1',
    });
    expect(printed.IF).to.deep.equal(['RFID_PLAIN', 'OCPP_RS_TLS']);
    expect(printed.LC).to.deep.equal({ LN: 'cable_name', LI: 1, LR: 2, LU: 'mOhm' });
    const same = { clock: 'S', quantity: '1-b:1.8.0', current: 'DC', status: 'G' };
    expect(parseOcmf(SPECIFICATION)).to.deep.equal({
      readings: [
        { time: '2018-07-24T11:22:04.000Z', type: 'B', value: 2935.6, ...same },
        { time: '2018-07-24T11:26:04.000Z', type: 'E', value: 2965.1, ...same },
      ],
      meterKwh: 2965.1,
      meterTime: '2018-07-24T11:26:04.000Z',
    });
    const checked = checkOcmf({ signed: SPECIFICATION, energyKwh: 29.5 });
    expect(checked).to.deep.include({
      result: 'no-key',
      algorithm: 'ECDSA-secp256r1-SHA256',
      signedKwh: 29.5,
      energyMatches: true,
    });
  });

  it('takes what a reading leaves out from the one before, as the specification says', () => {
    const types = [
      { TX: 'B', RV: 1, RI: '1-0:1.8.0', RU: 'kWh', ST: 'G' },
      { TX: 'C', RV: 2 },
      { RV: 3 },
      { TX: 'E', RV: 4 },
    ];
    const { readings } = parseOcmf(`OCMF|${JSON.stringify({ RD: types })}`);
    expect(readings.map(({ type, value, status }) => [type, value, status])).to.deep.equal([
      ['B', 1, 'G'],
      ['C', 2, 'G'],
      ['C', 3, 'G'],
      ['E', 4, 'G'],
    ]);
  });

  it('finds the record of a meter in use valid with its published key', () => {
    expect(checkOcmf({ ...METER, energyKwh: 0.268 })).to.deep.equal({
      result: 'valid',
      algorithm: 'ECDSA-secp192r1-SHA256',
      keySource: 'user',
      signedKwh: 0.268,
      energyMatches: true,
    });
    const changed = METER.signed.replace('2851753', '2851754');
    expect(checkOcmf({ ...METER, signed: changed }).result).to.equal('invalid');
  });

  for (const [name, namedCurve] of CURVES) {
    it(`knows ${name}, with a key and a signature of every form`, () => {
      const pair = generateKeyPairSync('ec', { namedCurve });
      const der = derOf(pair.publicKey);
      const size = { prime192v1: 24, secp192k1: 24, secp384r1: 48, brainpoolP384r1: 48 }[namedCurve as string] ?? 32;
      const point = der.subarray(-(2 * size + 1));
      const ecdh = createECDH(namedCurve);
      const half = (ecdh.constructor as unknown as typeof import('node:crypto').ECDH).convertKey(
        point,
        namedCurve,
        undefined,
        undefined,
        'compressed',
      ) as Buffer;
      const keys = [
        pair.publicKey.export({ format: 'pem', type: 'spki' }),
        der.toString('hex'),
        der.toString('hex').toUpperCase(),
        der.toString('base64'),
        point.toString('hex'),
        point.toString('base64'),
        point.subarray(1).toString('hex'),
        half.toString('hex'),
        `0x${point.toString('hex')}`,
        point.toString('hex').replace(/(..)(?!$)/g, '$1:'),
      ];
      const SA = `ECDSA-${name}-SHA256`;
      for (const format of ['der', 'ieee-p1363'] as const) {
        const signed = signedWith(pair.privateKey, payload(), { SA }, format);
        for (const key of keys)
          expect(checkOcmf({ signed, userKey: String(key) }).result, String(key)).to.equal('valid');
      }
      const SD = sign('sha256', Buffer.from(payload()), pair.privateKey).toString('base64');
      const signed = signedWith(pair.privateKey, payload(), { SA, SE: 'base64', SM: 'application/x-der', SD });
      expect(checkOcmf({ signed, userKey: der.toString('hex') }).result).to.equal('valid');
    });
  }

  it('finds records valid that another implementation has signed, on every curve, and changed ones invalid', () => {
    for (const { curve, publicKey: key, signed } of BY_OTHERS) {
      const checked = checkOcmf({ signed, userKey: key, energyKwh: 21.25 });
      expect(checked, curve).to.deep.include({ result: 'valid', signedKwh: 21.25, energyMatches: true });
      for (const [from, to] of [
        ['"RV":1021.5', '"RV":1021.6'],
        ['04:30:00', '04:30:01'],
        ['"MS":"1"', '"MS":"2"'],
      ] as const) {
        expect(checkOcmf({ signed: signed.replace(from, to), userKey: key }).result, from).to.equal('invalid');
      }
    }
    expect(BY_OTHERS).to.have.lengthOf(7);
  });

  it('prefers the key of the user to that of the charger, and both to that of the text', () => {
    const text = payload();
    const PK = derOf(publicKey).toString('base64');
    const withKey = signedWith(privateKey, text, { PK });
    const brief = (claim: object) => {
      const { result, keySource } = checkOcmf({ signed: withKey, ...claim });
      return [result, keySource];
    };
    expect(brief({})).to.deep.equal(['consistent', 'record']);
    expect(brief({ chargerKey: userKey })).to.deep.equal(['valid', 'charger']);
    expect(brief({ chargerKey: other })).to.deep.equal(['invalid', 'charger']);
    expect(brief({ chargerKey: other, userKey })).to.deep.equal(['valid', 'user']);
    expect(brief({ chargerKey: 'nonsense' })).to.deep.equal(['consistent', 'record']);
    expect(brief({ userKey: ' ' })).to.deep.equal(['consistent', 'record']);
    const inPayload = payload({ publicKey: PK });
    expect(checkOcmf({ signed: signedWith(privateKey, inPayload) }).result).to.equal('consistent');
  });

  const table: [string, string | undefined, string][] = [
    ['no text', undefined, 'unsigned'],
    ['an empty text', ' ', 'unsigned'],
    ['a text without a signature', `OCMF|${payload()}`, 'unsigned'],
    ['a text with an empty signature', `OCMF|${payload()}| `, 'unsigned'],
    ['a signature without data', `OCMF|${payload()}|{}`, 'invalid'],
    ['a signature that is no JSON', `OCMF|${payload()}|30450221`, 'invalid'],
    ['no OCMF', 'nonsense', 'invalid'],
    ['a payload that is no JSON', `OCMF|{|{"SD":"00"}`, 'invalid'],
    ['data that are no signature', `OCMF|${payload()}|{"SD":"00"}`, 'invalid'],
    ['data that are no hexadecimal number', `OCMF|${payload()}|{"SD":"xx"}`, 'invalid'],
    ['an algorithm that OCMF does not name', `OCMF|${payload()}|{"SA":"RSA","SD":"00"}`, 'invalid'],
    ['an algorithm that is no text', `OCMF|${payload()}|{"SA":5,"SD":"00"}`, 'invalid'],
    ['an encoding that OCMF does not name', `OCMF|${payload()}|{"SE":"octal","SD":"00"}`, 'invalid'],
    ['a form that OCMF does not name', `OCMF|${payload()}|{"SM":"text/plain","SD":"00"}`, 'invalid'],
  ];
  for (const [what, signed, result] of table) {
    it(`finds ${what} ${result}, and says why`, () => {
      const checked = checkOcmf({ signed, userKey });
      expect(checked.result).to.equal(result);
      expect(checked.reason).to.match(/^[A-Z].{10,}[a-zA-Z]$/);
    });
  }

  it('finds a key of another curve invalid', () => {
    const signed = signedWith(privateKey, payload(), { SA: 'ECDSA-secp256k1-SHA256' });
    expect(checkOcmf({ signed, userKey })).to.deep.include({
      result: 'invalid',
      reason: 'The key does not lie on the curve secp256k1 of the signature',
    });
  });

  it('refuses a key that is none, by name', () => {
    for (const key of ['nonsense', '04aa', '-----BEGIN PUBLIC KEY-----\nx', 'ff'.repeat(3_000)]) {
      expect(() => checkOcmf({ signed: METER.signed, userKey: key }), key).to.throw(/publicKey ".+…" is no public key/);
    }
    const refused = expect(() => checkOcmf({ signed: METER.signed, userKey: ' nonsense' })).to.throw(
      /"nonsense…".+PEM/,
    );
    refused.with.property('code', 'INPUT_INVALID');
    const { publicKey: rsa } = generateKeyPairSync('rsa', { modulusLength: 1024 });
    expect(() => checkOcmf({ userKey: derOf(rsa).toString('hex') })).to.throw(/is no public key/);
  });

  it('holds the readings against the energy', () => {
    const signed = signedWith(privateKey, payload());
    const matches = (energyKwh?: number) => checkOcmf({ signed, userKey, energyKwh }).energyMatches;
    expect([12.34, 12.345, 12.351, 12.352, 11].map(matches)).to.deep.equal([true, true, true, false, false]);
    expect(matches()).to.equal(undefined);
    const bad = payload().replace('"ST":"G"}]', '"ST":"E"}]');
    expect(checkOcmf({ signed: signedWith(privateKey, bad), userKey, energyKwh: 5 })).to.deep.equal({
      result: 'valid',
      algorithm: 'ECDSA-secp256r1-SHA256',
      keySource: 'user',
    });
  });

  it('takes a key with blanks around it, up to the length of the longest', () => {
    const signed = signedWith(privateKey, payload());
    expect(checkOcmf({ signed, userKey: ` ${userKey}\n` }).result).to.equal('valid');
    expect(checkOcmf({ signed, userKey: userKey.padEnd(4_096) }).result).to.equal('valid');
    expect(() => checkOcmf({ signed, userKey: userKey.padEnd(4_097) })).to.throw(/is no public key/);
  });

  it('takes the energy between the first and the last good reading of one quantity', () => {
    const row = (TX: string, RV: number | string, more: object = {}) => ({
      TX,
      RV,
      RI: 'a',
      RU: 'kWh',
      ST: 'G',
      ...more,
    });
    const energyOf = (...RD: object[]) => checkOcmf({ signed: signedWith(privateKey, payload({ RD })) }).signedKwh;
    expect(energyOf(row('B', 100), row('E', 101), row('E', 103.5))).to.equal(3.5);
    expect(energyOf(row('T', 90), row('B', 100), row('T', 102), row('E', 103))).to.equal(3);
    expect(energyOf(row('B', 'x'), row('B', 100), row('E', 103), row('E', 'x'))).to.equal(3);
    expect(energyOf(row('B', 100), row('E', 103), row('E', 999, { RI: 'b' }))).to.equal(3);
    expect(energyOf(row('B', 100), row('E', 103), row('E', 999, { EF: 'E' }))).to.equal(3);
    expect(energyOf(row('B', 100, { EF: 'E' }), row('E', 103))).to.equal(undefined);
    expect(energyOf(row('E', 103), row('T', 104))).to.equal(undefined);
    expect(energyOf(row('B', 100), row('T', 103))).to.equal(undefined);
  });

  describe('reads the numbers of a signature', () => {
    const text = payload();
    const pair = sign('sha256', Buffer.from(text), { key: privateKey, dsaEncoding: 'ieee-p1363' });
    const [r, s] = [pair.subarray(0, 32), pair.subarray(32)];
    const element = (tag: number, content: Buffer, long = false) =>
      Buffer.concat([Buffer.from(long ? [tag, 0x81, content.length] : [tag, content.length]), content]);
    const der = (first: Buffer, second: Buffer) => Buffer.concat([element(2, first), element(2, second)]);
    const result = (bytes: Buffer, section: object = {}) =>
      checkOcmf({ signed: `OCMF|${text}|${JSON.stringify({ SD: bytes.toString('hex'), ...section })}`, userKey })
        .result;
    const zeros = (length: number) => Buffer.alloc(length);

    for (const [what, bytes, expected] of [
      ['one after the other', pair, 'valid'],
      ['in DER', element(0x30, der(r, s)), 'valid'],
      [
        'in DER with leading zeros',
        element(0x30, der(Buffer.concat([zeros(1), r]), Buffer.concat([zeros(2), s]))),
        'valid',
      ],
      ['in DER with long lengths', element(0x30, der(r, s), true), 'valid'],
      ['with a byte after them', Buffer.concat([element(0x30, der(r, s)), zeros(1)]), 'invalid'],
      ['with a byte after the second', element(0x30, Buffer.concat([der(r, s), zeros(1)])), 'invalid'],
      ['of which one is too long', element(0x30, der(Buffer.concat([Buffer.from([1]), r]), s)), 'invalid'],
      ['of which one is missing', element(0x30, element(2, r)), 'invalid'],
      ['cut off', element(0x30, der(r, s)).subarray(0, 40), 'invalid'],
      ['of which one is shorter', pair.subarray(1), 'invalid'],
      ['of nothing', zeros(0), 'invalid'],
    ] as const) {
      it(`${what}: ${expected}`, () => expect(result(bytes)).to.equal(expected));
    }

    it('only in the spelling that base64 has for them', () => {
      const SD = pair.toString('base64');
      const bare = SD.replaceAll('=', '');
      const of = (data: string) => result(pair, { SD: data, SE: 'base64' });
      expect([SD, bare].map(of)).to.deep.equal(['valid', 'valid']);
      for (const other of [` ${SD}`, `${bare}*`, `${SD.slice(0, 20)} ${SD.slice(20)}`])
        expect(of(other)).to.equal('invalid');
    });

    it('only in a form and an encoding that OCMF names', () => {
      expect(result(pair, { SM: 'application/x-der' })).to.equal('valid');
      expect(result(pair, { SM: 'text/plain' })).to.equal('invalid');
      expect(result(pair, { SE: 'octal' })).to.equal('invalid');
    });
  });

  it('says why a session is not valid', () => {
    const signed = signedWith(privateKey, payload());
    const PK = derOf(publicKey).toString('base64');
    const reasonOf = (claim: object) => checkOcmf({ signed, ...claim }).reason;
    expect(reasonOf({})).to.equal('There is no public key to check the signature with');
    expect(reasonOf({ userKey: other })).to.equal('The signature is not that of the text and the key');
    expect(reasonOf({ signed: signedWith(privateKey, payload(), { PK }) })).to.match(/own one of the text/);
    expect(reasonOf({ userKey })).to.equal(undefined);
    const umlaut = payload({ GI: 'Säule' });
    expect(checkOcmf({ signed: signedWith(privateKey, umlaut), userKey }).result).to.equal('valid');
  });

  it('never throws without a key of the user', () => {
    const section = fc.oneof(
      fc.json(),
      fc.string(),
      fc
        .dictionary(fc.constantFrom('SA', 'SD', 'SE', 'SM', 'PK'), fc.jsonValue())
        .map((value) => JSON.stringify(value)),
    );
    fc.assert(
      fc.property(section, section, fc.string(), (first, second, chargerKey) => {
        expect(checkOcmf({ signed: `OCMF|${first}|${second}`, chargerKey }).result).to.not.equal('valid');
      }),
    );
  });
});

describe('the signed sessions of the simulator', () => {
  const world = new World({ scenario: 'home', seed: 3, speed: 0, clock: new ManualClock() });
  const charger = world.findCharger('Carport')!;
  const userKey = publicKeyOf(charger.deviceId);
  const sessions = world.archive.all.filter(({ chargerId }) => chargerId === charger.id);
  const some = fc.constantFrom(...sessions.slice(0, 200));

  it('are valid with the key of the charger, and show its energy', () => {
    for (const session of sessions) {
      const checked = checkOcmf({ signed: signedSession(charger, session), energyKwh: session.energyKwh, userKey });
      expect(checked.result).to.equal('valid');
      // Where the meter was exchanged the readings say something else.
      const isSame = session.readings.at(-1)!.meterKwh >= session.readings[0]!.meterKwh;
      expect(checked.energyMatches, session.id).to.equal(isSame);
    }
    expect(sessions.length).to.be.above(100);
  }).timeout(60_000);

  it('are invalid once a bit of the payload or the signature is another', () => {
    const flipped = (bytes: Buffer, bit: number) => {
      const copy = Buffer.from(bytes);
      copy[bit >> 3]! ^= 1 << (bit & 7);
      return copy;
    };
    fc.assert(
      fc.property(some, fc.boolean(), fc.nat(), (session, inSignature, position) => {
        const signed = signedSession(charger, session);
        const [, text = '', signature = ''] = signed.split('|');
        const { SA, SD } = JSON.parse(signature) as { SA: string; SD: string };
        const [bytes, kind] = inSignature ? [Buffer.from(SD), 'SD'] : [Buffer.from(text), 'payload'];
        const changed = flipped(bytes, position % (8 * bytes.length)).toString('latin1');
        const result = checkOcmf({
          signed: `OCMF|${inSignature ? text : changed}|${JSON.stringify({ SA, SD: inSignature ? changed : SD })}`,
          userKey,
        });
        expect(result.result, kind).to.equal('invalid');
      }),
      { numRuns: draws(2_000) },
    );
  }).timeout(60_000);
});

import { expect } from 'chai';
import fc from 'fast-check';
import { camelName, decode } from '../../../src/zaptec/decode';
import { isTimeField, toUtc, utcOf } from '../../../src/zaptec/decode/times';

const GUID = '0A1B2C3D-0000-4000-8000-000000000001';

function nested(levels: number): unknown {
  let value: unknown = 'bottom';
  for (let level = 0; level < levels; level++) value = level % 2 === 0 ? { Deep: value } : [value];
  return value;
}

describe('decoding of names', () => {
  const names: [string, string][] = [
    ['Id', 'id'],
    ['MID', 'mid'],
    ['OCPPUrl', 'ocppUrl'],
    ['OcppCloudUrl', 'ocppCloudUrl'],
    ['AvailableCurrentPhase1', 'availableCurrentPhase1'],
    ['Feature_PowerManagement_EcoMode_MinEnergy', 'feature_PowerManagement_EcoMode_MinEnergy'],
    ['IT_3_Phase', 'it_3_Phase'],
    ['installationId', 'installationId'],
    ['A', 'a'],
    ['', ''],
    [GUID, GUID],
    ['With blank', 'With blank'],
    ['83', '83'],
  ];
  for (const [wire, field] of names) {
    it(`"${wire}" becomes "${field}"`, () => expect(camelName(wire)).to.equal(field));
  }

  it('keeps the keys of a dictionary of ids, and camelises below it', () => {
    expect(decode({ Countries: { [GUID]: { Code: 'NOR' } } })).to.deep.equal({
      countries: { [GUID]: { code: 'NOR' } },
    });
  });

  it('keeps the first of two names that become one', () => {
    expect(decode({ Name: 'first', name: 'second' })).to.deep.equal({ name: 'first' });
    expect(decode({ Name: null, name: 'second' })).to.deep.equal({ name: 'second' });
  });

  it('leaves false, 0 and "" as they are, and drops null fields but no places of an array', () => {
    const wire = { Active: false, Roles: 0, Notes: '', VatNumber: null, Data: [null, { Id: null }, 2] };
    expect(decode(wire)).to.deep.equal({ active: false, roles: 0, notes: '', data: [null, {}, 2] });
  });

  it('hands on a value that is no object', () => {
    for (const value of [null, true, 0, 'Text', []]) expect(decode(value)).to.deep.equal(value);
  });

  it('does not touch the text of other fields', () => {
    expect(decode({ Notes: '2026-05-04T10:11:12' })).to.deep.equal({ notes: '2026-05-04T10:11:12' });
  });
});

describe('decoding of hostile input', () => {
  it('lets no key reach a prototype', () => {
    const wire: unknown = JSON.parse('{"__proto__":{"polluted":1},"constructor":{"a":1},"Constructor":2,"Id":"x"}');
    const answer = decode(wire) as Record<string, unknown>;
    expect(Object.keys(answer)).to.deep.equal(['id']);
    expect(answer.polluted).to.equal(undefined);
    expect(({} as Record<string, unknown>).polluted).to.equal(undefined);
  });

  it('takes names that every object inherits for plain fields', () => {
    expect(decode({ ToString: 1, HasOwnProperty: 2 })).to.have.own.property('toString', 1);
  });

  it('cuts levels below 64 instead of overflowing the stack', () => {
    expect(JSON.stringify(decode(nested(64)))).to.contain('bottom');
    expect(JSON.stringify(decode(nested(65)))).to.not.contain('bottom');
    const cut = JSON.stringify(decode(nested(50_000)));
    expect(cut).to.not.contain('bottom');
    expect(cut.length).to.be.greaterThan(200);
  });

  it('handles more names than it remembers', () => {
    const many = Object.fromEntries(Array.from({ length: 5_000 }, (_, n) => [`Name${n}`, n]));
    const answer = decode(many) as Record<string, number>;
    expect(Object.keys(answer)).to.have.length(5_000);
    expect(answer.name4999).to.equal(4_999);
  });

  it('never throws on any JSON', () => {
    const key = fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor', 'StateId', 'UpdatedOn', 'Pin'));
    const values = [
      fc.string(),
      fc.double(),
      fc.boolean(),
      fc.constant(null),
      fc.constantFrom(863, '2026-05-04T10:11:12.5'),
    ];
    const json = fc.anything({ key, values, maxDepth: 5 }).map((value): unknown => JSON.parse(JSON.stringify(value)));
    fc.assert(
      fc.property(json, (value) => {
        expect(() => JSON.stringify(decode(value))).to.not.throw();
        expect(decode(decode(value)), 'twice is once').to.deep.equal(decode(value));
      }),
    );
  });
});

describe('decoding of secrets', () => {
  const SECRET = 's3cr3t-planted';

  it('drops secrets and the picture at any depth, in any casing', () => {
    const names = ['Password', 'PASSWORD', 'pin', 'Pin', 'OcppInitialChargePointPassword', 'PropertyOcppPassword'];
    const more = ['LogoBase64', 'SomeNewPassword', 'password'];
    for (const name of [...names, ...more]) {
      expect(decode([{ Id: 1, Sub: { [name]: SECRET } }]), name).to.deep.equal([{ id: 1, sub: {} }]);
    }
  });

  it('keeps fields that only resemble one', () => {
    const wire = { PropertyPinOfflinePhase: true, LogoContentType: 'image/png', Spin: 1 };
    expect(Object.keys(decode(wire) as object)).to.deep.equal(['propertyPinOfflinePhase', 'logoContentType', 'spin']);
  });

  it('keeps the error codes whose names end in password', () => {
    expect(decode({ ErrorCodes: { InvalidPassword: 513, Password: 1 } })).to.deep.equal({
      errorCodes: { invalidPassword: 513 },
    });
  });

  it('drops the value of an observation that is a secret', () => {
    const wire = [863, 864, 1140, 710].map((StateId) => ({ StateId, ValueAsString: SECRET }));
    expect(decode(wire)).to.deep.equal([
      { stateId: 863 },
      { stateId: 864 },
      { stateId: 1140 },
      { stateId: 710, valueAsString: SECRET },
    ]);
  });

  it('never lets a planted secret through', () => {
    const secretName = fc
      .tuple(
        fc.constantFrom('', 'New', 'propertyOcpp', 'ocppInitialChargePoint'),
        fc.constantFrom('Password', 'PASSWORD'),
      )
      .map((parts) => parts.join(''));
    const name = fc.oneof(secretName, fc.constantFrom('Pin', 'PIN', 'LogoBase64'));
    const path = fc.array(fc.constantFrom('Data', 'SupportGroup', '0', '[]'), { maxLength: 70 });
    const secret = fc.constantFrom(SECRET, [SECRET], { Value: SECRET });
    fc.assert(
      fc.property(name, path, secret, (field, steps, planted) => {
        const leaf: unknown = { Before: 1, [field]: planted, After: 2 };
        const wire = steps.reduce((inner, step) => (step === '[]' ? [inner] : { [step]: inner }), leaf);
        expect(JSON.stringify(decode(wire))).to.not.contain(SECRET);
      }),
    );
  });
});

describe('decoding of times', () => {
  const times: [string, string][] = [
    ['2026-05-04T10:11:12.5', '2026-05-04T10:11:12.500Z'],
    ['2026-05-04T10:11:12', '2026-05-04T10:11:12.000Z'],
    ['2026-05-04T10:11', '2026-05-04T10:11:00.000Z'],
    ['2026-05-04T10:11:12.999999', '2026-05-04T10:11:12.999999Z'],
    ['2026-05-04T10:11:12.123456Z', '2026-05-04T10:11:12.123456Z'],
    ['2026-05-31T10:11:12.1234567', '2026-05-31T10:11:12.1234567Z'],
    ['2026-05-04T10:11:12.123456789+02:00', '2026-05-04T08:11:12.123456789Z'],
    ['2026-05-04T10:11:12+02:00', '2026-05-04T08:11:12.000Z'],
    ['2026-05-04T10:11:12.5-0330', '2026-05-04T13:41:12.500Z'],
    ['2024-02-29T00:00:00', '2024-02-29T00:00:00.000Z'],
    ['2026-05-31t00:00:00z', '2026-05-31T00:00:00.000Z'],
    ['2026-01-01T01:00:00.123+02:00', '2025-12-31T23:00:00.123Z'],
  ];
  for (const [wire, utc] of times) it(`${wire} is ${utc}`, () => expect(toUtc(wire)).to.equal(utc));

  for (const text of [
    '',
    'now',
    '2026-05-04',
    '2026-13-04T10:11:12',
    '2026-02-30T10:11:12',
    '2026-05-04T25:00:00',
    '4.5',
  ]) {
    it(`"${text}" passes unchanged`, () => expect(toUtc(text)).to.equal(text));
  }

  it('knows a time by the name of its field', () => {
    const yes = [
      'createdOnDate',
      'startDateTime',
      'updatedOn',
      'timestamp',
      'propertyOcppVerboseLogUntil',
      'commitEndDateTime',
    ];
    const no = ['timeZoneName', 'timeZoneIanaName', 'timeZone', 'description', 'currentVersion', 'name', 'location'];
    for (const field of [...yes, 'sessionStart', 'sessionEnd', 'date', 'time'])
      expect(isTimeField(field), field).to.equal(true);
    for (const field of no) expect(isTimeField(field), field).to.equal(false);
  });

  it('converts only fields of time, and hands on numbers in them', () => {
    const at = '2026-05-04T10:11:12';
    expect(decode({ UpdatedOn: at, Name: at, EndDate: 5, StartDate: [at] })).to.deep.equal({
      updatedOn: '2026-05-04T10:11:12.000Z',
      name: at,
      endDate: 5,
      startDate: ['2026-05-04T10:11:12.000Z'],
    });
  });

  it('keeps every digit of a time that is handed on, cuts off where one is compared, and is idempotent', () => {
    const arbitrary = fc.tuple(
      fc.date({ min: new Date(0), max: new Date('2099-12-31'), noInvalidDate: true }),
      fc.nat(999_999),
    );
    fc.assert(
      fc.property(arbitrary, ([date, fraction]) => {
        const second = date.toISOString().slice(0, 19);
        const digits = String(fraction).padStart(6, '0');
        const utc = toUtc(`${second}.${digits}`);
        expect(utc).to.equal(`${second}.${digits}Z`);
        expect(utcOf(utc)).to.equal(`${second}.${digits.slice(0, 3)}Z`);
        expect(toUtc(utc)).to.equal(utc);
      }),
    );
  });
});

import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect } from 'chai';
import { wireConstants } from '../../../simulator/rest/wire/constants';
import { constantsTable, locate, useConstants } from '../../../src/zaptec/constants-table';
import { decode } from '../../../src/zaptec/decode';
import { readObservation } from '../../../src/zaptec/observations';
import { warningNames } from '../../../src/zaptec/warnings';

const ROOT = resolve(__dirname, '../../..');

describe('the table of ids', () => {
  it('is found from the sources and from the compiled code', () => {
    const file = join(ROOT, 'data/zaptec-constants.json');
    for (const from of ['src/api', 'dist/src/api', '.']) expect(locate(join(ROOT, from))).to.equal(file);
  });

  it('is missing with a clear error', () => {
    expect(() => locate(tmpdir())).to.throw(/missing/);
  });

  it('is read once', () => expect(constantsTable()).to.equal(constantsTable()));

  it('holds the ids, prefixes and bits of its sources', () => {
    const { observations, products, warnings } = constantsTable();
    expect(observations.size).to.equal(226);
    expect(observations.get(513)).to.include({ name: 'TotalChargePower', unit: 'W' });
    expect(products.get('GPN')).to.equal('Go2');
    expect(warnings.Smart.get(7)).to.equal('RELAY_WELDED');
    expect(warnings.Apollo.get(7)).to.equal('LOW_LEVEL_12V');
    expect(warnings.Apollo.get(56)).to.equal('MID_STORAGE_ERROR_GO_GO2');
  });

  describe('with the names of the cloud', () => {
    afterEach(() => useConstants(undefined));

    const told = (Schema: object) => useConstants(decode({ Schema }));
    const raw = (stateId: number) => ({
      chargerId: '0a1b2c3d-0000-4000-8000-0000000000a1',
      stateId,
      valueAsString: '1.5',
    });

    it('stays the same while the names are the same', () => {
      const before = constantsTable();
      useConstants(decode(JSON.parse(wireConstants())));
      expect(constantsTable()).to.equal(before);
    });

    it('knows new ids and names, and keeps types and units', () => {
      expect(readObservation(raw(513), 'Apollo').name).to.equal('TotalChargePower');
      expect(readObservation(raw(99_001), 'Apollo').name).to.equal('Observation99001');
      told({ Apollo: { ObservationIds: { ChargePower: 513, BrandNew: 99_001 }, Warnings: { NEW_ONE: 2 ** 62 } } });
      expect(readObservation(raw(513), 'Apollo')).to.include({ name: 'ChargePower', value: 1.5, unit: 'W' });
      expect(readObservation(raw(513), 'Smart').name).to.equal('TotalChargePower');
      expect(readObservation(raw(99_001), 'Apollo')).to.include({ name: 'BrandNew', value: 1.5 });
      expect(warningNames(String(2n ** 62n), 'Apollo')).to.deep.equal(['NEW_ONE']);
      expect(warningNames(String(2n ** 62n), 'Smart')).to.deep.equal(['BIT_62']);
      useConstants(undefined);
      expect(readObservation(raw(513), 'Apollo').name).to.equal('TotalChargePower');
    });

    it('takes warnings of chargers alone, below the 64th bit, and up to 2,000 names', () => {
      const before = constantsTable();
      told({
        Smart: { Warnings: { LAST: 2 ** 63, TOO_HIGH: 2 ** 64 } },
        HomeApm: { Warnings: { OF_A_SENSE: 2 ** 60 } },
        Apollo: { ObservationIds: Object.fromEntries(Array.from({ length: 2_000 }, (_, i) => [`N${i}`, 50_000 + i])) },
      });
      const { warnings, observations } = constantsTable();
      expect(warnings.Smart.get(63)).to.equal('LAST');
      expect([warnings.Smart.get(64), warnings.Smart.get(60), warnings.Apollo.get(60)]).to.deep.equal([
        undefined,
        before.warnings.Smart.get(60),
        before.warnings.Apollo.get(60),
      ]);
      expect(observations.size).to.equal(before.observations.size + 2_000);
    });

    it('is not changed by entries of an unexpected form', () => {
      const before = constantsTable();
      for (const answer of [
        undefined,
        7,
        {},
        { schema: 7 },
        { schema: { smart: 7, apollo: { observationIds: [] } } },
      ]) {
        useConstants(answer);
        expect(constantsTable()).to.equal(before);
      }
      const many = Object.fromEntries(Array.from({ length: 2001 }, (_, i) => [`N${i}`, 50_000 + i]));
      told({
        Apollo: {
          ObservationIds: { Good: 99_002, 'not a name': 99_003, Text: 'x', Half: 0.5 },
          Warnings: { THREE: 3 },
        },
        HomeApm: { ObservationIds: many },
      });
      expect(constantsTable().observations.size).to.equal(before.observations.size + 1);
      expect(constantsTable().warnings.Apollo.size).to.equal(before.warnings.Apollo.size);
    });
  });
});

import { expect } from 'chai';
import fc from 'fast-check';
import { StoredValues, type StoredValue } from '../../../src/state/stored-values';

const value: fc.Arbitrary<StoredValue> = fc
  .record(
    {
      id: fc.integer({ min: -3, max: 12 }),
      at: fc.oneof(fc.constant(-1), fc.integer({ min: 0, max: Date.UTC(2099, 0) })),
      text: fc.option(fc.string(), { nil: undefined }),
      pushed: fc.boolean(),
      isTimeUnknown: fc.boolean(),
      replaced: fc.array(fc.string(), { minLength: 1 }),
    },
    { requiredKeys: ['id', 'at', 'text', 'pushed', 'isTimeUnknown'] },
  )
  .map((entry) => ({ ...entry }));

describe('the stored values of a charger', () => {
  it('are the last of each id, by ascending id', () => {
    fc.assert(
      fc.property(fc.array(value), (entries) => {
        const values = new StoredValues();
        const last = new Map<number, StoredValue>();
        for (const entry of entries) {
          values.set(entry);
          last.set(entry.id, entry);
        }
        const expected = [...last.values()].sort((one, other) => one.id - other.id);
        expect([...values]).to.deep.equal(expected);
        expect(values.size).to.equal(expected.length);
        for (let id = -4; id <= 13; id++) expect(values.get(id)).to.deep.equal(last.get(id));
      }),
    );
  });
});

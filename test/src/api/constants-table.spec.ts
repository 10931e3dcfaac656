import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect } from 'chai';
import { constantsTable, locate } from '../../../src/api/constants-table';

const ROOT = resolve(__dirname, '../../..');

describe('the table of ids', () => {
  it('is found from the sources and from the compiled code', () => {
    const file = join(ROOT, 'data/zaptec-constants.json');
    for (const from of ['src/api', 'dist/src/api', '.']) expect(locate(join(ROOT, from))).to.equal(file);
  });

  it('says so when it is missing', () => {
    expect(() => locate(tmpdir())).to.throw(/missing/);
  });

  it('is read once', () => expect(constantsTable()).to.equal(constantsTable()));

  it('holds what the sources state', () => {
    const { observations, products, warnings } = constantsTable();
    expect(observations.size).to.equal(226);
    expect(observations.get(513)).to.include({ name: 'TotalChargePower', unit: 'W' });
    expect(products.get('GPN')).to.equal('Go2');
    expect(warnings.Smart.get(7)).to.equal('RELAY_WELDED');
    expect(warnings.Apollo.get(7)).to.equal('LOW_LEVEL_12V');
    expect(warnings.Apollo.get(56)).to.equal('MID_STORAGE_ERROR_GO_GO2');
  });
});

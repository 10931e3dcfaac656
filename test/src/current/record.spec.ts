import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { everyPhase } from '../../../src/current/currents';
import { RecordFile, recordFrom } from '../../../src/current/record';

const RECORD = { sentAt: 5, doneAt: -Infinity, early: [1, 2], currents: everyPhase(6), base: everyPhase(16) };

describe('the record of the last write', () => {
  let directory: string;
  beforeEach(() => (directory = mkdtempSync(join(tmpdir(), 'zaptec-record-'))));
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  it('is there for the next process, and nothing is left over', () => {
    const file = new RecordFile(join(directory, 'deep'), 'installation-x');
    expect(file.load()).to.equal(undefined);
    file.save(RECORD);
    file.save({ ...RECORD, doneAt: 4 });
    expect(new RecordFile(join(directory, 'deep'), 'installation-x').load()).to.deep.equal({ ...RECORD, doneAt: 4 });
    file.save(RECORD);
    expect(file.load()).to.deep.equal(RECORD);
    expect(readdirSync(join(directory, 'deep'))).to.deep.equal(['installation-x.json']);
    file.save(undefined);
    expect(file.load()).to.equal(undefined);
  });

  it('is read leniently', () => {
    const file = new RecordFile(directory, 'y');
    for (const text of ['', '{', 'null', '[]', '{"at":"x"}', '{"at":1}', '{"at":1,"currents":{"phase1":-1}}']) {
      writeFileSync(join(directory, 'y.json'), text);
      expect(file.load(), text).to.equal(undefined);
    }
    const negative = { at: 1, currents: { phase1: 1, phase2: 2, phase3: -3 } };
    expect(recordFrom(negative)).to.equal(undefined);
    expect(recordFrom({ at: 1, currents: everyPhase(8), early: 'x', base: 7 })).to.deep.equal({
      sentAt: 1,
      doneAt: -Infinity,
      early: [],
      currents: everyPhase(8),
      base: everyPhase(8),
    });
  });

  it('is given up on a disk that cannot be written', () => {
    writeFileSync(join(directory, 'file'), '');
    const file = new RecordFile(join(directory, 'file'), 'z');
    expect(() => file.save(RECORD)).not.to.throw();
    expect(file.load()).to.equal(undefined);
  });
});

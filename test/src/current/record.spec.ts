import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { everyPhase } from '../../../src/current/currents';
import { RecordFile, recordFrom, restored } from '../../../src/current/record';

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

  it('counts as sent now where it is of a time that is yet to come, and need not be the last that acted', () => {
    const times = { ...RECORD, sentAt: 100, doneAt: 100, early: [40, 100] };
    expect(restored(times, 100)).to.equal(times);
    const { sentAt, doneAt, early, isUndated } = restored(times, 70);
    expect({ sentAt, doneAt, early, isUndated }).to.deep.equal({
      sentAt: 70,
      doneAt: 69,
      early: [10, 70],
      isUndated: true,
    });
    expect(restored({ ...times, doneAt: 60 }, 70).doneAt).to.equal(30);
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

  it('lasts as long as the process on a disk that cannot be written, which it says', () => {
    writeFileSync(join(directory, 'file'), '');
    const file = new RecordFile(join(directory, 'file'), 'z');
    expect(file.load()).to.equal(undefined);
    expect([file.isLost, /cannot be written/.test(file.problem ?? '')]).to.deep.equal([true, true]);
    file.save(RECORD);
    const again = new RecordFile(join(directory, 'file'), 'z');
    expect(again.load()).to.deep.equal(RECORD);
    expect(again.isLost).to.equal(false);
    rmSync(join(directory, 'file'));
    again.save(RECORD);
    expect(again.problem).to.equal(undefined);
  });

  it('is lost where the file is empty, cut short or no file, and nowhere else', () => {
    const lost = (name: string) => {
      const file = new RecordFile(directory, name);
      file.load();
      return file.isLost;
    };
    for (const [name, text] of Object.entries({ empty: '', cut: '{"at":1,', other: '{"at":1}' })) {
      writeFileSync(join(directory, `${name}.json`), text);
      expect(lost(name), name).to.equal(true);
    }
    mkdirSync(join(directory, 'folder.json'));
    mkdirSync(join(directory, 'blocked.json.new'));
    expect([lost('folder'), lost('blocked'), lost('none')]).to.deep.equal([true, true, false]);
    expect(readdirSync(directory)).not.to.include('none.json.new');
  });

  it('of before is not taken for the newest where that could not be written', () => {
    const file = new RecordFile(directory, 'w');
    file.save(RECORD);
    mkdirSync(join(directory, 'w.json.new'));
    file.save({ ...RECORD, sentAt: 7 });
    expect(readFileSync(join(directory, 'w.json'), 'utf8')).to.equal('');
  });
});

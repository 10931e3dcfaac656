import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { everyPhase } from '../../../src/current/currents';
import { RecordFile, recordFrom, recordKeeper, restored } from '../../../src/current/record';
import { clock } from '../../../src/time/clock';
import { fakeTimers } from '../../support/fake-timers';

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

  it('has everything that was written, and nothing of another type', () => {
    const whole = { ...RECORD, doneAt: 6, before: everyPhase(20), setBy: 'Solar', id: 'a', baseId: 'b' };
    const file = new RecordFile(directory, 'whole');
    file.save(whole);
    expect(file.load()).to.deep.equal(whole);
    const { sentAt: at, ...others } = RECORD;
    const odd = { doneAt: '6', before: 7, setBy: 1, id: {}, baseId: null, early: [1, 'x', null, 2] };
    expect(recordFrom({ at, ...others, ...odd })).to.deep.equal(RECORD);
    for (const bad of ['5', null, undefined]) expect(recordFrom({ at: bad, ...others })).to.equal(undefined);
    for (const endless of [Infinity, NaN]) {
      expect(recordFrom({ at: endless, ...others })).to.equal(undefined);
      expect(recordFrom({ at, ...others, doneAt: endless, early: [1, endless, 2] })).to.deep.equal(RECORD);
    }
  });

  it('has the time of a clock that nobody can set where that is one', () => {
    const file = new RecordFile(directory, 'boot');
    const boot = { id: 'a start', ms: 7 };
    file.save({ ...RECORD, boot });
    expect(file.load()).to.deep.equal({ ...RECORD, boot });
    for (const odd of [7, { ms: 7 }, { id: 7, ms: 7 }, { id: 'a start' }, { id: 'a start', ms: '7' }]) {
      file.save({ ...RECORD, boot: odd as typeof boot });
      expect(file.load(), JSON.stringify(odd)).to.deep.equal(RECORD);
    }
  });

  it('is as old for a governor after a restart as the wall clock says', () => {
    const timers = fakeTimers();
    try {
      const now = clock.steady();
      const record = { ...RECORD, sentAt: now - 5_000, doneAt: now - 4_000, early: [now - 9_000] };
      recordKeeper(new RecordFile(directory, 'kept')).save(record);
      const raw = JSON.parse(readFileSync(join(directory, 'kept.json'), 'utf8')) as object;
      expect(raw).to.include({ subject: 'kept', at: Date.now() - 5_000, doneAt: Date.now() - 4_000 });
      // While no process ran.
      timers.setWallClock(60_000);
      const keeper = recordKeeper(new RecordFile(directory, 'kept'));
      expect(keeper.load()).to.deep.equal({
        ...record,
        ...{ sentAt: now - 65_000, doneAt: now - 64_000, early: [now - 69_000] },
      });
      keeper.save(undefined);
      expect(keeper.load()).to.equal(undefined);
      expect(readdirSync(directory)).to.deep.equal([]);
    } finally {
      timers.restore();
    }
  });

  it('says for a governor what is wrong with its file, and nothing without one', () => {
    writeFileSync(join(directory, 'bad.json'), '{');
    const keeper = recordKeeper(new RecordFile(directory, 'bad'));
    expect(keeper.load()).to.equal(undefined);
    expect([keeper.isLost, /cannot be read/.test(keeper.problem ?? '')]).to.deep.equal([true, true]);
    const none = recordKeeper(undefined);
    none.save(RECORD);
    expect([none.load(), none.isLost, none.problem]).to.deep.equal([undefined, false, undefined]);
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

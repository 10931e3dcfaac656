import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { expect } from 'chai';

const MOCHA = path.join(path.dirname(createRequire(__filename).resolve('mocha/package.json')), 'bin/mocha.js');
const SUITES = path.join(__dirname, '../fixtures/together.ts');

interface Result {
  passes: { fullTitle: string }[];
  pending: { fullTitle: string }[];
  failures: { fullTitle: string; err: { message: string } }[];
}

async function run(...options: string[]): Promise<Result & { notes: string[] }> {
  const words = [MOCHA, '--no-config', '--node-option', 'import=tsx', '--reporter', 'json', ...options, SUITES];
  const mocha = spawn(process.execPath, words);
  const [output, notes] = await Promise.all([text(mocha.stdout), text(mocha.stderr), once(mocha, 'exit')]);
  return { ...(JSON.parse(output) as Result), notes: notes.trim().split('\n') };
}

describe('scenarios that run together', function () {
  this.timeout(60_000);
  let result: Awaited<ReturnType<typeof run>>;
  before(async () => (result = await run()));

  it('succeed where they need each other at the same time', () => {
    const titles = result.passes.map(({ fullTitle }) => fullTitle);
    expect(titles).to.include.members(['at once waits for the next', 'at once is met']);
  });

  it('fail each for itself, with the message of its own', () => {
    const failures = result.failures.map(({ fullTitle, err }) => [fullTitle, err.message]);
    expect(failures).to.deep.equal([
      ['at once fails', 'of its own'],
      ['at once takes too long', 'not over after 2000 ms'],
      ['at once cannot end', 'of the end'],
    ]);
  });

  it('are skipped each for itself', () => {
    expect(result.pending.map(({ fullTitle }) => fullTitle)).to.deep.equal(['at once cannot run']);
  });

  it('end what they began, the last first, whatever became of them', () => {
    const ends = result.notes.filter((note) => note.startsWith('ended'));
    expect(ends).to.include('ended last');
    expect(ends.indexOf('ended first')).to.be.lessThan(ends.indexOf('ended last'));
    expect(ends).to.include.members(['ended though it failed', 'ended beside a failure', 'ended though it goes on']);
    expect(ends).to.include('ended late');
  });

  it('are no more at once than allowed, and count their time-outs from their own start', () => {
    const counts = result.notes.filter((note) => note.endsWith('at once'));
    expect(counts).to.have.length(5);
    expect(new Set(counts)).to.deep.equal(new Set(['1 at once', '2 at once']));
    expect(result.passes.filter(({ fullTitle }) => fullTitle.startsWith('two at once'))).to.have.length(5);
  });

  it('do not run where others are chosen', async () => {
    const { passes, failures, notes } = await run('--grep', 'is met');
    expect(passes.map(({ fullTitle }) => fullTitle)).to.deep.equal(['at once is met']);
    expect(failures).to.deep.equal([]);
    expect(notes).to.deep.equal(['ended first', 'ended last']);
  });
});

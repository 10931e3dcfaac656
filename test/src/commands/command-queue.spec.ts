import { expect } from 'chai';
import { CommandQueue } from '../../../src/commands/command-queue';
import type { RequestedCommand } from '../../../src/commands/commands';
import { failureOf } from '../../support/failure';

const CHARGER = '0a1b2c3d-0000-4000-8000-000000000001';

/** Commands that run until they are ended by hand. */
class Requests {
  readonly queue = new CommandQueue();
  /** Those that run now, and how many ran at once at the most. */
  readonly running: (() => void)[] = [];
  readonly superseded: boolean[] = [];
  readonly waited: number[] = [];
  most = 0;
  #number = 0;

  async add(command: RequestedCommand): Promise<void> {
    const number = this.#number++;
    await this.queue.run(
      CHARGER,
      command,
      ({ superseded }) => {
        this.superseded[number] = superseded;
        return new Promise<void>((resolve) => {
          this.running.push(resolve);
          this.most = Math.max(this.most, this.running.length);
        });
      },
      () => this.waited.push(number),
    );
  }

  /** Ends the one that runs, and lets the next one begin. */
  async end(): Promise<void> {
    this.running.shift()?.();
    await new Promise(setImmediate);
  }
}

describe('the commands of a charger', () => {
  let requests: Requests;
  beforeEach(() => (requests = new Requests()));

  const all = async (commands: readonly RequestedCommand[]) => {
    const ended = commands.map((command) => requests.add(command));
    await new Promise(setImmediate);
    for (let left = commands.length; left > 0; left -= 1) await requests.end();
    await Promise.all(ended);
  };

  it('run one at a time, also one that comes while the second of three runs', async () => {
    const ended = [requests.add('restart'), requests.add('pause')];
    await new Promise(setImmediate);
    await requests.end();
    ended.push(requests.add('restart'));
    await new Promise(setImmediate);
    expect(requests.running).to.have.length(1);
    for (let index = 0; index < 2; index += 1) await requests.end();
    await Promise.all(ended);
    expect(requests.most).to.equal(1);
  });

  it('report that they wait where others are before them, and only then', async () => {
    await all(['pause', 'pause', 'restart']);
    expect(requests.waited).to.deep.equal([1, 2]);
    await all(['pause']);
    expect(requests.waited).to.deep.equal([1, 2]);
  });

  for (const [commands, superseded] of [
    [
      ['pause', 'resume'],
      [true, false],
    ],
    [
      ['resume', 'pause'],
      [true, false],
    ],
    [
      ['pause', 'pause'],
      [false, false],
    ],
    [
      ['toggle', 'pause'],
      [true, false],
    ],
    [
      ['toggle', 'toggle'],
      [false, false],
    ],
    [
      ['restart', 'deauthorize', 'upgrade-firmware', 'pause'],
      [false, false, false, false],
    ],
    [
      ['resume', 'restart', 'resume'],
      [false, false, false],
    ],
    [
      ['resume', 'pause', 'resume'],
      [false, true, false],
    ],
  ] as const) {
    it(`${commands.join(', ')}: ${superseded.map((is) => (is ? 'superseded' : 'run')).join(', ')}`, async () => {
      await all(commands);
      expect(requests.superseded).to.deep.equal(superseded);
    });
  }

  it('are pending until they have ended, the newest first', async () => {
    expect(requests.queue.pending(CHARGER)).to.equal(undefined);
    const ended = [requests.add('restart'), requests.add('pause')];
    await new Promise(setImmediate);
    expect(requests.queue.pending(CHARGER)).to.equal('pause');
    expect(requests.queue.pending('another')).to.equal(undefined);
    await requests.end();
    expect(requests.queue.pending(CHARGER)).to.equal('pause');
    await requests.end();
    await Promise.all(ended);
    expect(requests.queue.pending(CHARGER)).to.equal(undefined);
  });

  it('go on after one that has failed', async () => {
    const { queue } = requests;
    const failed = queue.run(CHARGER, 'restart', () => Promise.reject(new Error('not today')));
    const next = queue.run(CHARGER, 'pause', () => Promise.resolve('done'));
    expect((await failureOf(failed)).message).to.equal('not today');
    expect(await next).to.equal('done');
  });
});

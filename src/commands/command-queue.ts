import type { CommandName } from './commands';

/** The commands that wait for one charger. */
interface Queue {
  last: Promise<unknown>;
  /** Commands that run or wait. */
  length: number;
  /** The latest request to pause or to resume, and its number. */
  newest?: { command: CommandName; number: number };
}

/**
 * One command at a time per charger of an account, whichever node requests it. A later command waits until the earlier
 * one is confirmed or given up, since only then the state can be trusted again. A waiting pause that a resume follows
 * (or the other way round) has lost its meaning: it is superseded, and sends nothing.
 */
export class CommandQueue {
  readonly #queues = new Map<string, Queue>();
  #number = 0;

  /**
   * @param work called when it is the command's turn, with whether a contrary command has come meanwhile.
   * @param onWait called at once when the command must wait for others.
   */
  async run<T>(
    chargerId: string,
    command: CommandName,
    work: (superseded: boolean) => Promise<T>,
    onWait?: () => void,
  ): Promise<T> {
    const number = ++this.#number;
    const queue = this.#queues.get(chargerId) ?? { last: Promise.resolve(), length: 0 };
    this.#queues.set(chargerId, queue);
    if (command === 'pause' || command === 'resume') queue.newest = { command, number };
    if (queue.length > 0) onWait?.();
    queue.length += 1;
    const turn = queue.last.then(() => work(isSuperseded(queue, command, number)));
    queue.last = turn.catch(() => undefined);
    try {
      return await turn;
    } finally {
      queue.length -= 1;
      if (queue.length === 0) this.#queues.delete(chargerId);
    }
  }
}

function isSuperseded({ newest }: Queue, command: CommandName, number: number): boolean {
  if (command !== 'pause' && command !== 'resume') return false;
  return newest !== undefined && newest.number > number && newest.command !== command;
}

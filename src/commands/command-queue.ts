import type { CommandName } from './commands';

/** What stands behind each other at one charger. */
interface Queue {
  last: Promise<unknown>;
  /** Wishes that run or wait. */
  length: number;
  /** The latest wish to pause or to resume, and its number. */
  newest?: { command: CommandName; number: number };
}

/**
 * One command in flight per charger of an account, whichever node wishes it. A later wish waits until the earlier one
 * is confirmed or given up, since only then the state can be trusted again. Of pause and resume that wait, one that a
 * contrary one follows has lost its meaning: it is told so when its turn comes, and sends nothing.
 */
export class CommandQueue {
  readonly #queues = new Map<string, Queue>();
  #number = 0;

  /**
   * @param work is told whether a contrary wish has come meanwhile.
   * @param onWait called at once when the wish must wait for others.
   */
  async take<T>(
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

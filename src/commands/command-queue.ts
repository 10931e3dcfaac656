import type { RequestedCommand } from './commands';

/** One command that runs or waits. */
interface QueuedCommand {
  number: number;
  /** Pause or resume as soon as a toggle has decided. */
  command: RequestedCommand;
}

/** The commands of one charger. */
interface Queue {
  last: Promise<unknown>;
  /** Those that run or wait, the oldest first. */
  commands: QueuedCommand[];
  /** The latest request to pause or to resume. */
  newest?: { command: RequestedCommand; number: number };
}

/** What a command learns when it is its turn. */
export interface Turn {
  /** A command has come meanwhile that makes this one meaningless. */
  superseded: boolean;
  /** What a toggle has decided. */
  decided: (command: RequestedCommand) => void;
}

/**
 * One command at a time per charger of an account, whichever node requests it. A later command waits until the earlier
 * one is confirmed or given up, since only then the state can be trusted again. A waiting pause that a resume follows
 * (or the other way round) has lost its meaning: it is superseded, and sends nothing. A waiting toggle has lost it as
 * soon as either follows.
 */
export class CommandQueue {
  readonly #queues = new Map<string, Queue>();
  #number = 0;

  /** The newest command to a charger that is not confirmed yet, nor given up. */
  pending(chargerId: string): RequestedCommand | undefined {
    return this.#queues.get(chargerId)?.commands.at(-1)?.command;
  }

  /**
   * @param work called when it is the command's turn.
   * @param onWait called at once when the command must wait for others.
   */
  async run<T>(
    chargerId: string,
    command: RequestedCommand,
    work: (turn: Turn) => Promise<T>,
    onWait?: () => void,
  ): Promise<T> {
    const queued: QueuedCommand = { number: ++this.#number, command };
    const queue = this.#queues.get(chargerId) ?? { last: Promise.resolve(), commands: [] };
    this.#queues.set(chargerId, queue);
    if (command === 'pause' || command === 'resume') queue.newest = { command, number: queued.number };
    if (queue.commands.length > 0) onWait?.();
    queue.commands.push(queued);
    const decided = (command: RequestedCommand): void => void (queued.command = command);
    const turn = queue.last.then(() => work({ superseded: isSuperseded(queue, queued), decided }));
    queue.last = turn.catch(() => undefined);
    try {
      return await turn;
    } finally {
      queue.commands.splice(queue.commands.indexOf(queued), 1);
      if (queue.commands.length === 0) this.#queues.delete(chargerId);
    }
  }
}

function isSuperseded({ newest }: Queue, { command, number }: QueuedCommand): boolean {
  if (newest === undefined || newest.number <= number) return false;
  return command === 'toggle' || ((command === 'pause' || command === 'resume') && newest.command !== command);
}

import type Bottleneck from 'bottleneck';
import type { Haste, SharedPermit, SharedPermits } from '../cluster/shared-permits';

type Fate = 'used' | 'unused' | 'late';

/** Where the permits come from. */
export type PermitSource = Pick<SharedPermits, 'mode' | 'acquire' | 'hurry' | 'isFresh' | 'giveBack'>;

/**
 * Lets the jobs of a queue run one by one, each with a permit that all machines share. The queue has an empty reservoir;
 * only when a permit may be used, one job is let in. So the most urgent job takes it, however late it came, and a machine
 * holds at most one permit that others wait for.
 */
export class SharedGate {
  readonly #queue: Bottleneck;
  readonly #permits: PermitSource;
  readonly #lengthMs: () => number;
  readonly #waiting: Record<Haste, number> = { urgent: 0, prompt: 0, paced: 0 };
  #isRunning = false;
  /** It was to open while it ran, perhaps too late to notice. */
  #isAskedAgain = false;
  #offer: { permit: SharedPermit; taken: (fate: Fate) => void } | undefined;

  /** @param lengthMs for how long a permit must count at least */
  constructor(queue: Bottleneck, permits: PermitSource, lengthMs: () => number) {
    this.#queue = queue;
    this.#permits = permits;
    this.#lengthMs = lengthMs;
  }

  /** A job waits from now on. */
  wait(haste: Haste): void {
    this.#waiting[haste] += 1;
    if (haste === 'urgent') this.#permits.hurry();
    if (this.#permits.mode === 'shared') this.open();
  }

  /** A job waits no longer. */
  waited(haste: Haste): void {
    this.#waiting[haste] -= 1;
  }

  /** Lets jobs in as long as any wait. */
  open(): void {
    this.#isAskedAgain = this.#isRunning;
    if (this.#isRunning) return;
    this.#isRunning = true;
    void this.#run().finally(() => {
      this.#isRunning = false;
      if (this.#isAskedAgain) this.open();
    });
  }

  /** Takes back the permit that a job was to have: Redis is away, and the queue may never start that job. */
  withdraw(): void {
    const offer = this.#offer;
    this.#offer = undefined;
    if (!offer) return;
    this.#permits.giveBack(offer.permit);
    offer.taken('late');
  }

  /** The permit of the job that was let in; undefined where it is too late to use it: the job has to wait again. */
  take(): SharedPermit | undefined {
    const offer = this.#offer;
    this.#offer = undefined;
    if (!offer) return undefined;
    const isFresh = this.#permits.isFresh(offer.permit);
    offer.taken(isFresh ? 'used' : 'late');
    if (isFresh) return offer.permit;
    this.#permits.giveBack(offer.permit);
    return undefined;
  }

  /** The job that was let in sends nothing: the next one may. */
  skip(): void {
    const offer = this.#offer;
    this.#offer = undefined;
    offer?.taken('unused');
  }

  /** Of the most urgent job that waits: it will take the permit. */
  get #haste(): Haste {
    if (this.#waiting.urgent > 0) return 'urgent';
    return this.#waiting.prompt > 0 ? 'prompt' : 'paced';
  }

  get #hasJobs(): boolean {
    const { RECEIVED, QUEUED } = this.#queue.counts();
    return this.#permits.mode === 'shared' && RECEIVED + QUEUED > 0;
  }

  async #run(): Promise<void> {
    while (this.#hasJobs) {
      const permit = await this.#permits.acquire(this.#lengthMs(), () => this.#haste);
      if (!permit) return;
      if (!(await this.#use(permit))) this.#permits.giveBack(permit);
    }
  }

  /** @returns whether a job has taken the permit, or found it too late. */
  async #use(permit: SharedPermit): Promise<boolean> {
    while (this.#hasJobs) if ((await this.#letIn(permit)) !== 'unused') return true;
    return false;
  }

  #letIn(permit: SharedPermit): Promise<Fate> {
    return new Promise((taken) => {
      this.#offer = { permit, taken };
      this.#queue.incrementReservoir(1).catch(() => this.skip());
    });
  }
}

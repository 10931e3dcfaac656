import type Bottleneck from 'bottleneck';
import type { SharedPermit, SharedPermits } from '../cluster/shared-permits';

type Fate = 'used' | 'unused' | 'late';

/**
 * Lets the jobs of a queue run one by one, each with a permit that all machines share. The queue has an empty reservoir;
 * only when a permit may be used, one job is let in. So the most urgent job takes it, however late it came, and a machine
 * holds at most one permit that others wait for.
 */
export class SharedGate {
  readonly #queue: Bottleneck;
  readonly #permits: SharedPermits;
  readonly #lengthMs: () => number;
  #isRunning = false;
  #offer: { permit: SharedPermit; taken: (fate: Fate) => void } | undefined;

  /** @param lengthMs for how long a permit must count at least */
  constructor(queue: Bottleneck, permits: SharedPermits, lengthMs: () => number) {
    this.#queue = queue;
    this.#permits = permits;
    this.#lengthMs = lengthMs;
  }

  /** Lets jobs in as long as any wait. */
  open(): void {
    if (this.#isRunning) return;
    this.#isRunning = true;
    void this.#run().finally(() => (this.#isRunning = false));
  }

  /** The permit of the job that was let in; undefined where it is too late to use it: the job has to wait again. */
  take(): SharedPermit | undefined {
    const offer = this.#offer;
    this.#offer = undefined;
    const isFresh = offer !== undefined && this.#permits.isFresh(offer.permit);
    offer?.taken(isFresh ? 'used' : 'late');
    return isFresh ? offer.permit : undefined;
  }

  /** The job that was let in sends nothing: the next one may. */
  skip(): void {
    const offer = this.#offer;
    this.#offer = undefined;
    offer?.taken('unused');
  }

  get #hasJobs(): boolean {
    const { RECEIVED, QUEUED } = this.#queue.counts();
    return this.#permits.mode === 'shared' && RECEIVED + QUEUED > 0;
  }

  async #run(): Promise<void> {
    while (this.#hasJobs) {
      const permit = await this.#permits.acquire(this.#lengthMs());
      if (!permit) return;
      let fate: Fate = 'unused';
      while (fate === 'unused' && this.#hasJobs) fate = await this.#letIn(permit);
      if (fate === 'unused') this.#permits.giveBack(permit);
    }
  }

  #letIn(permit: SharedPermit): Promise<Fate> {
    return new Promise((taken) => {
      this.#offer = { permit, taken };
      this.#queue.incrementReservoir(1).catch(() => this.skip());
    });
  }
}

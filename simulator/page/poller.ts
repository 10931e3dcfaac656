const EVERY_MS = 1000;

interface PollListener {
  succeeded(): void;
  failed(error: unknown): void;
}

/** Refreshes once a second while the page is visible, one request at a time. */
export class Poller {
  #busy = false;
  #again = false;
  #timer = 0;

  constructor(
    private readonly ask: () => Promise<void>,
    private readonly listener: PollListener,
  ) {}

  start(): void {
    document.addEventListener('visibilitychange', () => this.soon());
    this.soon();
  }

  /** Refreshes at once, or as soon as the current request is answered. */
  soon(): void {
    if (this.#busy) this.#again = true;
    else void this.#run();
  }

  async #run(): Promise<void> {
    clearTimeout(this.#timer);
    if (document.hidden) return;
    this.#busy = true;
    this.#again = false;
    try {
      await this.ask();
      this.listener.succeeded();
    } catch (error) {
      this.listener.failed(error);
    }
    this.#busy = false;
    if (this.#wantsAgain()) void this.#run();
    else this.#timer = window.setTimeout(() => void this.#run(), EVERY_MS);
  }

  #wantsAgain(): boolean {
    return this.#again;
  }
}

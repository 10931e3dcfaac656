import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ClientRequest } from 'node:http';
import { Transport } from '../../src/http/transport';
import { fakeTimers, type FakeTimers } from './fake-timers';

const turn = setImmediate;
const { performance: realTime } = globalThis;
const performanceNow = realTime.now.bind(realTime);
/** From the end of an answer to the end of everybody who waits for it, in turns of the event loop. */
const QUIET_TURNS = 20;
/** Enough for a message to get through a flow and to begin a request. */
const FEW_TURNS = 12;
/** Enough for a timer to begin a request. */
const LEAST_TURNS = 3;
const PATIENCE_MS = 10_000;
/** Most of what a test has. */
const LONG_MS = 45_000;
const STARTED = 'http.client.request.start';

/**
 * A clock for tests with real sockets: time stands still while the network works and then jumps to the next timer.
 * Sockets use Node's own timers, which are not faked.
 */
export class VirtualClock {
  /** How long an open request is waited for, in real ms; a test whose server never answers makes it short. */
  patienceMs = PATIENCE_MS;
  static #warm: Promise<unknown> | undefined;
  readonly #timers: FakeTimers;
  /** When each began, in real ms. */
  readonly #open = new Map<ClientRequest, number>();
  readonly #others: (() => boolean)[] = [];
  /** In real ms, as the time that was waited. */
  readonly #startedAt = performanceNow();
  #waits = 0;
  #waitedMs = 0;
  #isLong = false;
  readonly #onStart = (message: unknown) => {
    const { request } = message as { request: ClientRequest };
    this.#open.set(request, performanceNow());
    request.once('close', () => this.#open.delete(request));
  };

  /** @param now the wall clock at the start */
  constructor(now = Date.UTC(2026, 4, 4, 10)) {
    subscribe(STARTED, this.#onStart);
    this.#timers = fakeTimers(now);
  }

  /** How many are set. */
  get timers(): number {
    return this.#timers.countTimers();
  }

  /** What each of them calls, for a message. */
  get pending(): string[] {
    const { timers } = this.#timers as unknown as {
      timers?: ReadonlyMap<unknown, { func: () => void; delay: number; interval?: number }>;
    };
    return [...(timers?.values() ?? [])].map(
      ({ func, delay, interval }) => `${interval ?? delay} ms: ${String(func).slice(0, 300)}`,
    );
  }

  /** Sets the wall clock forward, or back where the ms are negative; no time passes. */
  setWallClock(byMs: number): void {
    this.#timers.setWallClock(byMs);
  }

  /** @param isBusy more that time has to stand still for, besides requests */
  awaits(isBusy: () => boolean): void {
    this.#others.push(isBusy);
  }

  /** Lets the network work and timers fire until the promise is settled. */
  async until<T>(promise: Promise<T>): Promise<T> {
    await (VirtualClock.#warm ??= warmUp());
    const state = { settled: false };
    const watch = () => (state.settled = true);
    promise.then(watch, watch);
    for (;;) {
      await this.network();
      if (state.settled) return promise;
      await this.#timers.nextAsync();
    }
  }

  async advance(ms: number): Promise<void> {
    await this.network();
    await this.#timers.tickAsync(ms);
    await this.network();
  }

  /** The same in small steps, so that what is sent on the way also arrives at its time. */
  async pass(ms: number, stepMs = 50): Promise<void> {
    for (let passed = 0; passed < ms; passed += stepMs) {
      await this.#timers.tickAsync(Math.min(stepMs, ms - passed));
      await this.network();
    }
  }

  /**
   * Lets time pass from timer to timer, and the network work after each one: whatever is sent is answered in the very
   * moment in which it is sent. Ends early when it is so.
   * @returns whether it was so.
   */
  async flow(ms: number, isSo = () => false): Promise<boolean> {
    const state = { over: false };
    await this.network();
    const end = setTimeout(() => (state.over = true), ms);
    while (!state.over && !isSo()) {
      this.#timers.next();
      await this.network();
    }
    clearTimeout(end);
    return isSo();
  }

  /** The same in few turns, for long times. */
  async leap(ms: number): Promise<void> {
    const state = { over: false };
    await this.network(FEW_TURNS);
    setTimeout(() => (state.over = true), ms);
    while (!state.over) {
      this.#timers.next();
      await this.network(LEAST_TURNS);
    }
    await this.network(FEW_TURNS);
  }

  /**
   * Waits for the answers under way, but not for ever: some tests have servers that never answer. Such a request is waited
   * for once, since it may be of an account that another file has left in this process.
   */
  async network(turns = QUIET_TURNS): Promise<void> {
    const startedAt = performanceNow();
    let isTold = false;
    this.#waits += 1;
    if (startedAt - this.#startedAt > LONG_MS && !this.#isLong) {
      this.#isLong = true;
      const waited = `${this.#waits} waits for the network of ${Math.round(this.#waitedMs)} ms in all`;
      this.#tell(`not over after ${LONG_MS} ms, at ${new Date(Date.now()).toISOString()}, ${waited}`);
    }
    for (let quiet = 0, needed = turns; quiet < needed; quiet += 1) {
      await new Promise((resolve) => turn(resolve));
      const isBusy = this.#open.size > 0 || this.#others.some((busy) => busy());
      if (!isBusy) continue;
      const now = performanceNow();
      for (const [request, begunAt] of this.#open) if (now - begunAt >= this.patienceMs) this.#giveUp(request);
      if (now - startedAt >= this.patienceMs) {
        if (!isTold && this.patienceMs >= PATIENCE_MS) this.#tell('the network does not become quiet');
        isTold = true;
        continue;
      }
      quiet = 0;
      needed = QUIET_TURNS;
    }
    this.#waitedMs += performanceNow() - startedAt;
  }

  #giveUp(request: ClientRequest): void {
    this.#open.delete(request);
    // Nobody expected it.
    if (this.patienceMs >= PATIENCE_MS) this.#tell(`no answer to ${nameOf(request)}`);
  }

  /** A test that ends by its timeout does not say what it has waited for. */
  #tell(what: string): void {
    const open = [...this.#open.keys()].map(nameOf);
    process.stderr.write(`virtual clock: ${[what, ...open, ...this.pending].join('\n  ')}\n`);
  }

  restore(): void {
    unsubscribe(STARTED, this.#onStart);
    this.#timers.restore();
  }
}

const nameOf = ({ method, host, path }: ClientRequest): string => `${method} ${host} ${path}`;

/** The first request of a process loads code from the disk, which this clock would take for silence. */
async function warmUp(): Promise<void> {
  const transport = new Transport();
  await transport.send({ method: 'GET', url: 'http://127.0.0.1:1/' });
  transport.close();
}

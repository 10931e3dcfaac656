import { isZaptecError, zaptecError } from '../errors/zaptec-error';
import type { Answer } from '../http/cache';
import { clock } from '../time/clock';
import type { JsonObject } from '../zaptec/json';

/** Two writes of one setting of one thing are so far apart at least, in ms. */
const APART_MS = 60_000;

interface Waiting {
  settings: JsonObject;
  send: (settings: JsonObject) => Promise<Answer<unknown>>;
  resolve: (answer: Answer<unknown>) => void;
  reject: (error: unknown) => void;
}

interface Batch {
  waiting: Waiting[];
  timer: NodeJS.Timeout | undefined;
}

/**
 * Paces writes of settings that carry no current: each setting of one installation, charger or session is written at most
 * once a minute. What waits becomes one write, in which the newest value of each setting counts.
 */
export class SettingsPace {
  /** When each setting of each thing was written, ms of `clock.steady()`. */
  readonly #writtenAt = new Map<string, number>();
  readonly #batches = new Map<string, Batch>();

  /** Whether these settings need not wait. */
  isFree(thing: string, settings: JsonObject): boolean {
    const waiting = this.#batches.get(thing)?.waiting ?? [];
    const awaited = new Set(
      waiting.flatMap((other) => Object.keys(other.settings).map((field) => field.toLowerCase())),
    );
    const isAwaited = Object.keys(settings).some((field) => awaited.has(field.toLowerCase()));
    return !isAwaited && this.#nextAt(thing, settings) <= clock.steady();
  }

  /**
   * Writes now or when a minute has passed, together with what waits as well.
   * @param thing its id.
   * @throws ZaptecError `ABORTED`, and what `send` throws.
   */
  write(
    thing: string,
    settings: JsonObject,
    signal: AbortSignal | undefined,
    send: (settings: JsonObject) => Promise<Answer<unknown>>,
  ): Promise<Answer<unknown>> {
    if (this.isFree(thing, settings)) return this.#send(thing, settings, send);
    return new Promise((resolve, reject) => {
      const batch = this.#batches.get(thing) ?? { waiting: [], timer: undefined };
      this.#batches.set(thing, batch);
      const entry: Waiting = { settings, send, resolve, reject };
      const giveUp = () => {
        batch.waiting = batch.waiting.filter((other) => other !== entry);
        reject(zaptecError('ABORTED', 'The request was given up'));
        this.#schedule(thing, batch);
      };
      if (signal?.aborted) {
        giveUp();
        return;
      }
      signal?.addEventListener('abort', giveUp, { once: true });
      batch.waiting.push(entry);
      this.#schedule(thing, batch);
    });
  }

  #schedule(thing: string, batch: Batch): void {
    clearTimeout(batch.timer);
    if (batch.waiting.length === 0) {
      this.#batches.delete(thing);
      return;
    }
    const waitMs = this.#nextAt(thing, mergedOf(batch)) - clock.steady();
    if (waitMs > 0) {
      batch.timer = setTimeout(() => this.#schedule(thing, batch), Math.ceil(waitMs)).unref();
      return;
    }
    this.#batches.delete(thing);
    const { waiting } = batch;
    const newest = waiting[waiting.length - 1] as Waiting;
    this.#send(thing, mergedOf(batch), newest.send).then(
      (answer) => waiting.forEach(({ resolve }) => resolve(answer)),
      (error: unknown) => waiting.forEach(({ reject }) => reject(error)),
    );
  }

  async #send(thing: string, settings: JsonObject, send: Waiting['send']): Promise<Answer<unknown>> {
    this.#written(thing, settings);
    try {
      const answer = await send(settings);
      // The request may have waited for its permit.
      this.#written(thing, settings);
      return answer;
    } catch (error) {
      if (isRefused(error)) for (const field of Object.keys(settings)) this.#writtenAt.delete(keyOf(thing, field));
      else this.#written(thing, settings);
      throw error;
    }
  }

  #written(thing: string, settings: JsonObject): void {
    const now = clock.steady();
    for (const [key, at] of this.#writtenAt) {
      if (now - at <= APART_MS) break;
      this.#writtenAt.delete(key);
    }
    for (const field of Object.keys(settings)) {
      const key = keyOf(thing, field);
      // The oldest come first.
      this.#writtenAt.delete(key);
      this.#writtenAt.set(key, now);
    }
  }

  #nextAt(thing: string, settings: JsonObject): number {
    const times = Object.keys(settings).map((field) => this.#writtenAt.get(keyOf(thing, field)) ?? -Infinity);
    return Math.max(-Infinity, ...times) + APART_MS;
  }
}

/** The newest value of each setting, in whichever casing it came. */
function mergedOf({ waiting }: Batch): JsonObject {
  const entries = waiting.flatMap(({ settings }) => Object.entries(settings));
  return Object.fromEntries(new Map(entries.map((entry) => [entry[0].toLowerCase(), entry])).values());
}

/** The write certainly did not act, and was not sent or was answered. */
function isRefused(error: unknown): boolean {
  return isZaptecError(error) && (error.cause.attempts === 0 || error.cause.status !== undefined);
}

/** Zaptec takes fields in any casing. */
function keyOf(thing: string, field: string): string {
  return `${thing} ${field.toLowerCase()}`;
}

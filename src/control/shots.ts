import type { ZaptecError } from '../http/errors';
import type { Currents } from './current-types';
import type { Effect, ShotResult } from './governor-events';

/** As every other request (`src/http/retry.ts`). */
const MOST_TRIES = 5;
const FIRST_MS = 500;
const TOTAL_MS = 120_000;

/** One write that a caller waits for. */
export interface Shot {
  key: number;
  /** Absent: other settings only, which carry the present currents along. */
  currents?: Currents;
  /** There are other settings beside the currents. */
  hasOthers: boolean;
  /** A new maximum that it sets, in A. */
  maxCurrent?: number;
  /** The newest wish of nodes when it was asked for. */
  serial: number;
  askedAt: number;
  tries: number;
  retryAt: number;
}

/** Writes of callers that leave no wish behind, one after the other. */
export class Shots {
  #waiting: Shot[] = [];

  get isEmpty(): boolean {
    return this.#waiting.length === 0;
  }

  get next(): Shot | undefined {
    return this.#waiting[0];
  }

  get(key: number): Shot | undefined {
    return this.#waiting.find((shot) => shot.key === key);
  }

  add(shot: Pick<Shot, 'key' | 'currents' | 'hasOthers' | 'maxCurrent' | 'serial'>, now: number): void {
    this.#waiting.push({ ...shot, askedAt: now, tries: 0, retryAt: -Infinity });
  }

  /** The caller has given up. */
  remove(key: number): void {
    this.#waiting = this.#waiting.filter((shot) => shot.key !== key);
  }

  answer(key: number, result: ShotResult): Effect {
    this.remove(key);
    return { do: 'answer', key, result };
  }

  /** @param final it is of no use to try again. */
  failed(key: number, error: ZaptecError, final: boolean, now: number): Effect[] {
    const shot = this.get(key);
    if (!shot) return [];
    const waitMs = FIRST_MS * 2 ** shot.tries;
    shot.tries += 1;
    if (final || shot.tries >= MOST_TRIES || now + waitMs - shot.askedAt > TOTAL_MS) {
      return [this.answer(key, { ok: false, error })];
    }
    shot.retryAt = now + waitMs;
    return [];
  }

  refuse(error: ZaptecError): Effect[] {
    return this.#waiting.map(({ key }) => this.answer(key, { ok: false, error }));
  }
}

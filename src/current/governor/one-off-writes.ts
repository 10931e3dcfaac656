import type { ZaptecError } from '../../errors/zaptec-error';
import type { Currents } from '../types';
import type { Effect, OneOffResult } from './events';
import { Backoff } from '../../time/backoff';

/** As every other request (`src/http/retry.ts`). */
const MOST_TRIES = 5;
const FIRST_MS = 500;
const LONGEST_MS = 30_000;
const TOTAL_MS = 120_000;

/** One write that a caller waits for. */
export interface OneOffWrite {
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
  /** Until the next try. */
  tries: Backoff<ZaptecError>;
}

/** Writes of callers that leave no wish behind, one after the other. */
export class OneOffWrites {
  #waiting: OneOffWrite[] = [];

  get isEmpty(): boolean {
    return this.#waiting.length === 0;
  }

  get next(): OneOffWrite | undefined {
    return this.#waiting[0];
  }

  get(key: number): OneOffWrite | undefined {
    return this.#waiting.find((shot) => shot.key === key);
  }

  add(shot: Pick<OneOffWrite, 'key' | 'currents' | 'hasOthers' | 'maxCurrent' | 'serial'>, now: number): void {
    this.#waiting.push({ ...shot, askedAt: now, tries: new Backoff<ZaptecError>(FIRST_MS, LONGEST_MS) });
  }

  notAfter(now: number): void {
    for (const shot of this.#waiting) {
      shot.askedAt = Math.min(shot.askedAt, now);
      shot.tries.notAfter(now);
    }
  }

  /** The caller has given up. */
  remove(key: number): void {
    this.#waiting = this.#waiting.filter((shot) => shot.key !== key);
  }

  answer(key: number, result: OneOffResult): Effect {
    this.remove(key);
    return { do: 'answer', key, result };
  }

  /** @param final it is of no use to try again. */
  failed(key: number, error: ZaptecError, final: boolean, now: number): Effect[] {
    const shot = this.get(key);
    if (!shot) return [];
    shot.tries.failed(error, now);
    const isOver = shot.tries.tries >= MOST_TRIES || shot.tries.at - shot.askedAt > TOTAL_MS;
    return final || isOver ? [this.answer(key, { ok: false, error })] : [];
  }

  refuse(error: ZaptecError): Effect[] {
    return this.#waiting.map(({ key }) => this.answer(key, { ok: false, error }));
  }
}

import type { ZaptecError } from '../../errors/zaptec-error';
import { Backoff } from '../../time/backoff';
import type { Currents } from '../types';
import type { Effect, OneOffResult } from './events';

/** As every other request (`src/http/retry.ts`). */
const MOST_TRIES = 5;
const FIRST_MS = 500;
const LONGEST_MS = 30_000;
const TOTAL_MS = 120_000;

/** One write that a caller waits for. */
export interface OneOffWrite {
  key: number;
  /** Absent: other settings only, which carry the present currents along. */
  currents?: Currents | undefined;
  /** There are other settings beside the currents. */
  hasOthers: boolean;
  /** A new maximum that it sets, in A. */
  maxCurrent?: number | undefined;
  /** The newest request of a node when this write was asked for. */
  serial: number;
  askedAt: number;
  /** Until the next try. */
  tries: Backoff<ZaptecError>;
}

/** Writes of callers that leave no setpoint behind, one after the other. */
export class OneOffWrites {
  #waiting: OneOffWrite[] = [];

  get isEmpty(): boolean {
    return this.#waiting.length === 0;
  }

  get next(): OneOffWrite | undefined {
    return this.#waiting[0];
  }

  get(key: number): OneOffWrite | undefined {
    return this.#waiting.find((oneOff) => oneOff.key === key);
  }

  add(oneOff: Pick<OneOffWrite, 'key' | 'currents' | 'hasOthers' | 'maxCurrent' | 'serial'>, now: number): void {
    this.#waiting.push({ ...oneOff, askedAt: now, tries: new Backoff<ZaptecError>(FIRST_MS, LONGEST_MS) });
  }

  /** The caller has given up. */
  remove(key: number): void {
    this.#waiting = this.#waiting.filter((oneOff) => oneOff.key !== key);
  }

  answer(key: number, result: OneOffResult): Effect {
    this.remove(key);
    return { do: 'answer', key, result };
  }

  /** @param final trying again is of no use. */
  failed(key: number, error: ZaptecError, final: boolean, now: number): Effect[] {
    const oneOff = this.get(key);
    if (!oneOff) return [];
    oneOff.tries.failed(error, now);
    const isOver = oneOff.tries.tries >= MOST_TRIES || oneOff.tries.at - oneOff.askedAt > TOTAL_MS;
    return final || isOver ? [this.answer(key, { ok: false, error })] : [];
  }

  refuseAll(error: ZaptecError): Effect[] {
    return this.#waiting.map(({ key }) => this.answer(key, { ok: false, error }));
  }
}

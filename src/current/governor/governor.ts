import type { Currents } from '../types';
import { fireDeadMen } from './dead-men';
import { decide } from './decide';
import { hearDeploy, hearWish, hearWithdrawal } from './inputs';
import { takeObservations, takeReading } from './reading';
import { GovernorState } from './state';
import { sent, written } from './write';
import type { Effect, GovernorEvent, WriteRecord } from './events';

/**
 * The governor of one current: what is to be sent when, by the rules of design section 5. It has neither timers nor
 * I/O: events go in, effects come out, and `wakeAt` tells when it wants the next tick.
 */
export class Governor {
  readonly #state: GovernorState;

  /** @param record what the last process has left behind. */
  constructor(record?: WriteRecord) {
    this.#state = new GovernorState(record);
  }

  /** When to tick next, ms since 1970; Infinity for never. */
  get wakeAt(): number {
    return this.#state.wakeAt;
  }

  /** Nobody wants anything, and nothing is under way. */
  get isIdle(): boolean {
    const { book, shots, flight } = this.#state;
    return !book.isLive && book.deadManAt === Infinity && shots.isEmpty && !flight;
  }

  get applied(): Currents | undefined {
    return this.#state.belief.currents;
  }

  /** @param now ms since 1970; when it goes back, nothing waits longer for that. */
  handle(event: GovernorEvent, now: number): Effect[] {
    const state = this.#state;
    state.effects = [];
    state.notAfter(now);
    take(state, event, now);
    state.wakeAt = Infinity;
    fireDeadMen(state, now);
    decide(state, now);
    state.wake(state.book.deadManAt);
    return state.effects;
  }
}

function take(state: GovernorState, event: GovernorEvent, now: number): void {
  switch (event.type) {
    case 'arm':
      hearDeploy(state, event.settings, now);
      break;
    case 'wish':
      hearWish(state, event.wish, event.serial, now);
      break;
    case 'withdraw':
      hearWithdrawal(state, event.by);
      break;
    case 'shot':
      state.shots.add({ ...event, serial: state.book.serial }, now);
      break;
    case 'forget':
      state.shots.remove(event.key);
      break;
    case 'reading':
      state.reading = false;
      takeReading(state, event.reading, now);
      break;
    case 'unread':
      state.reading = false;
      state.reads.failed(event.error, now);
      if (event.final) state.refuse(event.error, now);
      break;
    case 'sent':
      sent(state, event.write, now);
      break;
    case 'written':
      written(state, event.write, event.outcome, now);
      break;
    case 'observed':
      takeObservations(state, event, now);
      break;
    case 'tick':
      break;
  }
}

import type { Currents, LeftPause, RequestView } from '../types';
import { decide } from './decide';
import type { Effect, GovernorEvent, OwnLimit, RestoredRecord } from './events';
import { fireDeadMen, onDeploy, onRequest, onWithdrawal } from './inputs';
import { reportRanks } from './ranks';
import { leftBy } from './pause';
import { onRelease } from './restoring';
import { onObservations, onReading } from './readings';
import { onShared } from './shared';
import { GovernorState } from './state';
import { onSent, onWritten } from './write';

/**
 * The governor of one current decides which write is sent when: raises wait for the interval, lowerings for a cooldown,
 * a limit holds against every target. It has neither timers nor I/O: events go in, effects come out, and `wakeAt` is
 * the time of the next tick. All times are ms of `clock.steady()`, so that no wall clock that is set delays or
 * hurries anything.
 */
export class Governor {
  readonly #state: GovernorState;

  /**
   * @param record what the last process left behind, in times of this one.
   * @param iso what the wall clock will show at a time, ISO 8601 with Z, for decisions that name one.
   * @param lostAt the last process may have written up to this time, which its record would say if it could be read.
   */
  constructor(record: RestoredRecord | undefined, iso: (at: number) => string, lostAt?: number) {
    this.#state = new GovernorState(record, iso);
    if (lostAt !== undefined) this.#state.pacing.sent(lostAt);
  }

  /** When to tick next; Infinity for never. */
  get wakeAt(): number {
    return this.#state.wakeAt;
  }

  /** No node wants anything, and nothing is under way. */
  get isIdle(): boolean {
    const { setpoints, oneOffs, pendingWrite, isLive } = this.#state;
    return !isLive && setpoints.deadManAt === Infinity && oneOffs.isEmpty && !pendingWrite;
  }

  /** Whether this machine has a node for the current, and the limits that the other machines must keep. */
  get sharing(): { isActive: boolean; limits: readonly OwnLimit[] } {
    return this.#state.setpoints.sharing;
  }

  /** What the cloud has, as far as is known. */
  get applied(): Currents | undefined {
    return this.#state.known.currents;
  }

  /** What nodes have requested and not withdrawn. */
  get requests(): RequestView[] {
    return this.#state.setpoints.entries.flatMap(({ settings: { by, name = by, role }, setpoint }) =>
      setpoint ? [{ by, name, role, currents: setpoint.currents }] : [],
    );
  }

  /** When a current may be raised next, ms of `clock.steady()`; -Infinity where nothing was written. */
  get raiseAt(): number {
    const { pacing, setpoints } = this.#state;
    return pacing.raiseAt(setpoints.pace.intervalMs);
  }

  /** Undefined where there is no such pause. */
  leftPause(now: number): LeftPause | undefined {
    const { known } = this.#state;
    const by = leftBy(this.#state);
    return by === undefined || !known.currents ? undefined : { by, currents: known.currents, ageMs: now - known.at };
  }

  /** @param now never less than at the event before. */
  handle(event: GovernorEvent, now: number): Effect[] {
    const state = this.#state;
    state.effects = [];
    take(state, event, now);
    state.wakeAt = Infinity;
    fireDeadMen(state, now);
    reportRanks(state);
    decide(state, now);
    state.wake(state.setpoints.deadManAt);
    return state.effects;
  }
}

function take(state: GovernorState, event: GovernorEvent, now: number): void {
  switch (event.type) {
    case 'arm':
      onDeploy(state, event.settings, now);
      break;
    case 'request':
      onRequest(state, event.request, event.serial, now);
      break;
    case 'withdraw':
      onWithdrawal(state, event.by);
      break;
    case 'release':
      onRelease(state, event.by);
      break;
    case 'one-off':
      state.oneOffs.add({ ...event, serial: state.setpoints.serial }, now);
      break;
    case 'cancel-one-off':
      state.oneOffs.remove(event.key);
      break;
    case 'reading':
      state.isReading = false;
      onReading(state, event.reading, now);
      break;
    case 'read-failed':
      state.isReading = false;
      state.reads.failed(event.error, now);
      state.isReadRefused = event.final;
      break;
    case 'sent':
      onSent(state, event.write, event.id, now);
      break;
    case 'written':
      onWritten(state, event.write, event.outcome, now);
      break;
    case 'observed':
      onObservations(state, event, now);
      break;
    case 'shared':
      onShared(state, event, now);
      break;
    case 'clock-leap':
      state.known.expire(now);
      break;
    case 'tick':
      break;
  }
}

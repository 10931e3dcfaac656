import type { OperationMode } from '../zaptec/device';

/** How long a charger was in one mode. */
export interface ModePeriod {
  mode: OperationMode;
  /** ms since 1970 by the charger's own times */
  from: number;
  until: number;
  /** When it became known here, ms of `clock.steady()`. */
  seenAt: number;
  /** The car that is connected has charged before or in it. */
  charged: boolean;
  /** Enough time has passed to know why the charger does not charge. */
  settled: boolean;
  /** `charging-paused` was reported for it. */
  paused: boolean;
}

const GONE = { mode: 'disconnected', charged: false, settled: true, paused: true } as const;

export type Transition = 'plugged-in' | 'charging-started' | 'charging-resumed' | 'charging-paused' | 'unplugged';

/** Nothing is decided any more about older periods. */
const KEPT = 32;

/** The modes of one charger, one after the other, and the events that follow from their succession alone. */
export class ModeTimeline {
  readonly #periods: ModePeriod[] = [];
  #startsConnected = false;

  get all(): readonly ModePeriod[] {
    return this.#periods;
  }

  get empty(): boolean {
    return this.#periods.length === 0;
  }

  /** The mode that is known first: no event follows from it. */
  begin(mode: OperationMode, from: number): void {
    const charged = mode === 'charging' || mode === 'finished';
    this.#startsConnected = mode !== 'disconnected';
    this.#periods.push({ mode, from, until: Infinity, seenAt: from, charged, settled: true, paused: true });
  }

  /** Whether the car was connected already when the first mode became known: what it did before is not known. */
  get startsConnected(): boolean {
    return this.#startsConnected && this.#periods.every(({ mode }) => mode !== 'disconnected');
  }

  /** The connected car is known to have charged before, from elsewhere. */
  markCharged(): void {
    const last = this.#periods.at(-1);
    if (last) last.charged = true;
  }

  /** Another car is connected than before, and nobody saw the change. */
  swap(mode: OperationMode, from: number, seenAt: number): Transition[] {
    const last = this.#periods.at(-1);
    if (last) last.until = from;
    this.#startsConnected = false;
    this.#periods.push({ ...GONE, from, until: from, seenAt });
    const next = this.next(mode, from, seenAt);
    return ['unplugged', ...next];
  }

  /** Modes may have been missed in between, so each transition is derived from both its ends. */
  next(mode: OperationMode, from: number, seenAt: number): Transition[] {
    const last = this.#periods.at(-1);
    if (last === undefined || last.mode === mode) return [];
    last.until = from;
    const connected = mode !== 'disconnected';
    const charged = connected && (last.charged || mode === 'charging');
    const unsettled = mode === 'finished' || mode === 'requesting';
    this.#periods.push({ mode, from, until: Infinity, seenAt, charged, settled: !unsettled, paused: false });
    if (this.#periods.length > KEPT) this.#periods.shift();
    return transitions(last, mode);
  }
}

function transitions(last: ModePeriod, mode: OperationMode): Transition[] {
  if (mode === 'disconnected') return ['unplugged'];
  const found: Transition[] = last.mode === 'disconnected' ? ['plugged-in'] : [];
  if (mode === 'charging') found.push(last.charged ? 'charging-resumed' : 'charging-started');
  if (mode === 'requesting' && last.mode === 'charging') found.push('charging-paused');
  return found;
}

import type { OperationMode } from '../zaptec/device';

/** How long a charger was in one mode. */
export interface ModePeriod {
  mode: OperationMode;
  /** ms since 1970 */
  from: number;
  until: number;
  /** When it became known here, ms. */
  seenAt: number;
  /** The car that is connected has charged before or in it. */
  charged: boolean;
  /** Enough time has passed to tell why the charger does not charge. */
  settled: boolean;
  /** `charging-paused` has been told of it. */
  paused: boolean;
}

export type Transition = 'plugged-in' | 'charging-started' | 'charging-resumed' | 'charging-paused' | 'unplugged';

/** Further back nothing is decided any more. */
const KEPT = 32;

/** The modes of one charger, one after the other, and what their succession alone tells. */
export class ModeTimeline {
  readonly #stays: ModePeriod[] = [];

  get all(): readonly ModePeriod[] {
    return this.#stays;
  }

  get empty(): boolean {
    return this.#stays.length === 0;
  }

  /** What is known first: nothing follows from it. */
  begin(mode: OperationMode, from: number): void {
    const charged = mode === 'charging' || mode === 'finished';
    this.#stays.push({ mode, from, until: Infinity, seenAt: from, charged, settled: true, paused: true });
  }

  /** Modes may have been missed in between, so each transition is derived from both its ends. */
  next(mode: OperationMode, from: number, seenAt: number): Transition[] {
    const last = this.#stays.at(-1);
    if (last === undefined || last.mode === mode) return [];
    last.until = from;
    const connected = mode !== 'disconnected';
    const charged = connected && (last.charged || mode === 'charging');
    const unsettled = mode === 'finished' || mode === 'requesting';
    this.#stays.push({ mode, from, until: Infinity, seenAt, charged, settled: !unsettled, paused: false });
    if (this.#stays.length > KEPT) this.#stays.shift();
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

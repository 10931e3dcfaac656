import { clock } from '../time/clock';
import { isObject } from '../zaptec/json';

/** Between two switches, in ms: as long as between two raises of the current, which often cause them. */
const DWELL_MS = 15 * 60_000;
/** Switches in one session: what chargers allow by default (docs/zaptec-api.md, "Phase switching"). */
const MOST_SWITCHES = 5;

/** Where the budget is kept over a restart; its time is a wall time there. */
export interface BudgetMemory {
  /** There may have been a value when `load` was called, which nobody can read. */
  readonly isLost?: boolean;
  load(): unknown;
  save(value: object): void;
}

interface Spent {
  /** Switches of each session that ran at the last one. */
  used: ReadonlyMap<string, number>;
  /** When the last switch was made, ms of `clock.steady()`; -Infinity for never. */
  lastAt: number;
  /** The same for switches of one charger alone. */
  ofChargers: ReadonlyMap<string, number>;
}

/** Sessions and chargers that are remembered where only one charger switches, newest last. */
const REMEMBERED = 500;

/**
 * Counts the changes of a threshold, so that a flow neither wears out a contactor nor uses up the switches that a
 * charger allows; also over a restart, since a charger does not forget either.
 */
export class PhaseBudget {
  readonly #memory: BudgetMemory | undefined;
  readonly #most: number;
  #spent: Spent;

  /** @param most switches in one session. */
  constructor(memory?: BudgetMemory, most: number = MOST_SWITCHES) {
    this.#memory = memory;
    this.#most = most;
    const spent = spentFrom(memory?.load());
    this.#spent = memory?.isLost ? { ...spent, lastAt: clock.steady() } : spent;
  }

  /** From when on the next switch of all chargers may be made, ms of `clock.steady()`. */
  get nextAt(): number {
    return Math.max(this.#spent.lastAt, ...this.#spent.ofChargers.values()) + DWELL_MS;
  }

  /** The same for a switch of one charger. */
  nextAtOf(chargerId: string): number {
    return Math.max(this.#spent.lastAt, this.#spent.ofChargers.get(chargerId) ?? -Infinity) + DWELL_MS;
  }

  /** Whether one of the sessions that run has had all of its switches. */
  isSpent(sessions: readonly string[]): boolean {
    return sessions.some((session) => (this.#spent.used.get(session) ?? 0) >= this.#most);
  }

  /**
   * To be called before a switch is sent.
   * @param at ms of `clock.steady()`
   * @returns a function that takes the switch back, for one that was not made.
   */
  switched(sessions: readonly string[], at: number): () => void {
    const before = this.#spent;
    const used = new Map(sessions.map((session) => [session, (before.used.get(session) ?? 0) + 1]));
    this.#keep({ used, lastAt: at, ofChargers: new Map() });
    return () => this.#keep(before);
  }

  /** The same for a switch of one charger. */
  switchedOne(chargerId: string, sessions: readonly string[], at: number): () => void {
    const before = this.#spent;
    const counts = sessions.map((session) => [session, (before.used.get(session) ?? 0) + 1] as const);
    const used = newest([...before.used], counts);
    this.#keep({ ...before, used, ofChargers: newest([...before.ofChargers], [[chargerId, at]]) });
    return () => this.#keep(before);
  }

  #keep(spent: Spent): void {
    this.#spent = spent;
    const { used, lastAt, ofChargers } = spent;
    const at = Number.isFinite(lastAt) ? { at: clock.steadyToWall(lastAt) } : {};
    const chargers = [...ofChargers].map(([id, switchedAt]) => [id, clock.steadyToWall(switchedAt)] as const);
    this.#memory?.save({ ...at, used: Object.fromEntries(used), chargers: Object.fromEntries(chargers) });
  }
}

type Entries = readonly (readonly [string, number])[];

function newest(before: Entries, added: Entries): ReadonlyMap<string, number> {
  const kept = before.filter(([key]) => !added.some(([other]) => other === key));
  return new Map([...kept, ...added].slice(-REMEMBERED));
}

function numbersOf(value: unknown): [string, number][] {
  return Object.entries(isObject(value) ? value : {}).filter(
    (entry): entry is [string, number] => typeof entry[1] === 'number' && entry[1] >= 0,
  );
}

/** Lenient: fields that are not understood are left out. */
function spentFrom(value: unknown): Spent {
  const { at, used, chargers } = isObject(value) ? value : {};
  return {
    used: new Map(numbersOf(used)),
    ofChargers: new Map(numbersOf(chargers).map(([id, switchedAt]) => [id, clock.steadyFromWall(switchedAt)])),
    lastAt: typeof at === 'number' && Number.isFinite(at) ? clock.steadyFromWall(at) : -Infinity,
  };
}

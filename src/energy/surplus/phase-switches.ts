import { isObject } from '../../zaptec/json';
import type { Calendar } from '../calendar';
import { DayCount } from './day-count';
import type { Level } from './levels';

/** Between two switches, ms; and how many a charger allows in a session by default (docs/zaptec-api.md, "Phase switching"). */
const DWELL_MS = 15 * 60_000;
const MOST_SWITCHES = 5;

/** Keeps a charger that switches its phases from doing so too often. */
export class PhaseSwitches {
  readonly #ofDay: DayCount;
  #session: string | undefined;
  #ofSession = 0;
  #phases: number | undefined;
  #at = -Infinity;

  constructor(calendar: Calendar) {
    this.#ofDay = new DayCount(calendar);
  }

  /** Another session has its own budget; while no session is known, a day has one. */
  onSession(session: string | undefined): void {
    if (session === undefined || session === this.#session) return;
    this.#ofSession = this.#session === undefined ? this.#ofSession : 0;
    this.#session = session;
  }

  /** The levels that may be set now, of a charger that is on so many phases. */
  allowed(levels: readonly Level[], now: number): readonly Level[] {
    if (this.#phases === undefined) return levels;
    const left = MOST_SWITCHES - (this.#session === undefined ? this.#ofDay.at(now) : this.#ofSession);
    // Up only while there is one left to come down again.
    const mayUp = left > 1;
    const present = this.#phases;
    const isFree = now - this.#at >= DWELL_MS;
    return levels.filter(({ phases }) => phases === present || (isFree && (phases > present ? mayUp : left > 0)));
  }

  onLevel({ phases, currentA }: Level, now: number): void {
    if (currentA === 0 || phases === this.#phases) return;
    if (this.#phases !== undefined) {
      this.#ofDay.add(now);
      this.#ofSession += 1;
      this.#at = now;
    }
    this.#phases = phases;
  }

  forget(): void {
    this.#phases = undefined;
  }

  /** Plain JSON. */
  dump(): unknown {
    const at = Number.isFinite(this.#at) ? this.#at : undefined;
    return { session: this.#session, ofSession: this.#ofSession, ofDay: this.#ofDay.dump(), phases: this.#phases, at };
  }

  restore(dumped: unknown): void {
    const { session, ofSession, ofDay, phases, at } = isObject(dumped) ? dumped : {};
    if (typeof session === 'string') this.#session = session;
    if (phases === 1 || phases === 3) this.#phases = phases;
    if (typeof at === 'number' && Number.isFinite(at)) this.#at = at;
    if (Number.isSafeInteger(ofSession)) this.#ofSession = Math.max(0, ofSession as number);
    this.#ofDay.restore(ofDay);
  }

  notAfter(now: number): void {
    this.#at = Math.min(this.#at, now);
  }
}

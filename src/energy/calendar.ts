import type * as Luxon from 'luxon';
import { zaptecError } from '../errors/zaptec-error';
import { phrase } from '../errors/phrase';

/** A local day, or any other span; a day is 23 or 25 hours long when the clocks change. ms since 1970. */
export interface LocalDay {
  start: number;
  end: number;
}

/** A week begins on Monday, as in ISO 8601. */
export type CalendarUnit = 'day' | 'week' | 'month' | 'year';

export const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Weekday = (typeof WEEKDAYS)[number];

const HOUR = 3_600_000;
/** More than the quarters of a week. */
const MOST_KEPT = 1_000;
const OFFSET = /(?:Z|[-+]\d{2}(?::?\d{2})?)$/i;

let library: typeof Luxon | undefined;

/** Loaded at the first use, since Node-RED loads the nodes at every start. */
function luxon(): typeof Luxon {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded when it is first needed
  library ??= require('luxon') as typeof Luxon;
  return library;
}

/** The days and times of one time zone. Times are ms since 1970. */
export class Calendar {
  readonly #zone: string;
  /** By their times, which a plan asks for every minute: those of its prices. */
  readonly #isos = new Map<number, string>();
  readonly #daysBefore = new Map<string, number>();

  /**
   * @param zone an IANA name such as `Europe/Oslo`; blank for the time zone of the computer.
   * @throws ZaptecError `INPUT_INVALID`
   */
  constructor(zone = '') {
    this.#zone = zone.trim() === '' ? 'system' : zone.trim();
    if (!luxon().IANAZone.isValidZone(this.#zone) && this.#zone !== 'system') {
      throw zaptecError('INPUT_INVALID', phrase`"${this.#zone}" is no time zone`, {
        remedy: 'Use a name such as Europe/Oslo, or leave it blank for the time zone of the computer',
      });
    }
  }

  /** The day in which a time lies, or the one that is so many days later. */
  day(at: number, later = 0): LocalDay {
    return this.span(at, 'day', later);
  }

  /** The day, week, month or year in which a time lies, or the one that is so many later. */
  span(at: number, unit: CalendarUnit, later = 0): LocalDay {
    const start = this.#at(at)
      .startOf(unit)
      .plus({ [unit]: later })
      .startOf(unit);
    return {
      start: start.toMillis(),
      end: start
        .plus({ [unit]: 1 })
        .startOf(unit)
        .toMillis(),
    };
  }

  /** The time of day `minutes` after the midnight that begins the day of `at`, as a clock on the wall shows it. */
  timeOfDay(at: number, minutes: number, daysLater = 0): number {
    const day = this.#at(at).startOf('day').plus({ days: daysLater });
    return day.set({ hour: Math.floor(minutes / 60), minute: minutes % 60 }).toMillis();
  }

  /** The same time of day, so many days before. */
  daysBefore(at: number, days: number): number {
    return this.#once(this.#daysBefore, `${days} ${at}`, () => this.#at(at).minus({ days }).toMillis());
  }

  /** What a clock on the wall shows, in minutes since midnight. */
  minuteOfDay(at: number): number {
    const { hour, minute } = this.#at(at);
    return hour * 60 + minute;
  }

  weekday(at: number): Weekday {
    return WEEKDAYS[this.#at(at).weekday - 1] as Weekday;
  }

  /**
   * The time that a text means; one without an offset is local, and of two such times, where clocks go back, the first.
   * NaN for what is no time.
   */
  read(text: string, isUtc = false): number {
    const iso = text
      .trim()
      .replace(/ (?=[-+]\d{2}:?\d{2}$)/, '')
      .replace(' ', 'T');
    const at = luxon()
      .DateTime.fromISO(iso, { zone: isUtc ? 'utc' : this.#zone })
      .toMillis();
    const isLocal = !isUtc && !(iso.includes('T') && OFFSET.test(iso));
    const isTwice = isLocal && this.#wall(at - HOUR) === this.#wall(at);
    return isTwice ? at - HOUR : at;
  }

  /** `2026-03-29` */
  date(at: number): string {
    return this.#at(at).toISODate() ?? '';
  }

  /** `02:15` */
  clock(at: number): string {
    const minutes = this.minuteOfDay(at);
    return [Math.floor(minutes / 60), minutes % 60].map((part) => String(part).padStart(2, '0')).join(':');
  }

  /** `02:15`, or `2026-03-29 02:15` where that could be taken for another day. */
  when(at: number, now: number): string {
    return Math.abs(at - now) <= 24 * HOUR ? this.clock(at) : `${this.date(at)} ${this.clock(at)}`;
  }

  /** ISO 8601 with the local offset. */
  iso(at: number): string {
    return this.#once(this.#isos, at, () => this.#at(at).toISO({ suppressMilliseconds: true }) ?? '');
  }

  #once<Key, Value>(known: Map<Key, Value>, key: Key, compute: () => Value): Value {
    // The time zone of the computer may change while Node-RED runs, and is read without a search in a table.
    if (this.#zone === 'system') return compute();
    const before = known.get(key);
    if (before !== undefined) return before;
    const value = compute();
    if (known.size >= MOST_KEPT) known.clear();
    known.set(key, value);
    return value;
  }

  #wall(at: number): string | null {
    return Number.isNaN(at) ? null : this.#at(at).toISO({ includeOffset: false });
  }

  #at(at: number): Luxon.DateTime {
    return luxon().DateTime.fromMillis(at, { zone: this.#zone });
  }
}

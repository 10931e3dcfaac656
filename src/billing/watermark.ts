import { isObject } from '../zaptec/json';
import { changeOf, markOf, type MarkedSession, type SessionChange, type SessionMark } from './session-marks';

/** Sessions of one source, such as an installation, that were reported. */
interface Source {
  /** When they were read last, ms since 1970. */
  until: number;
  /** What ended before it is not read again, ms since 1970. */
  floor: number;
  marks: Map<string, SessionMark>;
}

/** What one reading has found; it counts once it is committed. */
export interface Batch {
  readonly id: string;
  /** By source. */
  readonly sources: Map<string, BatchSource>;
}

interface BatchSource {
  floor: number;
  /** Undefined until the source was read to its end. */
  until: number | undefined;
  marks: Map<string, SessionMark>;
}

/** Bounds of what is kept. */
interface WatermarkLimits {
  /** Sessions of all sources, and of all batches that wait. */
  sessions: number;
  sources: number;
  /** Batches that wait for their acknowledgement. */
  batches: number;
}

const LIMITS: WatermarkLimits = { sessions: 50_000, sources: 1_000, batches: 20 };

/**
 * Which sessions were reported, so that each is reported once: when it is new, and again when it was voided, replaced or
 * corrected. Sessions may become known weeks after their end. Therefore each reading begins some days before the one
 * before, and the sessions of these days are remembered one by one.
 */
export class Watermark {
  readonly #lookbackMs: number;
  readonly #limits: WatermarkLimits;
  readonly #sources = new Map<string, Source>();
  #waiting: Batch[] = [];

  /** @param lookbackMs how long after its end a session may become known or change. */
  constructor(lookbackMs: number, limits: WatermarkLimits = LIMITS) {
    this.#lookbackMs = lookbackMs;
    this.#limits = limits;
  }

  /**
   * From which end on the sessions of a source are to be read, ms since 1970.
   * @param begin for a source that was never read.
   */
  from(source: string, begin: number): number {
    const known = this.#sources.get(source);
    return known ? this.#floorOf(known.floor, known.until) : begin;
  }

  /** Whether the sessions of a source were read before. */
  isKnown(source: string): boolean {
    return this.#sources.has(source);
  }

  batch(id: string): Batch {
    return { id, sources: new Map() };
  }

  /**
   * Takes a session into a batch.
   * @param now for a session without an end, ms since 1970.
   * @returns why it is to be reported; undefined when it was, as it is.
   */
  take(
    batch: Batch,
    source: string,
    session: MarkedSession,
    { begin, now }: { begin: number; now: number },
  ): SessionChange | undefined {
    const found: BatchSource = batch.sources.get(source) ?? { floor: begin, until: undefined, marks: new Map() };
    batch.sources.set(source, found);
    const mark = markOf(session, now);
    const known = this.#sources.get(source);
    const change = changeOf(mark, found.marks.get(session.id) ?? known?.marks.get(session.id), known?.until);
    if (change !== undefined) found.marks.set(session.id, mark);
    return change;
  }

  /** Notes that a source was read to its end. @param now ms since 1970. */
  readToEnd(batch: Batch, source: string, { begin, now }: { begin: number; now: number }): void {
    const found: BatchSource = batch.sources.get(source) ?? { floor: begin, until: now, marks: new Map() };
    batch.sources.set(source, { ...found, until: now });
  }

  /** Keeps a batch until `acknowledge`; its sessions are reported again as long as it waits. */
  hold(batch: Batch): void {
    this.#waiting = [...this.#waiting, batch].slice(-this.#limits.batches);
    const size = () => this.#waiting.reduce((sum, one) => sum + sizeOf(one), 0);
    while (this.#waiting.length > 1 && size() > this.#limits.sessions) this.#waiting.shift();
  }

  /** @returns false where no batch of this id waits. */
  acknowledge(id: string): boolean {
    const index = this.#waiting.findIndex((batch) => batch.id === id);
    const batch = this.#waiting[index];
    if (!batch) return false;
    const older = this.#waiting.slice(0, index);
    // What an older batch says of the same session is out of date.
    for (const { sources } of older) {
      for (const [source, { marks }] of batch.sources) {
        for (const session of marks.keys()) sources.get(source)?.marks.delete(session);
      }
    }
    this.#waiting = this.#waiting.filter((one) => one !== batch);
    this.commit(batch);
    return true;
  }

  /** From now on the sessions of a batch are reported. Sources that were not read to their end are read again. */
  commit(batch: Batch): void {
    for (const [name, found] of batch.sources) {
      const source = this.#sources.get(name) ?? { until: 0, floor: found.floor, marks: new Map<string, SessionMark>() };
      const isNew = !this.#sources.has(name);
      for (const [session, mark] of found.marks) source.marks.set(session, mark);
      if (found.until !== undefined && found.until > source.until) source.until = found.until;
      if (isNew && found.until === undefined) source.until = found.floor;
      this.#sources.delete(name);
      this.#sources.set(name, source);
      this.#prune(source);
    }
    this.#bound();
  }

  /** Forgets everything, so that all sessions are new. */
  reset(): void {
    this.#sources.clear();
    this.#waiting = [];
  }

  /** Plain JSON. */
  dump(): unknown {
    const list = (marks: Map<string, SessionMark>) => [...marks].map(([id, { end, code }]) => [id, end, code]);
    return {
      sources: [...this.#sources].map(([name, { until, floor, marks }]) => [name, until, floor, list(marks)]),
      waiting: this.#waiting.map(({ id, sources }) => [
        id,
        [...sources].map(([name, { until, floor, marks }]) => [name, until ?? null, floor, list(marks)]),
      ]),
    };
  }

  /** Takes what `dump` gave; what is not of its form is left out. */
  restore(dumped: unknown): void {
    if (!isObject(dumped)) return;
    this.reset();
    for (const [name, { until, floor, marks }] of sourcesOf(dumped['sources'])) {
      if (until !== undefined) this.#sources.set(name, { until, floor, marks });
    }
    for (const entry of arrayOf(dumped['waiting'])) {
      const [id, sources] = arrayOf(entry);
      if (typeof id === 'string') this.hold({ id, sources: new Map(sourcesOf(sources)) });
    }
    this.#bound();
  }

  #floorOf(floor: number, until: number): number {
    return Math.max(floor, until - this.#lookbackMs);
  }

  #prune(source: Source): void {
    source.floor = this.#floorOf(source.floor, source.until);
    for (const [session, { end }] of source.marks) if (end < source.floor) source.marks.delete(session);
  }

  /** What is too much goes, the oldest first; it is not read again. */
  #bound(): void {
    while (this.#sources.size > this.#limits.sources) {
      const [oldest] = this.#sources.keys();
      if (oldest === undefined) break;
      this.#sources.delete(oldest);
    }
    const sources = [...this.#sources.values()];
    const all = sources.flatMap(({ marks }) => [...marks.values()].map(({ end }) => end));
    if (all.length <= this.#limits.sessions) return;
    const floor = (all.sort((a, b) => b - a)[this.#limits.sessions] ?? 0) + 1;
    for (const source of sources) {
      source.floor = Math.max(source.floor, floor);
      this.#prune(source);
    }
  }
}

const sizeOf = ({ sources }: Batch): number => [...sources.values()].reduce((sum, { marks }) => sum + marks.size, 0);

const arrayOf = (value: unknown): unknown[] => (Array.isArray(value) ? (value as unknown[]) : []);

function sourcesOf(value: unknown): [string, BatchSource][] {
  return arrayOf(value).flatMap((entry): [string, BatchSource][] => {
    const [name, until, floor, marks] = arrayOf(entry);
    if (typeof name !== 'string' || typeof floor !== 'number') return [];
    return [[name, { until: typeof until === 'number' ? until : undefined, floor, marks: marksOf(marks) }]];
  });
}

function marksOf(value: unknown): Map<string, SessionMark> {
  return new Map(
    arrayOf(value).flatMap((entry): [string, SessionMark][] => {
      const [id, end, code] = arrayOf(entry);
      const isMark = typeof id === 'string' && typeof end === 'number' && typeof code === 'string';
      return isMark ? [[id, { end, code }]] : [];
    }),
  );
}

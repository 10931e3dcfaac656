import { Redis } from 'ioredis';
import sinon from 'sinon';
import type { FeedAnswer, FeedQuestion } from '../../../src/cluster/feed-script';

const GRACE_MS = 1_000;
const SILENT_MS = 3_000;
const GAP_MS = 60_000;

/**
 * What machines share about one topic, in memory in the place of a Redis: it gives the lease, and keeps and hands out
 * messages, as `src/cluster/feed-script.ts` does. It knows nothing of damage and of clocks that are set.
 */
export class FeedStore {
  /** No machine gets an answer. */
  isAway = false;
  /** By how much its clock is ahead of ours, ms. */
  aheadMs = 0;
  /** What the machine that receives says of its receiver. */
  status = '';
  /** Machines that have said goodbye. */
  readonly gone: string[] = [];
  #series = '';
  #graceUntil = 0;
  #holder = '';
  #until = 0;
  #handedAt = -Infinity;
  #newest = 0;
  #bodies: { number: number; from: string; body: string }[] = [];
  readonly #seen = new Map<string, number>();
  readonly #restore: () => void;

  constructor() {
    const connects = sinon.stub(Redis.prototype, 'connect').callsFake(() => new Promise(() => undefined));
    const answer = (question: string) => this.#asked(JSON.parse(question) as FeedQuestion);
    const defines = sinon.stub(Redis.prototype, 'defineCommand').callsFake(function (this: Redis, name: string) {
      const command = (...parts: string[]) => Promise.resolve().then(() => answer(parts.at(-1)!));
      Object.assign(this, { [name]: command });
    });
    this.#restore = () => [connects, defines].forEach((stub) => stub.restore());
  }

  /** Another machine, which no test opens, has the lease for so long. */
  hold(status: string, forMs: number, machine = 'another'): void {
    this.#begin(machine);
    this.#seen.set(machine, this.#now);
    Object.assign(this, { status });
    [this.#holder, this.#until] = [machine, this.#now + forMs];
  }

  /** That machine gives the lease away, in order. */
  handOver(): void {
    [this.#holder, this.#handedAt] = ['', this.#now];
  }

  /** A message that another machine has received. */
  add(body: string, machine = 'another'): void {
    this.#newest += 1;
    this.#bodies.push({ number: this.#newest, from: machine, body });
  }

  /** Only so many of the newest messages are left. */
  trim(count: number): void {
    this.#bodies = this.#bodies.slice(-count);
  }

  /** Everything is gone. */
  empty(): void {
    [this.#series, this.#holder, this.#newest, this.#bodies] = ['', '', 0, []];
    this.#seen.clear();
  }

  stop(): void {
    this.#restore();
  }

  get #now(): number {
    return Date.now() + this.aheadMs;
  }

  #begin(machine: string): void {
    if (this.#series !== '') return;
    this.#series = `${this.#now}-${machine}`;
    this.#graceUntil = this.#now + GRACE_MS;
  }

  #asked(question: FeedQuestion): string {
    if (this.isAway) throw new Error('connect ECONNREFUSED');
    const { machine } = question;
    this.#begin(machine);
    if (question.goodbye) this.gone.push(machine);
    if (question.goodbye) this.#seen.delete(machine);
    else this.#seen.set(machine, this.#now);
    for (const [name, at] of this.#seen) if (at < this.#now - SILENT_MS) this.#seen.delete(name);
    const lease = this.#lease(question);
    for (const body of question.bodies ?? []) this.add(body, machine);
    const answer: FeedAnswer = {
      ...{ now: this.#now, series: this.#series, machines: this.#seen.size, after: this.#newest },
      ...lease,
      ...this.#newer(question),
    };
    return JSON.stringify(answer);
  }

  #lease({ machine, wants, receives, lease, status }: FeedQuestion): Pick<FeedAnswer, 'holder' | 'taken' | 'status'> {
    const isFree = this.#holder === '' || this.#until <= this.#now;
    let taken: FeedAnswer['taken'];
    if (this.#holder === machine && !wants) {
      this.handOver();
    } else if (wants && this.#holder !== machine && isFree && (receives || this.#now >= this.#graceUntil)) {
      taken = this.#holder === '' && this.#now - this.#handedAt < GAP_MS ? 'handed' : 'lost';
      this.#holder = machine;
    }
    if (this.#holder !== machine) {
      return this.#holder === '' || this.#until <= this.#now ? {} : { holder: 'other', status: this.status };
    }
    [this.#until, this.status] = [this.#now + lease, status];
    return { holder: 'me', ...(taken ? { taken } : {}) };
  }

  #newer({ machine, series, after }: FeedQuestion): Pick<FeedAnswer, 'bodies' | 'missed'> {
    if (after === undefined) return {};
    const isOther = series !== this.#series || after > this.#newest;
    const from = isOther ? 0 : after;
    const newer = this.#bodies.filter(({ number }) => number > from);
    const bodies = newer.filter((one) => one.from !== machine).map(({ body }) => body);
    const isMissed = isOther || newer.length < this.#newest - from;
    return { ...(bodies.length > 0 ? { bodies } : {}), ...(isMissed ? { missed: true as const } : {}) };
  }
}

import { randomUUID } from 'node:crypto';
import { clock } from '../time/clock';
import { answerOf } from './answer';
import { feedKeys } from './feed-keys';
import type { FeedAnswer, FeedQuestion } from './feed-script';
import { atExit, COMMAND_MS, shareRedis, type RedisShare } from './process-redis';
import { redisProblem } from './redis';

const FEED_SHAPE = { now: 'number', series: 'string', machines: 'number', after: 'number' } as const;
/** A machine that dies loses the lease after so long, in ms. */
const LEASE_MS = 5_000;
/** A machine stops receiving so long before its lease ends, in ms. */
const MARGIN_MS = 1_000;
/** Each machine asks every so many ms: this is also by how much messages come later to those that do not receive. */
const BEAT_MS = 200;
/** Messages wait so long for others that can go with them, in ms. */
const GATHER_MS = 20;
/** Beats that are further apart show that this machine was frozen, in ms. */
const FROZEN_MS = 1_500;
/** Redis that does not answer for so long is away, in ms. */
const AWAY_MS = 3_000;
/** What the others have not fetched within so long they may have lost with a Redis that was emptied, in ms: some beats. */
const FETCHED_MS = 1_000;
const MOST_AT_ONCE = 500;
/** Letters of the messages that go at once, but for a single longer one: Redis must be done with them in time. */
const MOST_LETTERS = 1_000_000;
/** So many messages wait for a Redis that is away; the oldest are dropped. */
const MOST_WAITING = 20_000;

/**
 * What a machine does for a topic: it does not know yet, it receives for all, it gets the messages of the one that
 * receives, or it receives alone because Redis is away.
 */
export type FeedRole = 'joining' | 'receiver' | 'follower' | 'alone';

export interface FeedLeaseOptions {
  redisUrl: string;
  /** Of all accounts that see it, at one address of the cloud. */
  topic: string;
  /** From where the messages are wanted, as `position` gave it before a restart. */
  position?: string | undefined;
  /** What the other machines shall know of the receiver of this one. */
  status: () => string;
  /** Whether this machine has a receiver at present. */
  receives: () => boolean;
  /** The role, the status of the one that receives, or the number of machines has changed. */
  onChange: () => void;
  /** Messages of other machines. */
  onMessages: (bodies: readonly string[]) => void;
  /** Messages are gone that this machine has not got. */
  onMissed: () => void;
}

interface Waiting {
  body: string;
  /** It is in Redis, or cannot be for the time being. */
  settle: () => void;
}

/** The part of this machine in the one receiver that several machines have for a topic. */
export class FeedLease {
  readonly #options: FeedLeaseOptions;
  readonly #share: RedisShare;
  readonly #keys: [string, string, string];
  readonly #machine = randomUUID();
  readonly #beat: NodeJS.Timeout;
  readonly #forgetFarewell: () => void;
  readonly #onReady = () => void this.#ask();
  readonly #onError = (error: unknown) => {
    this.#problem = redisProblem(error) ?? this.#problem;
  };
  #role: FeedRole = 'joining';
  #wasHanded = false;
  #status: string | undefined;
  #machines = 0;
  #problem: string | undefined;
  #wants = true;
  /** ms of `clock.now()` */
  #wantsAgainAt = 0;
  /** ms of `clock.now()` */
  #leaseEndsAt = 0;
  /** ms of `clock.now()` */
  #beatAt = clock.now();
  /** Redis's clock less `clock.now()`: too high rather than too low, in ms. */
  #offsetMs: number | undefined;
  /** ms of `clock.steady()` */
  #failingSince: number | undefined;
  #series: string | undefined;
  #after: number | undefined;
  #outgoing: Waiting[] = [];
  /** What went to Redis last; `at` in ms of `clock.steady()`. */
  #handed: { at: number; bodies: readonly string[] }[] = [];
  #gathering: NodeJS.Timeout | undefined;
  #asking: Promise<void> | undefined;
  #closed = false;

  /** @throws ZaptecError as `shareRedis` */
  constructor(options: FeedLeaseOptions) {
    this.#options = options;
    this.#share = shareRedis(options.redisUrl);
    this.#keys = feedKeys(this.#share.prefix, options.topic);
    const [series, after] = options.position?.split(' ') ?? [];
    if (series !== undefined && Number.isSafeInteger(Number(after))) {
      this.#series = series;
      this.#after = Number(after);
    }
    this.#share.redis.on('ready', this.#onReady);
    this.#share.redis.on('error', this.#onError);
    this.#beat = setInterval(() => this.#onBeat(), BEAT_MS).unref();
    this.#forgetFarewell = atExit(() => this.#sayGoodbye());
    void this.#ask();
  }

  get role(): FeedRole {
    return this.#role;
  }

  /** The machine that received before has handed the lease over, after it closed its receiver. */
  get wasHanded(): boolean {
    return this.#wasHanded;
  }

  /** What the machine that receives says of its receiver; undefined while there is none. */
  get status(): string | undefined {
    return this.#status;
  }

  /** Machines that were there last, this one included; 0 where Redis was never reached. */
  get machines(): number {
    return this.#machines;
  }

  /** Why Redis is away. */
  get problem(): string | undefined {
    return this.#problem;
  }

  /** Up to where this machine has the messages; to be kept over a restart. */
  get position(): string | undefined {
    return this.#series === undefined || this.#after === undefined ? undefined : `${this.#series} ${this.#after}`;
  }

  /** A time of `clock.now()` by Redis's clock, ms. */
  toRedis(at: number): number {
    return at + (this.#offsetMs ?? 0);
  }

  /** A time of Redis's clock as one of `clock.now()`, ms. */
  fromRedis(at: number): number {
    return Math.min(clock.now(), at - (this.#offsetMs ?? 0));
  }

  /** Hands a message to the other machines. @returns when it is safe there, or Redis is away; never rejects. */
  append(body: string): Promise<void> {
    return new Promise((settle) => {
      this.#outgoing.push({ body, settle });
      if (this.#outgoing.length > MOST_WAITING) this.#outgoing.shift()?.settle();
      if (this.#role === 'alone' || this.#closed) settle();
      else this.#gathering ??= setTimeout(() => void this.#ask(), GATHER_MS).unref();
    });
  }

  /** Leaves the receiver to another machine for so long, if there is one. Call it when the own receiver is closed. */
  async yieldFor(ms: number): Promise<void> {
    this.#wants = false;
    this.#wantsAgainAt = clock.now() + ms;
    await this.#ask();
  }

  /** Call it when the own receiver is closed: another machine gets the lease at once. Never rejects. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#wants = false;
    clearInterval(this.#beat);
    await this.#asking;
    await this.#ask(true);
    this.#closed = true;
    clearTimeout(this.#gathering);
    this.#forgetFarewell();
    this.#share.redis.off('ready', this.#onReady);
    this.#share.redis.off('error', this.#onError);
    for (const { settle } of this.#outgoing) settle();
    this.#share.leave();
  }

  #onBeat(): void {
    this.#checkFrozen();
    if (!this.#wants && clock.now() >= this.#wantsAgainAt) this.#wants = true;
    void this.#ask();
  }

  /** The timers of a machine that wakes come before what it has received: it must not go on as if nothing had been. */
  #checkFrozen(): void {
    const now = clock.now();
    const wasFrozen = now - this.#beatAt > FROZEN_MS;
    this.#beatAt = now;
    if (wasFrozen && this.#failingSince !== undefined) this.#failingSince = clock.steady();
    if (this.#role !== 'receiver' || now < this.#leaseEndsAt) return;
    this.#wasHanded = false;
    this.#setRole('joining');
  }

  #ask(goodbye = false): Promise<void> {
    this.#asking ??= this.#askOnce(goodbye).finally(() => (this.#asking = undefined));
    return this.#asking;
  }

  async #askOnce(goodbye: boolean): Promise<void> {
    clearTimeout(this.#gathering);
    this.#gathering = undefined;
    for (let more = true; more && !this.#closed;) {
      const sent = this.#nextOutgoing();
      const askedAt = clock.now();
      let answer: FeedAnswer;
      try {
        answer = answerOf<FeedAnswer>(await this.#send(sent, goodbye), FEED_SHAPE);
      } catch (error) {
        this.#onFailure(error);
        return;
      }
      this.#offsetMs = answer.now - askedAt;
      if (answer.late === true) return;
      const done = new Set(sent);
      this.#outgoing = this.#outgoing.filter((one) => !done.has(one));
      for (const { settle } of sent) settle();
      this.#noteHanded(sent, answer);
      this.#take(answer, askedAt);
      more = answer.more === true || this.#outgoing.length >= (goodbye ? 1 : MOST_AT_ONCE);
    }
    if (this.#outgoing.length > 0 && !this.#closed) {
      this.#gathering ??= setTimeout(() => void this.#ask(), GATHER_MS).unref();
    }
  }

  #nextOutgoing(): readonly Waiting[] {
    let letters = 0;
    const end = this.#outgoing.slice(0, MOST_AT_ONCE).findIndex(({ body }) => (letters += body.length) > MOST_LETTERS);
    return this.#outgoing.slice(0, end < 0 ? MOST_AT_ONCE : Math.max(1, end));
  }

  #send(sent: readonly Waiting[], goodbye: boolean): Promise<string> {
    const question: FeedQuestion = {
      machine: this.#machine,
      lease: LEASE_MS,
      deadline: this.#offsetMs === undefined ? undefined : clock.now() + this.#offsetMs + COMMAND_MS,
      wants: this.#wants,
      receives: this.#options.receives(),
      goodbye: goodbye || undefined,
      status: this.#options.status(),
      bodies: sent.length > 0 ? sent.map(({ body }) => body) : undefined,
      series: this.#series,
      after: this.#after,
    };
    return this.#share.redis.zaptecFeed(...this.#keys, JSON.stringify(question));
  }

  /** Redis that has lost messages gets those again that the others may not have fetched; they know the rest. */
  #noteHanded(sent: readonly Waiting[], { missed }: FeedAnswer): void {
    if (missed === true) {
      const again = this.#handed.flatMap(({ bodies }) => bodies).map((body) => ({ body, settle: () => undefined }));
      this.#outgoing.unshift(...again);
      this.#handed = [];
    }
    const now = clock.steady();
    this.#handed = this.#handed.filter(({ at }) => now - at < FETCHED_MS);
    if (sent.length > 0) this.#handed.push({ at: now, bodies: sent.map(({ body }) => body) });
  }

  #take(answer: FeedAnswer, askedAt: number): void {
    const { series, after, bodies, missed, holder, taken, status, machines } = answer;
    this.#failingSince = undefined;
    this.#problem = undefined;
    const hasChanged = status !== this.#status || machines !== this.#machines;
    this.#status = status;
    this.#machines = machines;
    if (holder === 'me') this.#leaseEndsAt = askedAt + LEASE_MS - MARGIN_MS;
    if (taken !== undefined) this.#wasHanded = taken === 'handed';
    if (missed === true) this.#options.onMissed();
    if (bodies) this.#options.onMessages(bodies);
    this.#series = series;
    this.#after = after;
    if (this.#closed) return;
    // While nobody may have the lease yet, a machine that has just started waits.
    const isJoining = this.#role === 'joining' && holder !== 'other';
    // An answer that is older than its lease was waiting while this machine was frozen.
    const holds = holder === 'me' && clock.now() < this.#leaseEndsAt;
    const role = holds ? 'receiver' : isJoining ? 'joining' : 'follower';
    if (role !== this.#role) this.#setRole(role);
    else if (hasChanged) this.#options.onChange();
  }

  #onFailure(error: unknown): void {
    this.#checkFrozen();
    this.#problem = redisProblem(error) ?? this.#problem;
    this.#failingSince ??= clock.steady();
    if (this.#role === 'alone' || clock.steady() - this.#failingSince < AWAY_MS) return;
    this.#setRole('alone');
    for (const { settle } of this.#outgoing) settle();
  }

  #setRole(role: FeedRole): void {
    this.#role = role;
    this.#options.onChange();
  }

  /** The process ends: what is written now still leaves. */
  #sayGoodbye(): void {
    this.#wants = false;
    this.#send(this.#nextOutgoing(), true).catch(() => undefined);
  }
}

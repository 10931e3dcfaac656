import { randomUUID } from 'node:crypto';
import { sleep } from '../time/sleep';
import { answerOf } from './answer';
import { atExit } from './process-redis';
import { PERMIT_SCRIPT, type PermitAnswer, type PermitQuestion } from './permit-script';
import { Presence, SETTLED_MS } from './presence';
import { connectRedis, redisProblem, type RedisConnection } from './redis';
import { redisAddress, type RedisAddress } from './redis-address';
import { RedisClock } from './redis-clock';
import { Relapses } from './relapses';

const PERMIT_SHAPE = { now: 'number', allowed: 'number', machines: 'number', used: 'number' } as const;
/** A command that takes longer counts as lost, in ms; Redis answers within one. */
const COMMAND_MS = 700;
/** A machine that has just started waits so long for Redis, in ms. */
const JOIN_MS = 2_500;
/** A machine reports to Redis at least every so many ms. */
const BEAT_MS = 400;
/** And looks who else is there every so many ms. */
const LOOK_MS = 1_000;
/** Of more machines each looks less often, since a look takes Redis 2 µs for each: a hundred of them look in a second. */
const LOOKS_A_SECOND = 100;
/** Whether a report is due is looked at every so many ms. */
const TICK_MS = 200;
/** While Redis is away it is asked every so many ms. */
const TRY_MS = 500;
/** Reports wait so long for a question that can carry them, in ms. */
const REPORT_MS = 100;
/** A permit is thrown away when it is used so much later than meant, besides the way to Redis, in ms. */
const SLACK_MS = 10;
/** In a turn each machine gets one permit. A far one may ask early once so much of a turn is over since its last permit. */
const DUE = 0.5;
/** Without having seen the others, a machine takes at least one other for granted. */
const UNSEEN = { machines: 2, rank: 1 } as const;

/** Whether this machine shares the permits, or has to go on alone because Redis is away. */
export type PermitMode = 'joining' | 'shared' | 'alone';

/** Who shares the permits. */
export interface Cluster {
  /** Name and version of the server. */
  server: string;
  /** Machines, this one included, and those whose share is still reserved. */
  machines: number;
}

/** What waits for a permit: a command, something that somebody waits for, or only reads that are to be spread. */
export type Haste = 'urgent' | 'prompt' | 'paced';

/** May be used for one request, at once. Times are of `performance.now()`, in ms. */
export interface SharedPermit {
  readonly id: string;
  /** No later than the start of its lease. */
  readonly earliestAt: number;
  readonly slackMs: number;
  /** How long after `earliestAt` it surely counts. */
  readonly coveredMs: number;
}

export interface SharedPermitsOptions {
  /** Names the account, without its user name. */
  id: string;
  redisUrl: string;
  /** Permits of the account in one window. */
  limit: number;
  /** How long the share of a machine that falls silent stays reserved, in ms, whatever the address says. */
  holdBackMs?: number;
  /** The mode or the share has changed. */
  onMode: (mode: PermitMode) => void;
  /** While it is alone, this machine has to wait anew, or its share has changed: `aloneInMs`, `share`. */
  onHeld: () => void;
  /** Everything waits so long after a 429 of any machine, in ms from now; 0 when nothing does. */
  onPause: (ms: number) => void;
  /** Why Redis is away. */
  onProblem: (reason: string) => void;
}

type Reports = Pick<PermitQuestion, 'returned' | 'extended' | 'refused' | 'accepted'>;

interface Scripted {
  zaptecPermits(leases: string, state: string, machines: string, question: string): Promise<string>;
}

/**
 * The permits of an account, shared with its other machines through Redis. While Redis is away, each machine goes on alone
 * with its share: the machines that were there last divide the permits.
 */
export class SharedPermits {
  readonly #options: SharedPermitsOptions;
  readonly #redis: RedisConnection & Scripted;
  readonly #keys: [string, string, string];
  readonly #machine = randomUUID();
  readonly #holdBackMs: number;
  readonly #relapses: Relapses;
  readonly #clock = new RedisClock(COMMAND_MS);
  readonly #presence = new Presence();
  readonly #stopping = new AbortController();
  readonly #beat: NodeJS.Timeout;
  readonly #joining: NodeJS.Timeout;
  readonly #forgetFarewell: () => void;
  #mode: PermitMode = 'joining';
  #cluster: { machines: number; rank: number } = UNSEEN;
  #allowed: number;
  #used = 0;
  #shortestOfAll: number | undefined;
  #jumped = false;
  #askedAt = -Infinity;
  #lookedAt = -Infinity;
  /** When this machine asked for the latest permit that it got. */
  #grantedAt = -Infinity;
  /** Changes when the permits that wait are no longer valid. */
  #epoch = 0;
  #server: string | undefined;
  #aloneFrom = Infinity;
  /** When requests left that this machine has sent alone and that may count still. */
  #sentAlone: number[] = [];
  #reports: Reports = {};
  #reporting: NodeJS.Timeout | undefined;
  #waiting = new AbortController();

  /** The shortest round trip to Zaptec that this machine has seen, in ms. */
  shortestMs: number | undefined;

  /** @throws ZaptecError `REDIS_UNAVAILABLE`, `INPUT_INVALID` */
  constructor(options: SharedPermitsOptions) {
    this.#options = options;
    this.#allowed = options.limit;
    const address = redisAddress(options.redisUrl);
    this.#holdBackMs = options.holdBackMs ?? address.holdBackMs;
    this.#relapses = new Relapses(this.#holdBackMs);
    // One hash slot for each account.
    const key = (name: string) => `${address.prefix}zaptec:{${options.id}}:${name}`;
    this.#keys = [key('leases'), key('limit'), key('machines')];
    this.#redis = connectRedis(address, {
      commandTimeout: COMMAND_MS,
      enableOfflineQueue: false,
      enableReadyCheck: mustCheck(address),
      // Without the check, ioredis takes a connection that closes before it has named itself for one that is ready.
      disableClientInfo: true,
      maxRetriesPerRequest: 0,
    }) as RedisConnection & Scripted;
    this.#redis.defineCommand('zaptecPermits', { numberOfKeys: 3, lua: PERMIT_SCRIPT });
    this.#redis.on('error', (error: unknown) => this.#onProblem(error));
    this.#redis.on('ready', () => void this.#look());
    this.#redis.on('close', () => this.#lost());
    // Node-RED ends without waiting until nobody needs the account any more.
    this.#forgetFarewell = atExit(() => void this.#sayGoodbye());
    this.#beat = setInterval(() => this.#onBeat(), TICK_MS).unref();
    const giveUp = () => this.#mode === 'joining' && this.#goAlone(this.#presence.strangerUntil);
    this.#joining = setTimeout(giveUp, JOIN_MS).unref();
  }

  get mode(): PermitMode {
    return this.#mode;
  }

  /** Permits that all machines together may use at present. */
  get allowed(): number {
    return this.#allowed;
  }

  /** Requests of all machines that count at present. */
  get used(): number {
    return this.#used;
  }

  /** The shortest round trip to Zaptec of all machines, in ms. */
  get shortestOfAllMs(): number | undefined {
    return this.#shortestOfAll;
  }

  /**
   * What this machine may use alone: with ten permits and three machines 4, 3 and 3; with more machines than permits, one
   * in a window that is so many times longer.
   */
  get share(): { permits: number; windows: number } {
    const { limit } = this.#options;
    const machines = Math.max(1, this.#cluster.machines);
    const permits = Math.floor(limit / machines) + (this.#cluster.rank < limit % machines ? 1 : 0);
    return machines <= limit ? { permits, windows: 1 } : { permits: 1, windows: Math.ceil(machines / limit) };
  }

  /** Which server the permits come from, and how many machines share them; undefined unless they are shared. */
  get cluster(): Cluster | undefined {
    if (this.#mode !== 'shared' || this.#server === undefined) return undefined;
    return { server: this.#server, machines: this.#cluster.machines };
  }

  /** How long this machine still has to wait until it may go on alone, in ms. */
  get aloneInMs(): number {
    return Math.max(0, Math.max(this.#aloneFrom, this.#presence.countedUntil) - performance.now());
  }

  /**
   * Waits for a permit and returns it when it may be used.
   * @param lengthMs for how long it must count
   * @param haste asked again with each try
   * @returns undefined where Redis is away
   */
  async acquire(lengthMs: number, haste: () => Haste): Promise<SharedPermit | undefined> {
    const { signal } = this.#stopping;
    while (this.#mode === 'shared' && !signal.aborted) {
      const settlingMs = (this.#sentAlone.at(-1) ?? -Infinity) + SETTLED_MS - performance.now();
      if (settlingMs > 0) {
        await sleep(settlingMs, signal);
        continue;
      }
      const permit = await this.#ticket(lengthMs, haste());
      if (permit) return permit;
    }
    return undefined;
  }

  /** Asks again at once where it was to wait: something urgent has come. */
  hurry(): void {
    this.#waiting.abort();
  }

  /** Whether a permit is not too late to be used. */
  isFresh({ earliestAt, slackMs }: SharedPermit): boolean {
    return this.#mode === 'shared' && performance.now() - earliestAt <= slackMs;
  }

  /** Gives back a permit that no request has used. */
  giveBack({ id }: SharedPermit): void {
    this.#report('returned', id);
  }

  /** Its request may count until then, by `performance.now()`; nothing happens where its permit lasts as long. */
  extend({ id, earliestAt, coveredMs }: SharedPermit, endsAt: number): void {
    const ends = this.#clock.at(endsAt);
    if (ends === undefined || endsAt <= earliestAt + coveredMs) return;
    this.#report('extended', { id, ends });
  }

  /** A 429 of this machine. @param sentAt of its request, by `performance.now()` */
  refused(sentAt: number, retryAfter: number): void {
    this.#epoch += 1;
    this.#report('refused', { at: this.#clock.at(sentAt) ?? sentAt, retryAfter, jitter: 1 + Math.random() / 10 });
    void this.#ask({});
  }

  /** Any other answer. @param sentAt of its request, by `performance.now()` */
  accepted(sentAt: number): void {
    this.#reports.accepted = this.#clock.at(sentAt);
  }

  /** This machine has sent a request alone. */
  sentAlone(): void {
    const now = performance.now();
    this.#sentAlone = [...this.#sentAlone.filter((at) => now - at < SETTLED_MS), now];
  }

  /** Takes leave of the other machines, so that they need not hold back a share for this one. */
  async stop(): Promise<void> {
    if (this.#stopping.signal.aborted) return;
    this.#stopping.abort();
    this.#forgetFarewell();
    clearInterval(this.#beat);
    clearTimeout(this.#joining);
    clearTimeout(this.#reporting);
    await this.#sayGoodbye();
    this.#redis.disconnect();
  }

  async #sayGoodbye(): Promise<void> {
    if (this.#mode === 'shared') await this.#ask({ goodbye: true }).catch(() => undefined);
  }

  async #ticket(lengthMs: number, haste: Haste): Promise<SharedPermit | undefined> {
    const { signal } = this.#stopping;
    const epoch = this.#epoch;
    const id = randomUUID();
    const slackMs = SLACK_MS + Math.max(1, this.#clock.roundTripMs);
    const length = lengthMs + slackMs;
    // Not each time: several machines that are far would take every permit before those that are near may ask for it.
    const turnMs = (this.#cluster.machines * length) / this.#allowed;
    const isDue = performance.now() - this.#grantedAt >= DUE * turnMs;
    const roundTrip = isDue ? this.#clock.shortestRoundTripMs : 0;
    const wanted = { ticket: id, length, roundTrip, urgent: haste === 'urgent', paced: haste === 'paced' };
    const asked = await this.#ask(wanted);
    if (!asked) return undefined;
    const { answer, askedAt, answeredAt } = asked;
    const waitMs = answer.wait ?? 0;
    if (!answer.granted) {
      this.#waiting = new AbortController();
      const ended = AbortSignal.any([signal, this.#waiting.signal]);
      await sleep(Math.ceil(Math.min(LOOK_MS, waitMs)), ended);
      return undefined;
    }
    this.#grantedAt = askedAt;
    const permit = { id, earliestAt: askedAt + waitMs, slackMs, coveredMs: length };
    // A timer may be up to a millisecond early.
    for (let leftMs = waitMs; leftMs > 0; leftMs = answeredAt + waitMs - performance.now()) {
      await sleep(Math.ceil(leftMs), signal);
      if (signal.aborted) return undefined;
    }
    if (epoch === this.#epoch && this.isFresh(permit)) return permit;
    this.giveBack(permit);
    return undefined;
  }

  async #ask(
    wanted: Pick<PermitQuestion, 'ticket' | 'length' | 'roundTrip' | 'urgent' | 'paced' | 'goodbye' | 'look'>,
  ): Promise<{ answer: PermitAnswer; askedAt: number; answeredAt: number } | undefined> {
    const isThere = this.#mode === 'shared';
    if (!isThere && !(await this.#mayReturn())) return undefined;
    const askedAt = performance.now();
    const reports = this.#reports;
    this.#reports = {};
    clearTimeout(this.#reporting);
    this.#reporting = undefined;
    const deadline = this.#clock.deadlineOf(askedAt);
    const look = wanted.look === true || !isThere || askedAt - this.#lookedAt >= this.#lookMs;
    const alone = this.#sentAlone.filter((at) => askedAt - at < SETTLED_MS);
    const question: PermitQuestion = {
      ...wanted,
      ...reports,
      ...this.#own,
      look,
      ...(alone.length > 0 ? { alone: this.#aged(alone, askedAt), lasts: SETTLED_MS } : {}),
      ...(this.#jumped ? { jumped: true } : {}),
      // One that takes leave may come ever so late.
      ...(deadline === undefined || wanted.goodbye ? {} : { deadline }),
    };
    this.#askedAt = askedAt;
    if (look) this.#lookedAt = askedAt;
    const present = this.#presence.ask(askedAt, this.#clock.overAt(askedAt));
    if (this.#mode === 'alone') this.#options.onHeld();
    let answer: PermitAnswer;
    try {
      const text = await this.#redis.zaptecPermits(...this.#keys, JSON.stringify(question));
      answer = answerOf<PermitAnswer>(text, PERMIT_SHAPE);
    } catch (error) {
      this.#onProblem(error);
      this.#lost();
      return undefined;
    }
    const answeredAt = performance.now();
    this.#presence.answered(present, answeredAt, answer.late !== true);
    // The connection was lost meanwhile.
    if (this.#mode === 'alone' && this.#relapses.staysAway(answeredAt)) return undefined;
    const hasJumped = this.#clock.read(answer.now, askedAt, answeredAt);
    if (hasJumped) this.#jumped = true;
    if (answer.late === true) {
      this.#reportAgain(reports);
      if (look) this.#lookedAt = -Infinity;
      return undefined;
    }
    // What was reported is of a time that is gone.
    if (hasJumped) return undefined;
    if (question.jumped === true) this.#jumped = false;
    this.#take(answer);
    return { answer, askedAt, answeredAt };
  }

  /**
   * Prepares the return of a machine that is alone, or its start. By its question the machine is there for the others: they
   * use its share from then on, also when the answer comes late or is lost. So it sends nothing alone until they would keep
   * its share free again. It asks only a Redis whose script works: one that is frozen or broken must not keep it silent.
   * The question that shows this says that it is alone, and the others keep its share free: also in a Redis that was emptied
   * or to which it does not return yet. The answer shows the clock, so that no question after it is taken late.
   */
  async #mayReturn(): Promise<boolean> {
    const askedAt = performance.now();
    this.#askedAt = askedAt;
    this.#presence.introduce(askedAt);
    let answer: PermitAnswer;
    try {
      const question: PermitQuestion = { ...this.#own, look: true, away: true };
      const text = await this.#redis.zaptecPermits(...this.#keys, JSON.stringify(question));
      answer = answerOf<PermitAnswer>(text, PERMIT_SHAPE);
    } catch (error) {
      this.#onProblem(error);
      if (isRefusal(error)) this.#presence.refused(askedAt);
      return false;
    }
    const now = performance.now();
    this.#presence.introduced(now);
    if (this.#mode === 'shared') return !this.#stopping.signal.aborted;
    if (this.#clock.read(answer.now, askedAt, now)) this.#jumped = true;
    this.#yield(answer);
    return !this.#stopping.signal.aborted && !this.#relapses.staysAway(now);
  }

  /** There are more machines: while this one is alone, it goes on with less. */
  #yield({ machines, rank }: PermitAnswer): void {
    if (rank === undefined || machines <= this.#cluster.machines) return;
    this.#cluster = { machines, rank };
    if (this.#mode === 'alone') this.#options.onHeld();
  }

  /** What each question says of this machine. */
  get #own(): Pick<PermitQuestion, 'machine' | 'limit' | 'holdBack' | 'share' | 'shortest'> {
    return {
      machine: this.#machine,
      limit: this.#options.limit,
      holdBack: this.#holdBackMs,
      share: this.share.permits,
      ...(this.shortestMs === undefined ? {} : { shortest: this.shortestMs }),
    };
  }

  #take({ allowed, machines, rank, shortest, paused, used, server }: PermitAnswer): void {
    this.#server = server ?? this.#server;
    this.#allowed = allowed;
    this.#used = used;
    this.#shortestOfAll = shortest;
    if (rank !== undefined) this.#cluster = { machines, rank };
    this.#options.onPause(paused ?? 0);
    if (this.#mode === 'shared' || this.#stopping.signal.aborted) return;
    this.#relapses.returned(performance.now());
    this.#setMode('shared');
  }

  get #lookMs(): number {
    return LOOK_MS * Math.max(1, this.#cluster.machines / LOOKS_A_SECOND);
  }

  #onBeat(): void {
    const isShared = this.#mode === 'shared';
    const isDue = performance.now() - this.#askedAt >= (isShared ? BEAT_MS : TRY_MS) - TICK_MS / 4;
    if (this.#redis.status === 'ready' && isDue) void this.#ask({ look: !isShared });
  }

  #aged(times: readonly number[], now: number): NonNullable<PermitQuestion['alone']> {
    return times.map((at) => ({ id: `${this.#machine} ${at}`, age: now - at }));
  }

  #look(): Promise<unknown> {
    return this.#ask({ look: true });
  }

  #report<K extends 'returned' | 'extended' | 'refused'>(
    kind: K,
    report: NonNullable<PermitQuestion[K]>[number],
  ): void {
    const list = (this.#reports[kind] ??= []) as unknown[];
    list.push(report);
    this.#reportSoon();
  }

  /** Of a question that was not taken. */
  #reportAgain({ returned = [], extended = [], refused = [], accepted }: Reports): void {
    for (const id of returned) this.#report('returned', id);
    for (const one of extended) this.#report('extended', one);
    for (const one of refused) this.#report('refused', one);
    this.#reports.accepted ??= accepted;
  }

  #reportSoon(): void {
    this.#reporting ??= setTimeout(() => void this.#ask({}), REPORT_MS).unref();
  }

  #lost(): void {
    if (this.#mode === 'shared' && !this.#stopping.signal.aborted) this.#goAlone(-Infinity);
  }

  /** @param earliestAt when the others know of it; they may count it as there for longer */
  #goAlone(earliestAt: number): void {
    const now = performance.now();
    this.#epoch += 1;
    this.#aloneFrom = earliestAt;
    this.#relapses.lost(now);
    this.#setMode('alone');
  }

  #setMode(mode: PermitMode): void {
    this.#mode = mode;
    this.#options.onMode(mode);
  }

  #onProblem(error: unknown): void {
    const problem = redisProblem(error);
    if (problem !== undefined && !this.#stopping.signal.aborted) this.#options.onProblem(problem);
  }
}

/**
 * The check of ioredis keeps the others from learning of a machine to which Redis answers too late. But where somebody has to
 * log in, or to choose a database or a master, no question may leave before that is known to have worked.
 */
function mustCheck({ kind, username, password, db = 0 }: RedisAddress): boolean {
  return kind !== 'single' || username !== undefined || password !== undefined || db !== 0;
}

/** Redis has answered that it does not take the question. */
function isRefusal(error: unknown): boolean {
  return error instanceof Error && (error.name === 'ReplyError' || /^Protocol error/.test(error.message));
}

import { randomUUID } from 'node:crypto';
import { clock } from '../time/clock';
import { answerOf } from './answer';
import { CURRENT_SCRIPT, type CurrentAnswer, type CurrentQuestion } from './current-script';
import { clearerReason, connectRedis, redisProblem, UNREACHABLE, type RedisConnection } from './redis';
import { redisAddress } from './redis-address';

const CURRENT_SHAPE = { now: 'number', rev: 'string' } as const;
/** A command that takes longer counts as lost, in ms. */
const COMMAND_MS = 700;
/** A machine that has just started waits so long for Redis, in ms. */
const JOIN_MS = 2_500;

/** Whether Redis answers; `joining` until it has answered, or has had the time to. */
export type CurrentMode = 'joining' | 'shared' | 'alone';

interface Scripted {
  zaptecCurrent(key: string, question: string): Promise<string>;
}

/** What Redis has answered, between these times of `clock.steady()`. */
export interface Asked {
  answer: CurrentAnswer;
  askedAt: number;
  answeredAt: number;
}

export interface CurrentConnectionOptions {
  /** Names the account, without its user name. */
  id: string;
  redisUrl: string;
  /** @param reason why Redis is away, for people */
  onMode: (mode: CurrentMode, reason: string) => void;
}

/** One connection to Redis for the currents of an account, and whether it works. */
export class CurrentConnection {
  /** Of this process. */
  readonly session = randomUUID();
  /** Outlives the process where the account keeps it. */
  machine: string = randomUUID();
  readonly #options: CurrentConnectionOptions;
  readonly #redis: RedisConnection & Scripted;
  readonly #prefix: string;
  readonly #listeners = new Set<(mode: CurrentMode) => void>();
  readonly #joining: NodeJS.Timeout;
  #mode: CurrentMode = 'joining';
  #reason = '';
  #hasJoined = false;
  /** Redis's clock less `clock.steady()`: too high rather than too low. */
  #offsetMs: number | undefined;
  #isClosed = false;

  /** @throws ZaptecError `REDIS_UNAVAILABLE`, `INPUT_INVALID` */
  constructor(options: CurrentConnectionOptions) {
    this.#options = options;
    const address = redisAddress(options.redisUrl);
    // One hash slot for each account.
    this.#prefix = `${address.prefix}zaptec:{${options.id}}:current:`;
    this.#redis = connectRedis(address, {
      commandTimeout: COMMAND_MS,
      enableOfflineQueue: false,
      maxRetriesPerRequest: 0,
    }) as RedisConnection & Scripted;
    this.#redis.defineCommand('zaptecCurrent', { numberOfKeys: 1, lua: CURRENT_SCRIPT });
    this.#redis.on('error', (error: unknown) => this.#onProblem(error));
    this.#redis.on('ready', () => this.#notify());
    this.#redis.on('close', () => this.#mode === 'shared' && this.#set('alone'));
    this.#joining = setTimeout(() => this.#mode === 'joining' && this.#set('alone'), JOIN_MS).unref();
  }

  get mode(): CurrentMode {
    return this.#mode;
  }

  /** Redis has answered since the start. */
  get hasJoined(): boolean {
    return this.#hasJoined;
  }

  /** The mode has changed, or Redis may be asked again. @returns a function that ends it. */
  listen(listener: (mode: CurrentMode) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Resolves when Redis can be asked, or has had the time to answer. */
  async settled(): Promise<void> {
    if (this.#mode !== 'joining' || this.#isClosed || this.#redis.status === 'ready') return;
    await new Promise<void>((resolve) => {
      const end = this.listen(() => {
        end();
        resolve();
      });
    });
  }

  /** @returns undefined where Redis is away. */
  async ask(name: string, question: CurrentQuestion): Promise<Asked | undefined> {
    for (let tries = 0; tries < 2 && !this.#isClosed; tries += 1) {
      const askedAt = clock.steady();
      const deadline = this.#offsetMs === undefined ? undefined : askedAt + this.#offsetMs + COMMAND_MS;
      let answer: CurrentAnswer;
      try {
        const text = await this.#redis.zaptecCurrent(this.#prefix + name, JSON.stringify({ ...question, deadline }));
        answer = answerOf<CurrentAnswer>(text, CURRENT_SHAPE);
      } catch (error) {
        this.#onProblem(error);
        if (this.#mode === 'shared') this.#set('alone');
        return undefined;
      }
      const answeredAt = clock.steady();
      this.#offsetMs = answer.now - askedAt;
      // Redis's clock was set, or this process was stopped: with the new offset it is asked once more.
      if (answer.late === true) continue;
      this.#hasJoined = true;
      this.#reason = '';
      if (this.#mode !== 'shared') this.#set('shared');
      return { answer, askedAt, answeredAt };
    }
    return undefined;
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#joining);
    this.#notify();
    this.#listeners.clear();
    // What was written to the connection before still leaves. Another program may answer this, and keep the connection.
    const disconnect = () => this.#redis.disconnect();
    void this.#redis.quit().then(disconnect, disconnect);
  }

  #set(mode: CurrentMode): void {
    if (this.#isClosed) return;
    this.#mode = mode;
    this.#options.onMode(mode, this.#reason || UNREACHABLE);
    this.#notify();
  }

  #onProblem(error: unknown): void {
    const reason = clearerReason(this.#reason, redisProblem(error) ?? this.#reason);
    if (this.#isClosed || reason === this.#reason) return;
    this.#reason = reason;
    if (this.#mode === 'alone' && reason !== UNREACHABLE) this.#options.onMode('alone', reason);
  }

  #notify(): void {
    for (const listener of [...this.#listeners]) listener(this.#mode);
  }
}

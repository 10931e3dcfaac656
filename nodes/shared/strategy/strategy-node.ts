import type { Node, NodeAPI, NodeMessage, NodeMessageInFlow } from 'node-red';
import {
  Calendar,
  checkSettings,
  clock,
  isObject,
  Override,
  present,
  readSettingsChange,
  type SettingRules,
  type Strategy,
  type StrategyDecision,
  phrase,
} from '../../../src/client';
import { contextMemory, persistentStore, type ContextMemory } from '../context-memory';
import { asError } from '../errors';
import { CLOSED, guarded, onInput, type Send } from '../guard';
import { mayOverride, messageOf, topicOf, type Facts, type Item } from '../message';
import { messageCopy } from '../message-copy';
import { nodeLife, type NodeLife } from '../node-life';
import type { Properties } from '../properties';
import { referenceOf } from '../references';
import { failureStatus, STATUSES } from '../status';
import { evaluator } from '../typed-input';
import { FRAME_RULES } from './frame-rules';
import type { FrameSettings, References, StrategyKind, StrategyNodeSettings } from './kind';
import { forgetDecision, noteDecision } from './latest-decisions';
import { ORDERS } from './orders';
import { readOverride } from './override-input';
import { SettingSources } from './setting-sources';
import { storedChargers } from './stored-chargers';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
/** Input comes with the first messages after a deploy: a decision before it would switch a charger for nothing. */
const FIRST_MS = 10 * SECOND;
/** How often the account's store and the settings are looked at without a message, ms. */
const LOOK_MS = MINUTE;

/** What a decision is made for: a message, or the time that has passed. */
interface Occasion {
  message?: NodeMessageInFlow;
  send?: Send;
  /** Both outputs answer, though nothing has changed. */
  isDue?: boolean;
}

/** The life of a node that decides by a strategy: at each message, and by itself as time goes on. */
export class StrategyNode<
  N extends StrategyNodeSettings,
  S extends object,
  D extends StrategyDecision,
  T extends Strategy<S, D>,
> {
  readonly #RED: NodeAPI;
  readonly #node: Node;
  readonly #settings: N;
  readonly #kind: StrategyKind<N, S, D, T>;
  readonly #calendar: Calendar;
  readonly #sources: SettingSources<S>;
  readonly #override = new Override();
  readonly #life: NodeLife;
  readonly #memory: ContextMemory;
  /** The settings by message belong to these settings of the dialog. */
  readonly #fingerprint: string;
  /** The answers go one after the other. */
  #turn: Promise<unknown>;
  /** Made when all of its settings are known. */
  #strategy: T | undefined;
  #configured = '';
  #restored: unknown;
  /** Settings by message, which count until the node is deployed with other settings. */
  #config: Partial<S & FrameSettings> = {};
  #about: Facts = {};
  #timer: NodeJS.Timeout | undefined;
  #sent: { act: string; at: number } | undefined;
  #reported = '';
  #warned = '';
  #isDoubted = false;

  /** @throws ZaptecError `INPUT_INVALID` where the settings make no sense. */
  constructor(RED: NodeAPI, node: Node, table: Properties, kind: StrategyKind<N, S, D, T>, settings: N) {
    this.#RED = RED;
    this.#node = node;
    this.#settings = settings;
    this.#kind = kind;
    this.#calendar = new Calendar(settings.timeZone);
    this.#sources = new SettingSources(RED, node, table, kind.rules, settings);
    this.#life = nodeLife(RED, node, settings.connection, {
      isOptional: true,
      onEnd: () => {
        clearTimeout(this.#timer);
        forgetDecision(node);
      },
    });
    this.#memory = contextMemory(RED, node, kind.memoryKey, persistentStore(RED));
    const names = [...Object.keys(this.#rules), 'timeZone'].flatMap((name) => [name, `${name}Type`]);
    this.#fingerprint = JSON.stringify(Object.entries(settings).filter(([name]) => names.includes(name)));
    this.#turn = this.#restore();
    onInput(node, (message, send) => this.#inTurn(() => this.#answer(message, send)), this.#life.failure);
    this.#wakeIn(FIRST_MS);
  }

  #inTurn(work: () => Promise<unknown>): Promise<unknown> {
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => undefined);
    return result;
  }

  async #answer(message: NodeMessageInFlow, send: Send): Promise<unknown> {
    const now = this.#kind.time();
    const failed: unknown[] = [];
    const attempt = async <R>(work: () => R | Promise<R>): Promise<R | undefined> => {
      try {
        return await work();
      } catch (thrown) {
        failed.push(thrown);
        return undefined;
      }
    };
    const refusal = await this.#sources.update(message);
    if (refusal) failed.push(refusal);
    if (mayOverride('override', this.#settings)) await attempt(() => this.#takeOverride(message));
    if (mayOverride('config', this.#settings)) await attempt(() => this.#takeConfig(message));
    const strategy = await attempt(() => this.#current());
    // What a message says of a car is of the car that is there now.
    if (strategy) await attempt(() => this.#look(strategy, now));
    // What was good before goes on to count.
    const isDue = strategy && (await attempt(() => this.#take(strategy, message, now)));
    if (strategy) await this.#step(now, { message, send, isDue: isDue === true });
    if (this.#life.closing.aborted) return CLOSED;
    if (failed.length === 0) return undefined;
    const error = this.#life.failure(failed[0]);
    this.#life.status.set(failureStatus(error.code));
    throw error;
  }

  #takeOverride(message: NodeMessageInFlow): void {
    const override = readOverride(message, clock.wall(), this.#calendar);
    if (override) this.#override.set(override.to, override.until);
  }

  #takeConfig(message: NodeMessageInFlow): void {
    const { config } = message as { config?: unknown };
    if (config === undefined) return;
    this.#config = { ...this.#config, ...readSettingsChange(this.#rules, config) };
  }

  async #take(strategy: T, message: NodeMessageInFlow, now: number): Promise<boolean> {
    const evaluate = evaluator(this.#RED, this.#node, message);
    const references = await this.#references();
    return this.#kind.take(strategy, {
      message,
      now,
      calendar: this.#calendar,
      node: this.#settings,
      evaluate,
      references,
    });
  }

  /** The strategy under the settings of now. @throws ZaptecError `INPUT_INVALID` while a setting has no value. */
  #current(): T {
    const settings = checkSettings(this.#kind.rules, this.#strategySettings());
    const key = JSON.stringify(settings);
    if (this.#strategy === undefined) {
      this.#strategy = this.#kind.create(settings, this.#calendar);
      this.#strategy.restore(this.#restored);
      this.#restored = undefined;
    } else if (key !== this.#configured) {
      this.#strategy.configure(settings);
    }
    this.#configured = key;
    return this.#strategy;
  }

  #strategySettings(): S {
    const all = { ...this.#sources.values, ...this.#config };
    const own = Object.entries(all).filter(([name]) => Object.hasOwn(this.#kind.rules, name));
    return Object.fromEntries(own) as S;
  }

  /** The strategy's, and those of the frame. */
  get #rules(): SettingRules<S & FrameSettings> {
    return { ...this.#kind.rules, ...FRAME_RULES } as SettingRules<S & FrameSettings>;
  }

  async #references(): Promise<References> {
    const evaluate = evaluator(this.#RED, this.#node, { _msgid: '' });
    const settings = new Map<string, unknown>(Object.entries(this.#settings));
    const named = async (what: string): Promise<string | undefined> => {
      const value = settings.get(what);
      const type = settings.get(`${what}Type`);
      return typeof value === 'string' ? referenceOf(await evaluate(value, String(type)), what) : undefined;
    };
    return { charger: await named('charger'), installation: await named('installation') };
  }

  /** Takes what the account's store has, which feeds and other nodes keep up to date. */
  async #look(strategy: T, now: number): Promise<void> {
    if (this.#settings.connection === '' || !this.#kind.look) return;
    const { client } = this.#life.connection();
    if (!client) return;
    const references = await this.#references();
    const chargers = storedChargers(client.store, references);
    const seen = { now, client, references, chargers };
    this.#about = { ...this.#about, ...this.#kind.look(strategy, seen) };
    const doubt = this.#kind.doubt?.(seen);
    if (doubt && !this.#isDoubted) this.#node.warn(this.#life.failure(doubt).message);
    this.#isDoubted = doubt !== undefined;
  }

  async #step(now: number, on: Occasion = {}): Promise<void> {
    const strategy = this.#current();
    if (!on.message) await this.#look(strategy, now);
    if (this.#life.closing.aborted) return;
    const override = this.#override.at(clock.wall());
    const decision = strategy.decide(now, override);
    const { dryRun, repeat } = { ...this.#settings, ...this.#config };
    const settings = this.#strategySettings();
    const shown = this.#kind.show(decision, { calendar: this.#calendar, node: this.#settings, settings, dryRun });
    this.#life.status.set(shown.status);
    const act = JSON.stringify([shown.act, shown.actKey]);
    const time = clock.now();
    const repeatMs = repeat > 0 ? repeat * MINUTE : Infinity;
    const isRepeated = repeatMs - (time - (this.#sent?.at ?? -Infinity)) <= SECOND;
    const isDue = on.isDue === true || isRepeated || this.#sent?.act !== act;
    const isSent = isDue && !dryRun && shown.act !== undefined;
    const isReported = isDue || shown.reportKey !== this.#reported;
    const { topics } = this.#kind;
    const items = [
      isSent ? this.#item(decision, shown.act, topics.act) : undefined,
      isReported ? this.#item(decision, this.#worded(shown.report), topics.report) : undefined,
    ];
    if (isDue) this.#sent = { act, at: time };
    this.#reported = shown.reportKey;
    if (items.some((item) => item !== undefined)) this.#send(items, on);
    const { code, reason } = decision;
    noteDecision(this.#node, present({ at: clock.wall(), code, reason: this.#life.words(reason), rows: shown.rows }));
    this.#save(strategy);
    const repeatInMs = (this.#sent?.at ?? time) + repeatMs - time;
    const overrideInMs = (override?.until ?? Infinity) - clock.wall();
    this.#wakeIn(Math.min(LOOK_MS, decision.until - now, overrideInMs, repeatInMs));
  }

  #worded(report: Record<string, unknown>): Record<string, unknown> {
    const { reason } = report;
    return typeof reason === 'string' ? { ...report, reason: this.#life.words(reason) } : report;
  }

  #item({ code, reason }: D, payload: unknown, what: string): Item {
    const facts = present<Facts>({ ...this.#about, result: code, reason: this.#life.words(reason) });
    return { payload, facts, topic: topicOf(this.#about, what) };
  }

  #send(items: (Item | undefined)[], { message, send }: Occasion): void {
    const account = this.#life.label();
    const messages = items.map((item): NodeMessage | null => {
      if (!item) return null;
      const about = messageOf(item, account);
      return message ? Object.assign(this.#withoutOrders(message), about) : about;
    });
    if (send) send(messages);
    else this.#node.send(messages);
  }

  #withoutOrders(message: NodeMessageInFlow): NodeMessage {
    const copy = messageCopy(this.#RED, message);
    if (!this.#settings.lockOverrides) for (const name of ORDERS) Reflect.deleteProperty(copy, name);
    return copy;
  }

  #save(strategy: T): void {
    const override = this.#override.dump();
    // JSON has no undefined, which a setting that was cleared is.
    const config = Object.fromEntries(Object.entries(this.#config).map(([name, value]) => [name, value ?? null]));
    this.#memory.save({ state: strategy.dump(), override, config, of: this.#fingerprint });
  }

  async #restore(): Promise<void> {
    try {
      const data = await this.#memory.load();
      if (!isObject(data)) return;
      this.#restored = data['state'];
      this.#override.restore(data['override']);
      if (data['of'] === this.#fingerprint && isObject(data['config'])) {
        this.#config = readSettingsChange(this.#rules, data['config']);
      }
    } catch (thrown) {
      this.#node.warn(this.#life.words(phrase`What this node has kept is lost: ${asError(thrown).message}`));
    }
  }

  #wakeIn(ms: number): void {
    clearTimeout(this.#timer);
    if (this.#life.closing.aborted) return;
    this.#timer = setTimeout(
      guarded(
        () => this.#inTurn(() => this.#wake()),
        (thrown) => this.#onWakeFailed(thrown),
      ),
      Math.max(SECOND, ms),
    );
  }

  async #wake(): Promise<void> {
    if (this.#life.closing.aborted) return;
    const refusal = (await this.#sources.update(undefined)) ?? (await this.#read());
    await this.#step(this.#kind.time());
    if (refusal !== undefined) this.#warn(refusal);
  }

  /** @returns what is wrong with a place that is read without a message. */
  async #read(): Promise<unknown> {
    const { read } = this.#kind;
    if (!read) return undefined;
    const strategy = this.#current();
    const evaluate = evaluator(this.#RED, this.#node, { _msgid: '' });
    const place = { now: this.#kind.time(), calendar: this.#calendar, node: this.#settings, evaluate };
    return read(strategy, place).catch((thrown: unknown) => thrown);
  }

  #onWakeFailed(thrown: unknown): void {
    if (this.#strategy === undefined) this.#life.status.set(STATUSES.badSettings);
    this.#warn(thrown);
    this.#wakeIn(LOOK_MS);
  }

  /** Once for the same text: the time goes on for days. */
  #warn(thrown: unknown): void {
    const { message } = this.#life.failure(thrown);
    if (message !== this.#warned) this.#node.warn(message);
    this.#warned = message;
  }
}

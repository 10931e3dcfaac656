import type { Node, NodeAPI, NodeDef, NodeMessage, NodeMessageInFlow } from 'node-red';
import {
  Calendar,
  ChargePlanner,
  checkSettings,
  clock,
  isObject,
  parsePrices,
  PLAN_RULES,
  type PlanDecision,
  type PlanSettings,
  present,
  readSettingsChange,
  reportOf,
} from '../../src/client';
import { contextMemory, persistentStore, type ContextMemory } from '../shared/context-memory';
import { CLOSED, guarded, onInput, type Send } from '../shared/guard';
import { chargerFacts, messageOf, topicOf, type Facts, type Item } from '../shared/message';
import { nodeLife, type NodeLife } from '../shared/node-life';
import type { PlanNodeSettings } from '../shared/properties';
import { referenceOf } from '../shared/references';
import { failureStatus } from '../shared/status';
import { evaluator } from '../shared/typed-input';
import { isNoPrice, readBattery, readCar, readOverride } from './input';
import { planStatus } from './plan-status';
import { planSettings } from './settings';
import { isNamed, storedCar } from './stored-car';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
/** Prices come with the first messages after a deploy: a decision before them would switch the charger for nothing. */
const FIRST_MS = 10 * SECOND;
/** How often the state of the car is looked up, ms. */
const LOOK_MS = MINUTE;

type Settings = PlanNodeSettings & NodeDef;

/** The life of a node that says when a car is to charge: at each message, and by itself as time goes on. */
export class PlanNode {
  readonly #RED: NodeAPI;
  readonly #node: Node;
  readonly #settings: Settings;
  readonly #life: NodeLife;
  readonly #calendar: Calendar;
  readonly #planner: ChargePlanner;
  readonly #memory: ContextMemory;
  readonly #restored: Promise<void>;
  /** Settings by message, which count until the node is deployed with other settings. */
  #config: Partial<PlanSettings> = {};
  #about: Facts = {};
  #timer: NodeJS.Timeout | undefined;
  #sent: { charge: boolean; at: number } | undefined;
  #reported = '';

  /** @throws ZaptecError `INPUT_INVALID` where the settings make no sense. */
  constructor(RED: NodeAPI, node: Node, settings: Settings) {
    this.#RED = RED;
    this.#node = node;
    this.#settings = settings;
    this.#calendar = new Calendar(settings.timeZone);
    this.#planner = new ChargePlanner(checkSettings(PLAN_RULES, planSettings(settings)), this.#calendar);
    this.#life = nodeLife(RED, node, settings.connection, {
      isOptional: true,
      onEnd: () => clearTimeout(this.#timer),
    });
    this.#memory = contextMemory(node, 'zaptecPlan', persistentStore(RED));
    this.#restored = this.#restore();
    onInput(node, (message, send) => this.#onMessage(message, send), this.#life.failure);
    this.#wakeIn(FIRST_MS);
  }

  async #onMessage(message: NodeMessageInFlow, send: Send): Promise<unknown> {
    await this.#restored;
    const now = clock.wall();
    let isDue = false;
    let failed: unknown;
    try {
      isDue = await this.#take(message, now);
    } catch (thrown) {
      failed = thrown;
    }
    // What was good before goes on to count.
    await this.#step(now, { message, send, isDue });
    if (this.#life.closing.aborted) return CLOSED;
    if (failed === undefined) return undefined;
    const error = this.#life.failure(failed);
    this.#life.status.set(failureStatus(error.code));
    throw error;
  }

  /** @returns whether the message brought more than the state of a car, so that it gets an answer in any case. */
  async #take(message: NodeMessageInFlow, now: number): Promise<boolean> {
    const { config } = message as { config?: unknown };
    const car = readCar(message);
    if (!this.#settings.lockOverrides) {
      const override = readOverride(message, now, this.#calendar);
      if (override) this.#planner.setOverride(override.to, override.until);
      if (config !== undefined) this.#configure({ ...this.#config, ...readSettingsChange(PLAN_RULES, config) });
    }
    if (car && (await this.#isOurs(car))) this.#planner.setCar(car);
    const battery = readBattery(message as { battery?: unknown });
    if (battery !== undefined) this.#planner.setBattery(battery);
    const { prices, pricesType } = this.#settings;
    const value = await evaluator(this.#RED, this.#node, message)(prices, pricesType);
    if (!isNoPrice(value)) this.#planner.setPrices(parsePrices(value, now, this.#calendar), now);
    return !car || !isNoPrice(value);
  }

  #configure(config: Partial<PlanSettings>): void {
    this.#planner.configure(checkSettings(PLAN_RULES, { ...planSettings(this.#settings), ...config }));
    this.#config = config;
  }

  async #isOurs(car: { id?: unknown }): Promise<boolean> {
    const reference = await this.#reference();
    return reference === undefined || car.id === undefined || isNamed(car, reference);
  }

  async #reference(): Promise<string | undefined> {
    const { charger, chargerType } = this.#settings;
    const evaluate = evaluator(this.#RED, this.#node, { _msgid: '' });
    return referenceOf(await evaluate(charger, chargerType), 'charger');
  }

  /** Takes the state of the charger from the account's store, which feeds and other nodes keep up to date. */
  async #look(): Promise<void> {
    if (this.#settings.connection === '') return;
    const { client } = this.#life.connection();
    const car = client && storedCar(client.store, await this.#reference());
    if (!car) return;
    this.#about = chargerFacts(car.known);
    this.#planner.setCar(car.snapshot);
  }

  async #step(now: number, on: { message?: NodeMessageInFlow; send?: Send; isDue?: boolean } = {}): Promise<void> {
    await this.#look();
    if (this.#life.closing.aborted) return;
    const decision = this.#planner.decide(now);
    const { dryRun, repeat, pricePer } = this.#settings;
    const isHours = this.#planner.settings.goal === 'hours';
    this.#life.status.set(planStatus(decision, this.#calendar, { isHours, dryRun }));
    const report = reportOf(decision, this.#calendar, { perMwh: pricePer === 'MWh', dryRun });
    const isRepeated = repeat > 0 && now - (this.#sent?.at ?? 0) >= repeat * MINUTE - SECOND;
    const isDue = on.isDue === true || isRepeated || this.#sent?.charge !== decision.charge;
    const key = JSON.stringify([decision.code, report.slots.map(({ start, end }) => [start, end])]);
    const charge = isDue && !dryRun ? this.#item(decision, decision.charge, 'charge') : undefined;
    const plan = isDue || key !== this.#reported ? this.#item(decision, report, 'plan') : undefined;
    if (isDue) this.#sent = { charge: decision.charge, at: now };
    this.#reported = key;
    if (charge ?? plan) this.#send([charge, plan], on);
    this.#memory.save({ plan: this.#planner.dump(), config: this.#config, of: this.#fingerprint });
    this.#wakeIn(Math.min(LOOK_MS, decision.until - now));
  }

  #item({ code, reason }: PlanDecision, payload: unknown, what: string): Item {
    const facts = present<Facts>({ ...this.#about, result: code, reason });
    return { payload, facts, topic: topicOf(this.#about, what) };
  }

  #send(items: (Item | undefined)[], { message, send }: { message?: NodeMessageInFlow; send?: Send }): void {
    const account = this.#settings.connection === '' ? '' : this.#life.connection().label;
    const messages = items.map((item): NodeMessage | null => {
      if (!item) return null;
      const about = messageOf(item, account);
      return message ? Object.assign(this.#RED.util.cloneMessage(message), about) : about;
    });
    if (send) send(messages);
    else this.#node.send(messages);
  }

  /** The settings by message belong to these settings of the dialog. */
  get #fingerprint(): string {
    return JSON.stringify([planSettings(this.#settings), this.#settings.timeZone]);
  }

  async #restore(): Promise<void> {
    try {
      const data = await this.#memory.load();
      if (!isObject(data)) return;
      if (data['of'] === this.#fingerprint && isObject(data['config']))
        this.#configure(readSettingsChange(PLAN_RULES, data['config']));
      this.#planner.restore(data['plan']);
    } catch (thrown) {
      this.#node.warn(`What was known of the plan is lost: ${this.#life.failure(thrown).message}`);
    }
  }

  #wakeIn(ms: number): void {
    clearTimeout(this.#timer);
    if (this.#life.closing.aborted) return;
    const report = (thrown: unknown) => {
      this.#node.warn(this.#life.failure(thrown).message);
      this.#wakeIn(LOOK_MS);
    };
    const wake = guarded(async () => {
      await this.#restored;
      await this.#step(clock.wall());
    }, report);
    this.#timer = setTimeout(wake, Math.max(SECOND, ms));
  }
}

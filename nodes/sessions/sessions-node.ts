import type { Node, NodeAPI, NodeDef, NodeMessageInFlow } from 'node-red';
import { Calendar, clock, isObject, Watermark, zaptecError, phrase } from '../../src/client';
import { contextMemory, persistentStore, type ContextMemory } from '../shared/context-memory';
import { asError } from '../shared/errors';
import { CLOSED, onInput, type Send } from '../shared/guard';
import { isTrue } from '../shared/message';
import { nodeLife, type NodeLife } from '../shared/node-life';
import { found } from '../shared/output';
import type { SessionsSettings } from '../shared/properties';
import { failureStatus, type StatusDescription } from '../shared/status';
import { evaluator } from '../shared/typed-input';
import { pricingSettings, type PricingSettings } from './pricing';
import { readQuery } from './query';
import { read } from './reading';
import { readKeys } from './signatures';
import { ArraySender, EachSender } from './sender';

const DAY_MS = 86_400_000;
/** Days: a year and some more. */
const MOST_LOOKBACK = 400;
/** Messages that wait for the one that is read. */
const MOST_WAITING = 20;

const STOPPED: StatusDescription = { fill: 'grey', shape: 'dot', key: 'stopped' };
const ACKNOWLEDGED: StatusDescription = { fill: 'green', shape: 'dot', key: 'acknowledged' };

type Settings = SessionsSettings & NodeDef;

/** The life of a node that reads finished sessions: one message after the other. */
export class SessionsNode {
  readonly #RED: NodeAPI;
  readonly #node: Node;
  readonly #settings: Settings;
  readonly #life: NodeLife;
  readonly #pricing: PricingSettings;
  readonly #watermark: Watermark;
  /** Undefined unless only what is new is read. */
  readonly #memory: ContextMemory | undefined;
  readonly #restored: Promise<void>;
  readonly #warned = new Set<string>();
  /** The last of the messages that wait. */
  #queue: Promise<unknown> = Promise.resolve();
  #waiting = 0;
  /** Ends the reading under way, and those that wait. */
  #stop = new AbortController();

  /** @throws ZaptecError `INPUT_INVALID` where the settings make no sense. */
  constructor(RED: NodeAPI, node: Node, settings: Settings) {
    this.#RED = RED;
    this.#node = node;
    this.#settings = settings;
    this.#pricing = checked(settings);
    this.#watermark = new Watermark(settings.lookback * DAY_MS);
    this.#life = nodeLife(RED, node, settings.connection, { onEnd: () => this.#stop.abort() });
    const isNew = settings.which === 'new';
    this.#memory = isNew ? contextMemory(RED, node, 'zaptecSessions', persistentStore(RED)) : undefined;
    this.#restored = this.#restore();
    onInput(node, (message, send) => this.#onMessage(message, send), this.#life.failure);
  }

  async #onMessage(message: NodeMessageInFlow, send: Send): Promise<unknown> {
    await this.#restored;
    const { status, failure, closing } = this.#life;
    // A message that comes round with a blank acknowledgement must not begin another reading.
    if (Object.hasOwn(message, 'ack')) {
      this.#acknowledge((message as { ack?: unknown }).ack);
      return undefined;
    }
    if (isTrue(message['stop'])) {
      this.#stopAll();
      return undefined;
    }
    if (this.#waiting >= MOST_WAITING) throw failure(overloaded());
    this.#waiting += 1;
    const { signal } = this.#stop;
    const turn = this.#queue.then(() => this.#perform(message, send, signal));
    this.#queue = turn.catch(() => undefined);
    status.begin();
    try {
      const shown = await turn;
      if (closing.aborted) return CLOSED;
      status.end(shown);
    } catch (thrown) {
      if (closing.aborted) return CLOSED;
      const error = failure(thrown);
      status.end(failureStatus(error.code));
      throw error;
    } finally {
      this.#waiting -= 1;
    }
    return undefined;
  }

  async #perform(message: NodeMessageInFlow, send: Send, signal: AbortSignal): Promise<StatusDescription> {
    const isStopped = () => signal.aborted;
    if (isStopped()) return STOPPED;
    const settings = this.#settings;
    const isNew = settings.which === 'new';
    if (isNew && isTrue(message['reset'])) this.#watermark.reset();
    const connection = this.#life.connection();
    const query = readQuery(message, settings);
    const prices = await this.#prices(message);
    const keys = await this.#keys(message);
    const client = await connection.ready();
    const place = settings.spot && settings.pricesType === 'msg' ? settings.prices : undefined;
    const options = { RED: this.#RED, message, send, account: connection.label, prices: place };
    const sender = settings.output === 'each' ? new EachSender(options) : new ArraySender(options);
    const batch = this.#watermark.batch(this.#RED.util.generateId());
    const news = isNew ? { watermark: this.#watermark, batch } : undefined;
    try {
      const count = await read({
        client,
        settings,
        query,
        pricing: this.#pricing,
        prices,
        keys,
        news,
        sender,
        signal,
        progress: (n, share) => this.#progress(n, share),
        warn: (text) => this.#warnOnce(text),
        words: this.#life.words,
      });
      if (!news) return found(count);
      const waits = settings.acknowledge && count > 0;
      if (waits) this.#watermark.hold(batch);
      else this.#watermark.commit(batch);
      this.#save();
      return waits ? { fill: 'yellow', shape: 'ring', key: 'unacknowledged', parameters: { n: count } } : found(count);
    } catch (thrown) {
      // What has left is not sent again, unless it must be acknowledged.
      if (news && !settings.acknowledge && sender.giveUp()) {
        this.#watermark.commit(batch);
        this.#save();
      }
      if (isStopped()) return STOPPED;
      throw thrown;
    }
  }

  /** @throws ZaptecError `INPUT_INVALID` where there are none. */
  async #prices(message: NodeMessageInFlow): Promise<unknown> {
    const { spot, prices, pricesType } = this.#settings;
    if (!spot) return undefined;
    const value = await evaluator(this.#RED, this.#node, message)(prices, pricesType);
    if (value !== undefined && value !== null && value !== '') return value;
    throw zaptecError(
      'INPUT_INVALID',
      phrase`The prices are to come from ${pricesType} ${prices}, which holds nothing`,
      {
        remedy: 'Put the prices of the whole period there, or switch the spot prices off',
      },
    );
  }

  /** @throws ZaptecError `INPUT_INVALID` for what is no key. */
  async #keys(message: NodeMessageInFlow) {
    const { ocmf, rows, publicKey, publicKeyType } = this.#settings;
    if (!ocmf || rows !== 'sessions') return undefined;
    return readKeys(await evaluator(this.#RED, this.#node, message)(publicKey, publicKeyType));
  }

  #acknowledge(ack: unknown): void {
    if (ack === undefined || ack === null || ack === '') return;
    const { failure, status } = this.#life;
    if (typeof ack === 'string' && this.#watermark.acknowledge(ack)) {
      this.#save();
      status.set(ACKNOWLEDGED);
      return;
    }
    const shown = typeof ack === 'string' ? phrase`"${ack.slice(0, 40)}"` : phrase`a value of type ${typeof ack}`;
    throw failure(
      zaptecError('INPUT_INVALID', phrase`msg.ack is ${shown}, which no batch of this node waits for`, {
        remedy: 'Send msg.zaptec.batch of its sessions, once; a batch that is lost comes again with the next message',
      }),
    );
  }

  #stopAll(): void {
    this.#stop.abort();
    this.#stop = new AbortController();
  }

  #progress(n: number, share: number): void {
    const parameters = { n, percent: Math.floor(share * 100) };
    this.#life.status.progress({ fill: 'blue', shape: 'dot', key: 'reading', parameters });
  }

  #warnOnce(text: string): void {
    if (this.#warned.has(text)) return;
    this.#warned.add(text);
    this.#node.warn(this.#life.words(text));
  }

  #save(): void {
    if (!this.#life.closing.aborted) this.#memory?.save({ at: clock.wall(), marks: this.#watermark.dump() });
  }

  async #restore(): Promise<void> {
    try {
      const data = await this.#memory?.load();
      if (isObject(data)) this.#watermark.restore(data['marks']);
    } catch (thrown) {
      const text = phrase`Which sessions were sent is not known any more: ${asError(thrown).message}`;
      this.#node.warn(this.#life.words(text));
    }
  }
}

function checked(settings: Settings): PricingSettings {
  const calendar = new Calendar(settings.timeZone);
  if (!(settings.lookback >= 1 && settings.lookback <= MOST_LOOKBACK)) {
    throw zaptecError('INPUT_INVALID', phrase`The look-back is ${settings.lookback} days`, {
      remedy: phrase`Expected: a number of days from 1 to ${MOST_LOOKBACK}`,
    });
  }
  if (settings.rows === 'user' && settings.who === 'omit') {
    throw zaptecError('INPUT_INVALID', 'Totals by user cannot be made without users', {
      remedy: 'Show users or replace them by hashes, or choose other totals',
    });
  }
  return pricingSettings(settings, calendar);
}

function overloaded() {
  return zaptecError('OVERLOADED', phrase`${MOST_WAITING} messages wait for the sessions already`, {
    remedy: 'Send the next message when the answer to the one before has come, or end them with msg.stop',
  });
}

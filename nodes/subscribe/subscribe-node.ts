import type { Node, NodeAPI, NodeDef, NodeMessageInFlow } from 'node-red';
import { clock, zaptecError, phrase } from '../../src/client';
import { onFlowsStarted } from '../shared/flows-started';
import { CLOSED, guarded, onInput, type Send } from '../shared/guard';
import { isTrue, messageOf, type Item } from '../shared/message';
import { nodeLife, type NodeLife } from '../shared/node-life';
import { deliver } from '../shared/output';
import { withoutWho } from '../shared/privacy';
import type { SubscribeSettings } from '../shared/properties';
import { installationSetting } from '../shared/references';
import { STATUSES } from '../shared/status';
import { evaluator } from '../shared/typed-input';
import { FeedOpening } from './feed-opening';
import { feedStatus } from './feed-status';
import type { FollowContext } from './follow';
import { FollowedFeeds } from './followed-feeds';
import type { InstallationName } from './items';
import { latestItems } from './latest-values';
import { feedMemory } from './memory';
import { Selection } from './selection';

/** The age of the last message is shown anew so often, in ms: every status goes to each open editor. */
const SHOW_MS = 60_000;
/** An account without a chosen installation is looked through for new and gone ones so often, in ms. */
const LOOK_MS = 24 * 60 * 60_000;

const PLACE_REMEDY = 'Put its id or name there: it is looked at again by itself';

/** The life of a node that sends what the feeds of its installations bring. */
export class SubscribeNode {
  readonly #RED: NodeAPI;
  readonly #node: Node;
  readonly #settings: SubscribeSettings & NodeDef;
  readonly #selection: Selection;
  readonly #followed = new FollowedFeeds();
  readonly #opening = new FeedOpening();
  readonly #life: NodeLife;
  readonly #follow: FollowContext;
  readonly #stopWaiting: () => void;
  readonly #timers: readonly NodeJS.Timeout[];

  constructor(RED: NodeAPI, node: Node, settings: SubscribeSettings & NodeDef) {
    this.#RED = RED;
    this.#node = node;
    this.#settings = settings;
    this.#selection = new Selection(settings);
    this.#life = nodeLife(RED, node, settings.connection, {
      onEnd: () => this.#end(),
      // Called while the node is made as well, before there is anything to open.
      onConnection: () => this.#opening.restart(),
    });
    this.#follow = {
      settings,
      selection: this.#selection,
      data: (item) => this.#send(item, 0),
      state: (item) => {
        this.#show();
        this.#send(item, 1);
      },
      report: this.#report,
      words: this.#life.words,
      consumer: { id: lastingId(node), since: clock.now() },
    };
    // Only then all nodes are there, also those of other tabs that a link leads to.
    this.#stopWaiting = onFlowsStarted(RED, () => this.#start());
    this.#timers = [
      this.#every(SHOW_MS, () => this.#show()),
      this.#every(LOOK_MS, () => this.#open(this.#life.closing)),
    ];
    onInput(node, (message, send) => this.#answer(message, send), this.#life.failure);
  }

  readonly #report = (thrown: unknown): void => {
    if (!this.#life.closing.aborted) this.#node.warn(this.#life.failure(thrown).message);
  };

  #every(ms: number, work: () => unknown): NodeJS.Timeout {
    return setInterval(guarded(work, this.#report), ms).unref();
  }

  #start(): void {
    this.#stopWaiting();
    this.#opening.start({
      node: this.#node,
      life: this.#life,
      open: (signal) => this.#open(signal),
      end: () => this.#followed.end(),
      report: this.#report,
    });
  }

  #end(): void {
    this.#stopWaiting();
    for (const timer of this.#timers) clearInterval(timer);
    this.#opening.close();
    this.#followed.end();
  }

  /** Follows the feeds of the installations that the settings mean now. */
  async #open(signal: AbortSignal): Promise<void> {
    const connection = this.#life.connection();
    const client = await connection.ready();
    const memory = feedMemory(this.#RED, connection);
    const evaluate = evaluator(this.#RED, this.#node, {} as never);
    const { fresh, gone } = await this.#followed.update(
      {
        client,
        reference: await installationSetting(this.#settings, evaluate, PLACE_REMEDY),
        options: { signal, lane: 'background' },
        feedOptions: (installationId) => ({ installationId, ...connection.push, ...(memory ? { memory } : {}) }),
      },
      { ...this.#follow, consumer: { ...this.#follow.consumer, once: connection.reportsOnce } },
    );
    for (const installation of gone) this.#warnOfEnd(installation);
    this.#show();
    if (fresh > 0) guarded(() => this.#warnOfMissing(), this.#report)();
  }

  #warnOfEnd({ id, name }: InstallationName): void {
    const text = phrase`The account no longer sees the installation ${name ?? id}: it is not followed any more`;
    this.#node.warn(this.#life.words(text));
    // What it showed last would stay for ever where it was the only one.
    if (this.#followed.all.length === 0) this.#life.status.set(STATUSES.connected);
  }

  async #warnOfMissing(): Promise<void> {
    const missing = await this.#followed.missingChargers(this.#selection);
    if (missing.length > 0 && !this.#life.closing.aborted) {
      this.#node.warn(this.#life.words(phrase`No charger is called ${missing.join(', ')}`));
    }
  }

  #show(): void {
    const feeds = this.#followed.all;
    if (feeds.length > 0) this.#life.status.set(feedStatus(feeds.map(({ feed }) => feed.status)));
  }

  #send(item: Item, output: 0 | 1): void {
    if (this.#life.closing.aborted) return;
    const message = messageOf(withoutWho(item, this.#settings.who), this.#life.label());
    this.#node.send(output === 0 ? [message, null] : [null, message]);
  }

  /** Answers a message with the present state of every charger. */
  async #answer(message: NodeMessageInFlow, send: Send): Promise<typeof CLOSED | undefined> {
    const { label } = this.#life.connection();
    if (message.payload !== 'snapshot') throw notUnderstood();
    const failed = await this.#opening.outcome;
    await this.#followed.ready();
    if (this.#life.closing.aborted) return CLOSED;
    if (failed !== undefined) throw this.#life.failure(failed);
    const all = isTrue(message['observations']);
    const { who } = this.#settings;
    const about = { settings: this.#settings, selection: this.#selection };
    const items = this.#followed.all
      .flatMap(({ installation, feed, pending }) =>
        latestItems({ ...about, installation, store: feed.store, pending }, all),
      )
      .map((item) => withoutWho(item, who));
    const outcome = {
      payload: items.map(({ payload }) => payload),
      facts: {},
      topic: 'zaptec',
      status: STATUSES.done,
    };
    deliver(this.#RED, message, { ...outcome, items }, { account: label, each: true, send });
    return undefined;
  }
}

/** A node of a subflow gets a new id with each start; the one that it was drawn with stays, and so does its instance. */
function lastingId(node: Node): string {
  const { _alias: drawn, z } = node as Node & { _alias?: string };
  return drawn === undefined ? node.id : `${z} ${drawn}`;
}

function notUnderstood() {
  return zaptecError('INPUT_INVALID', 'msg.payload is none of the words that this node knows', {
    remedy: 'Send "snapshot" to get the present state of every charger; everything else comes by itself',
  });
}

import type { Node, NodeAPI, NodeDef } from 'node-red';
import { clock, type ErrorCode, zaptecError } from '../../src/client';
import { isTrue, messageOf, type Item } from '../shared/message';
import { CLOSED, guarded, onInput } from '../shared/guard';
import { onFlowsStarted } from '../shared/flows-started';
import { retryUntilDone } from '../shared/retry-until';
import { nodeLife } from '../shared/node-life';
import { deliver } from '../shared/output';
import type { SubscribeSettings } from '../shared/properties';
import { installationSetting } from '../shared/references';
import { failureStatus, STATUSES } from '../shared/status';
import { evaluator } from '../shared/typed-input';
import { latestItems } from './latest-values';
import { feedStatus } from './feed-status';
import { FollowedFeeds } from './followed-feeds';
import { feedMemory } from './memory';
import type { InstallationName } from './items';
import { withoutWho } from '../shared/privacy';
import { Selection } from './selection';

/** The age of the last message is shown anew so often, in ms: every status goes to each open editor. */
const SHOW_MS = 60_000;
/** An account without a chosen installation is looked through for new and gone ones so often, in ms. */
const LOOK_MS = 24 * 60 * 60_000;

/** The connection reports these by itself. */
const REPORTED_BY_CONNECTION: ReadonlySet<ErrorCode> = new Set([
  'AUTH_INVALID',
  'AUTH_MISSING',
  'AUTH_UNAVAILABLE',
  'NETWORK',
  'TIMEOUT',
  'CONFIG_INVALID',
  'BASE_URL_INVALID',
  'ABORTED',
]);
/** Only a person can heal these, and deploys afterwards. */
const PERMANENT: ReadonlySet<ErrorCode> = new Set(['AUTH_MISSING', 'CONFIG_INVALID', 'BASE_URL_INVALID']);

const PLACE_REMEDY = 'Put its id or name there: it is looked at again by itself';

/** The life of a node that sends what the feeds of its installations bring. */
export function subscribeNode(RED: NodeAPI, node: Node, settings: SubscribeSettings & NodeDef): void {
  const followed = new FollowedFeeds();
  const endings: (() => void)[] = [];
  const followConnection = { again: () => undefined as unknown };
  const { connection, status, closing, failure } = nodeLife(RED, node, settings.connection, {
    onEnd: () => {
      for (const end of endings) end();
      followed.end();
    },
    // Called while the node is made as well, before there is anything to open.
    onConnection: () => void followConnection.again(),
  });
  const report = (thrown: unknown) => {
    if (!closing.aborted) node.warn(failure(thrown).message);
  };
  const selection = new Selection(settings);
  const feeds = () => followed.all;

  const sender = (output: 0 | 1) => (item: Item) => {
    if (closing.aborted) return;
    const message = messageOf(withoutWho(item, settings.who), connection().label);
    node.send(output === 0 ? [message, null] : [null, message]);
  };
  const show = () => {
    if (feeds().length > 0) status.set(feedStatus(feeds().map(({ feed }) => feed.status)));
  };
  const state = sender(1);
  const context = {
    settings,
    selection,
    data: sender(0),
    state: (item: Item) => {
      show();
      state(item);
    },
    report,
    consumer: { id: lastingId(node), since: clock.now() },
  };

  const warnOfEnd = ({ id, name }: InstallationName) => {
    node.warn(`The account no longer sees the installation ${name ?? id}: it is not followed any more`);
    // What it showed last would stay for ever where it was the only one.
    if (feeds().length === 0) status.set(STATUSES.connected);
  };

  const warnOfMissing = guarded(async () => {
    const missing = await followed.missingChargers(selection);
    if (missing.length > 0 && !closing.aborted) node.warn(`No charger is called ${missing.join(', ')}`);
  }, report);

  const open = async (signal: AbortSignal) => {
    const account = connection();
    const client = await account.ready();
    const memory = feedMemory(RED, account);
    const connected = {
      client,
      reference: await installationSetting(settings, evaluator(RED, node, {} as never), PLACE_REMEDY),
      options: { signal, lane: 'background' as const },
      feedOptions: (installationId: string) => ({ installationId, ...account.push, ...(memory ? { memory } : {}) }),
    };
    const { fresh, gone } = await followed.update(connected, context);
    gone.forEach(warnOfEnd);
    show();
    if (fresh > 0) warnOfMissing();
  };

  let reported = '';
  const openAndReport = async (signal: AbortSignal) => {
    try {
      await open(signal);
    } catch (thrown) {
      const error = failure(thrown);
      if (!REPORTED_BY_CONNECTION.has(error.code) && !closing.aborted) {
        status.set(failureStatus(error.code));
        // Once for each reason, however often it is tried.
        if (reported !== error.message) node.error(error, {});
        reported = error.message;
      }
      // The password is tried again in an hour: whoever waits gets the error now.
      if (error.code === 'AUTH_INVALID') settle(error);
      throw error;
    }
  };

  let begun = new AbortController();
  let opens: (failed?: unknown) => void = () => undefined;
  const untilOpen = () => new Promise<unknown>((resolve) => (opens = resolve));
  let opening = untilOpen();
  const settle = (failed?: unknown) => {
    opens(failed);
    opening = Promise.resolve(failed);
  };
  /** Opens the feeds, anew where the connection was deployed anew. */
  const begin = guarded(async () => {
    begun.abort();
    begun = new AbortController();
    followed.end();
    const signal = AbortSignal.any([closing, begun.signal]);
    const isPermanent = (error: unknown) => PERMANENT.has(failure(error).code);
    const failed = await retryUntilDone(() => openAndReport(signal), { signal, isPermanent });
    if (!signal.aborted) settle(failed);
  }, report);

  let isStarted = false;
  const start = () => {
    stopWaiting();
    isStarted = true;
    begin();
  };
  followConnection.again = () => {
    if (!isStarted) return;
    opens();
    opening = untilOpen();
    begin();
  };
  // Only then all nodes are there, also those of other tabs that a link leads to.
  const stopWaiting = onFlowsStarted(RED, start);
  const minute = setInterval(guarded(show, report), SHOW_MS).unref();
  const look = setInterval(
    guarded(() => open(closing), report),
    LOOK_MS,
  ).unref();
  endings.push(
    stopWaiting,
    () => clearInterval(minute),
    () => clearInterval(look),
    () => opens(),
  );

  onInput(
    node,
    async (message, send) => {
      const { label } = connection();
      if (message.payload !== 'snapshot') throw notUnderstood();
      const failed = await opening;
      await followed.ready();
      if (closing.aborted) return CLOSED;
      if (failed !== undefined) throw failure(failed);
      const all = isTrue(message['observations']);
      const items = feeds()
        .flatMap(({ installation, feed }) => latestItems({ settings, selection, installation, store: feed.store }, all))
        .map((item) => withoutWho(item, settings.who));
      const outcome = {
        payload: items.map(({ payload }) => payload),
        facts: {},
        topic: 'zaptec',
        status: STATUSES.done,
      };
      deliver(RED, message, { ...outcome, items }, { account: label, each: true, send });
      return undefined;
    },
    failure,
  );
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

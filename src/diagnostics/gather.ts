import type { Api } from '../api';
import type { Charger } from '../api/chargers';
import type { ChargerFirmware } from '../api/installations';
import type { Known } from '../api/known';
import type { IgnoredRedis } from '../cluster/redis-users';
import type { Sharing } from '../cluster/sharing';
import type { Governors } from '../current/governors';
import { isZaptecError, zaptecError } from '../errors/zaptec-error';
import type { Feeds } from '../feed/feeds';
import type { MessageSource } from '../feed/bus/message-source';
import type { CallOptions } from '../http/cache';
import { STATE_FLOOR } from '../http/endpoints';
import type { Health } from '../http/health';
import type { RequestJournal } from '../http/journal';
import type { RequestLimiter } from '../http/limiter';
import { clock } from '../time/clock';
import { mayControl } from '../zaptec/roles';
import { chargerFacts } from './charger-facts';
import type { Need } from './checks';
import type { ChargerFacts, Facts, Read, RuntimeFacts } from './facts';
import { problemOf } from './problem';
import { pushAccess } from './push-access';
import { UNREAD } from './result';

/** So many installations are asked for their firmware, and so many chargers for their state, in one go. */
const MOST_READ = 20;

/** What is looked at: the account, and the API of the client that asks. */
export interface DiagnosticsContext {
  readonly api: Api;
  readonly known: Known;
  readonly feeds: Pick<Feeds, 'hub' | 'statuses' | 'liveView'>;
  readonly governors: Governors;
  readonly sharing: Sharing;
  readonly limiter: Pick<RequestLimiter, 'budget' | 'cluster'>;
  readonly journal: RequestJournal;
  readonly health: Pick<Health, 'now'>;
  readonly clockSkewMs: number | undefined;
  readonly redis: boolean;
  readonly ignoredRedis: IgnoredRedis | undefined;
  /** Where records of writes are kept. */
  readonly stateDir: string | undefined;
  /** @throws ZaptecError */
  logIn(): Promise<unknown>;
}

export interface GatherOptions extends CallOptions {
  /** Send nothing: look only at what is known. */
  quiet?: boolean;
  /** Ask for the access to messages even if a feed is open. */
  ignoresFeeds?: boolean;
  /** Id of the group whose messages are wanted; blank: found. */
  userGroup?: string;
  silenceMs: number;
  runtime: RuntimeFacts;
}

/**
 * Gathers the facts for some checks. The requests are those that nodes send too, with their caches: lists once an hour,
 * firmware once an hour for up to 20 installations, the states of up to 20 chargers that no live feed covers, each at
 * most every ten minutes, and the connection details where no feed is open.
 * @throws ZaptecError `ABORTED`
 */
export async function gatherFacts(
  context: DiagnosticsContext,
  needs: ReadonlySet<Need>,
  { quiet = false, ignoresFeeds = false, silenceMs, runtime, userGroup = '', ...call }: GatherOptions,
): Promise<Facts> {
  const { api, known, feeds, governors, stateDir } = context;
  const opened = quiet ? lastLogin(context) : await read(() => context.logIn().then(() => true as const));
  const asks = (need: Need) => needs.has(need) && !quiet && opened.data === true;
  const [installations, chargers] = await Promise.all([
    asks('lists') ? read(async () => (await api.installations.list(call)).data) : from(known.installations?.data),
    asks('lists') ? read(async () => (await api.chargers.list(call)).data) : from(known.chargers?.data),
  ]);
  const cached = { ...call, refresh: false };
  const open = ignoresFeeds ? [] : feeds.statuses;
  const asksForPush = asks('push') && open.length === 0;
  const [firmware, push] = await Promise.all([
    asks('firmware') ? readFirmware(api, installations, cached) : from<readonly ChargerFirmware[]>(undefined),
    asksForPush ? readPush(api, installations, userGroup, call) : from<MessageSource>(undefined),
    asks('states') ? readStates(context, chargers.data ?? [], cached) : undefined,
  ]);
  return {
    now: clock.now(),
    // A token may outlive the way to the cloud.
    login: opened.data ? unlessUnreachable(context) : opened,
    clockSkewMs: context.clockSkewMs,
    installations,
    chargers,
    firmware,
    states: statesOf(context, chargers.data ?? []),
    unlisted: unlistedIn(context, chargers.data),
    feeds: open,
    push,
    redis: context.redis,
    ignoredRedis: context.ignoredRedis,
    sharing: context.sharing.now,
    sharingCurrents: governors.sharing.now,
    cluster: context.limiter.cluster,
    storageProblem: stateDir === undefined ? undefined : governors.storageProblem(stateDir),
    keepsRecords: stateDir !== undefined,
    governors: governors.summaries,
    usage: context.journal.usage,
    failures: context.journal.failures,
    budget: context.limiter.budget,
    runtime,
    silenceMs,
  };
}

/** @throws ZaptecError `ABORTED`, which is no finding. */
async function read<T>(work: () => Promise<T>): Promise<Read<T>> {
  try {
    return { data: await work() };
  } catch (error) {
    if (isZaptecError(error) && error.code === 'ABORTED') throw error;
    return { problem: problemOf(error) };
  }
}

/** What is known already. */
function from<T>(data: T | undefined): Read<T> {
  return data === undefined ? { problem: UNREAD } : { data };
}

function lastLogin(context: DiagnosticsContext): Read<true> {
  const { state } = context.health.now;
  return state === 'idle' || state === 'connecting' ? from<true>(undefined) : unlessUnreachable(context);
}

function unlessUnreachable({ health: { now } }: DiagnosticsContext): Read<true> {
  if (now.state !== 'refused' && now.state !== 'unreachable') return { data: true };
  return { problem: problemOf(zaptecError(now.state === 'refused' ? 'AUTH_INVALID' : 'NETWORK', now.text)) };
}

/** The installations whose firmware the account may read; one that fails keeps no other from being looked at. */
async function readFirmware(
  api: Api,
  { data, problem }: Facts['installations'],
  options: CallOptions,
): Promise<Facts['firmware']> {
  if (!data) return { problem };
  const sites = data.filter(({ currentUserRoles }) => mayControl(currentUserRoles)).slice(0, MOST_READ);
  const answers = await Promise.all(
    sites.map(({ id }) => read(async () => (await api.installations.firmware(id, options)).data)),
  );
  const failed = answers.find((answer) => answer.problem);
  const found = answers.flatMap((answer) => answer.data ?? []);
  return failed?.problem && found.length === 0 ? { problem: failed.problem } : { data: found };
}

async function readPush(
  api: Api,
  { data, problem }: Facts['installations'],
  userGroup: string,
  options: CallOptions,
): Promise<Read<MessageSource>> {
  return data ? pushAccess(api, data, userGroup, options) : { problem };
}

/**
 * Brings the states of chargers up to date that no live feed covers, the oldest first; one that cannot be read stays as
 * it is.
 */
async function readStates(
  { api, feeds }: DiagnosticsContext,
  chargers: readonly Charger[],
  options: CallOptions,
): Promise<void> {
  const { store } = feeds.hub;
  const readAt = ({ id }: Charger) => store.filledAt(id) ?? -Infinity;
  const isOld = (charger: Charger) => clock.now() - readAt(charger) >= STATE_FLOOR.idleMs;
  const wanted = chargers
    .filter((charger) => mayControl(charger.currentUserRoles) && isOld(charger) && !feeds.liveView(charger.id, {}))
    .sort((one, other) => readAt(one) - readAt(other) || 0)
    .slice(0, MOST_READ);
  await Promise.all(wanted.map(({ id }) => read(() => api.chargers.state(id, options))));
}

function statesOf({ feeds }: DiagnosticsContext, chargers: readonly Charger[]): ChargerFacts[] {
  return chargers.flatMap(({ id, name }) => {
    const facts = chargerFacts(feeds.hub.store, id, feeds.liveView(id, {}) !== undefined);
    return facts ? [{ ...facts, ...(name ? { name } : {}) }] : [];
  });
}

function unlistedIn({ feeds }: DiagnosticsContext, chargers: readonly Charger[] | undefined): string[] {
  if (!chargers) return [];
  const listed = new Set(chargers.map(({ id }) => id));
  const { store } = feeds.hub;
  return [...store.ids].filter((id) => !listed.has(id) && store.confirmedAt(id) !== undefined);
}

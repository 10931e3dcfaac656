import type { Caller } from '../../api/caller';
import type { InstallationsApi } from '../../api/installations';
import { target } from '../../http/endpoints';
import { isGuid } from '../../zaptec/guid';
import type { MessageSource } from './message-source';
import { loadDetails, type BusDetails } from './details';
import { feedErrorOf, FEED_ERRORS, type FeedError, type FeedErrorCode } from '../feed-error';
import { isObject } from '../../zaptec/json';

export interface SourceQuery {
  installationId: string;
  /** As typed by the user. */
  userGroup?: string | undefined;
  /** Ask the undocumented list of groups as well. */
  lookUpGroups?: boolean | undefined;
}

/** A source with its first details. */
export interface OpenSource {
  source: MessageSource;
  details: BusDetails;
}

/** Or why there is none. */
export type SourceResult = (OpenSource & { error?: never }) | { error: FeedError; details?: never };

/** Errors by which Zaptec closes a source, so that the next one is worth a try. */
const CLOSED: readonly FeedErrorCode[] = ['BUS_NO_ROLE', 'BUS_NOT_ENABLED', 'BUS_UNKNOWN'];

/**
 * The first source that is open: the group that was typed, the installation's own group, the groups of the account when
 * they may be looked up, the installation (docs/service-bus.md, "Connection details").
 */
export async function findSource(
  caller: Caller,
  installations: InstallationsApi,
  query: SourceQuery,
  signal: AbortSignal,
): Promise<SourceResult> {
  let reported: FeedError = FEED_ERRORS.badDetails;
  let isFirst = true;
  for await (const source of candidates(caller, installations, query, signal)) {
    try {
      return { source, details: await loadDetails(caller, source, signal) };
    } catch (failure) {
      const error = feedErrorOf(failure, source);
      if (!isClosed(error)) return { error };
      // The user cares about the group that was typed; without one, about the installation.
      if (isFirst || !query.userGroup) reported = error;
      isFirst = false;
    }
  }
  return { error: reported };
}

/** Whether Zaptec has closed the source, so that another one is worth a try. */
export function isClosed({ code }: FeedError): boolean {
  return CLOSED.includes(code);
}

async function* candidates(
  caller: Caller,
  installations: InstallationsApi,
  query: SourceQuery,
  signal: AbortSignal,
): AsyncGenerator<MessageSource> {
  const tried = new Set<string>();
  const groups = function* (...ids: unknown[]): Generator<MessageSource> {
    for (const id of ids) {
      if (typeof id !== 'string' || !isGuid(id) || tried.has(id.toLowerCase())) continue;
      tried.add(id.toLowerCase());
      yield { kind: 'group', id: id.toLowerCase() };
    }
  };
  yield* groups(query.userGroup);
  yield* groups(await supportGroup(installations, query.installationId, signal));
  if (query.lookUpGroups) yield* groups(...(await groupsOf(caller, signal)));
  yield { kind: 'installation', id: query.installationId.toLowerCase() };
}

/** The support group may be the installer's and not the user's; an account that may not read it goes on without. */
async function supportGroup(installations: InstallationsApi, id: string, signal: AbortSignal): Promise<unknown> {
  try {
    const { data } = await installations.get(id, { signal });
    return isObject(data['supportGroup']) ? data['supportGroup']['id'] : undefined;
  } catch {
    return undefined;
  }
}

/** guess: a bare list or one under `Data` (docs/service-bus.md, "Connection details"). */
async function groupsOf(caller: Caller, signal: AbortSignal): Promise<unknown[]> {
  try {
    const reply = await caller.guarded({ signal }, (guarded) =>
      caller.fetch(target('GET', '/api/userGroups'), guarded),
    );
    const body = isObject(reply?.data) ? reply.data['data'] : reply?.data;
    return Array.isArray(body) ? body.filter(isObject).map(({ id }) => id) : [];
  } catch {
    return [];
  }
}

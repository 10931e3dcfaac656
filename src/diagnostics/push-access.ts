import type { Api } from '../api';
import type { Installation } from '../api/installations';
import type { MessageSource } from '../feed/bus/message-source';
import { feedErrorOf } from '../feed/feed-error';
import type { CallOptions } from '../http/cache';
import { isZaptecError } from '../errors/zaptec-error';
import { isGuid } from '../zaptec/guid';
import { isObject } from '../zaptec/json';
import { mayControl } from '../zaptec/roles';
import type { Read } from './facts';
import { problemOf } from './problem';

const NOBODY: Read<MessageSource> = {
  problem: {
    code: 'BUS_NO_ROLE',
    text: 'No installation lets this account listen to its messages',
    remedy: 'Ask the owner of the installation for the owner or service role in the Zaptec portal',
  },
};

/**
 * Loads the connection details of the message bus, which is the most that can be checked without connecting. In the same
 * order as a feed (docs/service-bus.md, "Connection details"): those of the group that was given, of the installation's
 * group, of the installation itself. At most two requests, each at most once a minute.
 * @throws ZaptecError `ABORTED`
 */
export async function pushAccess(
  api: Api,
  installations: readonly Installation[],
  userGroup: string,
  options: CallOptions,
): Promise<Read<MessageSource>> {
  let result = NOBODY;
  for (const source of sourcesOf(installations, userGroup)) {
    const path = `${source.kind === 'group' ? '/api/userGroups' : '/api/installation'}/${source.id}/messagingConnectionDetails`;
    try {
      const { data } = await api.caller.get(path, options, (answer) => answer);
      if (isObject(data) && typeof data['topic'] === 'string') return { data: source };
      result = failureOf(undefined, source);
    } catch (error) {
      if (isZaptecError(error) && error.code === 'ABORTED') throw error;
      result = failureOf(error, source);
    }
  }
  return result;
}

function sourcesOf(installations: readonly Installation[], userGroup: string): MessageSource[] {
  const site = installations.find(({ currentUserRoles }) => mayControl(currentUserRoles));
  const group = userGroup || groupOf(site);
  const byGroup: MessageSource[] = group !== undefined && isGuid(group) ? [{ kind: 'group', id: group }] : [];
  return site && !userGroup ? [...byGroup, { kind: 'installation', id: site.id }] : byGroup;
}

function groupOf(site: Installation | undefined): string | undefined {
  const group = site?.['supportGroup'];
  const id = isObject(group) ? group['id'] : undefined;
  return typeof id === 'string' ? id : undefined;
}

function failureOf(error: unknown, source: MessageSource): Read<MessageSource> {
  const { code, text, remedy } = feedErrorOf(error, source);
  // An outage says nothing about messages.
  return code === 'BUS_NO_DETAILS' ? { problem: problemOf(error) } : { problem: { code, text, remedy } };
}

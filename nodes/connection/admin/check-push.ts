import { type Installation, isZaptecError, mayControl, type ZaptecClient, zaptecError } from '../../../src/client';

const GUID = /^[0-9a-f-]{36}$/i;

/**
 * Loads the connection details of the message bus, which is the most that can be checked without connecting. In the same
 * order as a feed: those of the group in the dialog, of the installation's group, of the installation itself.
 * @throws ZaptecError the last refusal.
 */
export async function checkPush(
  client: ZaptecClient,
  installations: readonly Installation[],
  userGroup: string,
): Promise<{ topic: string }> {
  const site = installations.find(({ currentUserRoles }) => mayControl(currentUserRoles));
  const group = userGroup || groupOf(site);
  const paths = [
    ...(group ? [`/api/userGroups/${group}/messagingConnectionDetails`] : []),
    ...(site && !userGroup ? [`/api/installation/${site.id}/messagingConnectionDetails`] : []),
  ];
  let failure: unknown = zaptecError('HTTP_403', 'No installation lets this account listen to its messages');
  for (const path of paths) {
    try {
      const { data } = await client.request({ method: 'GET', path }, { lane: 'editor' });
      const topic = (data as { topic?: unknown } | null)?.topic;
      if (typeof topic === 'string') return { topic };
      failure = zaptecError('BAD_ANSWER', 'Zaptec answered without the topic of the messages');
    } catch (error) {
      if (isZaptecError(error) && error.code === 'ABORTED') throw error;
      failure = error;
    }
  }
  throw failure;
}

function groupOf(site: Installation | undefined): string | undefined {
  const { id } = (site?.supportGroup ?? {}) as { id?: unknown };
  return typeof id === 'string' && GUID.test(id) ? id : undefined;
}

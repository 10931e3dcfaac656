import { mayControl, type ZaptecClient } from '../../../src/client';

/** For more chargers than this a look would be a storm: those have a feed, or a flow that reads them. */
const MOST_STATES = 20;

/**
 * Reads what the sidebar shows, as often as the floors of the cache allow: pressing the button again and again asks the
 * cloud no more. One thing that cannot be read keeps no other from being shown.
 */
export async function refresh(client: ZaptecClient): Promise<void> {
  const again = { lane: 'editor', refresh: true } as const;
  const { data: sites } = await client.installations.list(again);
  const { data: chargers } = await client.chargers.list(again);
  const readable = chargers.filter(({ currentUserRoles }) => mayControl(currentUserRoles)).slice(0, MOST_STATES);
  const circuits = sites.filter(({ currentUserRoles }) => mayControl(currentUserRoles)).slice(0, MOST_STATES);
  await Promise.allSettled([
    ...circuits.map(({ id }) => client.installations.hierarchy(id, { lane: 'editor' })),
    ...readable.map(({ id }) => client.chargers.state(id, { lane: 'editor' })),
  ]);
}

import {
  type Charger,
  type CheckName,
  type Installation,
  type Role,
  roleOf,
  type ZaptecClient,
} from '../../../src/client';
import type { AdminError } from '../../shared/admin-routes';
import type { Words } from '../../shared/language/catalogues';
import { remedyInNodeRed } from '../../shared/remedies';

/** One line of the answer to "does it work?". */
interface Check {
  what: CheckName;
  /** `warn`: it works, but not for everything that people want. */
  state: 'ok' | 'warn' | 'bad';
  /** What works, in words. */
  found: string;
  error?: AdminError;
}

/** What the account can see, as far as a dialog has room for it. */
interface Seen {
  name: string;
  role: Role | undefined;
  chargers: number;
}

const MOST_SEEN = 20;
/** Those that a dialog waits for; the doctor node has them all. */
const CHECKS: readonly CheckName[] = ['login', 'installations', 'roles', 'chargers', 'push', 'clock'];

/** Tries everything that flows will need, with a client that has logged in. Changes nothing. */
export async function checkConnection(
  client: ZaptecClient,
  { userGroup, redis, words }: { userGroup: string; redis: boolean; words: Words },
): Promise<{ checks: Check[]; seen: Seen[] }> {
  const only = redis || client.ignoredRedis ? [...CHECKS, 'redis' as const] : CHECKS;
  const results = await client.diagnose({ only, userGroup, ignoresFeeds: true, lane: 'editor', refresh: true });
  const checks = results
    // What could not be checked has its cause in another line.
    .filter(({ ok, severity }) => ok || severity !== 'info')
    .map(({ check, ok, severity, found, remedy, code = '' }): Check => {
      if (ok) return { what: check, state: 'ok', found: words(found) };
      const error = { code, message: words(found), remedy: words(remedyInNodeRed(code, remedy)) };
      return { what: check, state: severity === 'error' ? 'bad' : 'warn', found: error.message, error };
    });
  const { installations, chargers } = client.known;
  return { checks, seen: seenBy(installations?.data ?? [], chargers?.data ?? []) };
}

function seenBy(installations: readonly Installation[], chargers: readonly Charger[]): Seen[] {
  return installations.slice(0, MOST_SEEN).map(({ id, name, currentUserRoles }) => ({
    name: name ?? id,
    role: roleOf(currentUserRoles),
    chargers: chargers.filter(({ installationId }) => installationId === id).length,
  }));
}

import {
  type Charger,
  type CheckName,
  counted,
  type Installation,
  phrase,
  type RedisTrial,
  type Role,
  roleOf,
  type ZaptecClient,
} from '../../../src/client';
import type { AdminError } from '../../shared/admin-result';
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

interface CheckOptions {
  userGroup: string;
  redisUrl: string;
  words: Words;
  /** Whether a connection of this name is the one whose dialog is open. */
  isOwn: (name: string | undefined) => boolean;
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
  { userGroup, redisUrl, words, isOwn }: CheckOptions,
): Promise<{ checks: Check[]; seen: Seen[] }> {
  const { ignoredRedis } = client;
  // The account is open with the address of before: what stands in the dialog counts once it is deployed.
  const trial = ignoredRedis && redisUrl !== '' ? await client.tryRedis(redisUrl) : undefined;
  const redis =
    trial && (!('cluster' in trial) || ignoredRedis?.by.every(isOwn)) ? redisCheck(trial, words) : undefined;
  const only = redisUrl !== '' || ignoredRedis ? [...CHECKS, 'redis' as const] : CHECKS;
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
  if (redis)
    checks.splice(
      checks.findIndex(({ what }) => what === 'redis'),
      1,
      redis,
    );
  return { checks, seen: seenBy(installations?.data ?? [], chargers?.data ?? []) };
}

function redisCheck(trial: RedisTrial, words: Words): Check {
  if ('cluster' in trial) {
    const { server, machines } = trial.cluster;
    const by = phrase` by ${counted(machines, 'machine')}`;
    return { what: 'redis', state: 'ok', found: words(phrase`The limit is shared through ${server}${by}`) };
  }
  const code = 'REDIS_UNAVAILABLE';
  const remedy = 'Check that Redis runs, and its address; meanwhile this machine goes on with its share of the limit';
  const error = { code, message: words(trial.problem), remedy: words(remedyInNodeRed(code, remedy)) };
  return { what: 'redis', state: 'warn', found: error.message, error };
}

function seenBy(installations: readonly Installation[], chargers: readonly Charger[]): Seen[] {
  return installations.slice(0, MOST_SEEN).map(({ id, name, currentUserRoles }) => ({
    name: name ?? id,
    role: roleOf(currentUserRoles),
    chargers: chargers.filter(({ installationId }) => installationId === id).length,
  }));
}

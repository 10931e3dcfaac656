import {
  type Charger,
  type Installation,
  isZaptecError,
  type Role,
  roleOf,
  type ZaptecClient,
} from '../../../src/client';
import { adminError, type AdminError } from '../../shared/admin-routes';
import { asError } from '../../shared/errors';
import { checkPush } from './check-push';

/** One line of the answer to "does it work?". The words for what works are the editor's, by `what` and `values`. */
interface Check {
  what: 'login' | 'installations' | 'roles' | 'chargers' | 'push' | 'clock';
  /** `warn`: it works, but not for everything that people want. */
  state: 'ok' | 'warn' | 'bad';
  values?: Record<string, string | number>;
  error?: AdminError;
}

/** What the account can see, as far as a dialog has room for it. */
interface Seen {
  name: string;
  role: Role | undefined;
  chargers: number;
}

const MOST_SEEN = 20;
/** The message bus refuses a signature of a clock that is too wrong; logs and schedules suffer before that. */
const SKEW_MS = 30_000;
const EDITOR = { lane: 'editor', refresh: true } as const;

/** Tries everything that flows will need, with a client that has logged in. Changes nothing. */
export async function checkConnection(
  client: ZaptecClient,
  userGroup: string,
): Promise<{ checks: Check[]; seen: Seen[] }> {
  const checks: Check[] = [{ what: 'login', state: 'ok' }];
  const installations = await attempt(checks, 'installations', () => client.installations.list(EDITOR));
  const chargers = await attempt(checks, 'chargers', () => client.chargers.list(EDITOR));
  if (installations) checks.push(sites(installations.data), ...roles(installations.data));
  if (chargers) checks.push(devices(chargers.data));
  const push = installations && (await attempt(checks, 'push', () => checkPush(client, installations.data, userGroup)));
  if (push) checks.push({ what: 'push', state: 'ok', values: push });
  checks.push(clock(client.clockSkewMs));
  return {
    checks: checks.sort((a, b) => ORDER.indexOf(a.what) - ORDER.indexOf(b.what)),
    seen: seenBy(installations?.data ?? [], chargers?.data ?? []),
  };
}

const ORDER: readonly Check['what'][] = ['login', 'installations', 'roles', 'chargers', 'push', 'clock'];

/** One thing that fails is a line of its own and does not keep the others from being tried. */
async function attempt<T>(checks: Check[], what: Check['what'], work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (thrown) {
    if (isZaptecError(thrown) && thrown.code === 'ABORTED') throw thrown;
    checks.push({ what, state: 'bad', error: adminError(asError(thrown)) });
    return undefined;
  }
}

function sites(installations: readonly Installation[]): Check {
  const n = installations.length;
  if (n > 0) return { what: 'installations', state: 'ok', values: { n } };
  return { what: 'installations', state: 'warn', error: NOTHING('installation') };
}

function devices(chargers: readonly Charger[]): Check {
  const online = chargers.filter(({ isOnline }) => isOnline === true).length;
  if (chargers.length > 0) return { what: 'chargers', state: 'ok', values: { n: chargers.length, online } };
  return { what: 'chargers', state: 'warn', error: NOTHING('charger') };
}

const NOTHING = (thing: string): AdminError => ({
  code: 'EMPTY',
  message: `The account sees no ${thing}`,
  remedy: 'Ask the owner of the installation to give this account access in the Zaptec portal',
});

/** An account that may only charge can look at little and change nothing: better said now than by each node. */
function roles(installations: readonly Installation[]): Check[] {
  const count = (role: Role) => installations.filter((site) => roleOf(site.currentUserRoles) === role).length;
  const values = { owner: count('owner'), service: count('service'), user: count('user') + count('none') };
  if (installations.length === 0) return [];
  if (values.user === 0) return [{ what: 'roles', state: 'ok', values }];
  const error: AdminError = {
    code: 'ROLE',
    message: `In ${values.user} of ${installations.length} installations the account may only charge: no live state, no commands, no settings there`,
    remedy: 'Ask the owner for the owner or service role in the Zaptec portal',
  };
  return [{ what: 'roles', state: 'warn', values, error }];
}

function clock(skewMs: number | undefined): Check {
  const seconds = Math.round(Math.abs(skewMs ?? 0) / 1000);
  if (Math.abs(skewMs ?? 0) < SKEW_MS) return { what: 'clock', state: 'ok', values: { seconds } };
  const error: AdminError = {
    code: 'CLOCK',
    message: `The clock of this machine is ${seconds} s ${(skewMs ?? 0) > 0 ? 'behind' : 'ahead of'} that of Zaptec`,
    remedy: 'Switch on time synchronisation (NTP) on the machine that runs Node-RED',
  };
  return { what: 'clock', state: 'warn', values: { seconds }, error };
}

function seenBy(installations: readonly Installation[], chargers: readonly Charger[]): Seen[] {
  return installations.slice(0, MOST_SEEN).map(({ id, name, currentUserRoles }) => ({
    name: name ?? id,
    role: roleOf(currentUserRoles),
    chargers: chargers.filter(({ installationId }) => installationId === id).length,
  }));
}

import { clock } from '../time/clock';
import { roleOf, type Role } from '../zaptec/roles';
import type { Facts } from './facts';
import { counted, failed, finding, fine, named, subject, unchecked, type Judgement, type Subject } from './result';
import { phrase } from '../errors/phrase';

/** The message bus refuses a signature of a clock that is too wrong; logs and schedules suffer before that. */
const SKEW_MS = 30_000;
/** Zaptec's maximum of a page (docs/zaptec-api.md, "Paging"). */
const PAGE_SIZE = 100;
/** guess: a tenth of what Zaptec allows, for minutes on end, is more than any flow needs. */
const MANY_A_MINUTE = 60;
/** A refusal for too many requests is of interest for so long, in ms. */
const RECENT_MS = 15 * 60_000;

const GRANT = 'Ask the owner of the installation to give this account access in the Zaptec portal';

export function judgeLogin({ login: { problem } }: Facts): Judgement {
  return problem ? failed(problem) : fine('The login works');
}

export function judgeClock({ clockSkewMs, login }: Facts): Judgement {
  if (clockSkewMs === undefined) {
    return unchecked(login.problem ?? { code: 'NO_ANSWER', text: 'Zaptec has not sent the time yet', remedy: '' });
  }
  const seconds = Math.round(Math.abs(clockSkewMs) / 1000);
  if (Math.abs(clockSkewMs) < SKEW_MS) return fine('The clock of this machine is right');
  const direction = clockSkewMs > 0 ? 'behind' : 'ahead of';
  return finding(
    'warning',
    phrase`The clock of this machine is ${seconds} s ${direction} that of Zaptec`,
    'Switch on time synchronisation (NTP) on the machine that runs this program',
    { code: 'CLOCK' },
  );
}

export function judgeInstallations({ installations: { data, problem } }: Facts): Judgement {
  if (!data) return failed(problem);
  if (data.length > 0) return fine(phrase`Installations that the account sees: ${data.length}`);
  return finding('warning', 'The account sees no installation', GRANT, { code: 'EMPTY' });
}

export function judgeChargers({ chargers: { data, problem } }: Facts): Judgement {
  if (!data) return failed(problem);
  const online = data.filter(({ isOnline }) => isOnline === true).length;
  if (data.length > 0) return fine(phrase`Chargers: ${data.length}, of which ${online} are online`);
  return finding('warning', 'The account sees no charger', GRANT, { code: 'EMPTY' });
}

/** What each role allows (docs/zaptec-api.md, "Roles" and "Endpoints"). */
const ALLOWS: Readonly<Record<Role, string>> = {
  owner: 'owner: live states, commands, settings, messages and all sessions',
  service: 'service: live states, commands, settings and messages; of the sessions only the own ones',
  user: 'user: the own charging only; no live states, no commands, no settings, no messages',
  none: 'no role: nothing but the name',
};

/** An account that may only charge can look at little and change nothing: better said now than by each node. */
export function judgeRoles({ installations: { data, problem } }: Facts): Judgement {
  if (!data) return unchecked(problem);
  const roles = data.map((site) => ({ site, role: roleOf(site.currentUserRoles) ?? 'none' }));
  const about = roles.map(({ site, role }) => subject(site, ALLOWS[role]));
  const count = (wanted: Role) => roles.filter(({ role }) => role === wanted).length;
  const weak = count('user') + count('none');
  if (weak === 0) {
    return fine(phrase`Roles: owner in ${count('owner')}, service in ${count('service')} installations`, about);
  }
  return finding(
    'warning',
    phrase`In ${weak} of ${data.length} installations the account may only charge: no live state, no commands, no settings there`,
    'Ask the owner for the owner or service role in the Zaptec portal',
    { code: 'ROLE', about },
  );
}

/** Whether the lists are whole: everything that something else names must be in them. */
export function judgePages({ installations, chargers, unlisted }: Facts): Judgement {
  if (!installations.data) return unchecked(installations.problem);
  if (!chargers.data) return unchecked(chargers.problem);
  const sites = new Set(installations.data.map(({ id }) => id));
  const orphans = chargers.data.filter(({ installationId }) => installationId && !sites.has(installationId));
  const missing: Subject[] = [
    ...orphans.map((charger) => subject(charger, 'its installation is in no list')),
    ...unlisted.map((id) => ({ id, detail: 'messages name this charger, and no list has it' })),
  ];
  const pages = (list: readonly unknown[]) => counted(Math.max(1, Math.ceil(list.length / PAGE_SIZE)), 'page');
  const read = phrase`${counted(sites.size, 'installation')} on ${pages(installations.data)}, ${counted(chargers.data.length, 'charger')} on ${pages(chargers.data)}`;
  if (missing.length === 0) return fine(phrase`The lists are whole: ${read}`);
  return finding(
    'warning',
    phrase`The lists (${read}) lack what is known of ${counted(missing.length, 'charger')}: ${named(missing)}`,
    'Compare with the Zaptec portal: a new charger comes with the next reading of the list, within an hour; a role on the installation may be missing',
    { code: 'INCOMPLETE', about: missing },
  );
}

export function judgeRedis({
  redis,
  ignoredRedis,
  sharing: limit,
  sharingCurrents: currents,
  cluster,
}: Facts): Judgement {
  // Before a Redis that is away: somebody would look after the wrong one.
  if (ignoredRedis) return finding('warning', ignoredRedis.text, ignoredRedis.remedy, { code: 'REDIS_IGNORED' });
  if (!redis) return fine('No Redis is configured: this machine has the limit of the account for itself');
  const sharing = limit?.shared === false ? limit : (currents ?? limit);
  if (!sharing) return fine('Redis is configured; nothing was sent yet');
  if (sharing.shared) {
    const { server = 'Redis', machines } = cluster ?? {};
    const by = machines === undefined ? '' : phrase` by ${counted(machines, 'machine')}`;
    return fine(phrase`The limit is shared through ${server}${by}`);
  }
  return finding(
    'warning',
    phrase`${sharing.text}, since ${sharing.since}`,
    'Check that Redis runs, and its address; meanwhile this machine goes on with its share of the limit',
    { code: 'REDIS_UNAVAILABLE' },
  );
}

/** How many requests are sent, and for whom. */
export function judgeRequests({ usage, failures, budget, runtime }: Facts): Judgement {
  const perMinute = Math.round(usage.requests / usage.minutes);
  const name = (by: string) => runtime.nameOf?.(by) ?? PARTS.get(by) ?? by;
  const about = usage.callers.map(({ by, requests }) => ({
    id: by,
    name: name(by),
    detail: phrase`${rounded(requests / usage.minutes)} a minute`,
  }));
  const [heaviest] = usage.callers;
  const most = heaviest ? phrase`; most by ${name(heaviest.by)} (${rounded(heaviest.requests / usage.minutes)})` : '';
  const rate = phrase`${perMinute} ${perMinute === 1 ? 'request' : 'requests'} a minute over ${counted(usage.minutes, 'minute')}${most}`;
  const now = clock.steady();
  const refused = failures.filter(({ outcome, at }) => outcome === '429' && now - at < RECENT_MS).length;
  if (refused > 0 || budget.pausedUntil !== undefined) {
    return finding(
      'warning',
      phrase`Zaptec refused ${counted(refused, 'request')} with 429 of late; ${rate}`,
      'If this program sends few requests, another one uses up the limit of the account: give it an account of its own',
      { code: 'HTTP_429', about },
    );
  }
  if (usage.requests > MANY_A_MINUTE * RECENT_MINUTES) {
    return finding(
      'warning',
      phrase`${rate}: that is much`,
      'Let the heaviest sender send less: subscribe instead of reading, remove msg.refresh, use longer intervals',
      { code: 'MANY_REQUESTS', about },
    );
  }
  return fine(rate, about);
}

const RECENT_MINUTES = RECENT_MS / 60_000;

/** The labels of requests that no node has caused. */
const PARTS: ReadonlyMap<string, string> = new Map([
  ['feed', 'the push feed'],
  ['current', 'the control of the current'],
  ['login', 'the login'],
  ['editor', 'the editor'],
  ['other', 'others'],
]);

function rounded(rate: number): number {
  return Math.round(rate * 10) / 10;
}

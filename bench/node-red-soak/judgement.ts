import type { Verdict } from '../../simulator/audit';
import type { Look } from './machine';
import type { Truth } from './cloud';

/** A report of a finished session, and when it was seen, ms. */
export interface Report {
  id: string;
  at: number;
}

/** Which sessions must be there, and which may come again. */
export interface SessionRules {
  /** Wall time, ms: those that ended before may be missing. */
  awaitedFrom: number;
  /** When Node-RED was killed, by the clock of the reports. */
  kills: readonly number[];
  /** From a report to a kill that may lose its record. */
  withinMs: number;
}

/**
 * Each session must be reported, and once. It may come again, with the same id, only where Node-RED was killed soon
 * after the first report: then the record of the report may be lost.
 */
export function sessionsWrong(
  ended: Truth['ended'],
  reports: readonly Report[],
  { awaitedFrom, kills, withinMs }: SessionRules,
): string[] {
  const known = new Set(ended.map(({ id }) => id));
  const missing = ended
    .filter(({ id, at }) => at >= awaitedFrom && !reports.some((report) => report.id === id))
    .map(({ id }) => `${id} is missing`);
  const unknown = reports.filter(({ id }) => !known.has(id)).map(({ id }) => `${id} never was`);
  const twice: string[] = [];
  const last = new Map<string, number>();
  for (const { id, at } of reports) {
    const before = last.get(id);
    last.set(id, at);
    if (before === undefined) continue;
    const lost = kills.some((kill) => kill >= before && kill <= at && kill - before <= withinMs);
    if (!lost) twice.push(`${id} came again after ${Math.round((at - before) / 1_000)} s`);
  }
  return [...missing, ...new Set(unknown), ...twice];
}

/** What the package answers of a charger. */
export interface KnownCharger {
  id: string;
  mode: string;
  online?: boolean;
}

const MODES: Readonly<Record<number, string>> = { 1: 'disconnected', 2: 'requesting', 3: 'charging', 5: 'finished' };

/** Where the states that the package answers are not those of the world. */
export function statesWrong(
  { chargers }: Pick<Truth, 'chargers'>,
  known: readonly KnownCharger[] | undefined,
): string[] {
  if (!known) return ['no answer'];
  return chargers.flatMap(({ id, name, mode, online }) => {
    const own = known.find((one) => one.id === id);
    if (!own) return [`${name} is not known`];
    const wrong = [];
    if (own.mode !== MODES[mode]) wrong.push(`${name} is ${MODES[mode]}, not ${own.mode}`);
    if (own.online !== online) wrong.push(`${name} is ${online ? 'online' : 'offline'}`);
    return wrong;
  });
}

/** Patterns that no text of a log, message, status or error may match; more than the given secrets. */
const PATTERNS: readonly RegExp[] = [
  /\beyJ[\w-]{20,}\.[\w-]{20,}/,
  /SharedAccessKey=[^*]/,
  /SharedAccessSignature sr=/,
  /planted-/,
  /Bearer [\w-]{20,}/,
];

/** Lines with a secret, which stay secret: only what was found and where is said. */
export function secretsIn(lines: readonly string[], secrets: readonly string[]): string[] {
  const forms = secrets.flatMap((secret) => [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)]);
  return lines.flatMap((line, index) => {
    const form = forms.findIndex((one) => line.includes(one));
    if (form >= 0) return [`line ${index + 1} has the secret ${Math.floor(form / 3) + 1}`];
    const pattern = PATTERNS.find((one) => one.test(line));
    return pattern ? [`line ${index + 1} matches ${pattern.source}`] : [];
  });
}

/** What Node-RED itself writes at each start and each deploy: nothing of it is a node's. */
function isOfNodeRed(line: string): boolean {
  const text = line.trim();
  if (/^=*$/.test(text) || text === 'Welcome to Node-RED') return true;
  const isInfo = text.includes(' - [info]') && !text.includes(' - [info] [');
  return isInfo || text.includes(' - [warn] Projects disabled');
}

/** The lines of nodes, and whatever else is not written at each start and each deploy anyway. */
export const linesOfNodes = (log: readonly string[]): string[] => log.filter((line) => !isOfNodeRed(line));

/** The most frequent lines, where times, numbers and ids do not count. */
export function frequentLines(lines: readonly string[]): [line: string, times: number][] {
  const counts = new Map<string, number>();
  for (const line of lines) {
    const form = line
      .replace(/^\d+ \w+ \d\d:\d\d:\d\d - /, '')
      .replace(/[\da-f]{8}-[\da-f-]{27}/g, 'ID')
      .replace(/\d+/g, 'N');
    counts.set(form, (counts.get(form) ?? 0) + 1);
  }
  return [...counts].sort(([, a], [, b]) => b - a);
}

export type Figure = 'heap' | 'timers' | 'handles' | 'files';

/** The least of several looks: messages under way make a figure larger for a moment. */
export const least = (looks: readonly Look[], figure: Figure): number => Math.min(...looks.map((look) => look[figure]));

/** Something that happens, and after which Node-RED may repeat a request. */
export interface Act {
  /** A clock set forward is a computer that has slept: everything that it knows is old. */
  what: 'start' | 'connection' | 'account' | 'clock';
  /** Wall time, ms. */
  at: number;
}

/** The audit finds this in the requests after one act, or in all of them while there is none: it is really so. */
type StillFound = (times: readonly number[]) => boolean;

const more =
  (than: number): StillFound =>
  (times) =>
    times.length > than;
const closer =
  (thanMs: number): StillFound =>
  (times) =>
    times.some((at, index) => index > 0 && at - times[index - 1]! < thanMs);

/**
 * The audit takes all lives of the process for one program. A new process, or a new account, has no token and no lists; a
 * connection that is deployed tries a wrong password again. So the requests from one act to the next must keep the rule.
 */
const LIVES: Readonly<Record<string, { acts: readonly Act['what'][]; stillFound: StillFound }>> = {
  'token-reuse': { acts: ['start', 'connection', 'account', 'clock'], stillFound: more(2) },
  'static-data': { acts: ['start', 'account', 'clock'], stillFound: more(3) },
  polling: { acts: ['start', 'account', 'clock'], stillFound: closer(14_000) },
};

/** Whether the requests that prove a violation keep the rule from each act to the next. */
export function isExcused({ rule, evidence }: Verdict, acts: readonly Act[]): boolean {
  const life = LIVES[rule];
  if (!life) return false;
  const births = acts.filter(({ what }) => life.acts.includes(what)).map(({ at }) => at);
  const timesOf = new Map<string, number[]>();
  for (const { at, path } of evidence) {
    const key = `${births.filter((birth) => birth <= at).length} ${path}`;
    timesOf.set(key, [...(timesOf.get(key) ?? []), at]);
  }
  return [...timesOf.values()].every((times) => !life.stillFound(times.sort((one, other) => one - other)));
}

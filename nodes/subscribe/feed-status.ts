import { clock, type FeedStatus } from '../../src/client';
import { STATUSES, type StatusDescription } from '../shared/status';

/**
 * The state of the feeds of a node as one status.
 * @param now what the wall clock shows; the times of a status are of that clock, as it is set at present
 */
export function feedStatus(feeds: readonly FeedStatus[], now = clock.wall()): StatusDescription {
  const live = feeds.filter(({ state }) => state === 'live');
  const away = feeds.find(({ state }) => state === 'unavailable') ?? feeds.find(({ state }) => state !== 'live');
  if (live.length > 0 && away) return yellow('some-live', { n: live.length, all: feeds.length });
  if (away) return awaySign(away);
  if (live.length === 0) return STATUSES.connecting;
  if (live.some(({ suspicion }) => suspicion)) return yellow('shared');
  const times = live.flatMap(({ lastMessageAt }) => (lastMessageAt ? [Date.parse(lastMessageAt)] : []));
  if (times.length === 0) return { fill: 'green', shape: 'dot', key: 'live' };
  return { fill: 'green', shape: 'dot', key: 'live-ago', parameters: { age: ageOf(now - Math.max(...times)) } };
}

/** What somebody must see to; the others need the second output to be understood. */
const REASONS = new Map<string | undefined, StatusDescription['key']>([
  ['BUS_NO_ROLE', 'no-role'],
  ['BUS_NOT_ENABLED', 'not-enabled'],
]);

/** Yellow: values still come, more slowly. Grey: none do. */
function awaySign({ state, code, via }: FeedStatus): StatusDescription {
  if (state === 'connecting') return STATUSES.connecting;
  const key = state === 'unavailable' ? (REASONS.get(code) ?? 'no-push') : 'polling';
  return via === 'none' ? { fill: 'grey', shape: 'ring', key } : yellow(key);
}

function yellow(key: StatusDescription['key'], parameters?: StatusDescription['parameters']): StatusDescription {
  return { fill: 'yellow', shape: 'dot', key, ...(parameters ? { parameters } : {}) };
}

const UNITS = [
  ['d', 86_400],
  ['h', 3_600],
  ['m', 60],
] as const;

/**
 * Short enough for the canvas, and in units that a status which is shown anew every minute keeps up with: `<1 m`, `3 m`,
 * `5 h`, `2 d`.
 */
function ageOf(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const found = UNITS.find(([, least]) => seconds >= least);
  return found ? `${Math.floor(seconds / found[1])} ${found[0]}` : '<1 m';
}

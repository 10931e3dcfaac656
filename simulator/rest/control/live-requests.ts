import type { LiveRequests } from './live-types';
import type { Services } from '../services';
import { callOf } from './timeline';
import { BURST, PER_SECOND } from '../rate-limit';

/** s; the time span of the chart. */
const SECONDS = 60;
const LATEST = 8;

type Known = Pick<Services, 'recorder' | 'clock' | 'accounts' | 'world'>;

/** Counts calls by account and second, in whole seconds of the clock, so that past counts do not change. */
export function liveRequests({ recorder: { records }, clock, accounts, world }: Known): LiveRequests {
  const second = Math.floor(clock.now() / 1000);
  const none = () => Array.from({ length: SECONDS }, () => 0);
  const perSecond: Record<string, number[]> = Object.fromEntries(accounts.map(({ username }) => [username, none()]));
  const refused = none();
  for (let i = records.length - 1; i >= 0; i--) {
    const record = records[i];
    const place = record ? SECONDS - 1 - (second - Math.floor(record.at / 1000)) : -1;
    if (!record || place < 0) break;
    const counts = (perSecond[record.account ?? 'nobody'] ??= none());
    counts[place] = (counts[place] ?? 0) + 1;
    if (record.status === 429) refused[place] = (refused[place] ?? 0) + 1;
  }
  const latest = records.slice(-LATEST).map((record) => callOf(record, world));
  return {
    recorded: records.length,
    limitPerSecond: PER_SECOND,
    burst: BURST,
    second,
    perSecond,
    refused,
    latest: latest.reverse(),
  };
}

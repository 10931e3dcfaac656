import type { FeedStatus } from '../feed/types';
import type { FeedSummary } from '../feed/feeds';
import type { MessageSource } from '../feed/bus/message-source';
import { clock } from '../time/clock';
import type { Facts } from './facts';
import {
  counted,
  failed,
  finding,
  fine,
  named,
  namedWithDetails,
  subject,
  type Judgement,
  type Subject,
} from './result';
import { phrase } from '../errors/phrase';

/** The stream is made anew now and then: only one that stays away for longer is a finding, in ms. */
const AWAY_MS = 2 * 60_000;
const MINUTE_MS = 60_000;
const UNKNOWN_REMEDY = 'Nothing to do: it is tried again by itself, and the state is read meanwhile';

const nameOf = (installations: Facts['installations'], id: string): Subject => {
  const name = installations.data?.find((site) => site.id === id)?.name;
  return { id, ...(name ? { name } : {}) };
};

const endpointOf = ({ kind, id }: MessageSource): string =>
  kind === 'group' ? phrase`user group ${id}` : phrase`installation ${id} (the older endpoint)`;

/** How messages come: by the open feeds, or by the endpoint that a feed would use. */
export function judgePush({ feeds, push, installations, now }: Facts): Judgement {
  if (feeds.length === 0) {
    if (push.problem) return failed(push.problem);
    return fine('Push is enabled: messages come as they happen', [
      { id: push.data.id, detail: phrase`messages of ${endpointOf(push.data)}; no feed is open` },
    ]);
  }
  const about = feeds.map(({ installationId, status, source }) => ({
    ...nameOf(installations, installationId),
    detail: [status.text, source && phrase`by ${endpointOf(source)}`, lastMessage(status)].filter(Boolean).join('; '),
  }));
  const away = feeds.filter(({ status }) => isAway(status, now));
  const [worst] = [...away].sort((one, other) => rank(one.status) - rank(other.status));
  if (!worst) return fine(phrase`Push works for ${counted(feeds.length, 'installation')}`, about);
  const { status } = worst;
  const sites = named(away.map(({ installationId }) => nameOf(installations, installationId)));
  return finding(
    status.state === 'unavailable' ? 'error' : 'warning',
    phrase`${status.text} (${sites}, since ${status.since})`,
    status.remedy ?? UNKNOWN_REMEDY,
    { code: status.code, about },
  );
}

const rank = ({ state }: FeedStatus): number => (state === 'unavailable' ? 0 : 1);

function isAway({ state, since }: FeedStatus, now: number): boolean {
  if (state === 'live' || state === 'closed') return false;
  return state === 'unavailable' || now - clock.fromWall(Date.parse(since)) > AWAY_MS;
}

function lastMessage({ lastMessageAt, received }: FeedStatus): string {
  return lastMessageAt === undefined ? 'no message yet' : phrase`${received} messages, the last one ${lastMessageAt}`;
}

/** A live stream that brings nothing. */
export function judgePushSilence({ feeds, installations, now, silenceMs, push }: Facts): Judgement {
  const live = feeds.filter(({ status }) => status.state === 'live');
  if (live.length === 0) {
    if (feeds.length === 0 && push.data) return fine('No feed is open');
    return fine('No feed is live');
  }
  const silence = ({ status: { lastMessageAt, since } }: FeedSummary) =>
    now - clock.fromWall(Date.parse(lastMessageAt ?? since));
  const about = live
    .filter((feed) => silence(feed) > silenceMs)
    .map((feed) => {
      const detail = phrase`silent for ${counted(Math.round(silence(feed) / MINUTE_MS), 'minute')}`;
      return subject(nameOf(installations, feed.installationId), detail);
    });
  if (about.length === 0) {
    const longest = Math.ceil(Math.max(...live.map(silence)) / MINUTE_MS);
    return fine(phrase`No live feed has been silent for more than ${counted(longest, 'minute')}`);
  }
  return finding(
    'warning',
    phrase`The stream is open, but brings no messages: ${namedWithDetails(about)}`,
    'Check that chargers are online. If they are, press "Load connection details" in the Zaptec portal, or ask Zaptec support',
    { code: 'PUSH_SILENT', about },
  );
}

export function judgeSecondConsumer({ feeds, installations }: Facts): Judgement {
  const shared = feeds.filter(({ status }) => status.suspicion === 'second-consumer');
  const [first] = shared;
  if (!first) return fine('No other program takes messages, as far as can be seen');
  const about = shared.map(({ installationId }) => nameOf(installations, installationId));
  return finding('error', phrase`${first.status.text} (${named(about)})`, first.status.remedy ?? UNKNOWN_REMEDY, {
    code: 'SECOND_CONSUMER',
    about,
  });
}

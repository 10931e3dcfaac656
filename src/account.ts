import { createHash } from 'node:crypto';
import type Bottleneck from 'bottleneck';
import { Api, type OpenApi } from './api';
import type { ApiContext } from './api/caller';
import { CommandQueue } from './commands/command-queue';
import { Feeds } from './feed/feeds';
import type { LiveStates } from './feed/live';
import { liveStates } from './feed/live-states';
import { Governors } from './current/governors';
import { AnswerCache } from './http/cache';
import { isZaptecError } from './errors/zaptec-error';
import { Health } from './http/health';
import { RequestLimiter } from './http/limiter';
import { loginLimiter, TokenSource, type Credentials } from './http/token';
import { Transport } from './http/transport';

/** An account outlives its last user so long, in ms: a deploy closes every node and builds it anew. */
const LINGER_MS = 30_000;

/** What belongs to one user name at one address, whichever connection nodes point at it. */
export class Account {
  /** Names the account in files, and tells nothing of it. */
  readonly id: string;
  readonly baseUrl: string;
  readonly redisUrl: string | undefined;
  readonly transport = new Transport();
  readonly cache = new AnswerCache();
  readonly health = new Health();
  readonly limiter: RequestLimiter;
  readonly openApi: OpenApi;
  readonly feeds: Feeds;
  readonly governors: Governors;
  /** One command at a time per charger, whichever client sends it. */
  readonly commands = new CommandQueue();
  /** What feeds know of single chargers. */
  readonly live: LiveStates;
  readonly #logins: Bottleneck = loginLimiter();
  readonly #tokens = new Map<string, TokenSource>();

  constructor(id: string, baseUrl: string, redisUrl: string | undefined) {
    this.id = id;
    this.baseUrl = baseUrl;
    this.redisUrl = redisUrl;
    this.limiter = new RequestLimiter(id, {
      redisUrl,
      onPause: (until) => this.health.paused(until),
      onTrouble: () => this.health.unreachable('The Redis of the shared limit is out of reach'),
    });
    const context: ApiContext = {
      sender: this,
      cache: this.cache,
      observer: {
        onState: (chargerId, state) => this.feeds.hub.fill(chargerId, state, Date.now()),
        onChargers: (chargers) => this.feeds.hub.store.know(chargers),
      },
    };
    this.openApi = (tokens, options) => new Api(context, tokens, options);
    this.feeds = new Feeds(this.openApi);
    this.live = liveStates(this.feeds);
    this.governors = new Governors({
      accountId: id,
      redisUrl,
      openApi: this.openApi,
      store: this.feeds.hub.store,
      live: this.live,
    });
  }

  /** A new password is a new chance to log in; the old one stays refused. */
  tokens(credentials: Credentials): TokenSource {
    const key = hash(credentials.password);
    let source = this.#tokens.get(key);
    if (!source) {
      source = new TokenSource(this.baseUrl, credentials, this.transport, this.#logins);
      this.#tokens.set(key, source);
    }
    return source;
  }

  /** Logs in and tells the health of the account by how it went. */
  async logIn(tokens: Pick<TokenSource, 'get' | 'isRefused'>): Promise<string> {
    if (!tokens.isRefused) this.health.connecting();
    try {
      const token = await tokens.get();
      this.health.reached();
      return token;
    } catch (error) {
      if (isZaptecError(error)) {
        if (error.code === 'AUTH_INVALID') this.#refused(error.message);
        else this.health.unreachable(error.message);
      }
      throw error;
    }
  }

  /** A password that somebody only tries in a dialog says nothing about the one that works. */
  #refused(text: string): void {
    const works = [...this.#tokens.values()].some(({ current }) => current !== undefined);
    if (!works) this.health.refused(text);
  }

  close(): void {
    this.governors.close();
    this.feeds.close();
    for (const source of this.#tokens.values()) source.close();
    this.cache.clear();
    this.limiter.stop();
    this.transport.close();
  }
}

interface Held {
  account: Account;
  users: number;
  leaving: NodeJS.Timeout | undefined;
}

const held = new Map<string, Held>();

/**
 * The account of a user name at an address, shared by everybody in the process: Zaptec's limits are per account
 * (`zaptec-api.md` 4), and what was read stays known over a redeploy.
 * @param redisUrl counts from the first user on until there is none left.
 */
export function acquireAccount(
  baseUrl: string,
  username: string,
  redisUrl?: string,
): { account: Account; release: () => void } {
  const id = hash(`${baseUrl}\n${username.toLowerCase()}`);
  const present = held.get(id);
  // Nobody would lose what only lingers; what others use keeps its Redis, or they would.
  const isOutdated = present?.users === 0 && present.account.redisUrl !== redisUrl;
  const kept = isOutdated ? undefined : present;
  const entry = kept ?? { account: new Account(id, baseUrl, redisUrl), users: 0, leaving: undefined };
  if (isOutdated) end(present);
  held.set(id, entry);
  clearTimeout(entry.leaving);
  entry.users += 1;
  let released = false;
  const release = () => {
    if (released) return;
    released = true;
    entry.users -= 1;
    if (entry.users > 0) return;
    entry.leaving = setTimeout(() => {
      held.delete(id);
      end(entry);
    }, LINGER_MS);
    entry.leaving.unref();
  };
  return { account: entry.account, release };
}

function end({ account, leaving }: Held): void {
  clearTimeout(leaving);
  account.close();
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

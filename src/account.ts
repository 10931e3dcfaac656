import { createHash } from 'node:crypto';
import { Api, type OpenApi } from './api';
import type { ApiContext } from './api/caller';
import { QueryPace } from './api/query-pace';
import { RedisUsers, type IgnoredRedis } from './cluster/redis-users';
import { Sharing } from './cluster/sharing';
import { CommandQueue } from './commands/command-queue';
import { Feeds } from './feed/feeds';
import { liveStates, type LiveStates, type NewerStates } from './feed/live';
import { Governors } from './current/governors';
import { CallBackoff } from './http/call-backoff';
import { AnswerCache } from './http/cache';
import { isZaptecError } from './errors/zaptec-error';
import { ActiveTokens } from './http/active-tokens';
import type { Attempt } from './http/attempt';
import { Health } from './http/health';
import { RequestJournal } from './http/journal';
import { RequestLimiter } from './http/limiter';
import type { Tokens } from './http/requester';
import { loginQueue, TokenSource, type Credentials, type Retrial } from './http/token';
import { Transport, type WireRequest } from './http/transport';
import { clock } from './time/clock';
import { Lease } from './time/lease';

/** How long an account outlives its last user, in ms: a deploy of Node-RED closes every node and opens it anew. */
const LINGER_MS = 30_000;

/** Everything that the clients of one user name at one address share. */
export class Account {
  /** Names the account in files without telling the user name. */
  readonly id: string;
  readonly baseUrl: string;
  readonly redisUrl: string | undefined;
  readonly transport = new Transport();
  readonly cache = new AnswerCache();
  readonly health = new Health();
  readonly redisUsers: RedisUsers;
  readonly sharing = new Sharing();
  readonly backoff = new CallBackoff();
  readonly journal = new RequestJournal();
  readonly limiter: RequestLimiter;
  readonly openApi: OpenApi;
  readonly feeds: Feeds;
  readonly governors: Governors;
  /** One command at a time per charger, whichever client sends it. */
  readonly commands = new CommandQueue();
  /** What feeds know of single chargers. */
  readonly live: LiveStates & NewerStates;
  /** Of feeds and governors. */
  readonly activeTokens = new ActiveTokens();
  readonly #logins = loginQueue();
  readonly #tokens = new Map<string, TokenSource>();
  #isClosed = false;

  constructor(id: string, baseUrl: string, redisUrl: string | undefined) {
    this.id = id;
    this.baseUrl = baseUrl;
    this.redisUrl = redisUrl;
    this.redisUsers = new RedisUsers(redisUrl);
    this.limiter = new RequestLimiter(id, {
      redisUrl,
      onPause: (until) => this.health.paused(until),
      onShared: (shared, text) => this.sharing.set(shared, text),
    });
    const context: ApiContext = {
      sender: this,
      cache: this.cache,
      pace: new QueryPace(),
      observer: {
        onState: (chargerId, state) => this.feeds.hub.fill(chargerId, state),
        onChargers: (chargers) => this.feeds.hub.store.know(chargers),
      },
    };
    this.openApi = (tokens, options) => new Api(context, tokens, options);
    this.feeds = new Feeds({
      id,
      baseUrl,
      redisUrl,
      openApi: () => this.openApi(this.activeTokens, { readOnly: true, by: 'feed' }),
    });
    this.live = liveStates(this.feeds);
    this.governors = new Governors({
      accountId: id,
      baseUrl,
      redisUrl,
      openApi: () => this.openApi(this.activeTokens, { readOnly: false, by: 'current' }),
      store: this.feeds.hub.store,
      live: this.live,
    });
  }

  /** The tokens of a password: a new password may log in again, while the old one stays refused. */
  tokens(credentials: Credentials): TokenSource {
    const key = hash(credentials.password);
    let source = this.#tokens.get(key);
    if (!source) {
      source = new TokenSource(this.baseUrl, credentials, { send: (login) => this.#sendLogin(login) }, this.#logins);
      this.#tokens.set(key, source);
      this.activeTokens.offer(source);
    }
    return source;
  }

  /**
   * Logs in unless a token is there, and reports the result to the health of the account.
   * @throws ZaptecError as `TokenSource.get`
   */
  async logIn(tokens: Tokens, retrial: Retrial = 'never'): Promise<string> {
    if (!tokens.isRefused) this.health.connecting();
    try {
      const token = await tokens.get(retrial);
      this.activeTokens.worked(tokens);
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

  async #sendLogin(login: WireRequest): Promise<Attempt> {
    const sentAt = clock.steady();
    const attempt = await this.transport.send(login);
    const label = login.url.slice(this.baseUrl.length);
    const { status } = attempt.kind === 'answer' ? attempt : {};
    const ms = clock.steady() - sentAt;
    const { method } = login;
    this.journal.add({
      by: 'login',
      lane: 'login',
      method,
      path: label,
      label,
      status,
      kind: attempt.kind,
      ms,
      attempt: 1,
    });
    return attempt;
  }

  /** A wrong password that somebody tries says nothing about another one that works. */
  #refused(text: string): void {
    const anotherWorks = [...this.#tokens.values()].some(({ current }) => current !== undefined);
    if (!anotherWorks) this.health.refused(text);
  }

  /** Every request of it fails from then on. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  close(): void {
    this.#isClosed = true;
    this.governors.close();
    this.feeds.close();
    for (const source of this.#tokens.values()) source.close();
    this.cache.clear();
    this.limiter.stop();
    this.transport.close();
  }
}

interface SharedAccount {
  account: Account;
  lease: Lease;
}

const accounts = new Map<string, SharedAccount>();

/**
 * The account of a user name at an address, shared by everybody in the process: Zaptec's limits are per account
 * (docs/zaptec-api.md, "Rate limits"), and what was read stays known over a redeploy.
 * @param user its address of Redis counts where it is the first, until there is no user left.
 * @returns the account, and how its use ends: after the last one it lingers for 30 s, or ends at once.
 */
export function acquireAccount(
  baseUrl: string,
  username: string,
  { redisUrl, name }: { redisUrl?: string | undefined; name?: string | undefined } = {},
): { account: Account; ignoredRedis: () => IgnoredRedis | undefined; release: (lingers?: boolean) => void } {
  const id = hash(`${baseUrl}\n${username.toLowerCase()}`);
  let shared = accounts.get(id);
  // An account without users may end at once; one with users keeps its Redis, or they would lose it.
  if (shared?.lease.users === 0 && (shared.account.isClosed || shared.account.redisUrl !== redisUrl)) {
    // At once: the new one may not come into being, because its address of Redis is wrong.
    endAccount(id, shared);
    shared = undefined;
  }
  shared ??= open(id, baseUrl, redisUrl);
  const { account, lease } = shared;
  const user = { redisUrl, name };
  const leave = account.redisUsers.enter(user);
  const end = lease.acquire();
  return {
    account,
    ignoredRedis: () => account.redisUsers.ignoredOf(user),
    release: (lingers) => {
      leave();
      end(lingers);
    },
  };
}

/** Ends at once what lingers, for a test: the system may give the next server the port of one that is gone. */
export function endUnusedAccounts(): void {
  for (const [id, shared] of accounts) if (shared.lease.users === 0) endAccount(id, shared);
}

function endAccount(id: string, { account, lease }: SharedAccount): void {
  lease.cancel();
  accounts.delete(id);
  account.close();
}

function open(id: string, baseUrl: string, redisUrl: string | undefined): SharedAccount {
  const account = new Account(id, baseUrl, redisUrl);
  const shared = { account, lease: new Lease(LINGER_MS, () => endAccount(id, shared)) };
  accounts.set(id, shared);
  return shared;
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

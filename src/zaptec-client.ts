import { AnyRequests, type AnyRequest } from './api/any-request';
import type { Api } from './api';
import type { Constants } from './api/constants';
import { Chargers } from './commands/chargers';
import { Installations } from './current/installations';
import { Known } from './api/known';
import { Resolve } from './api/resolve';
import type { CheckResult } from './diagnostics/checks';
import { diagnose, type DiagnoseOptions } from './diagnostics/doctor';
import { requestLine } from './diagnostics/request-line';
import { CurrentControl } from './current/control';
import { toAmperes, type Amperes, type Quantity } from './current/units';
import { GovernedWrites } from './current/governed-writes';
import { PacedSessions } from './current/sessions';
import { acquireAccount, type Account } from './account';
import { tryRedis, type RedisTrial } from './cluster/redis-trial';
import type { FeedInternals, FeedSummary } from './feed/feeds';
import type { Feed, FeedOptions } from './feed/types';
import { checkBaseUrl, ZAPTEC_BASE_URL } from './http/base-url';
import type { Answer, CallOptions } from './http/cache';
import { target } from './http/endpoints';
import { zaptecError } from './errors/zaptec-error';
import { asGuid } from './zaptec/guid';
import { OBSERVATION } from './zaptec/observation-ids';
import type { IgnoredRedis } from './cluster/redis-users';
import type { SharingState } from './cluster/sharing';
import type { ClientHealth } from './http/health';
import type { FailedRequest, Usage } from './http/journal';
import type { Budget } from './http/limiter';
import type { TokenSource } from './http/token';
import { SessionReader } from './sessions/session-reader';
import type { Store, StoreView } from './state/store';
import type { ClientOptions } from './client-options';
import { phrase } from './errors/phrase';

/** One account as one user of it sees it; made by `openClient`. */
export class ZaptecClient {
  readonly baseUrl: string;
  readonly installations: Installations;
  readonly chargers: Chargers;
  readonly sessions: PacedSessions;
  /** Finished sessions as records. */
  readonly sessionRecords: SessionReader;
  readonly constants: Constants;
  readonly resolve: Resolve;
  /** The available current of installations. */
  readonly current: CurrentControl;
  /** The own limits of chargers; Zaptec advises the installation's instead. */
  readonly chargerCurrent: CurrentControl;
  /** What was read already. */
  readonly known: Known;
  readonly #account: Account;
  readonly #tokens: TokenSource;
  readonly #api: Api;
  readonly #requests: AnyRequests;
  readonly #ignoredRedis: () => IgnoredRedis | undefined;
  readonly #release: () => void;
  readonly #stateDir: string | undefined;
  readonly #feedLingerMs: number;
  readonly #openFeeds = new Set<() => void>();

  constructor(options: ClientOptions) {
    const { username, password, readOnly = false, simulator = false } = options;
    this.baseUrl = checkBaseUrl(options.baseUrl ?? ZAPTEC_BASE_URL);
    if (!username || !password) {
      throw zaptecError('AUTH_MISSING', phrase`The ${username ? 'password' : 'user name'} is empty`);
    }
    const { redisUrl, name } = options;
    const { account, ignoredRedis, release } = acquireAccount(this.baseUrl, username, { redisUrl, name });
    this.#account = account;
    this.#ignoredRedis = ignoredRedis;
    this.#release = release;
    this.#stateDir = options.stateDir;
    this.#feedLingerMs = options.feedLingerMs ?? 0;
    this.#tokens = account.tokens({ username, password });
    this.#api = account.openApi(this.#tokens, { readOnly });
    const { caller } = this.#api;
    const access = { governors: account.governors, tokens: this.#tokens, readOnly, directory: options.stateDir };
    this.current = new CurrentControl('installation', access);
    this.chargerCurrent = new CurrentControl('charger', access);
    const governed = new GovernedWrites(caller, access);
    this.#requests = new AnyRequests(caller, governed, { simulator });
    this.installations = new Installations(caller, governed);
    this.chargers = new Chargers(caller, { governed, queue: account.commands, live: account.live });
    this.sessions = new PacedSessions(caller, governed);
    this.constants = this.#api.constants;
    this.resolve = new Resolve(this.installations, this.chargers);
    this.known = new Known(caller);
    this.sessionRecords = new SessionReader(this.sessions, {
      charger: (id) => this.store.charger(id),
      installation: (id) => this.known.installations?.data.find((known) => known.id.toLowerCase() === id)?.name,
    });
  }

  /** Whether the account shares its limit with other machines; undefined where no Redis is configured. */
  get sharing(): SharingState | undefined {
    return this.#account.sharing.now;
  }

  /** Why the Redis of this client is not the one that counts: another client opened the account with another one. */
  get ignoredRedis(): IgnoredRedis | undefined {
    return this.#ignoredRedis();
  }

  /**
   * Tries whether the machines of the account could share its limit at an address, whichever one counts.
   * @throws ZaptecError `REDIS_UNAVAILABLE`, `INPUT_INVALID`
   */
  tryRedis(redisUrl: string): Promise<RedisTrial> {
    return tryRedis(this.#account.id, redisUrl);
  }

  /** Whether the limits of currents may be those of other machines too: a Redis is configured. */
  get sharesCurrents(): boolean {
    return this.#account.redisUrl !== undefined;
  }

  get health(): ClientHealth {
    return this.#account.health.now;
  }

  /**
   * A current or a power as amperes, with what was assumed for it.
   * @param installationId whose network and voltage count; without one both are assumed.
   * @throws ZaptecError where the details of the installation cannot be read.
   */
  async amperes(installationId: string | undefined, quantity: Quantity, options: CallOptions = {}): Promise<Amperes> {
    if (quantity.unit === 'A' || installationId === undefined) return toAmperes(quantity, {});
    return toAmperes(quantity, await this.installations.supply(installationId, this.store, options));
  }

  /** How much of the limit is in use. */
  get budget(): Budget {
    return this.#account.limiter.budget;
  }

  /** How many requests the account has sent of late, and for whom. */
  get usage(): Usage {
    return this.#account.journal.usage;
  }

  /** How far the cloud's clock is ahead of ours, in ms; undefined before its first answer. */
  get clockSkewMs(): number | undefined {
    return this.#account.transport.clockSkewMs;
  }

  /** The latest observations of the account's chargers, from wherever they came. */
  get store(): Store {
    return this.#account.feeds.hub.store;
  }

  /**
   * What happens at an installation, by push where that is possible and else by polling. It outlives its last
   * user by `feedLingerMs`.
   * @param internals shorter spans for tests.
   * @throws ZaptecError `ID_INVALID`
   */
  feed(options: FeedOptions, internals: FeedInternals = {}): Feed {
    asGuid(options.installationId, 'installation');
    if (options.userGroup) asGuid(options.userGroup, 'user group');
    const timing = { lingerMs: this.#feedLingerMs, ...internals.timing };
    const feed = this.#account.feeds.open(options, { ...internals, timing });
    const close = feed.close.bind(feed);
    const closeOnce = () => {
      this.#openFeeds.delete(closeOnce);
      close();
    };
    this.#openFeeds.add(closeOnce);
    return Object.assign(feed, { close: closeOnce });
  }

  /** How each feed of the account is doing. */
  get feeds(): FeedSummary[] {
    return this.#account.feeds.statuses;
  }

  /** The public key with which the meter of a charger signs, as the charger has sent it; most never send one. */
  meterKey(chargerId: string): string | undefined {
    const value = this.store.observation(chargerId.toLowerCase(), OBSERVATION.MIDPublicKey)?.value;
    return typeof value === 'string' ? value : undefined;
  }

  /** What is known of a charger while a live feed keeps it up to date; undefined when a request must be made. */
  liveState(chargerId: string, options: { observations?: boolean } = {}): { view: StoreView } | undefined {
    const view = this.#account.feeds.liveView(chargerId, options);
    return view && { view };
  }

  /** @returns a function that ends it. */
  onSharing(listener: (state: SharingState) => void): () => void {
    const { sharing, governors } = this.#account;
    const endings = [sharing.listen(listener), governors.sharing.listen(listener)];
    return () => endings.forEach((end) => end());
  }

  /** @returns a function that ends it. */
  onHealth(listener: (health: ClientHealth) => void): () => void {
    return this.#account.health.listen(listener);
  }

  /**
   * Logs in unless a token is there.
   * @param options.again try a password once more that Zaptec has refused: now, since a person asks, or if the last try
   * was an hour ago.
   * @throws ZaptecError `AUTH_INVALID`, `AUTH_UNAVAILABLE`, `NETWORK` …
   */
  async verify({ again = false }: { again?: boolean | 'hourly' } = {}): Promise<void> {
    await this.#account.logIn(this.#tokens, again === true ? 'now' : again || 'never');
  }

  /**
   * Sends the smallest request, past the cache, to learn whether the cloud can be reached again; `health` has the result.
   * @throws ZaptecError
   */
  async probe(): Promise<void> {
    const smallest = target('GET', '/api/installation?PageSize=100&PageIndex=0&PageInfoOnly=true');
    const { caller } = this.#api;
    await caller.guarded({ lane: 'background' }, (options) => caller.fetch(smallest, options));
  }

  /**
   * Looks for what is wrong with the account, and says what to do about it. Sends few requests, which keep all limits and
   * caches (docs/doctor.md).
   * @returns a result for each check, always in the same order.
   * @throws ZaptecError `ABORTED`; whatever else fails is a result.
   */
  diagnose(options: DiagnoseOptions & { again?: boolean } = {}): Promise<CheckResult[]> {
    const { feeds, governors, sharing, limiter, journal, health, transport, redisUrl } = this.#account;
    const { again = false, ...others } = options;
    const context = {
      ...{ api: this.#api, known: this.known, feeds, governors, sharing, limiter, journal, health },
      redis: redisUrl !== undefined,
      ignoredRedis: this.ignoredRedis,
      stateDir: this.#stateDir,
      get clockSkewMs() {
        return transport.clockSkewMs;
      },
      logIn: () => this.verify({ again }),
    };
    return diagnose(context, others);
  }

  /** The latest requests of the account that did not succeed, the latest last. */
  get failedRequests(): readonly FailedRequest[] {
    return this.#account.journal.failures;
  }

  /**
   * Each request of the account as one line, without bodies, secrets and private values.
   * @returns a function that ends it.
   */
  onRequest(listener: (line: string) => void): () => void {
    return this.#account.journal.listen((record) => listener(requestLine(record)));
  }

  /** Any endpoint, with limits, caches and cleaning like the others. */
  request(request: AnyRequest, options: CallOptions = {}): Promise<Answer<unknown>> {
    return this.#requests.send(request, options);
  }

  /** Ends the calls and the feeds of this client; the account stays for a moment, for the next deploy. */
  close(): void {
    for (const close of this.#openFeeds) close();
    this.#api.close();
    this.#release();
  }
}

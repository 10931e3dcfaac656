import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Api } from '../api';
import { CurrentConnection } from '../cluster/current-connection';
import { Sharing } from '../cluster/sharing';
import { phrase } from '../errors/phrase';
import type { LiveStates } from '../feed/live';
import { PhaseBudget } from '../phases/budget';
import { SessionPhases } from '../phases/session-phases';
import type { Store } from '../state/store';
import { isObject } from '../zaptec/json';
import { observedCurrents, standAloneOf } from './charger-observations';
import { ChargerTarget } from './charger-target';
import { CurrentShare } from './current-share';
import { DurableFile } from './durable-file';
import { InstallationTarget } from './installation-target';
import { Neighbour } from './neighbour';
import { RecordFile, recordKeeper, type RecordKeeper } from './record';
import { governorsOfProcess } from './process-governors';
import { GovernorRunner, type ForeignChange } from './runner';
import { SettingsPace } from './settings-pace';
import { dryRunOf, type CurrentTarget } from './target';
import type { Currents } from './types';

/** Whose current is governed. */
export type Kind = 'installation' | 'charger';

const SHARED = 'The limits and the last writes of currents are shared with the other machines';
const ALONE =
  'this machine keeps to the limits of the others that it knows, and raises no current for 15 minutes after the last write that it knows';

/** Observations are compared with what was set so often, in ms. */
const OBSERVE_EVERY_MS = 5_000;

/** What the governors of an account need of it. */
export interface GovernorsContext {
  /** Names the account in files and in Redis without giving anything of it away. */
  readonly accountId: string;
  /** The address of the cloud. */
  readonly baseUrl: string;
  readonly redisUrl: string | undefined;
  /** An API of its own, so that closing a client, as each deploy does, cancels no write. */
  openApi(): Api;
  readonly store: Store;
  /** The states of chargers that a subscription keeps up to date. */
  readonly live: LiveStates;
}

/** How the current of an installation or a charger is governed. */
export interface GovernorSummary {
  kind: Kind;
  id: string;
  /** Nothing is wanted of it at present. */
  isIdle: boolean;
  /** Why the last write would be forgotten at a restart, for people. */
  recordProblem: string | undefined;
  foreignChanges: readonly ForeignChange[];
}

/** All governors of an account: they outlive a redeploy with it. */
export class Governors {
  readonly #context: GovernorsContext;
  readonly #runners = new Map<string, GovernorRunner>();
  readonly #writers: { kind: Kind; id: string; runner: GovernorRunner }[] = [];
  readonly #deployments = new Map<string, { kind: Kind; id: string }>();
  readonly #budgets = new Map<string, PhaseBudget>();
  /** Of settings that carry no current. */
  readonly pace = new SettingsPace();
  readonly sessionPhases = new SessionPhases();
  /** Of limits and writes with other machines. */
  readonly sharing = new Sharing();
  readonly #timers: NodeJS.Timeout[] = [];
  #connection: CurrentConnection | undefined;
  #api: Api | undefined;
  #directory: string | undefined;

  constructor(context: GovernorsContext) {
    this.#context = context;
    governorsOfProcess.add(this);
  }

  /** Before a governor is used: from now on its records are kept there. */
  use(directory: string | undefined): void {
    this.#directory ??= directory;
    this.#api ??= this.#context.openApi();
  }

  of(kind: Kind, id: string, dryRun: boolean): GovernorRunner {
    const key = `${kind}-${id}${dryRun ? '-dry-run' : ''}`;
    const known = this.#runners.get(key);
    if (known) return known;
    const caller = () => (this.#api as Api).caller;
    const standAlone = () => standAloneOf(this.#context.store, id);
    const real: CurrentTarget =
      kind === 'charger' ? new ChargerTarget(id, caller) : new InstallationTarget(id, caller, standAlone);
    const keeper = this.#keeper(real);
    const runner = dryRun
      ? new GovernorRunner(dryRunOf(real), { load: () => keeper.load(), save: () => undefined })
      : new GovernorRunner(real, keeper, this.#share(real), this.#neighbour(real));
    this.#runners.set(key, runner);
    if (!dryRun) this.#writers.push({ kind, id, runner });
    if (kind === 'installation' && !dryRun) this.#observe(id, runner);
    return runner;
  }

  /** The governor that was used already; undefined where nobody has set or limited that current. */
  find(kind: Kind, id: string): GovernorRunner | undefined {
    return this.#runners.get(`${kind}-${id}`);
  }

  /** What the cloud has, as far as a governor knows it; none is opened for the question. */
  applied(kind: Kind, id: string | undefined): Currents | undefined {
    if (id !== undefined) return this.#runners.get(`${kind}-${id}`)?.applied;
    const [only, ...others] = [...this.#runners].filter(([key]) => key.startsWith(kind) && !key.endsWith('-dry-run'));
    return others.length === 0 ? only?.[1].applied : undefined;
  }

  /** A node belongs to this account: what it has requested in others is taken back. */
  claim(by: string): void {
    for (const other of governorsOfProcess) if (other !== this) other.withdraw(by);
  }

  /** A node is deployed for a target: its request for the target of the deploy before is taken back. */
  deploy(by: string, kind: Kind, id: string): void {
    this.claim(by);
    const before = this.#deployments.get(by);
    this.#deployments.set(by, { kind, id });
    if (!before || (before.kind === kind && before.id === id)) return;
    for (const dryRun of [false, true]) this.of(before.kind, before.id, dryRun).withdraw(by);
  }

  /** The states of the account's chargers that a subscription keeps up to date. */
  get live(): LiveStates {
    return this.#context.live;
  }

  /** Withdraws whatever a node has requested in this account. */
  withdraw(by: string): void {
    this.#deployments.delete(by);
    for (const runner of this.#runners.values()) runner.withdraw(by);
  }

  /** What a node has withdrawn was withdrawn for good. */
  release(by: string): void {
    for (const runner of this.#runners.values()) runner.release(by);
  }

  /** Those that write, not the dry runs. */
  get summaries(): GovernorSummary[] {
    return this.#writers.map(({ kind, id, runner }) => {
      const { isIdle, recordProblem, foreignChanges } = runner;
      return { kind, id, isIdle, recordProblem, foreignChanges };
    });
  }

  /** Why records cannot be kept in a directory, found out by writing there; undefined where they can. */
  storageProblem(directory: string): string | undefined {
    const trial = new DurableFile(recordsIn(directory, this.#context.accountId), 'trial');
    trial.load();
    return trial.problem;
  }

  /** How often the phases of an installation were switched of late. */
  phases(installationId: string): PhaseBudget {
    const records = this.#records;
    const memory = records === undefined ? undefined : new DurableFile(records, `phases-${installationId}`);
    const budget = this.#budgets.get(installationId) ?? new PhaseBudget(memory);
    this.#budgets.set(installationId, budget);
    return budget;
  }

  /** Observations of a subscription show whether the chargers keep to what was set. */
  #observe(id: string, runner: GovernorRunner): void {
    const observe = () => {
      const { applied } = runner;
      if (!applied || runner.isIdle) return;
      const observed = observedCurrents(this.#context.store, id, applied);
      if (observed) runner.observe(observed.chargers, observed.agrees);
    };
    this.#timers.push(setInterval(observe, OBSERVE_EVERY_MS).unref());
  }

  close(): void {
    governorsOfProcess.delete(this);
    for (const timer of this.#timers) clearInterval(timer);
    for (const runner of this.#runners.values()) runner.close();
    this.#api?.close();
    this.#connection?.close();
  }

  /** The directory of everything that must outlive a restart. */
  get #records(): string | undefined {
    return this.#directory === undefined ? undefined : recordsIn(this.#directory, this.#context.accountId);
  }

  #keeper({ key }: CurrentTarget): RecordKeeper {
    const records = this.#records;
    return recordKeeper(records === undefined ? undefined : new RecordFile(records, key));
  }

  /** Undefined where no Redis is configured: then this machine has the account for itself. */
  #share({ key }: CurrentTarget): CurrentShare | undefined {
    const { redisUrl } = this.#context;
    if (!redisUrl) return undefined;
    this.#connection ??= this.#connect(redisUrl);
    return new CurrentShare(this.#connection, key);
  }

  #neighbour({ key }: CurrentTarget): Neighbour {
    const { baseUrl, accountId } = this.#context;
    return new Neighbour(`${baseUrl}\n${key}`, accountId);
  }

  #connect(redisUrl: string): CurrentConnection {
    const connection = new CurrentConnection({
      id: this.#context.accountId,
      redisUrl,
      onMode: (mode, reason) =>
        this.sharing.set(mode === 'shared', mode === 'shared' ? SHARED : phrase`${reason}: ${ALONE}`),
    });
    const machine = this.#records === undefined ? undefined : machineIn(this.#records);
    if (machine !== undefined) connection.machine = machine;
    return connection;
  }
}

/** An id of this machine that outlives a restart, so that its own limits of before are known again. */
function machineIn(records: string): string {
  const file = new DurableFile(records, 'machine');
  const kept = file.load();
  if (isObject(kept) && typeof kept['id'] === 'string') return kept['id'];
  const id = randomUUID();
  file.save({ id });
  return id;
}

function recordsIn(directory: string, accountId: string): string {
  return join(directory, 'zaptec', accountId);
}

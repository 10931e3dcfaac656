import { zaptecError } from '../errors/zaptec-error';
import type { Tokens } from '../http/requester';
import { clock } from '../time/clock';
import { asGuid } from '../zaptec/guid';
import { present } from '../zaptec/json';
import type { Governors, Kind } from './governors';
import type { CurrentShare, LimitOfMachine } from './current-share';
import type { GovernorRunner } from './runner';
import { limitNameOf, otherLimitOf } from './shared-values';
import type { CurrentRequest, Currents, Decision, GovernorView, LeftPause, RequestSettings } from './types';
import { phrase } from '../errors/phrase';

/** A machine that was not there for so long is gone, in ms. */
const GONE_MS = 5_000;

/** A limit of another machine. */
export interface SharedLimitView {
  machine: string;
  /** Id of its node. */
  by: string;
  /** Its node, for people. */
  name: string;
  /** A; absent where only a dead man's switch may limit. */
  currents?: Currents;
  /** The dead man's switch of the node. */
  deadMan?: { afterMs: number; safeA: number };
  /** How long ago its node got its last value, in ms. */
  ageMs: number;
  /** How long ago the machine was there, in ms; absent where nobody knows. */
  silentMs?: number;
  /** The machine is no longer there, so that its limit may be removed. */
  isGone: boolean;
}

/** What one client may do with the governors of its account. */
export interface ControlAccess {
  governors: Governors;
  /** Of the client. What the governor sends carries those that the account has in charge. */
  tokens: Tokens;
  readOnly: boolean;
  /** Where the records of writes are kept. */
  directory: string | undefined;
}

/**
 * Requests of current, decided by the one governor that an account has for an installation (or for a charger), and that
 * outlives a redeploy. Ids are those of Zaptec.
 */
export class CurrentControl {
  readonly #kind: Kind;
  readonly #access: ControlAccess;

  constructor(kind: Kind, access: ControlAccess) {
    this.#kind = kind;
    this.#access = access;
  }

  /**
   * At deploy: from now on the dead man counts. The request from before the deploy stays if the role and the target of
   * the node are the same, and its connection may still write.
   * @throws ZaptecError `ID_INVALID`
   */
  arm(id: string, settings: RequestSettings): void {
    const runner = this.#runner(id, settings.dryRun);
    this.#access.governors.deploy(settings.by, this.#kind, asGuid(id, this.#kind));
    if (this.#isForbidden(settings)) {
      runner.withdraw(settings.by);
      return;
    }
    this.#withdrawOther(id, settings);
    runner.arm(settings);
  }

  /**
   * Requests a current. Never rejects for what the governor decides: the decision `refused` carries the error.
   * @returns the first decision about this request; later ones go to the listeners.
   * @throws ZaptecError `ID_INVALID`, `AUTH_INVALID`
   */
  async request(id: string, request: CurrentRequest): Promise<Decision> {
    const { tokens } = this.#access;
    // Whom Zaptec refuses may not have the current set by the password of another client.
    if (tokens.isRefused) await tokens.get();
    if (this.#isForbidden(request)) {
      const error = zaptecError('READ_ONLY', 'The current was not set: the connection is read-only');
      return { decision: 'refused', requested: request.currents, error };
    }
    this.#access.governors.claim(request.by);
    this.#withdrawOther(id, request);
    return this.#runner(id, request.dryRun).request(request);
  }

  /**
   * Takes back the request of a node, its dead man and the limit of the dead man. Nothing is sent for it, unless the node
   * gives back what was set before the first target.
   */
  withdraw(id: string, by: string): void {
    for (const dryRun of [false, true]) {
      const runner = this.#runner(id, dryRun);
      runner.withdraw(by);
      runner.release(by);
    }
  }

  /**
   * What the cloud has, as far as the account knows it without a request; undefined where nobody sets this current.
   * @param id undefined for the only one that is set
   */
  applied(id: string | undefined): Currents | undefined {
    return this.#access.governors.applied(this.#kind, id === undefined ? undefined : asGuid(id, this.#kind));
  }

  /** Why the last write would be forgotten at a restart, for people; undefined where it is kept. */
  recordProblem(id: string): string | undefined {
    return this.#runner(id, false).recordProblem;
  }

  /** A pause that a target has left behind, as far as a governor knows it; asks nobody. */
  leftPause(id: string): LeftPause | undefined {
    return this.#access.governors.find(this.#kind, id)?.leftPause;
  }

  /** The limits of other machines, as far as this one knows them; none where no Redis is configured. */
  async sharedLimits(id: string): Promise<SharedLimitView[]> {
    const share = this.#access.governors.find(this.#kind, id)?.share;
    return share ? (await share.limits()).map((limit) => limitView(limit, share)) : [];
  }

  /**
   * Removes the limit that a machine has left behind. That of one that is there would come back.
   * @throws ZaptecError `INPUT_INVALID`, `REDIS_UNAVAILABLE`, `READ_ONLY`
   */
  async removeSharedLimit(id: string, machine: string, by: string): Promise<void> {
    if (this.#access.readOnly) throw zaptecError('READ_ONLY', 'The limit was not removed: the connection is read-only');
    const share = this.#access.governors.find(this.#kind, id)?.share;
    const limit = (await share?.limits())?.find((one) => one.machine === machine && one.by === by);
    if (!share || !limit) {
      throw zaptecError('INPUT_INVALID', phrase`No other machine has a limit ${by}`, {
        remedy: 'Look again: the limit may be gone already',
      });
    }
    if (!limitView(limit, share).isGone) {
      throw zaptecError('INPUT_INVALID', phrase`The machine of the limit ${limitNameOf(limit)} is there`, {
        remedy: 'Withdraw the limit on that machine',
      });
    }
    if (!(await share.remove(machine, by))) {
      throw zaptecError('REDIS_UNAVAILABLE', 'The limit was not removed: Redis cannot be reached');
    }
  }

  /** What the governor works on; undefined where nobody has set this current. Asks nobody. */
  view(id: string): GovernorView | undefined {
    return this.#access.governors.find(this.#kind, id)?.view;
  }

  /** Every decision about the requests of a node that no call of `request` has returned. @returns a function that ends it. */
  listen(id: string, by: string, listener: (decision: Decision) => void): () => void {
    const ends = [false, true].map((dryRun) => this.#runner(id, dryRun).listen(by, listener));
    return () => ends.forEach((end) => end());
  }

  /** A node either sets the current or makes a dry run: its request of the other kind is taken back. */
  #withdrawOther(id: string, { by, dryRun }: RequestSettings): void {
    this.#runner(id, !dryRun).withdraw(by);
  }

  #isForbidden({ dryRun }: RequestSettings): boolean {
    return this.#access.readOnly && !dryRun;
  }

  #runner(id: string, dryRun: boolean): GovernorRunner {
    const { governors, directory } = this.#access;
    governors.use(directory);
    return governors.of(this.#kind, asGuid(id, this.#kind), dryRun);
  }
}

/** What this machine itself has left behind before it was started again may be removed as well. */
function limitView({ machine, by, at, value, silentMs }: LimitOfMachine, share: CurrentShare): SharedLimitView {
  const isGone = share.isThisMachine(machine) || (silentMs !== undefined && silentMs >= GONE_MS);
  const { currents, deadMan } = otherLimitOf({ at, value }) ?? {};
  const ageMs = clock.steady() - at;
  return present<SharedLimitView>({
    ...{ machine, by, name: limitNameOf({ by, value }) },
    ...{ currents, deadMan, ageMs, silentMs, isGone },
  });
}

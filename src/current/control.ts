import type { Tokens } from '../http/requester';
import { zaptecError } from '../errors/zaptec-error';
import { asGuid } from '../zaptec/guid';
import type { CurrentRequest, Decision, RequestSettings } from './types';
import type { Governors, Kind } from './governors';
import type { GovernorRunner } from './runner';

/** What one client may do with the governors of its account. */
export interface ControlAccess {
  governors: Governors;
  tokens: Tokens;
  readOnly: boolean;
  /** Where the records of writes are kept. */
  directory: string | undefined;
}

/**
 * Wishes about current, decided by the one governor of an installation (or of a charger) and an account, which
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
   * At deploy: from now on the dead man counts; a wish that the node left behind keeps standing if its role is the same,
   * the place too, and the connection may still write.
   * @throws ZaptecError `ID_INVALID`
   */
  arm(id: string, settings: RequestSettings): void {
    const runner = this.#runner(id, settings.dryRun);
    this.#access.governors.place(settings.by, this.#kind, asGuid(id, this.#kind));
    if (this.#isForbidden(settings)) {
      runner.withdraw(settings.by);
      return;
    }
    this.#only(id, settings);
    runner.arm(settings);
  }

  /**
   * Tells what is wanted. Never rejects for what the governor decides: `refused` carries the error.
   * @returns the first decision about this wish; what becomes of it later goes to the listeners.
   * @throws ZaptecError `ID_INVALID`
   */
  request(id: string, wish: CurrentRequest): Promise<Decision> {
    if (this.#isForbidden(wish)) {
      const error = zaptecError('READ_ONLY', 'The current was not set: the connection is read-only');
      return Promise.resolve({ decision: 'refused', requested: wish.currents, error });
    }
    this.#only(id, wish);
    return this.#runner(id, wish.dryRun).wish(wish);
  }

  /** Takes back the wish of a node, its dead man and the limit of the dead man. Nothing is sent for it. */
  withdraw(id: string, by: string): void {
    this.#runner(id, false).withdraw(by);
    this.#runner(id, true).withdraw(by);
  }

  /** Every decision about the wishes of a node that no call of `wish` has returned. @returns a function that ends it. */
  listen(id: string, by: string, listener: (decision: Decision) => void): () => void {
    const ends = [false, true].map((dryRun) => this.#runner(id, dryRun).listen(by, listener));
    return () => ends.forEach((end) => end());
  }

  /** A node either wishes or only tries: what it did before in the other way is taken back. */
  #only(id: string, { by, dryRun }: RequestSettings): void {
    this.#runner(id, !dryRun).withdraw(by);
  }

  #isForbidden({ dryRun }: RequestSettings): boolean {
    return this.#access.readOnly && !dryRun;
  }

  #runner(id: string, dryRun: boolean): GovernorRunner {
    const { governors, tokens, directory } = this.#access;
    governors.use(tokens, directory);
    return governors.of(this.#kind, asGuid(id, this.#kind), dryRun);
  }
}

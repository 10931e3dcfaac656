import { clock, type ErrorCode, type ZaptecError } from '../../src/client';

/** One failure, or several that say the same. */
export interface RecentError {
  code: ErrorCode;
  message: string;
  remedy: string;
  /** When it happened last, ms since 1970 by the wall clock. */
  at: number;
  count: number;
  /** The node that had it; absent when it is the connection's own. */
  node?: string;
}

const MOST = 10;
/** A failure that was given up on purpose is none. */
const NONE: ReadonlySet<ErrorCode> = new Set(['ABORTED']);

/** The latest failures of a connection and its users, newest first. Their texts have no secrets: `asError` saw them. */
export class RecentErrors {
  readonly #list: RecentError[] = [];
  readonly #seen = new WeakSet<ZaptecError>();

  /** An error that passes here twice is the same one. */
  add(error: ZaptecError, node?: string): void {
    if (NONE.has(error.code) || this.#seen.has(error)) return;
    this.#seen.add(error);
    const message = error.message.split('. Remedy: ')[0] ?? error.message;
    const same = this.#list.findIndex((other) => other.message === message && other.node === node);
    const count = same < 0 ? 1 : (this.#list.splice(same, 1)[0]?.count ?? 0) + 1;
    const { code, cause } = error;
    const recent = { code, message, remedy: cause.remedy, at: clock.wall(), count, ...(node ? { node } : {}) };
    this.#list.unshift(recent);
    this.#list.splice(MOST);
  }

  get newest(): readonly RecentError[] {
    return this.#list;
  }
}

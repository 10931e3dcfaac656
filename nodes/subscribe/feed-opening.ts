import type { Node } from 'node-red';
import type { ErrorCode } from '../../src/client';
import { guarded } from '../shared/guard';
import type { NodeLife } from '../shared/node-life';
import { retryUntilDone } from '../shared/retry-until';
import { failureStatus } from '../shared/status';

/** The connection reports these by itself. */
const REPORTED_BY_CONNECTION: ReadonlySet<ErrorCode> = new Set([
  'AUTH_INVALID',
  'AUTH_MISSING',
  'AUTH_UNAVAILABLE',
  'NETWORK',
  'TIMEOUT',
  'CONFIG_INVALID',
  'BASE_URL_INVALID',
  'ABORTED',
]);
/** Only a person can heal these, and deploys afterwards. */
const PERMANENT: ReadonlySet<ErrorCode> = new Set(['AUTH_MISSING', 'CONFIG_INVALID', 'BASE_URL_INVALID']);

export interface OpeningContext {
  readonly node: Node;
  readonly life: NodeLife;
  /** Opens what is not open yet; called again until it succeeds. */
  open: (signal: AbortSignal) => Promise<void>;
  /** Ends all that is open. */
  end: () => void;
  report: (thrown: unknown) => void;
}

/** Opens the feeds of a node, tries again until that works, and begins anew with each deploy of the connection. */
export class FeedOpening {
  #context: OpeningContext | undefined;
  #run = new AbortController();
  #resolve: (failed?: unknown) => void = () => undefined;
  #outcome = this.#pending();
  #reported = '';

  /** Settles when the feeds are open or the node has ended, or with the error by which they cannot be opened. */
  get outcome(): Promise<unknown> {
    return this.#outcome;
  }

  start(context: OpeningContext): void {
    this.#context = context;
    this.#begin(context);
  }

  /** Opens all feeds anew; nothing happens before the start. */
  restart(): void {
    if (!this.#context) return;
    this.#resolve();
    this.#outcome = this.#pending();
    this.#begin(this.#context);
  }

  /** Nobody waits any longer. The attempts end with the node. */
  close(): void {
    this.#resolve();
  }

  #pending(): Promise<unknown> {
    return new Promise((resolve) => (this.#resolve = resolve));
  }

  #settle(failed?: unknown): void {
    this.#resolve(failed);
    this.#outcome = Promise.resolve(failed);
  }

  #begin(context: OpeningContext): void {
    guarded(() => this.#untilOpen(context), context.report)();
  }

  async #untilOpen(context: OpeningContext): Promise<void> {
    const { closing, failure } = context.life;
    this.#run.abort();
    this.#run = new AbortController();
    context.end();
    const signal = AbortSignal.any([closing, this.#run.signal]);
    const isPermanent = (error: unknown) => PERMANENT.has(failure(error).code);
    const failed = await retryUntilDone(() => this.#try(context, signal), { signal, isPermanent });
    if (!signal.aborted) this.#settle(failed);
  }

  async #try({ node, life, open }: OpeningContext, signal: AbortSignal): Promise<void> {
    try {
      await open(signal);
    } catch (thrown) {
      const error = life.failure(thrown);
      if (!REPORTED_BY_CONNECTION.has(error.code) && !life.closing.aborted) {
        life.status.set(failureStatus(error.code));
        // Once for each reason, however often it is tried.
        if (this.#reported !== error.message) node.error(error, {});
        this.#reported = error.message;
      }
      // The password is tried again in an hour: whoever waits gets the error now.
      if (error.code === 'AUTH_INVALID') this.#settle(error);
      throw error;
    }
  }
}

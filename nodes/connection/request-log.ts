import type { Node } from 'node-red';
import { clock, type ZaptecClient } from '../../src/client';
import { asError } from '../shared/errors';
import { guarded } from '../shared/guard';

/** Somebody who forgets to switch it off shall not fill the log, in ms. */
const LASTS_MS = 60 * 60_000;

/** What the sidebar shows of it. */
export interface RequestLogState {
  /** When it ends by itself, ms since 1970 by the wall clock; absent while it is off. */
  until?: number;
}

/**
 * Writes each request of the account of a connection to the log of Node-RED, as one line without bodies, secrets and
 * private values. Off until somebody switches it on; it ends after an hour, and with the connection.
 */
export class RequestLog {
  readonly #node: Pick<Node, 'log' | 'warn'>;
  readonly #ready: () => Promise<ZaptecClient>;
  #isClosed = false;
  #on: { end: () => void; timer: NodeJS.Timeout; endsAt: number } | undefined;

  constructor(node: Pick<Node, 'log' | 'warn'>, ready: () => Promise<ZaptecClient>) {
    this.#node = node;
    this.#ready = ready;
  }

  /** @throws ZaptecError where the connection cannot be used. */
  async switch(on: boolean): Promise<RequestLogState> {
    if (!on) this.#stop('Requests are no longer logged');
    else if (!this.#on) this.#start(await this.#ready());
    return this.state;
  }

  get state(): RequestLogState {
    return this.#on ? { until: clock.steadyToWall(this.#on.endsAt) } : {};
  }

  close(): void {
    this.#isClosed = true;
    this.#stop();
  }

  #start(client: ZaptecClient): void {
    if (this.#on || this.#isClosed) return;
    const report = (thrown: unknown) => this.#node.warn(asError(thrown).message);
    const end = client.onRequest((line) => this.#node.log(line));
    const expire = () => this.#stop('Requests are no longer logged: an hour is over');
    const timer = setTimeout(guarded(expire, report), LASTS_MS).unref();
    this.#on = { end, timer, endsAt: clock.steady() + LASTS_MS };
    this.#node.log('Each request of this account is logged for an hour');
  }

  #stop(text?: string): void {
    if (!this.#on) return;
    clearTimeout(this.#on.timer);
    this.#on.end();
    this.#on = undefined;
    if (text !== undefined) this.#node.log(text);
  }
}

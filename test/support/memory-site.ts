import { everyPhase } from '../../src/current/currents';
import type { Reading, WriteRecord } from '../../src/current/governor/events';
import { recordKeeper } from '../../src/current/record';
import type { CurrentTarget, SendOptions } from '../../src/current/target';
import type { Currents } from '../../src/current/types';
import { zaptecError } from '../../src/errors/zaptec-error';
import type { Answer } from '../../src/http/cache';
import { clock } from '../../src/time/clock';
import type { JsonObject } from '../../src/zaptec/json';

/** An installation that answers at once, and the disk of this machine. */
export class MemorySite implements CurrentTarget {
  readonly key = 'installation-x';
  currents = everyPhase(25);
  reads = 0;
  /** Those past every cache. */
  freshReads = 0;
  /** What a reading fails with. */
  readError: Error | undefined;
  /** What a write fails with after it has left; it acts all the same where its answer was lost. */
  sendError: Error | undefined;
  /** What a write waits for before it leaves, as it does for a permit. */
  permit: Promise<unknown> = Promise.resolve();
  /** What a write waits for after it has left. */
  answer: Promise<unknown> = Promise.resolve();
  /** By the time that the process has been running, ms. */
  readonly sent: { at: number; ampere: number; others: JsonObject; lane: string }[] = [];
  record: WriteRecord | undefined;
  readonly keeper = () =>
    recordKeeper({ load: () => this.record, save: (record) => (this.record = record && { ...record }) });

  read(fresh: boolean): Promise<Reading> {
    this.reads += 1;
    if (fresh) this.freshReads += 1;
    if (this.readError) return Promise.reject(this.readError);
    const reading = { maxCurrent: 25, at: clock.steady(), refusal: undefined, fingerprint: '' };
    return Promise.resolve({ ...reading, currents: this.currents });
  }

  async send(
    currents: Currents,
    others: JsonObject,
    { beforeSend, signal, lane }: SendOptions,
  ): Promise<Answer<unknown>> {
    await this.permit;
    if (signal.aborted) throw zaptecError('ABORTED', 'made up');
    beforeSend();
    const { sendError } = this;
    const isRefused = sendError && 'cause' in sendError && isAnswered(sendError.cause);
    if (!isRefused) this.currents = currents;
    this.sent.push({ at: performance.now(), ampere: currents.phase1, others, lane });
    await this.answer;
    if (sendError) throw sendError;
    return { data: { answered: true }, meta: { source: 'rest', time: clock.iso(), ageMs: 0, attempts: 1 } };
  }
}

function isAnswered(cause: unknown): boolean {
  return typeof cause === 'object' && cause !== null && 'status' in cause;
}

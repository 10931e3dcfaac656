import { randomUUID } from 'node:crypto';
import type { CurrentConnection } from '../cluster/current-connection';
import { ANNOUNCED_MS, SharedCurrent, type SharedView } from '../cluster/shared-current';
import { clock } from '../time/clock';
import { sleep } from '../time/sleep';
import type { LastingValues, OwnLimit, SharedNews, WriteRecord } from './governor/events';
import { lastingText, limitTextOf, otherLimitsOf, recordOf, writeOf } from './shared-values';

/** A machine that has never reached Redis raises nothing for so long: another one may have written before, in ms. */
const UNKNOWN_MS = 15 * 60_000;
/** While another machine writes, it is asked so often whether it has ended, in ms. */
const AGAIN_MS = 500;

/** Whether a write may leave. */
export type WriteGrant =
  /** @property isValid asked immediately before the write leaves. */
  | { kind: 'granted'; id: string; isValid: () => boolean }
  /** Not before `until`, ms of `clock.steady()`. */
  | { kind: 'blocked'; until: number };

/** What a limit of another machine is, for people. */
export interface LimitOfMachine {
  machine: string;
  by: string;
  /** JSON of the limit. */
  value: string;
  /** When its node got its last value, ms of `clock.steady()`. */
  at: number;
  /** How long ago its machine was there, in ms; undefined where nobody knows. */
  silentMs: number | undefined;
}

/** Gives a governor the limits and the writes of the other machines, and them those of this one. */
export class CurrentShare {
  readonly #connection: CurrentConnection;
  readonly #shared: SharedCurrent;
  readonly #openedAt = clock.steady();
  /** Stands for a record that has no id. */
  readonly #unnamed = randomUUID();
  #onShared: (event: SharedNews) => void = () => undefined;

  /** @param name of the current, usable in a key */
  constructor(connection: CurrentConnection, name: string) {
    this.#connection = connection;
    this.#shared = new SharedCurrent(connection, name, (view) => this.#onShared(newsOf(view)));
  }

  /** From now on the listener gets what the others change. */
  listen(onShared: (event: SharedNews) => void): void {
    this.#onShared = onShared;
  }

  publish({ limits, isActive }: { limits: readonly OwnLimit[]; isActive: boolean }): void {
    this.#shared.publish(limits.map(limitTextOf), isActive);
  }

  withdraw(by: string): void {
    this.#shared.withdraw(by);
  }

  /** @param record of the last write; undefined where the first one of all had no effect. */
  know(record: WriteRecord | undefined): void {
    this.#shared.know(record && writeOf(record, this.#unnamed));
  }

  /**
   * What is read while another machine writes may be either value: resolves when none does.
   * @returns whether one did, so that a reading of before says nothing.
   */
  async settled(signal: AbortSignal): Promise<boolean> {
    await this.#shared.refresh();
    let wasBusy = false;
    while (this.#shared.view.announced && !signal.aborted) {
      wasBusy = true;
      await sleep(AGAIN_MS, signal);
      await this.#shared.refresh();
    }
    return wasBusy;
  }

  /** Only one machine may write at a time, and none that does not know what the others have done. */
  async announce(raises: boolean, lasting: LastingValues): Promise<WriteGrant> {
    const id = randomUUID();
    const grant = await this.#shared.announce({ id, raises, value: lastingText({ ...lasting, id }) });
    if (grant.kind === 'wait') return { kind: 'blocked', until: grant.until };
    if (grant.kind === 'granted') return { ...grant, id };
    const until = this.#openedAt + UNKNOWN_MS;
    if (raises && !this.#shared.hasJoined && clock.steady() < until) return { kind: 'blocked', until };
    return { kind: 'granted', id, isValid: () => true };
  }

  /** @param record absent where the write was never sent, or had no effect for certain */
  finish(id: string, record: WriteRecord | undefined): void {
    this.#shared.finish(id, record && writeOf(record, id));
  }

  /** The limits of other machines, and how long ago each of these was there. */
  async limits(): Promise<LimitOfMachine[]> {
    const machines = await this.#shared.machines();
    return this.#shared.view.limits.map((limit) => ({ ...limit, silentMs: machines?.get(limit.machine) }));
  }

  /** @returns false where Redis is away. */
  remove(machine: string, by: string): Promise<boolean> {
    return this.#shared.remove(machine, by);
  }

  /** This machine has the id. */
  isThisMachine(machine: string): boolean {
    return machine === this.#connection.machine;
  }

  close(): void {
    this.#shared.close();
  }
}

function newsOf(view: SharedView): SharedNews {
  const { record, announced } = view;
  return {
    limits: otherLimitsOf(view),
    record: record && recordOf(record),
    busyUntil: announced ? announced.at + ANNOUNCED_MS : -Infinity,
  };
}

import type { Answer } from '../http/cache';
import type { Lane } from '../http/lanes';
import type { Currents } from './types';
import type { Reading } from './governor/events';
import type { JsonObject } from '../zaptec/json';

export interface SendOptions {
  lane: Lane;
  signal: AbortSignal;
  /** Called right before it leaves. */
  beforeSend: () => void;
}

/** What has a current that is governed: an installation or a charger. */
export interface CurrentTarget {
  /** Usable as the name of a file. */
  readonly key: string;
  /** @param fresh past every cache. @throws ZaptecError */
  read(fresh: boolean, signal: AbortSignal): Promise<Reading>;
  /** Sends once. @param others settings that go along. @throws ZaptecError */
  send(currents: Currents, others: JsonObject, sending: SendOptions): Promise<Answer<unknown>>;
}

/**
 * The same, but nothing leaves: what was set in the imagination is what is read.
 */
export function dryRunOf(subject: CurrentTarget): CurrentTarget {
  let imagination: Currents | undefined;
  return {
    key: `${subject.key}-dry-run`,
    async read(fresh, signal) {
      const reading = await subject.read(fresh, signal);
      return imagination && reading.currents ? { ...reading, currents: imagination } : reading;
    },
    send(currents, _others, { beforeSend }) {
      beforeSend();
      imagination = currents;
      const meta = { source: 'cache' as const, time: new Date().toISOString(), ageMs: 0, attempts: 0 };
      return Promise.resolve({ data: null, meta });
    },
  };
}

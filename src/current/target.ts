import type { Answer } from '../http/cache';
import type { Lane } from '../http/lanes';
import { clock } from '../time/clock';
import type { JsonObject } from '../zaptec/json';
import type { Reading } from './governor/events';
import type { Currents } from './types';

export interface SendOptions {
  lane: Lane;
  signal: AbortSignal;
  /** Called right before the request leaves. */
  beforeSend: () => void;
}

/** Whose current is governed: an installation or a charger. */
export interface CurrentTarget {
  /** Usable as the name of a file. */
  readonly key: string;
  /** @param fresh past every cache. @throws ZaptecError */
  read(fresh: boolean, signal: AbortSignal): Promise<Reading>;
  /** Sends once. @param others settings that go along. @throws ZaptecError */
  send(currents: Currents, others: JsonObject, sending: SendOptions): Promise<Answer<unknown>>;
}

/** The same target, but nothing leaves: what was set last in the dry run is what is read. */
export function dryRunOf(real: CurrentTarget): CurrentTarget {
  let pretended: Currents | undefined;
  return {
    key: `${real.key}-dry-run`,
    async read(fresh, signal) {
      const reading = await real.read(fresh, signal);
      return pretended && reading.currents ? { ...reading, currents: pretended } : reading;
    },
    send(currents, _others, { beforeSend }) {
      beforeSend();
      pretended = currents;
      const meta = { source: 'cache' as const, time: clock.iso(), ageMs: 0, attempts: 0 };
      return Promise.resolve({ data: null, meta });
    },
  };
}

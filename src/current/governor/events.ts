import type { ZaptecError } from '../../errors/zaptec-error';
import type { WriteTimes } from '../pacing';
import type { Currents, CurrentRequest, Decision, RequestSettings } from '../types';

/** The answer to a reading (docs/zaptec-api.md, "Installation"). */
export interface Reading {
  /** Absent where nobody knows them; the maximum where the cloud leaves them out because it is the maximum. */
  currents: Currents | undefined;
  /** Why they are absent. */
  unknown?: ZaptecError | undefined;
  /** A */
  maxCurrent: number;
  /** From when on it is true at the earliest, ms of `clock.steady()`. */
  at: number;
  /** How much older than its request it may be, as the cloud keeps it, in ms. */
  ageMs?: number;
  /** What makes every write useless at present. */
  refusal: ZaptecError | undefined;
  /** Changes with everything that could make a refusal untrue. */
  fingerprint: string;
}

/** What is remembered of writes over a restart. */
export interface WriteRecord extends WriteTimes {
  /** What was sent last. */
  currents: Currents;
  /** What counts when there is no target: the value that was requested last, before limits. */
  base: Currents;
  /** What was set before the first target; absent where that is not known. */
  before?: Currents | undefined;
  /** Who has set the base, for people. */
  setBy?: string | undefined;
  /** Among several machines. */
  id?: string | undefined;
  /** The write that has set the base, of whichever machine. */
  baseId?: string | undefined;
}

/** What the last process left behind. */
export interface RestoredRecord extends WriteRecord {
  /** Nobody knows when it was written, since the wall clock was set back afterwards. */
  isUndated?: boolean;
}

/** A limit of another machine, or the dead man's switch of one. */
export interface OtherLimit {
  /** A; absent where only the safe value may count. */
  currents?: Currents | undefined;
  /** When its node got its last valid value. */
  lastInputAt: number;
  deadMan?: { afterMs: number; safeA: number } | undefined;
  deadManFired: boolean;
}

/** A limit that the other machines must keep as well. */
export interface OwnLimit extends OtherLimit {
  by: string;
  /** For people. */
  name: string;
}

/** What a record says beside the times. */
export type LastingValues = Omit<WriteRecord, keyof WriteTimes>;

/** How a write ended. */
export type Outcome =
  /** The cloud accepted it. */
  | { kind: 'done' }
  /** It certainly did not act, and was hardly noticed: 429, no connection, refused for a passing reason. */
  | { kind: 'rejected'; error: ZaptecError }
  /** It certainly did not act, and will not before somebody changes something. */
  | { kind: 'refused'; error: ZaptecError }
  /** It did not act, but the cloud was reached: the next raise counts from here. */
  | { kind: 'failed'; error: ZaptecError }
  /** Its answer was lost: it may have acted. */
  | { kind: 'lost'; error: ZaptecError }
  /** Another machine may write at this moment. @property until not before then, as far as is known. */
  | { kind: 'blocked'; until?: number };

export type GovernorEvent =
  /** A node was deployed. */
  | { type: 'arm'; settings: RequestSettings }
  | { type: 'request'; request: CurrentRequest; serial: number }
  | { type: 'withdraw'; by: string }
  /** The node was withdrawn for good, by a reset or by its removal, and not because the flows stop. */
  | { type: 'release'; by: string }
  /** One write for a caller that leaves no setpoint behind; without currents it changes other settings. */
  | {
      type: 'one-off';
      key: number;
      currents?: Currents | undefined;
      hasOthers: boolean;
      maxCurrent?: number | undefined;
    }
  /** The caller of a one-off write no longer wants it. */
  | { type: 'cancel-one-off'; key: number }
  | { type: 'reading'; reading: Reading }
  /** @property final a person has to change something first. */
  | { type: 'read-failed'; error: ZaptecError; final: boolean }
  /** `write` is about to leave. */
  | { type: 'sent'; write: Write; id?: string | undefined }
  | { type: 'written'; write: Write; outcome: Outcome }
  /** Fresh observations: what each charger takes, and whether they show the known current. */
  | { type: 'observed'; chargers: readonly Currents[]; agrees: boolean | undefined }
  /** What the other machines have changed. @property busyUntil one of them may write until then. */
  | { type: 'shared'; limits: readonly OtherLimit[]; record: WriteRecord | undefined; busyUntil: number }
  /** The wall clock leapt forward: the computer may have slept, so that what is known is older than it seems. */
  | { type: 'clock-leap' }
  | { type: 'tick' };

/** What a governor learns of those of other machines and accounts. */
export type SharedNews = Omit<Extract<GovernorEvent, { type: 'shared' }>, 'type'>;

export interface Write {
  currents: Currents;
  /** It serves safety: a phase falls. */
  urgent: boolean;
  /** A phase rises, or may. */
  raises: boolean;
  /** The one-off write that it is for. */
  oneOff?: number | undefined;
}

/** The answer to the caller of a one-off write. */
export type OneOffResult = { ok: true; sent: boolean } | { ok: false; error: ZaptecError };

export type Effect =
  /** @property fresh past every cache */
  | { do: 'read'; fresh: boolean }
  /** @property lasting what the record will say beside the times. */
  | { do: 'write'; write: Write; lasting: LastingValues }
  /** The write has not left yet, and must not any more. */
  | { do: 'recall'; write: Write }
  /** To be kept before anything else is done; undefined: there was none. */
  | { do: 'record'; record: WriteRecord | undefined }
  /** @property callers serials of the requests whose answer it is; empty: for the listeners. */
  | { do: 'report'; by: string; callers: readonly number[]; decision: Decision }
  | { do: 'answer'; key: number; result: OneOffResult };

import type { ZaptecError } from '../../errors/zaptec-error';
import type { Currents, CurrentRequest, Decision, RequestSettings } from '../types';
import type { Paced } from '../pacing';

/** What a reading told, `zaptec-api.md` 2.3. */
export interface Reading {
  /** Absent where the cloud does not tell them. */
  currents: Currents | undefined;
  /** A */
  maxCurrent: number;
  /** ms since 1970: from when what it tells is true at the earliest. */
  at: number;
  /** What makes every write useless at present. */
  refusal: ZaptecError | undefined;
  /** Changes with everything that could make a refusal untrue. */
  fingerprint: string;
}

/** What is remembered of writes over a restart. */
export interface WriteRecord extends Paced {
  /** What was sent last. */
  currents: Currents;
  /** What counts when there is no target: what was wanted last, before limits. */
  base: Currents;
}

/** What became of a write. */
export type Outcome =
  /** The cloud said yes. */
  | { kind: 'done' }
  /** It certainly did not act, and was hardly noticed: 429, no connection, refused for a passing reason. */
  | { kind: 'rejected'; error: ZaptecError }
  /** It certainly did not act, and will not before somebody changes something. */
  | { kind: 'refused'; error: ZaptecError }
  /** It did not act, but the cloud was reached: the next raise counts from here. */
  | { kind: 'failed'; error: ZaptecError }
  /** Nobody knows. */
  | { kind: 'lost'; error: ZaptecError }
  /** Another machine was faster; what it left is to be looked at first. */
  | { kind: 'blocked'; record: WriteRecord | undefined };

export type GovernorEvent =
  | { type: 'arm'; settings: RequestSettings }
  | { type: 'wish'; wish: CurrentRequest; serial: number }
  | { type: 'withdraw'; by: string }
  /** One write of a caller that leaves no wish behind; without currents it changes other settings. */
  | { type: 'shot'; key: number; currents?: Currents; hasOthers: boolean; maxCurrent?: number }
  | { type: 'forget'; key: number }
  | { type: 'reading'; reading: Reading }
  /** @property final a person has to change something first. */
  | { type: 'unread'; error: ZaptecError; final: boolean }
  /** `write` is about to leave. */
  | { type: 'sent'; write: Write }
  | { type: 'written'; write: Write; outcome: Outcome }
  /** Fresh observations: what each charger takes, and whether they show the currents that are believed. */
  | { type: 'observed'; chargers: readonly Currents[]; agrees: boolean | undefined }
  | { type: 'tick' };

export interface Write {
  currents: Currents;
  /** It serves safety: phases fall. */
  urgent: boolean;
  /** The shot that it is for. */
  shot?: number;
}

/** What is left after a shot. */
export type OneOffResult = { ok: true; sent: boolean } | { ok: false; error: ZaptecError };

export type Effect =
  /** @property fresh past every cache */
  | { do: 'read'; fresh: boolean }
  | { do: 'write'; write: Write }
  /** It has not left yet, and must not any more. */
  | { do: 'recall'; write: Write }
  /** To be kept before anything else is done; undefined: there was none. */
  | { do: 'record'; record: WriteRecord | undefined }
  /** @property asked calls whose answer it is; empty: for the listeners. */
  | { do: 'tell'; by: string; asked: readonly number[]; decision: Decision }
  | { do: 'answer'; key: number; result: OneOffResult };

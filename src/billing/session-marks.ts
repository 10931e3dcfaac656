import { createHash } from 'node:crypto';
import type { SessionRecord } from '../state/session-record';

/** What of a session may change after it was reported. */
export type MarkedSession = Pick<
  SessionRecord,
  'id' | 'start' | 'end' | 'energyKwh' | 'userId' | 'voided' | 'replacedBy'
>;

/**
 * Why a session is reported: it is `new`; it became known `late`, long after its end; it was `voided`; another session
 * has `replaced` it; or its energy, times or user were `corrected`.
 */
export type SessionChange = 'new' | 'late' | 'voided' | 'replaced' | 'corrected';

/** A session as it was reported last. */
export interface SessionMark {
  /** ms since 1970 */
  end: number;
  /** `o` (as it is), `v` (voided) or `r` (replaced), and a hash of what may be corrected. */
  code: string;
}

/** The archive may need some minutes for a session that has ended, ms. */
const LATE_MS = 15 * 60_000;
const HASH_LENGTH = 8;

/** @param otherwise the end of a session that has none, ms since 1970. */
export function markOf(session: MarkedSession, otherwise: number): SessionMark {
  const end = session.end === undefined ? NaN : Date.parse(session.end);
  const state = session.replacedBy !== undefined ? 'r' : session.voided === true ? 'v' : 'o';
  const fields = [session.start, session.end, session.energyKwh, session.userId];
  const hash = createHash('sha256').update(JSON.stringify(fields)).digest('base64url').slice(0, HASH_LENGTH);
  return { end: Number.isFinite(end) ? end : otherwise, code: state + hash };
}

/**
 * What has happened to a session since it was reported; undefined: nothing.
 * @param before the mark of then; undefined when it was never reported.
 * @param readAt when the sessions were read last, ms since 1970; undefined: never.
 */
export function changeOf(
  mark: SessionMark,
  before: SessionMark | undefined,
  readAt: number | undefined,
): SessionChange | undefined {
  if (mark.code === before?.code) return undefined;
  const [state] = mark.code;
  if (state !== before?.code[0]) {
    if (state === 'v') return 'voided';
    if (state === 'r') return 'replaced';
  }
  if (before) return 'corrected';
  return readAt !== undefined && mark.end < readAt - LATE_MS ? 'late' : 'new';
}

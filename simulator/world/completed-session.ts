import type { Charger, FinishedSession } from './model';
import { signedSession } from './ocmf';

/** The JSON text of observation 723 (docs/zaptec-api.md, "Completed session"). */
export function completedSession(charger: Charger, session: FinishedSession): string {
  const { id, energyKwh, startedAt, endedAt, tokenName, stoppedByRfid, reliableClock = true } = session;
  return JSON.stringify({
    SessionId: id,
    Energy: Math.round(energyKwh * 1000) / 1000,
    StartDateTime: micros(startedAt),
    EndDateTime: micros(endedAt),
    ReliableClock: reliableClock,
    StoppedByRFID: stoppedByRfid,
    AuthenticationCode: tokenName ?? '',
    ...(session.user ? { FirstAuthenticatedDateTime: micros(startedAt) } : {}),
    SignedSession: signedSession(charger, session),
  });
}

/** Six decimals and `Z`. */
const micros = (at: number): string => new Date(at).toISOString().replace('Z', '000Z');

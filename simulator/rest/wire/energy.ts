import type { Charger, FinishedSession } from '../../world/model';
import { signedSession } from '../../world/ocmf';

/** What was measured can be told, and by which meter: the charger may have been removed since. */
export function isSigned({ readings }: FinishedSession, charger: Charger | undefined): charger is Charger {
  return charger !== undefined && readings.length > 0;
}

/** The same text as in observation 723, `zaptec-api.md` 8.1. */
export function signatureOf(session: FinishedSession, charger: Charger | undefined): string | undefined {
  return isSigned(session, charger) ? signedSession(charger, session) : undefined;
}

/** Three decimals, as observations have them. */
export const wireEnergy = (kwh: number): number => Math.round(kwh * 1000) / 1000;

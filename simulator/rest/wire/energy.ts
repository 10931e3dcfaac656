import type { Charger, FinishedSession } from '../../world/model';
import { signedSession } from '../../world/ocmf';

/** Whether a signed session can be made: it has readings, and its charger has not been removed. */
export function isSigned({ readings }: FinishedSession, charger: Charger | undefined): charger is Charger {
  return charger !== undefined && readings.length > 0;
}

/** The same text as in observation 723 (docs/zaptec-api.md, "Completed session"). */
export function signatureOf(session: FinishedSession, charger: Charger | undefined): string | undefined {
  return isSigned(session, charger) ? signedSession(charger, session) : undefined;
}

/** kWh with three decimals, like observations. */
export const wireEnergy = (kwh: number): number => Math.round(kwh * 1000) / 1000;

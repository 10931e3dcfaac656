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

/** The latest signed reading of the meter; a charger that was never started has none. */
export function meterReadingOf({ observations }: Charger) {
  const text = observations.get(SIGNED_METER_VALUE)?.value;
  if (text === undefined) return {};
  return { SignedMeterValueKwh: Number(/"RV":([\d.]+)/.exec(text)?.[1]), SignedMeterValue: text };
}

const SIGNED_METER_VALUE = 554;

/** kWh with three decimals, like observations. */
export const wireEnergy = (kwh: number): number => Math.round(kwh * 1000) / 1000;

import type { Charger, ChargerModel, Session } from './model';

/** A reading of the meter in an OCMF text. */
export interface MeterReading {
  /** ms since 1970 */
  at: number;
  meterKwh: number;
}

const NAMES: Record<ChargerModel, string> = { Pro: 'ZAPTEC PRO', Go: 'ZAPTEC GO', 'Go 2': 'ZAPTEC GO2' };

/** The OCMF text of observation 554: one reading, PG "F1" (docs/zaptec-api.md, "Signed meter values"). */
export function signedReading(charger: Charger, reading: MeterReading): string {
  return ocmf(charger, 'F1', [ocmfReading(reading, 'F')]);
}

/** The OCMF text of a session: begin, periodic readings, end (docs/zaptec-api.md, "Signed meter values"). */
export function signedSession(charger: Charger, session: Session): string {
  const last = session.readings.length - 1;
  return ocmf(
    charger,
    'T1',
    session.readings.map((reading, index) => ocmfReading(reading, index === 0 ? 'B' : index === last ? 'E' : 'T')),
  );
}

function ocmf(charger: Charger, pagination: string, readings: object[]): string {
  const { model, deviceId, firmware } = charger;
  const head = { FV: '1.0', GI: NAMES[model], GS: deviceId, GV: firmware.current, PG: pagination };
  return `OCMF|${JSON.stringify({ ...head, RD: readings })}`;
}

function ocmfReading({ at, meterKwh }: MeterReading, type: string): object {
  const value = Math.round(meterKwh * 1000) / 1000;
  return { TM: ocmfTime(at), TX: type, RV: value, RI: '1-0:1.8.0', RU: 'kWh', RT: 'AC', ST: 'G' };
}

/** `2026-05-04T08:01:02,000+00:00 R`; R means a synchronised clock. */
const ocmfTime = (at: number): string => `${new Date(at).toISOString().replace('.', ',').replace('Z', '+00:00')} R`;

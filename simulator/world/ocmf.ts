import type { Charger, ChargerModel, Session } from './model';
import { signatureOf } from './signature';

/** A reading of the meter in an OCMF text. */
export interface MeterReading {
  /** ms since 1970 */
  at: number;
  meterKwh: number;
}

interface Format {
  /** The name of the gateway. */
  name: string;
  /** The status of the clock behind a time: S is synchronised, R relative. */
  clock: 'R' | 'S';
  /** Version of the meter; only a text with one is signed. */
  meterFirmware?: string;
}

/** As recorded, for a Pro guessed (docs/zaptec-api.md, "Signed meter values"). */
const FORMATS: Record<ChargerModel, Format> = {
  Pro: { name: 'ZAPTEC PRO', clock: 'R' },
  Go: { name: 'ZAPTEC GO', clock: 'R' },
  'Go 2': { name: 'Zaptec Go 2', clock: 'S', meterFirmware: '1.0' },
};

/**
 * The OCMF text of observation 554: one reading without TX, PG "F1". The text is made when it is asked for, because
 * signing costs more than all else that happens in an hour of a charger.
 */
export function signedReading(charger: Charger, reading: MeterReading): () => string {
  return ocmf(charger, 'F1', [ocmfReading(charger.model, reading)]);
}

/**
 * The OCMF text of a session: begin, periodic readings, end (docs/zaptec-api.md, "Signed meter values"). guess: on a Go 2
 * it is signed like observation 554.
 */
export function signedSession(charger: Charger, session: Session): string {
  const last = session.readings.length - 1;
  const type = (index: number) => (index === 0 ? 'B' : index === last ? 'E' : 'T');
  const readings = session.readings.map((reading, index) => ocmfReading(charger.model, reading, type(index)));
  return ocmf(charger, 'T1', readings)();
}

function ocmf({ model, deviceId, firmware }: Charger, pagination: string, readings: object[]): () => string {
  const { name, meterFirmware } = FORMATS[model];
  const text = JSON.stringify({
    FV: '1.0',
    GI: name,
    GS: deviceId,
    GV: firmware.current,
    PG: pagination,
    ...(meterFirmware === undefined ? {} : { MF: meterFirmware }),
    RD: readings,
  });
  if (meterFirmware === undefined) return () => `OCMF|${text}`;
  return () => `OCMF|${text}|${JSON.stringify({ SA: 'ECDSA-secp256r1-SHA256', SD: signatureOf(deviceId, text) })}`;
}

function ocmfReading(model: ChargerModel, { at, meterKwh }: MeterReading, type?: string): object {
  const value = Math.round(meterKwh * 1000) / 1000;
  const transaction = type === undefined ? {} : { TX: type };
  return { TM: ocmfTime(at, model), ...transaction, RV: value, RI: '1-0:1.8.0', RU: 'kWh', RT: 'AC', ST: 'G' };
}

/** `2026-05-04T08:01:02,000+00:00 R` */
const ocmfTime = (at: number, model: ChargerModel): string =>
  `${new Date(at).toISOString().replace('.', ',').replace('Z', '+00:00')} ${FORMATS[model].clock}`;

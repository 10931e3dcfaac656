import { isSecretObservation } from '../../zaptec/decode/secrets';
import { utcOf } from '../../zaptec/decode/times';
import { isGuid } from '../../zaptec/guid';
import type { RawObservation } from '../../zaptec/observations';
import { readNumber } from '../../zaptec/values';
import { textOf } from './nbfx';
import { isObject } from '../../zaptec/json';

/** What one message of the bus tells. The all-zero charger id is handed on: it belongs to nobody, but it occurs. */
export interface BusObservation extends RawObservation {
  /** The serial; messages of 2021 had none. */
  deviceId?: string;
  deviceType?: number;
}

/** Bytes or characters; the largest messages of a Service Bus of the standard kind have a quarter of that. */
const MOST = 1024 * 1024;

/**
 * JSON as the cloud writes it for most values, with nothing escaped: read so, it takes half as long. Longer values are
 * left to the parser, because the engine would keep the whole message with a part of that length.
 */
const USUAL =
  /^\{"DeviceId":"([\w-]{1,40})","DeviceType":(\d),"ChargerId":"([\da-f-]{36})","StateId":(-?[1-9]\d{0,5}),"Timestamp":"([\d:.TZ-]{1,40})","ValueAsString":"([\w .:+-]{0,12})"\}$/;

/** A charger tells many observations: its id is checked once, and all of them share one text. */
const REMEMBERED = 20_000;
const ids = new Map<string, string>();

/**
 * The observation in the body of a message: .NET binary XML around JSON, or plain JSON, or what the SDK has already
 * parsed; names in either casing. Undefined when there is none in it. Never throws, whatever the body; the work grows
 * with its size alone, and more than a mebibyte is not looked at.
 */
export function decodeEnvelope(body: unknown): BusObservation | undefined {
  try {
    return observationOf(parsed(body));
  } catch {
    return undefined;
  }
}

function parsed(body: unknown): unknown {
  if (typeof body === 'string') return body.length > MOST ? undefined : parseText(body);
  if (!(body instanceof Uint8Array)) return body;
  if (body.length > MOST) return undefined;
  const bytes = Buffer.isBuffer(body) ? body : Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const text = textOf(bytes);
  const value = text === undefined ? undefined : parseText(text);
  return isObject(value) ? value : parseText(bytes.toString('utf8'));
}

/** The JSON in a text, else what stands between its first and its last brace. */
function parseText(text: string): unknown {
  const usual = USUAL.exec(text);
  if (usual) {
    const [, DeviceId, DeviceType, ChargerId, StateId, Timestamp, ValueAsString] = usual;
    return { DeviceId, DeviceType: Number(DeviceType), ChargerId, StateId: Number(StateId), Timestamp, ValueAsString };
  }
  try {
    return JSON.parse(text);
  } catch {
    const [from, to] = [text.indexOf('{'), text.lastIndexOf('}')];
    return from >= 0 && to > from ? JSON.parse(text.slice(from, to + 1)) : undefined;
  }
}

function observationOf(source: unknown): BusObservation | undefined {
  if (!isObject(source)) return undefined;
  const chargerId = idOf(source['ChargerId'] ?? source['chargerId']);
  const stateId = integer(source['StateId'] ?? source['stateId']);
  if (chargerId === undefined || stateId === undefined) return undefined;
  const observation: BusObservation = { chargerId, stateId };
  const time = source['Timestamp'] ?? source['timestamp'];
  const timestamp = typeof time === 'string' ? utcOf(time) : undefined;
  if (timestamp !== undefined) observation.timestamp = timestamp;
  const value = source['ValueAsString'] ?? source['valueAsString'];
  if (typeof value === 'string' && !isSecretObservation(stateId)) observation.valueAsString = value;
  const deviceId = source['DeviceId'] ?? source['deviceId'];
  if (typeof deviceId === 'string' && deviceId !== '') observation.deviceId = deviceId;
  const deviceType = integer(source['DeviceType'] ?? source['deviceType']);
  if (deviceType !== undefined) observation.deviceType = deviceType;
  return observation;
}

/** In lower case; undefined when it is no GUID. */
function idOf(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  const known = ids.get(value);
  if (known !== undefined || !isGuid(value)) return known;
  if (ids.size >= REMEMBERED) ids.clear();
  const id = value.toLowerCase();
  ids.set(value, id);
  return id;
}

/** Parsing is lenient: a number in a text is one, too. */
function integer(value: unknown): number | undefined {
  const number = typeof value === 'string' ? readNumber(value) : value;
  return Number.isSafeInteger(number) ? (number as number) : undefined;
}

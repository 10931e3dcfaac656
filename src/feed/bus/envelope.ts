import { parseJson } from '../../zaptec/bounded-json';
import { isSecretObservation } from '../../zaptec/decode/secrets';
import { USUAL_MILLISECONDS, utcOf } from '../../zaptec/decode/times';
import { isGuid } from '../../zaptec/guid';
import type { RawObservation } from '../../zaptec/observations';
import { readNumber } from '../../zaptec/values';
import { textOf } from './nbfx';
import { isObject } from '../../zaptec/json';

/** The content of one message of the bus. The all-zero charger id is kept: it belongs to nobody, but it occurs. */
export interface BusObservation extends RawObservation {
  /** The serial; messages of 2021 had none. */
  deviceId?: string;
  deviceType?: number;
}

/** Bytes or characters; the largest messages of a Service Bus of the standard kind have a quarter of that. */
const MOST = 1024 * 1024;

/**
 * JSON as the cloud writes it for most values, with nothing to unescape: reading it so takes a fraction of the time of a
 * parser. Each text ends at its first quote, which is cheaper to find than the end of a counted or a narrower class.
 */
const UP_TO_TIME =
  /^\{"DeviceId":"([ !#-[\]-~]+)","DeviceType":(\d),"ChargerId":"([ !#-[\]-~]+)","StateId":(-?[1-9]\d{0,5}),"Timestamp":"/;
const AFTER_MILLISECONDS = /\d{0,4}Z?","ValueAsString":"([ !#-[\]-~]*)"\}$/;
const USUAL = new RegExp(`${UP_TO_TIME.source}(${USUAL_MILLISECONDS.source})${AFTER_MILLISECONDS.source}`);
/** Longer texts are left to the parser: the engine would keep the whole message alive with a part of such a length. */
const LONGEST_TEXT = 12;

/** A charger sends many observations: its id is checked once, and all of them share one text. */
const MOST_IDS = 20_000;
const ids = new Map<string, string>();
/** The same ids by the serial: to look up a text that is so short and to compare the id takes half the time. */
const idsOfSerials = new Map<string, string>();

/**
 * The observation in the body of a message: .NET binary XML around JSON, or plain JSON, or what the SDK has already
 * parsed; names in either casing. Undefined when the body holds none. Never throws, whatever the body; the work grows
 * with its size alone, and a body of more than a mebibyte is not read.
 */
export function decodeEnvelope(body: unknown): BusObservation | undefined {
  try {
    if (typeof body === 'string') return ofText(body);
    if (body instanceof Uint8Array) return ofBytes(body);
    return ofObject(body);
  } catch {
    return undefined;
  }
}

/**
 * Whether the body of a message is damaged: it holds no JSON, so that what it said is lost. A body with other content
 * than an observation is not.
 */
export function isDamaged(body: unknown): boolean {
  if (typeof body === 'string') return isNoJson(body);
  if (!(body instanceof Uint8Array)) return !isObject(body);
  if (body.length > MOST) return true;
  const bytes = bufferOf(body);
  return isNoJson(textOf(bytes) ?? '') && isNoJson(bytes.toString('utf8'));
}

function isNoJson(text: string): boolean {
  try {
    return text.length > MOST || parsed(text) === undefined;
  } catch {
    return true;
  }
}

const bufferOf = (body: Uint8Array): Buffer =>
  Buffer.isBuffer(body) ? body : Buffer.from(body.buffer, body.byteOffset, body.byteLength);

function ofBytes(body: Uint8Array): BusObservation | undefined {
  if (body.length > MOST) return undefined;
  const bytes = bufferOf(body);
  const text = textOf(bytes);
  return (text === undefined ? undefined : ofText(text)) ?? ofText(bytes.toString('utf8'));
}

function ofText(text: string): BusObservation | undefined {
  if (text.length > MOST) return undefined;
  const usual = USUAL.exec(text);
  return (usual && ofUsual(usual)) ?? ofObject(parsed(text));
}

function ofUsual(usual: RegExpExecArray): BusObservation | undefined {
  const [, deviceId = '', , , , , value = ''] = usual;
  if (deviceId.length > LONGEST_TEXT || value.length > LONGEST_TEXT) return undefined;
  const chargerId = idOfSerial(deviceId, usual[3]);
  if (chargerId === undefined) return undefined;
  return observation(chargerId, Number(usual[4]), `${usual[5]}Z`, value, deviceId, Number(usual[2]));
}

/** The JSON in a text, else what stands between its first and its last brace. */
function parsed(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    const [from, to] = [text.indexOf('{'), text.lastIndexOf('}')];
    return from >= 0 && to > from ? parseJson(text.slice(from, to + 1)) : undefined;
  }
}

function ofObject(source: unknown): BusObservation | undefined {
  if (!isObject(source)) return undefined;
  const field = (name: string) => source[name] ?? source[name.charAt(0).toLowerCase() + name.slice(1)];
  const chargerId = idOf(field('ChargerId'));
  const stateId = integer(field('StateId'));
  if (chargerId === undefined || stateId === undefined) return undefined;
  const deviceType = integer(field('DeviceType'));
  const time = field('Timestamp');
  return observation(
    chargerId,
    stateId,
    typeof time === 'string' ? utcOf(time) : undefined,
    field('ValueAsString'),
    field('DeviceId'),
    deviceType,
  );
}

/** Fields one by one instead of an object: with thousands of messages a second, each object on the way counts. */
function observation(
  chargerId: string,
  stateId: number,
  timestamp: string | undefined,
  value: unknown,
  deviceId: unknown,
  deviceType: number | undefined,
): BusObservation {
  const found: BusObservation = { chargerId, stateId };
  if (timestamp !== undefined) found.timestamp = timestamp;
  if (typeof value === 'string' && !isSecretObservation(stateId)) found.valueAsString = value;
  if (typeof deviceId === 'string' && deviceId !== '') found.deviceId = deviceId;
  if (deviceType !== undefined) found.deviceType = deviceType;
  return found;
}

function idOfSerial(serial: string, written: string | undefined): string | undefined {
  const known = idsOfSerials.get(serial);
  if (known !== undefined && known === written) return known;
  const id = idOf(written);
  if (idsOfSerials.size >= MOST_IDS) idsOfSerials.clear();
  if (id !== undefined) idsOfSerials.set(serial, id);
  return id;
}

/** In lower case; undefined when it is no GUID. */
function idOf(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  const known = ids.get(value);
  if (known !== undefined || !isGuid(value)) return known;
  if (ids.size >= MOST_IDS) ids.clear();
  const id = value.toLowerCase();
  ids.set(value, id);
  return id;
}

/** Parsing is lenient: a number in a text is one, too. */
function integer(value: unknown): number | undefined {
  const number = typeof value === 'string' ? readNumber(value) : value;
  return Number.isSafeInteger(number) ? (number as number) : undefined;
}

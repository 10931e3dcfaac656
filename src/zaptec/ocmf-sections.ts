import { parseJson } from './bounded-json';
import { isObject, type JsonObject } from './json';

/** The sections of an OCMF text: `OCMF|payload|signature` (docs/zaptec-api.md, "Signed meter values"). */
export interface OcmfSections {
  payload: JsonObject;
  /** The payload as it came: a signature is over its bytes, blanks included. */
  payloadText: string;
  /** What follows the payload; undefined where nothing does. */
  signatureText: string | undefined;
}

/** The text stands in a message of the bus or in an answer; a reading takes about a hundred characters. */
const LONGEST = 512 * 1024;

/** A signature may contain bars; more parts than this is no OCMF. */
const MAX_PARTS = 8;

/** Undefined for a text that is no OCMF. Never throws. */
export function sectionsOf(text: string): OcmfSections | undefined {
  if (text.length > LONGEST) return undefined;
  const parts = text.split('|', MAX_PARTS + 1);
  if (parts[0]?.trim() !== 'OCMF' || parts.length > MAX_PARTS) return undefined;
  // The format allows no bar within a section, but the JSON itself may hold one, so longer parts are tried as well.
  for (let end = 2; end <= parts.length; end++) {
    const payloadText = parts.slice(1, end).join('|');
    const payload = parseObject(payloadText);
    if (payload === undefined) continue;
    const rest = parts.slice(end).join('|');
    return { payload, payloadText, signatureText: rest.trim() === '' ? undefined : rest };
  }
  return undefined;
}

/** The fields of a section; undefined where it is no JSON object. */
export function parseObject(text: string): JsonObject | undefined {
  try {
    const value: unknown = parseJson(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

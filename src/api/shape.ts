import { zaptecError } from '../errors/zaptec-error';
import { isObject, type JsonObject } from '../zaptec/json';
import { phrase } from '../errors/phrase';

/** What an answer has in place of what was expected, for texts: its kind and never its content. */
export function formOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'a list' : typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

/** @throws ZaptecError `BAD_ANSWER` */
export function objectFrom(what: string): (data: unknown) => JsonObject {
  return (data) => {
    if (isObject(data)) return data;
    throw zaptecError('BAD_ANSWER', phrase`Zaptec answered without ${what}: it sent ${formOf(data)}`);
  };
}

/**
 * The objects of a list; entries of an unexpected form are left out, so that they do not affect the rest.
 * @throws ZaptecError `BAD_ANSWER`
 */
export function arrayFrom(what: string): (data: unknown) => JsonObject[] {
  return (data) => {
    if (Array.isArray(data)) return data.filter(isObject);
    throw zaptecError('BAD_ANSWER', phrase`Zaptec answered without ${what}: it sent ${formOf(data)}`);
  };
}

/** A thing with an id and whatever fields the cloud gave it. */
export type Identified = JsonObject & { id: string };

/** An object with an id, as the lists and details of installations and chargers have it. */
export function withId(value: JsonObject): value is Identified {
  return typeof value['id'] === 'string';
}

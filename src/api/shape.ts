import { zaptecError } from '../errors/zaptec-error';

export type JsonObject = Record<string, unknown>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** @throws ZaptecError `BAD_ANSWER` */
export function objectFrom(what: string): (data: unknown) => JsonObject {
  return (data) => {
    if (isObject(data)) return data;
    throw zaptecError('BAD_ANSWER', `Zaptec answered without ${what}`);
  };
}

/**
 * The objects of a list; strange entries are left out, because one of them must not spoil the rest.
 * @throws ZaptecError `BAD_ANSWER`
 */
export function arrayFrom(what: string): (data: unknown) => JsonObject[] {
  return (data) => {
    if (Array.isArray(data)) return data.filter(isObject);
    throw zaptecError('BAD_ANSWER', `Zaptec answered without ${what}`);
  };
}

/** An object with an id, as the lists and details of installations and chargers have it. */
export function withId(value: JsonObject): value is JsonObject & { id: string } {
  return typeof value['id'] === 'string';
}

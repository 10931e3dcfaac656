export type JsonObject = Record<string, unknown>;

/** Whether a value is an object with fields; arrays, null and binary data, with a field for each byte, are none. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value);
}

/** The same object without its undefined fields: a payload has no empty fields. */
export function present<T extends object>(fields: { [K in keyof T]?: T[K] | undefined }): T {
  const filled: JsonObject = {};
  for (const [name, value] of Object.entries(fields)) if (value !== undefined) filled[name] = value;
  return filled as T;
}

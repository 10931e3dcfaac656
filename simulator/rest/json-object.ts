/** The content of a request body that is not a JSON object. */
export interface NotAnObject {
  /** Absent: the body is not JSON at all. */
  value?: unknown;
}

/** Reads a JSON object from the text of a request body. */
export function parseObject(text: string): { object: Record<string, unknown> } | { problem: NotAnObject } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { problem: {} };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return { problem: { value } };
  return { object: value as Record<string, unknown> };
}

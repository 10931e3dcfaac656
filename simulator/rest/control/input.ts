import type { Context } from 'hono';
import { BadInput } from '../../bad-input';
import { parseObject } from '../json-object';

/** The value as JSON; JSON.parse reads deeper values than JSON.stringify writes. */
function quoted(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch {
    return 'a value of so many levels';
  }
}

/** The JSON object of a request. Throws BadInput for an unknown field, so that a typing error is noticed. */
export async function bodyOf(c: Context, fields: readonly string[]): Promise<Record<string, unknown>> {
  const text = await c.req.text();
  const parsed = text === '' ? { object: {} } : parseObject(text);
  if ('problem' in parsed) {
    const { problem } = parsed;
    const remedy = `with ${fields.join(', ')}`;
    throw new BadInput(
      'value' in problem
        ? `body: ${quoted(problem.value).slice(0, 60)} is not an object; send one ${remedy}`
        : `body: ${quoted(text.slice(0, 60))} is not JSON; send an object ${remedy}`,
    );
  }
  const body: Record<string, unknown> = parsed.object;
  const unknown = Object.keys(body).find((name) => !fields.includes(name));
  if (unknown !== undefined) {
    throw new BadInput(`${unknown}: there is no such field; use ${fields.join(', ')}`);
  }
  return body;
}

/** A number within the range; undefined where it is absent. Throws BadInput otherwise. */
export function numberOf(field: string, value: unknown, min: number, max: number): number | undefined {
  if (value === undefined) return undefined;
  if (typeof value === 'number' && value >= min && value <= max) return value;
  throw new BadInput(`${field}: ${quoted(value)} is not possible; use a number from ${min} to ${max}`);
}

export function booleanOf(field: string, value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  throw new BadInput(`${field}: ${quoted(value)} is not possible; use true or false`);
}

export function textOf(field: string, value: unknown): string | undefined {
  if (value === undefined || (typeof value === 'string' && value !== '')) return value;
  throw new BadInput(`${field}: ${quoted(value)} is not possible; use a text that is not empty, or leave it out`);
}

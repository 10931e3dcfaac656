import type { Context } from 'hono';
import { BadInput } from '../../bad-input';

const told = (value: unknown): string => JSON.stringify(value);

/** The JSON object of a request; only fields that are known, so that a typing error is told. */
export async function bodyOf(c: Context, fields: readonly string[]): Promise<Record<string, unknown>> {
  const text = await c.req.text();
  let body: unknown;
  try {
    body = text === '' ? {} : JSON.parse(text);
  } catch {
    throw new BadInput(`body: ${told(text.slice(0, 60))} is not JSON; send an object with ${fields.join(', ')}`);
  }
  if (body === null || typeof body !== 'object' || Array.isArray(body)) {
    throw new BadInput(`body: ${told(body).slice(0, 60)} is not an object; send one with ${fields.join(', ')}`);
  }
  const stranger = Object.keys(body).find((name) => !fields.includes(name));
  if (stranger !== undefined) {
    throw new BadInput(`${stranger}: there is no such field; use ${fields.join(', ')}`);
  }
  return body as Record<string, unknown>;
}

/** A number of that range, or undefined where it is absent. */
export function numberOf(field: string, value: unknown, min: number, max: number): number | undefined {
  if (value === undefined) return undefined;
  if (typeof value === 'number' && value >= min && value <= max) return value;
  throw new BadInput(`${field}: ${told(value)} is not possible; use a number from ${min} to ${max}`);
}

export function booleanOf(field: string, value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  throw new BadInput(`${field}: ${told(value)} is not possible; use true or false`);
}

export function textOf(field: string, value: unknown): string | undefined {
  if (value === undefined || (typeof value === 'string' && value !== '')) return value;
  throw new BadInput(`${field}: ${told(value)} is not possible; use a text that is not empty, or leave it out`);
}

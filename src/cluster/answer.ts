import { isObject } from '../zaptec/json';

/** What each field must be that our side relies on. */
type Shape<T> = { readonly [K in keyof T]?: 'number' | 'string' | 'object' };

/** Where a question came too late, the script has done nothing, and answers no more than that. */
const LATE: Shape<{ now: number }> = { now: 'number' };

/**
 * What one of our scripts has answered. Another program at the address of Redis, or one between, may answer anything.
 * @throws Error `Protocol error`, without any part of the answer
 */
export function answerOf<T extends object>(text: unknown, shape: Shape<T>): T {
  let answer: unknown;
  try {
    answer = JSON.parse(String(text));
  } catch {
    answer = undefined;
  }
  if (!isObject(answer) || !hasShape(answer, answer['late'] === true ? LATE : shape)) {
    throw new Error('Protocol error: no answer of our script');
  }
  return answer as T;
}

function hasShape(answer: Record<string, unknown>, shape: Shape<object>): boolean {
  return Object.entries(shape).every(([name, kind]) => {
    const value = answer[name];
    return kind === 'number' ? Number.isFinite(value) : typeof value === kind && value !== null;
  });
}

import type { Context } from 'hono';
import type { RestEnv } from '../context';
import { parseObject } from '../json-object';
import { invalid, type FieldErrors } from '../wire/errors';
import { parseTime } from '../wire/times';

export interface Bounds {
  min: number;
  max?: number;
  integer?: boolean;
}

/** The JSON of a request. Names match in any case, null counts as absent, and unknown fields are ignored. */
export class Body {
  readonly #fields = new Map<string, unknown>();
  readonly #errors: FieldErrors;

  private constructor(fields: object, errors: FieldErrors = {}) {
    this.#errors = errors;
    for (const [name, value] of Object.entries(fields)) {
      if (value !== null) this.#fields.set(name.toLowerCase(), value);
    }
  }

  /** @throws EarlyAnswer 400 where the body is not a JSON object. */
  static async read(c: Context<RestEnv>): Promise<Body> {
    const parsed = parseObject(await c.req.text());
    if ('object' in parsed) return new Body(parsed.object);
    const isJson = 'value' in parsed.problem;
    throw invalid({
      $: [isJson ? 'The JSON value could not be converted to an object.' : 'The input does not contain valid JSON.'],
    });
  }

  get(name: string): unknown {
    return this.#fields.get(name.toLowerCase());
  }

  /** An object within the object; absent: an empty one. */
  object(name: string): Body {
    const inner = this.#read(name, 'must be an object', (value) =>
      typeof value === 'object' && !Array.isArray(value) ? (value as object) : undefined,
    );
    return new Body(inner ?? {}, this.#errors);
  }

  number(name: string, { min, max = Infinity, integer = false }: Bounds): number | undefined {
    return this.#read(
      name,
      integer
        ? `must be an integer from ${min}`
        : `must be a number from ${min}${max === Infinity ? '' : ` to ${max}`}`,
      (value) => {
        const fits = typeof value === 'number' && value >= min && value <= max;
        return fits && (!integer || Number.isInteger(value)) ? value : undefined;
      },
    );
  }

  oneOf<T extends number>(name: string, values: readonly T[]): T | undefined {
    return this.#read(name, `must be one of ${values.join(', ')}`, (value) => values.find((known) => known === value));
  }

  boolean(name: string): boolean | undefined {
    return this.#read(name, 'must be true or false', (value) => (typeof value === 'boolean' ? value : undefined));
  }

  /** In lower case. */
  id(name: string): string | undefined {
    return this.#read(name, 'must be an id', (value) => (typeof value === 'string' ? value.toLowerCase() : undefined));
  }

  ids(name: string): string[] {
    const read = (value: unknown) => (Array.isArray(value) ? value.map((id) => String(id).toLowerCase()) : undefined);
    return this.#read(name, 'must be a list of ids', read) ?? [];
  }

  /** ms since 1970 */
  time(name: string): number | undefined {
    return this.#read(name, 'must be a time', (value) => (typeof value === 'string' ? parseTime(value) : undefined));
  }

  require(...names: string[]): void {
    for (const name of names) if (this.get(name) === undefined) this.reject(name, `The ${name} field is required.`);
  }

  /** Adds an error of a field. */
  reject(name: string, message: string): void {
    (this.#errors[name] ??= []).push(message);
  }

  /** @throws EarlyAnswer 400 with all errors. */
  check(): void {
    if (Object.keys(this.#errors).length > 0) throw invalid(this.#errors);
  }

  #read<T>(name: string, rule: string, convert: (value: unknown) => T | undefined): T | undefined {
    const value = this.get(name);
    const converted = value === undefined ? undefined : convert(value);
    if (value !== undefined && converted === undefined) this.reject(name, `The field ${name} ${rule}.`);
    return converted;
  }
}

import { invalid } from '../wire/errors';
import { parseTime } from '../wire/times';

/** Query parameters with names in any case. An empty value counts as absent. */
export class Query {
  readonly #values = new Map<string, string[]>();

  constructor(params: URLSearchParams) {
    for (const [name, value] of params) {
      if (value === '') continue;
      const key = name.toLowerCase();
      this.#values.set(key, [...(this.#values.get(key) ?? []), value]);
    }
  }

  /** All values of a repeatable parameter, in lower case; also `A=1,2`, because some clients write lists so. */
  ids(name: string): string[] {
    return (this.#values.get(name.toLowerCase()) ?? []).flatMap((value) => value.toLowerCase().split(','));
  }

  text(name: string): string | undefined {
    return this.#values.get(name.toLowerCase())?.[0];
  }

  id(name: string): string | undefined {
    const value = this.text(name);
    if (value === undefined || /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value)) return value?.toLowerCase();
    throw wrong(name, value);
  }

  int(name: string, min = 0): number | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    const number = Number(value);
    if (Number.isSafeInteger(number) && number >= min) return number;
    throw wrong(name, value);
  }

  flag(name: string): boolean {
    const value = this.text(name)?.toLowerCase();
    if (value === undefined || value === 'false') return false;
    if (value === 'true') return true;
    throw wrong(name, value);
  }

  /** ms since 1970 */
  time(name: string): number | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    const time = parseTime(value);
    if (time === undefined) throw wrong(name, value);
    return time;
  }
}

const wrong = (name: string, value: string) => invalid({ [name]: [`The value '${value}' is not valid for ${name}.`] });

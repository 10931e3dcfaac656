import type { RequestRecord } from '../request-record';
import { DOCUMENTED, type Endpoint, SUPPORTED_COMMANDS } from './endpoints';

const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const TEMPLATES: ReadonlyMap<string, Endpoint> = new Map(
  Object.entries(DOCUMENTED).map(([template, endpoint]) => [template.toLowerCase(), endpoint]),
);

/** The endpoint and the parameters of a request. */
export interface AuditedCall {
  readonly endpoint: Endpoint | 'token' | 'undocumented';
  /** The first id in the path, in lower case; '' without one. */
  readonly id: string;
  /** Method, path and query; equal for equal requests. */
  readonly key: string;
  readonly query: CallQuery;
}

/** Undefined for requests that are not audited: only those to the API and to the login are. */
export function callOf(record: RequestRecord): AuditedCall | undefined {
  const path = record.path.toLowerCase().replace(/(?<=.)\/$/, '');
  const key = `${record.method} ${path} ${record.query}`;
  const query = new CallQuery(record.query);
  if (path === '/oauth/token') return { endpoint: 'token', id: '', key, query };
  if (!path.startsWith('/api/')) return undefined;
  const parts = path.split('/');
  const id = parts.find((part) => GUID.test(part)) ?? '';
  const template = parts.map((part, index) => templatePart(part, parts[index - 1])).join('/');
  const endpoint = TEMPLATES.get(`${record.method.toLowerCase()} ${template}`) ?? 'undocumented';
  return { endpoint, id, key, query };
}

function templatePart(part: string, before: string | undefined): string {
  if (GUID.test(part)) return '{id}';
  return before === 'sendcommand' && SUPPORTED_COMMANDS.has(part) ? '{command}' : part;
}

/** Query parameters with names in any case; parsed only when a rule reads one. */
class CallQuery {
  readonly #text: string;
  #values: Map<string, string> | undefined;

  constructor(text: string) {
    this.#text = text;
  }

  /** Undefined where the parameter is absent. */
  text(name: string): string | undefined {
    return this.#read().get(name.toLowerCase());
  }

  /** Undefined where the parameter is absent or not a number. */
  number(name: string): number | undefined {
    const value = this.text(name);
    if (value === undefined || value.trim() === '') return undefined;
    const number = Number(value);
    return Number.isFinite(number) ? number : undefined;
  }

  /** All parameters but the page number, sorted: equal for all pages of one list. */
  withoutPage(): string {
    const rest = [...this.#read()].filter(([name]) => name !== 'pageindex');
    return rest
      .map(([name, value]) => `${name}=${value}`)
      .sort()
      .join('&');
  }

  #read(): Map<string, string> {
    return (this.#values ??= new Map(
      [...new URLSearchParams(this.#text)].map(([name, value]) => [name.toLowerCase(), value]),
    ));
  }
}

import type { RequestRecord } from '../request-record';
import { DOCUMENTED, type Endpoint, SUPPORTED_COMMANDS } from './endpoints';

const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const TEMPLATES: ReadonlyMap<string, Endpoint> = new Map(
  Object.entries(DOCUMENTED).map(([template, endpoint]) => [template.toLowerCase(), endpoint]),
);

/** What a request asks for. */
export interface AuditedCall {
  readonly endpoint: Endpoint | 'token' | 'undocumented';
  /** The first id in the path, in lower case; '' without one. */
  readonly id: string;
  /** Equal for requests that ask for the same: method, path and query. */
  readonly key: string;
  readonly query: CallQuery;
}

/** Undefined for what is not judged: anything but the API and the login. */
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

/** Parameters, whose names are matched without regard to case; only read when a rule asks. */
class CallQuery {
  readonly #text: string;
  #values: Map<string, string> | undefined;

  constructor(text: string) {
    this.#text = text;
  }

  /** Undefined when absent or no number. */
  number(name: string): number | undefined {
    const value = this.#read().get(name.toLowerCase());
    if (value === undefined || value.trim() === '') return undefined;
    const number = Number(value);
    return Number.isFinite(number) ? number : undefined;
  }

  /** Everything but the page's number, in one order: equal for all pages of one list. */
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

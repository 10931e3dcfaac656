import type { Simulator } from '../../simulator/index';
import { ScriptedServer } from './scripted-server';

/** Changes the body of an answer; what it returns is sent. */
export type Change = (path: string, body: unknown) => unknown;

/** The simulator behind a server that changes its answers to GET, for forms that no healthy cloud has. */
export class ChangedAnswers {
  change: Change = (_path, body) => body;
  /** Answers as they were before the change, by path. */
  readonly originals = new Map<string, unknown>();
  readonly #server = new ScriptedServer();
  readonly #simulator: () => Simulator;

  constructor(simulator: () => Simulator) {
    this.#simulator = simulator;
    this.#server.handler = ({ method, url, body, headers: { authorization = '' } }, response) => {
      const headers = { authorization, 'content-type': 'application/json' };
      const request = { method, headers, ...(method === 'GET' ? {} : { body }) };
      void this.#ask(url, request).then(({ status, text }) => {
        response.writeHead(status, { 'content-type': 'application/json' });
        response.end(method === 'GET' && status === 200 ? this.#changed(url, text) : text);
      });
    };
    // Each connection may log in with a name of its own, so that no answer comes from a cache.
    this.#server.login = (_seen, response) => {
      const { username, password } = this.#simulator().accounts.find(({ role }) => role === 'owner')!;
      const body = new URLSearchParams({ grant_type: 'password', username, password }).toString();
      const headers = { 'content-type': 'application/x-www-form-urlencoded' };
      void this.#ask('/oauth/token', { method: 'POST', headers, body }).then(({ status, text }) => {
        response.writeHead(status, { 'content-type': 'application/json' }).end(text);
      });
    };
  }

  start(): Promise<string> {
    return this.#server.start();
  }

  get url(): string {
    return this.#server.url;
  }

  stop(): Promise<void> {
    return this.#server.stop();
  }

  async #ask(url: string, request: RequestInit): Promise<{ status: number; text: string }> {
    const answer = await fetch(this.#simulator().baseUrl + url, request);
    return { status: answer.status, text: await answer.text() };
  }

  #changed(url: string, text: string): string {
    const path = url.split('?')[0]!;
    const body: unknown = JSON.parse(text);
    this.originals.set(path, body);
    return JSON.stringify(this.change(path, structuredClone(body)));
  }
}

/** One value at least of each JSON type. */
export const JSON_VALUES = [null, 0, -1.5, 7, true, false, '', 'x', [], [1], {}, { Id: 'x' }];

type Field = readonly [name: string, value: unknown];

/** Applies a change to every field at every depth; undefined leaves the field out. */
export function everyField(value: unknown, change: (name: string, value: unknown) => Field | undefined): unknown {
  if (Array.isArray(value)) return value.map((item) => everyField(item, change));
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).flatMap(([name, old]) => {
    const changed = change(name, old);
    return changed ? [[changed[0], changed[1] === old ? everyField(old, change) : changed[1]] as const] : [];
  });
  return Object.fromEntries(fields);
}

/** The names of all fields at every depth. */
export function fieldsOf(body: unknown): string[] {
  const names = new Set<string>();
  everyField(body, (name, value) => {
    names.add(name);
    return [name, value];
  });
  return [...names];
}

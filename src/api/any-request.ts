import { zaptecError } from '../errors/zaptec-error';
import type { Answer, CallOptions, LoadContext } from '../http/cache';
import { target, type Target } from '../http/endpoints';
import type { Call } from '../http/requester';
import { answerKey, type Caller } from './caller';
import { loadCursor } from './cursor';
import { listKey, loadList } from './lists';
import { readUnknown, refuseUnknown, type Reading } from './unknown-query';
import { phrase } from '../errors/phrase';

export interface AnyRequest {
  /** GET, POST, PUT or DELETE. */
  method: string;
  /** Below the base URL, with its query. */
  path: string;
  body?: unknown;
  /** Follow every page and answer one list. */
  pages?: boolean;
  /** Send it although Zaptec does not document the endpoint, or a parameter of its query. */
  undocumented?: boolean;
}

const METHODS = ['GET', 'POST', 'PUT', 'DELETE'] as const;
/** Calls of the simulator that flows make; Zaptec has no such endpoints. */
const SIMULATOR_CALLS: readonly string[] = [
  'GET /simulator/meter',
  'GET /simulator/state',
  'GET /simulator/prices',
  'GET /simulator/forecast',
  'POST /simulator/load',
  'POST /simulator/sun',
  'POST /simulator/battery',
  'POST /simulator/season',
];

/** Takes over the writes that may set a current, so that no request bypasses the governor. */
export interface WriteGate {
  /** @returns undefined when the write sets no current. @throws ZaptecError `GOVERNED` … */
  any(method: string, where: Target, body: unknown, options: CallOptions): Promise<Answer<unknown>> | undefined;
}

/** Any endpoint through the same limits, caches and cleaning as the others. */
export class AnyRequests {
  readonly #caller: Caller;
  readonly #simulator: boolean;
  readonly #governed: WriteGate;

  constructor(caller: Caller, governed: WriteGate, options: { simulator: boolean }) {
    this.#caller = caller;
    this.#governed = governed;
    this.#simulator = options.simulator;
  }

  /** @throws ZaptecError `INPUT_INVALID`, `ID_INVALID`, `UNDOCUMENTED`, `READ_ONLY`, `TOO_SOON`, `GOVERNED` … */
  async send(wanted: AnyRequest, options: CallOptions = {}): Promise<Answer<unknown>> {
    const method = METHODS.find((known) => known === wanted.method.toUpperCase());
    if (!method) {
      const remedy = phrase`Use ${METHODS.join(', ')}`;
      throw zaptecError('INPUT_INVALID', phrase`method "${wanted.method}" is unknown`, { remedy });
    }
    const where = target(method, wanted.path);
    this.#checkDocumented(method, where, wanted);
    checkHarmless(method, where);
    const floorMs = floorOf(where, this.#isOwn(method, where));
    if (where.endpoint?.reads) {
      const key = `${where.path}#${JSON.stringify(wanted.body ?? null)}`;
      const fetch = (context: LoadContext) => this.#caller.fetch(where, context, wanted.body);
      const load = (context: LoadContext) => this.#caller.pace.run(where, () => fetch(context), wanted.body);
      return this.#caller.cached(key, options, () => floorMs, load);
    }
    if (method !== 'GET') {
      const governed = this.#governed.any(method, where, wanted.body, options);
      const write = () => this.#caller.write(method, where, wanted.body, options);
      return governed ?? this.#caller.pace.run(where, write);
    }
    const asked = this.#reading(where, wanted);
    if (where.unknown.length === 0 || floorMs === 0) {
      return this.#caller.cached(asked.key, options, () => floorMs, asked.load);
    }
    const query = new URLSearchParams([...where.query].filter(([name]) => !where.unknown.includes(name)));
    const known = this.#reading({ ...where, query }, wanted).key;
    return readUnknown(this.#caller, where, { known, asked }, options);
  }

  #checkDocumented(method: Call['method'], where: Target, { undocumented }: AnyRequest): void {
    if (undocumented || this.#isOwn(method, where)) return;
    refuseUnknown(method, where);
    if (where.endpoint) return;
    throw zaptecError('UNDOCUMENTED', phrase`Zaptec does not document ${method} ${where.path}`);
  }

  /** Whether it asks the simulator itself. */
  #isOwn(method: Call['method'], where: Target): boolean {
    return this.#simulator && SIMULATOR_CALLS.includes(`${method} ${where.path}`);
  }

  #reading(where: Target, wanted: AnyRequest): Reading {
    const { key, load } = this.#unpaced(where, wanted);
    const pace = where.endpoint || this.#isOwn('GET', where) ? where.endpoint?.pace : UNDOCUMENTED_PACE;
    return { key, load: (context) => this.#caller.pace.run(where, () => load(context), undefined, pace) };
  }

  #unpaced(where: Target, { pages = false }: AnyRequest): Reading {
    const paging = pages ? where.endpoint?.paging : undefined;
    if (paging === 'index') {
      const query = Object.fromEntries([...where.query].filter(([name]) => !/^page(size|index)$/i.test(name)));
      const load = (context: LoadContext) => loadList(this.#caller, where.path, query, context);
      return { key: listKey(where.path, query), load };
    }
    if (paging === 'cursor') {
      // Archived sessions (docs/zaptec-api.md, "Archived sessions").
      const load = (context: LoadContext) => loadCursor(this.#caller, where, context);
      return { key: `${where.path}#${where.query.toString()}`, load };
    }
    return { key: answerKey(where), load: (context) => this.#caller.fetch(where, context) };
  }
}

/** Zaptec says nothing of its undocumented endpoints: the least that it says of any read. */
const UNDOCUMENTED_FLOOR_MS = 15_000;
const UNDOCUMENTED_PACE = {
  burst: 10,
  everyMs: UNDOCUMENTED_FLOOR_MS,
  remedy: 'each different query is a question of its own',
} as const;

function floorOf({ endpoint }: Target, isOwn: boolean): number {
  if (endpoint) return endpoint.floorMs ?? 0;
  return isOwn ? 0 : UNDOCUMENTED_FLOOR_MS;
}

/** Every command but pause and resume, in any spelling that a server may understand. */
const INTERRUPTING = /^\/api\/chargers\/[^/]+\/sendcommand\/(?!0*50[67]\/*$)/i;

/**
 * Restart, upgrade and deauthorize interrupt people: they go through `chargers`, whose callers ask for permission.
 * Zaptec does not document the other commands (docs/zaptec-api.md, "Send command"), and some of them unlock or restart
 * as well.
 */
function checkHarmless(method: Call['method'], where: Target): void {
  if (!INTERRUPTING.test(decodeURIComponent(where.path))) return;
  throw zaptecError('DESTRUCTIVE', phrase`${method} ${where.path} may interrupt people and was not sent`);
}

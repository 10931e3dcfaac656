import type { IncomingMessage, ServerResponse } from 'node:http';
import type { NodeAPI } from 'node-red';
import { guarded } from './guard';

/** What the editor's user must be allowed to; `zaptec.read` is part of Node-RED's own permission `read`. */
export type Permission = 'zaptec.read' | 'zaptec.write';

/** A request as Node-RED's admin API hands it on: it has parsed the body already. */
export type AdminRequest = IncomingMessage & { body?: unknown };
/** Answers the parsed body; what it throws becomes `{error}`. */
export type AdminAnswer = (body: Readonly<Record<string, unknown>>) => Promise<unknown>;
type Next = (error?: unknown) => void;
/** May be asynchronous; what it throws is Node-RED's to answer and ends nothing. */
type Handler = (request: AdminRequest, response: ServerResponse, next: Next) => unknown;

/** A question of the editor. All of them are POST: a question may carry a password, which has no place in a URL. */
export interface AdminRoute {
  /** Below the admin root, which the editor reaches by a relative address. */
  path: `zaptec/${string}`;
  permission: Permission;
  answer: AdminAnswer;
}

const JSON_TYPE = /^application\/json(?:$|[;\s])/i;

type Known = (request: AdminRequest) => boolean;

interface Entry {
  handler: Handler;
  known: Known;
}

const NOBODY: Known = () => false;

/** By app and path, since a process may load the nodes more than once and only the newest can answer. */
const registered = new WeakMap<object, Map<string, Entry>>();

/**
 * Registers a question of the editor; from the function of a node's module, never from its constructor. What answers
 * should be loaded by the first question: Node-RED registers the nodes at every start, and most have no editor open.
 *
 * A failure is answered with 200 and `{error}`: it is a sentence for a person, while a browser would report any other
 * status as a defect of the page.
 */
export function adminRoute(RED: NodeAPI, { path, permission, answer }: AdminRoute): void {
  const handler: Handler = async (request, response) => {
    const { resultOf } = require('./admin-result') as typeof import('./admin-result');
    reply(response, await resultOf(() => answer(bodyOf(request))));
  };
  if (replaced(RED, path, { handler, known: NOBODY })) return;
  RED.httpAdmin.post(
    `/${path}`,
    guard(RED, () => permission),
    refuseForeignPages,
    current(RED, path),
  );
}

/**
 * Hands everything below a path of the admin root to one handler. Reading needs `zaptec.read`, everything else
 * `zaptec.write`.
 * @param known whether the handler has let this browser in before, through a route that checked the permission: a
 *   browser that opens a page does not send the editor's token.
 */
export function adminMount(RED: NodeAPI, path: `zaptec/${string}`, handler: Handler, known: Known = NOBODY): void {
  if (replaced(RED, path, { handler, known })) return;
  const permission = ({ method }: AdminRequest): Permission =>
    method === 'GET' || method === 'HEAD' ? 'zaptec.read' : 'zaptec.write';
  const check = guard(RED, permission);
  const checkStrangers: Handler = (request, response, next) => {
    if (entryOf(RED, path)?.known(request) === true) next();
    else check(request, response, next);
  };
  const refuseForeignWrites: Handler = (request, response, next) => {
    if (permission(request) === 'zaptec.read') next();
    else refuseForeignPages(request, response, next);
  };
  RED.httpAdmin.use(`/${path}`, checkStrangers, refuseForeignWrites, current(RED, path));
}

/** There is no way to register anything here that does not pass this. */
function guard(RED: NodeAPI, permission: (request: AdminRequest) => Permission): Handler {
  const needs = (wanted: Permission) => RED.auth.needsPermission(wanted) as unknown as Handler;
  const checks: Record<Permission, Handler> = {
    'zaptec.read': needs('zaptec.read'),
    'zaptec.write': needs('zaptec.write'),
  };
  return (request, response, next) => checks[permission(request)](request, response, next);
}

/**
 * Refuses what a foreign page can make a browser send: a form, a text or an empty body. For JSON the browser asks first,
 * and gets no permission. The header `Origin` is not compared with the host, which a proxy may change.
 */
const refuseForeignPages: Handler = ({ headers }, response, next) => {
  if (headers['sec-fetch-site'] === 'cross-site') {
    response.statusCode = 403;
    reply(response, { error: 'A page of another site may not send this request; use the editor' });
  } else if (!JSON_TYPE.test(headers['content-type'] ?? '')) {
    response.statusCode = 415;
    reply(response, { error: 'The content type of the request is not application/json' });
  } else next();
};

/** True when the path is served already, from now on by this entry. */
function replaced(RED: NodeAPI, path: string, entry: Entry): boolean {
  const entries = registered.get(RED.httpAdmin) ?? new Map<string, Entry>();
  registered.set(RED.httpAdmin, entries);
  const known = entries.has(path);
  entries.set(path, entry);
  return known;
}

const entryOf = (RED: NodeAPI, path: string): Entry | undefined => registered.get(RED.httpAdmin)?.get(path);

function current(RED: NodeAPI, path: string): Handler {
  return (request, response, next) => {
    guarded(() => entryOf(RED, path)?.handler(request, response, next), next)();
  };
}

function bodyOf({ body }: AdminRequest): Record<string, unknown> {
  return typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
}

function reply(response: ServerResponse, result: unknown): void {
  response.setHeader('Content-Type', 'application/json; charset=utf-8');
  response.setHeader('Cache-Control', 'no-store');
  response.end(JSON.stringify(result));
}

import { undocumentedWarning, zaptecError } from '../../src/client';
import { actionNode, type Action } from '../shared/action-node';
import { answered } from '../shared/output';
import { REQUEST, type RequestSettings } from '../shared/properties';
import type { CreateNode } from '../shared/register-node';
import { readSettings } from '../shared/settings';

/** Sends a request to any endpoint, through the same limiter, cache and decoding as everything else. */
const sendRequest: Action<RequestSettings> = async ({ client, settings, message, evaluate, options, warn }) => {
  const path = await evaluate(settings.path, settings.pathType);
  if (typeof path !== 'string' || !path.startsWith('/')) {
    throw zaptecError('INPUT_INVALID', 'The path of the request is not a text that begins with /', {
      remedy: 'Write a path such as /api/chargers; the address itself belongs to the connection',
    });
  }
  const { method, pages, undocumented } = settings;
  const warning = undocumented ? undocumentedWarning(method, path) : undefined;
  if (warning !== undefined) warn(warning);
  const body = method === 'GET' ? undefined : bodyFrom(message.payload);
  const answer = await client.request({ method, path, pages, undocumented, body }, options);
  return answered(answer, {}, (path.split('?', 1)[0] ?? '').replace(/^\/+/, '').replace(/[+#]/g, '-'));
};

/** Nothing, or what JSON can carry as a body; a number is a timestamp of an Inject node and never meant. */
function bodyFrom(payload: unknown): object | undefined {
  if (payload === undefined || payload === null || payload === '') return undefined;
  if (typeof payload === 'object' && !Buffer.isBuffer(payload)) return payload;
  throw zaptecError('INPUT_INVALID', 'msg.payload is the body of this request and must be an object', {
    remedy: 'Put an object into msg.payload, or an empty text when the request has no body',
  });
}

export const create: CreateNode = (RED, node, def) => {
  actionNode(RED, node, readSettings(REQUEST, def), sendRequest);
};

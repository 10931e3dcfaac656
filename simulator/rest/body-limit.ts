import type { MiddlewareHandler } from 'hono';
import type { RestEnv } from './context';

const LARGEST_BODY = 1024 * 1024;

/**
 * Refuses a body above 1 MiB with 413. It reads a body without a Content-Length itself, because hono's own body limit
 * copies the request of its Node.js server, which Node's Request does not accept.
 */
export const bodyLimit: MiddlewareHandler<RestEnv> = async (c, next) => {
  const { raw } = c.req;
  if (!raw.body) return next();
  const announced = raw.headers.get('Content-Length');
  if (announced !== null && !raw.headers.has('Transfer-Encoding')) {
    return Number(announced) > LARGEST_BODY ? tooLarge() : next();
  }
  const body = await bounded(raw.body);
  if (!body) return tooLarge();
  c.req.raw = new Request(raw.url, { method: raw.method, headers: raw.headers, body });
  return next();
};

const tooLarge = (): Response => new Response('Payload Too Large', { status: 413 });

/** The whole body; undefined as soon as it is too large, so that an endless one is not kept. */
async function bounded(body: ReadableStream<Uint8Array>): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of body as unknown as AsyncIterable<Uint8Array>) {
    size += part.length;
    if (size > LARGEST_BODY) return undefined;
    parts.push(part);
  }
  return new Uint8Array(Buffer.concat(parts));
}

import type { Context } from 'hono';
import type { Faults } from '../faults/state';
import type { FaultName } from '../faults/table';
import { requestName } from './forced-response';
import { withSecrets, withTimesAhead, withUnknownFields, type Json } from './json-faults';

const OVERSIZED_CHUNKS = 64;
const MEBIBYTE = ' '.repeat(1024 * 1024);
const PAGE = '<!DOCTYPE html><html><head><title>Maintenance</title></head><body><h1>Back soon</h1></body></html>';

const JSON_FAULTS: readonly [FaultName, (json: Json) => Json][] = [
  ['unknown-fields', withUnknownFields],
  ['extra-secrets', withSecrets],
  ['times-future', withTimesAhead],
];

/** Answers that replace a correct one. */
const REPLACED: readonly [FaultName, (text: string) => Response][] = [
  ['empty-200', () => new Response(null, { status: 200 })],
  ['null-200', () => typed('null', 'application/json')],
  ['html-200', () => typed(PAGE, 'text/html')],
  ['wrong-content-type', (text) => typed(text, 'text/plain')],
  ['garbage-json', (text) => typed(firstHalf(text), 'application/json')],
  ['oversized', () => oversized()],
];

const firstHalf = (text: string): string => (text === '' ? '{"Da' : text.slice(0, Math.ceil(text.length / 2)));

const typed = (text: string, type: string): Response =>
  new Response(text, { status: 200, headers: { 'Content-Type': type } });

/** Valid JSON of 64 MiB, streamed in pieces, so that only the client needs the memory. */
function oversized(): Response {
  let left = OVERSIZED_CHUNKS;
  const encoder = new TextEncoder();
  const stream = new ReadableStream<Uint8Array>({
    pull: (controller) => {
      if (left === OVERSIZED_CHUNKS) controller.enqueue(encoder.encode('{"Data":"'));
      if (left-- > 0) {
        controller.enqueue(encoder.encode(MEBIBYTE));
      } else {
        controller.enqueue(encoder.encode('"}'));
        controller.close();
      }
    },
  });
  return new Response(stream, { status: 200, headers: { 'Content-Type': 'application/json' } });
}

/** Applies the faults that change an answer after the endpoint has acted. */
export async function faultyAnswer(c: Context, answer: Response, faults: Faults): Promise<Response> {
  const name = requestName(c);
  let response = answer;
  if (response.headers.get('Content-Type')?.includes('json')) {
    for (const [fault, change] of JSON_FAULTS) {
      if (faults.hits(fault, name)) response = await changed(response, change);
    }
  }
  if (!response.ok) return response;
  const replaced = REPLACED.find(([fault]) => faults.hits(fault, name));
  return replaced ? replaced[1](await response.text()) : response;
}

async function changed(response: Response, change: (json: Json) => Json): Promise<Response> {
  const json = change((await response.json()) as Json);
  const headers = new Headers(response.headers);
  headers.delete('Content-Length');
  return new Response(JSON.stringify(json), { status: response.status, headers });
}

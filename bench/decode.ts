import { decodeEnvelope } from '../src/feed/bus/envelope';
import { readObservation } from '../src/zaptec/observations';
import type { Bench } from './result';

const MESSAGES = 2_000;
const ROUNDS = 300;
const PAUSE_EVERY = 20;

const HEAD = Buffer.from('\x40\x06string\x08\x33http://schemas.microsoft.com/2003/10/Serialization/', 'latin1');
const MEASURED = [501, 502, 503, 507, 508, 509, 513, 553];

/** From the bytes of a message to its typed observation, compared with `JSON.parse` of the text in the message. */
export const decode: Bench = {
  async run() {
    const texts = Array.from({ length: MESSAGES }, (_, index) => text(index));
    const bodies = texts.map(wrapped);
    const ways = {
      parse: () => texts.forEach((body) => JSON.parse(body)),
      'bytes and parse': () =>
        bodies.forEach((body) => JSON.parse(body.toString('utf8', HEAD.length + 2, body.length - 1))),
      all: () =>
        bodies.forEach((body) => {
          const observation = decodeEnvelope(body);
          if (observation?.valueAsString === undefined) throw new Error('a message was not decoded');
          readObservation(observation, 'Apollo');
        }),
    };
    const best = { parse: Infinity, 'bytes and parse': Infinity, all: Infinity };
    // The ways take turns and the best round counts, so that other work of the machine affects all of them alike.
    for (let round = 0; round < ROUNDS; round++) {
      for (const way of ['parse', 'bytes and parse', 'all'] as const) best[way] = Math.min(best[way], timed(ways[way]));
      if (round % PAUSE_EVERY === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    }
    const figure = Number((best.all / best.parse).toFixed(2));
    const beside = {
      'ns per message': best.all,
      'ns JSON.parse': best.parse,
      'ns bytes to text and JSON.parse': best['bytes and parse'],
    };
    return [
      {
        name: 'decode, envelope to observation',
        figure,
        unit: 'times JSON.parse',
        goal: '<= 1.6',
        tolerated: '<= 1.8',
        beside,
      },
    ];
  },
};

/** ns per message */
function timed(work: () => void): number {
  const start = process.hrtime.bigint();
  work();
  return Math.round(Number(process.hrtime.bigint() - start) / MESSAGES);
}

function text(index: number): string {
  const charger = String(index % 10).padStart(12, '0');
  return JSON.stringify({
    DeviceId: `ZAP01234${index % 10}`,
    DeviceType: 4,
    ChargerId: `0a1b2c3d-0000-4000-8000-${charger}`,
    StateId: MEASURED[index % MEASURED.length],
    Timestamp: `2026-05-04T10:11:${String(10 + (index % 50))}.${String(index).padStart(6, '0')}Z`,
    ValueAsString: (index * 1.7).toFixed(3),
  });
}

function wrapped(body: string): Buffer {
  const bytes = Buffer.from(body);
  return Buffer.concat([HEAD, Buffer.of(0x98, bytes.length), bytes, Buffer.of(0x01)]);
}

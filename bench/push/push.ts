import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Bench, Measurement } from '../result';
import type { CloudAccess } from './broker';
import { childReceiver } from './child-receiver';
import { MESSAGES } from './countdown';
import type { OpenReceiver, Receiver } from './receiver';
import { subscribeNode } from './subscribe-node';

/** The first round is the warm-up. */
const ROUNDS = 12;
/** Time for the rest of a round, such as the settlement of its last messages, before the next one begins. */
const REST_MS = 300;
/** Time for the first reads of the feed. */
const SETTLE_MS = 3_000;
/** The goals by the round trip time: messages a second, and the share of the bare library. */
const CELLS = [
  { roundTripMs: 0, least: 5_000, share: '>= 1.2' },
  { roundTripMs: 50, least: 1_000, share: '>= 1' },
] as const;
const RECEIVERS: Record<string, OpenReceiver> = {
  bare: childReceiver('bare'),
  feed: childReceiver('feed'),
  node: subscribeNode,
};

/**
 * The rate of messages from the bus to the node after a subscribe node, and to the listener of a feed, compared with the
 * official client library alone. Each receiver has a bus of its own, and they take turns.
 */
export const push: Bench = {
  async run() {
    const measurements: Measurement[] = [];
    for (const each of CELLS) measurements.push(...(await cell(each)));
    return measurements;
  },
};

async function cell({ roundTripMs, least, share: goal }: (typeof CELLS)[number]): Promise<Measurement[]> {
  const candidates: Candidate[] = [];
  try {
    for (const [name, open] of Object.entries(RECEIVERS))
      candidates.push(await startCandidate(name, open, roundTripMs));
    await sleep(SETTLE_MS);
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const candidate of candidates) candidate.rates.push(await rateOfRound(candidate));
    }
  } finally {
    await Promise.all(candidates.map(({ receiver }) => receiver.close()));
    for (const { broker } of candidates) broker.disconnect();
  }
  // The best round counts: other work of the machine can only make a round slower.
  const best = (wanted: string) => Math.max(...(candidates.find(({ name }) => name === wanted)?.rates ?? []));
  const beside = { bare: Math.round(best('bare')) };
  const name = `push, ${roundTripMs} ms round trip`;
  const bounds = { unit: '', goal, tolerated: '>= 0.9' };
  return [
    {
      name: `${name}, subscribe node`,
      figure: Math.round(best('node')),
      unit: 'messages/s',
      goal: `>= ${least}`,
      beside,
    },
    {
      name: `${name}, subscribe node, share of the bare library`,
      figure: ratio(best('node'), best('bare')),
      ...bounds,
    },
    { name: `${name}, feed, share of the bare library`, figure: ratio(best('feed'), best('bare')), ...bounds },
  ];
}

interface Candidate {
  name: string;
  broker: ChildProcess;
  receiver: Receiver;
  rates: number[];
}

async function startCandidate(name: string, open: OpenReceiver, roundTripMs: number): Promise<Candidate> {
  const broker = fork(join(__dirname, 'broker.ts'), [String(roundTripMs / 2)], { execArgv: ['--import', 'tsx'] });
  const [access] = (await once(broker, 'message')) as [CloudAccess];
  return { name, broker, receiver: await open(access), rates: [] };
}

/** Messages a second, from the moment when all of them wait in the bus to the arrival of the last one. */
async function rateOfRound({ broker, receiver }: Candidate): Promise<number> {
  const done = receiver.round();
  const sent = once(broker, 'message');
  broker.send(MESSAGES);
  await sent;
  const startedAt = performance.now();
  await done;
  const figure = (MESSAGES / (performance.now() - startedAt)) * 1_000;
  await sleep(REST_MS);
  return figure;
}

function ratio(ours: number, alone: number): number {
  return Math.round((ours / alone) * 100) / 100;
}

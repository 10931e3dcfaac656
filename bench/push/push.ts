import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Bench, Measurement } from '../result';
import { apart } from './apart';
import type { BrokerReady } from './broker';
import { MESSAGES } from './countdown';
import type { OpenReceiver, Receiver } from './receiver';
import { subscribeNode } from './subscribe-node';

/** In the first one the engine warms up. */
const ROUNDS = 12;
/** What is left of a round, such as settling its last messages, is no part of the next. */
const REST_MS = 300;
/** The feed's first fill and its news about it are over. */
const SETTLE_MS = 3_000;
/** Round trips in ms, and the least messages a second. */
const CELLS = [
  [0, 5_000],
  [50, 1_000],
] as const;
const RECEIVERS: Record<string, OpenReceiver> = { bare: apart('bare'), feed: apart('feed'), node: subscribeNode };

/**
 * From the bus to the node behind a subscribe node, and to the listener of a feed, beside the client library alone that
 * only counts. Each has a bus of its own, and they take turns.
 */
export const push: Bench = {
  name: 'push',
  async run() {
    const measurements: Measurement[] = [];
    for (const [roundTripMs, least] of CELLS) measurements.push(...(await cell(roundTripMs, least)));
    return measurements;
  },
};

async function cell(roundTripMs: number, least: number): Promise<Measurement[]> {
  const lanes: Lane[] = [];
  try {
    for (const [name, open] of Object.entries(RECEIVERS)) lanes.push(await startLane(name, open, roundTripMs));
    await sleep(SETTLE_MS);
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const lane of lanes) lane.rates.push(await turn(lane));
    }
  } finally {
    await Promise.all(lanes.map(({ receiver }) => receiver.close()));
    for (const { broker } of lanes) broker.disconnect();
  }
  // The best round of each: whatever else goes on in the machine only ever takes something away.
  const of = (name: string) => Math.max(...(lanes.find((lane) => lane.name === name)?.rates ?? []));
  const beside = { bare: Math.round(of('bare')) };
  const what = `push, ${roundTripMs} ms round trip`;
  return [
    {
      name: `${what}, subscribe node`,
      figure: Math.round(of('node')),
      unit: 'messages/s',
      goal: `>= ${least}`,
      beside,
    },
    { name: `${what}, subscribe node, share of the bare library`, ...share(of('node'), of('bare')) },
    { name: `${what}, feed, share of the bare library`, ...share(of('feed'), of('bare')) },
  ];
}

interface Lane {
  name: string;
  broker: ChildProcess;
  receiver: Receiver;
  rates: number[];
}

async function startLane(name: string, open: OpenReceiver, roundTripMs: number): Promise<Lane> {
  const broker = fork(join(__dirname, 'broker.ts'), [String(roundTripMs / 2)], { execArgv: ['--import', 'tsx'] });
  const [ready] = (await once(broker, 'message')) as [BrokerReady];
  return { name, broker, receiver: await open(ready), rates: [] };
}

/** Messages a second, from when all are in the bus, and none has left it, to when the last has come. */
async function turn({ broker, receiver }: Lane): Promise<number> {
  const done = receiver.round();
  const told = once(broker, 'message');
  broker.send(MESSAGES);
  await told;
  const began = performance.now();
  await done;
  const figure = (MESSAGES / (performance.now() - began)) * 1_000;
  await sleep(REST_MS);
  return figure;
}

function share(ours: number, alone: number) {
  return { figure: Math.round((ours / alone) * 100) / 100, unit: '', goal: '>= 0.9' };
}

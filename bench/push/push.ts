import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { ServiceBusClient } from '@azure/service-bus';
import { openClient, type ZaptecClient } from '../../src/client';
import type { Bench, Measurement } from '../result';
import type { BrokerReady } from './broker';

const MESSAGES = 6_000;
const ROUNDS = 3;
const IN_FLIGHT = 1_000;
/** Round trips in ms, and the least messages a second. */
const CELLS = [
  [0, 5_000],
  [50, 1_000],
] as const;

/** From the bus to the listener of a feed, beside the client library alone that only counts. */
export const push: Bench = {
  name: 'push',
  async run() {
    const measurements: Measurement[] = [];
    for (const [roundTripMs, least] of CELLS) measurements.push(...(await cell(roundTripMs, least)));
    return measurements;
  },
};

async function cell(roundTripMs: number, least: number): Promise<Measurement[]> {
  const broker = fork(join(__dirname, 'broker.ts'), [String(roundTripMs / 2)], { execArgv: ['--import', 'tsx'] });
  try {
    const [ready] = (await once(broker, 'message')) as [BrokerReady];
    const feeds: number[] = [];
    const bares: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      bares.push(await bare(broker, ready));
      feeds.push(await feed(broker, ready));
    }
    const [ours, alone] = [median(feeds), median(bares)];
    const name = `push, ${roundTripMs} ms round trip`;
    return [
      { name, figure: Math.round(ours), unit: 'messages/s', goal: `>= ${least}`, beside: { bare: Math.round(alone) } },
      { name: `${name}, share of the bare library`, figure: round2(ours / alone), unit: '', goal: '>= 0.9' },
    ];
  } finally {
    broker.disconnect();
  }
}

async function feed(broker: ChildProcess, { baseUrl, username, password, installationId }: BrokerReady) {
  const client: ZaptecClient = openClient({ baseUrl, username, password });
  const opened = client.feed({ installationId }, { timing: { lingerMs: 1 } });
  const rate = new Rate();
  opened.listen({ change: ({ source }) => source === 'push' && rate.count() });
  while (opened.status.state !== 'live') await pause(10);
  await opened.ready;
  broker.send(MESSAGES);
  const result = await rate.done;
  opened.close();
  client.close();
  await pause(1_000);
  return result;
}

async function bare(broker: ChildProcess, { baseUrl, username, password, installationId }: BrokerReady) {
  const details = await detailsOf(baseUrl, username, password, installationId);
  const client = new ServiceBusClient(
    `Endpoint=sb://${details.Host}:${details.Port}/;SharedAccessKeyName=${details.Username};` +
      `SharedAccessKey=${details.Password};UseDevelopmentEmulator=true`,
  );
  const receiver = client.createReceiver(details.Topic, details.Subscription, {
    maxAutoLockRenewalDurationInMs: 0,
    skipParsingBodyAsJson: true,
  });
  const rate = new Rate();
  receiver.subscribe(
    {
      processMessage: () => {
        rate.count();
        return Promise.resolve();
      },
      processError: () => Promise.resolve(),
    },
    { maxConcurrentCalls: IN_FLIGHT },
  );
  await pause(1_500);
  broker.send(MESSAGES);
  const result = await rate.done;
  await pause(1_000);
  await Promise.race([client.close(), pause(2_000)]);
  return result;
}

interface Details {
  Host: string;
  Port: number;
  Username: string;
  Password: string;
  Topic: string;
  Subscription: string;
}

/** The topic that a feed would choose: the group's. */
async function detailsOf(baseUrl: string, username: string, password: string, installationId: string) {
  const login = await fetch(`${baseUrl}/oauth/token`, {
    method: 'POST',
    body: new URLSearchParams({ grant_type: 'password', username, password }),
  });
  const { access_token: token } = (await login.json()) as { access_token: string };
  const get = async (path: string) =>
    (await fetch(`${baseUrl}/api/${path}`, { headers: { Authorization: `Bearer ${token}` } })).json();
  const { SupportGroup } = (await get(`installation/${installationId}`)) as { SupportGroup: { Id: string } };
  return (await get(`userGroups/${SupportGroup.Id}/messagingConnectionDetails`)) as Details;
}

/** Messages a second from the first to the last of them. */
class Rate {
  readonly done: Promise<number>;
  #resolve: (rate: number) => void = () => undefined;
  #startedAt = 0;
  #seen = 0;

  constructor() {
    this.done = new Promise((resolve) => (this.#resolve = resolve));
  }

  count(): void {
    if (this.#seen === 0) this.#startedAt = performance.now();
    this.#seen += 1;
    if (this.#seen === MESSAGES) this.#resolve((MESSAGES / (performance.now() - this.#startedAt)) * 1_000);
  }
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

function round2(value: number): number {
  return Math.round(value * 100) / 100;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { acquireAccount, type Account } from '../../../src/account';
import { openClient, type FeedMemory, type FeedStatus } from '../../../src/client';
import { everyPhase } from '../../../src/current/currents';
import { clock } from '../../../src/time/clock';
import { settings } from '../governed-world';

/** What a machine is told at its start. */
export interface MachineOptions {
  baseUrl: string;
  username: string;
  password: string;
  redisUrl?: string;
  installationId: string;
  /** Where it keeps what outlives a restart. */
  file: string;
  /** Sessions are reported once by all machines. */
  once: boolean;
  /** A second node, for which sessions are reported once by all machines. */
  both?: boolean;
  /** What is known of its currents outlives a restart here. */
  stateDir?: string;
  /** By so much its wall clock is off, in ms. */
  clockOffMs?: number;
  /** So many reads wait for a permit all the time, of this path. */
  reads?: { count: number; path: string };
}

/** A node of the machine gets a value. */
export interface CurrentOrder {
  role: 'target' | 'limit';
  ampere: number;
}

/** The values of a charger as they came, by the id of the observation. */
export type Values = Record<string, [id: number, value: string | undefined][]>;

export type Report =
  | { kind: 'status'; status: FeedStatus }
  | { kind: 'ready' }
  | { kind: 'session'; id: string }
  | { kind: 'session-once'; id: string }
  | { kind: 'event'; text: string }
  | { kind: 'values'; values: Values };

const report = (one: Report) => process.send?.(one);

/** One Node-RED of several, as a process that can be killed; it has one feed, and one node that wants sessions. */
function run({ installationId, file, once, both, clockOffMs = 0, reads, ...account }: MachineOptions): void {
  const now = Date.now.bind(Date);
  if (clockOffMs !== 0) {
    Date.now = () => now() + clockOffMs;
    clock.restart();
  }
  const client = openClient(account);
  const memory: FeedMemory = {
    load: () => Promise.resolve().then(() => JSON.parse(readFileSync(file, 'utf8')) as unknown),
    save: (data) => {
      writeFileSync(`${file}.new`, JSON.stringify(data));
      renameSync(`${file}.new`, file);
    },
  };
  const feed = client.feed({ installationId, memory }, { timing: { fillEveryMs: 1_000 } });
  feed.listen({
    consumer: { id: 'node', since: clock.now(), once },
    status: (status) => report({ kind: 'status', status }),
    event: ({ event, chargerId, time }) => report({ kind: 'event', text: [event, chargerId, time].join(' ') }),
    session: ({ kind, session: { id } }) => kind === 'session-finished' && report({ kind: 'session', id }),
  });
  if (both) {
    feed.listen({
      consumer: { id: 'second', since: clock.now(), once: true },
      session: ({ kind, session: { id } }) => kind === 'session-finished' && report({ kind: 'session-once', id }),
    });
  }
  void feed.ready.then(() => report({ kind: 'ready' }));
  if (reads) read(account, reads);
  process.on('message', (question: CurrentOrder | string) => {
    if (typeof question !== 'string') {
      const { role, ampere } = question;
      const request = { ...settings(role), role, currents: everyPhase(ampere), deadBandA: 0 };
      void client.current.request(installationId, request).catch(() => undefined);
      return;
    }
    if (question === 'values') {
      const values = [...feed.store.ids].map((id) => [
        id,
        feed.store.raw(id).map(({ stateId, valueAsString }) => [stateId, valueAsString]),
      ]);
      report({ kind: 'values', values: Object.fromEntries(values) as Values });
      return;
    }
    // As Node-RED ends: the nodes are closed, and then the process.
    feed.close();
    client.close();
    setTimeout(() => process.exit(0), 20);
  });
  process.on('disconnect', () => process.exit(1));
}

/** Reads without end, by the limit of the account, as a busy flow does. */
function read(
  { baseUrl, username, password, redisUrl }: Pick<MachineOptions, 'baseUrl' | 'username' | 'password' | 'redisUrl'>,
  { count, path }: NonNullable<MachineOptions['reads']>,
): void {
  const { account } = acquireAccount(baseUrl, username, { redisUrl });
  const tokens = account.tokens({ username, password });
  const readOn = async () => {
    for (;;) {
      await readOnce(account, baseUrl + path, await tokens.get()).catch(() => undefined);
    }
  };
  for (let index = 0; index < count; index += 1) void readOn().catch(() => undefined);
}

async function readOnce({ limiter }: Account, url: string, token: string): Promise<void> {
  let sentAt = 0;
  const status = await limiter.run({ lane: 'background', attempt: 1 }, async () => {
    sentAt = clock.steady();
    const response = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
    await response.arrayBuffer();
    return response.status;
  });
  if (status === 429) limiter.refused(sentAt, 1_000);
  else limiter.accepted(sentAt);
}

process.once('message', run);

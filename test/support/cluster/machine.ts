import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { openClient, type FeedMemory, type FeedStatus } from '../../../src/client';
import { clock } from '../../../src/time/clock';

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
}

/** The values of a charger as they came, by the id of the observation. */
export type Values = Record<string, [id: number, value: string | undefined][]>;

export type Report =
  | { kind: 'status'; status: FeedStatus }
  | { kind: 'ready' }
  | { kind: 'session'; id: string }
  | { kind: 'event'; text: string }
  | { kind: 'values'; values: Values };

const report = (one: Report) => process.send?.(one);

/** One Node-RED of several, as a process that can be killed; it has one feed, and one node that wants sessions. */
function run({ installationId, file, once, ...account }: MachineOptions): void {
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
  void feed.ready.then(() => report({ kind: 'ready' }));
  process.on('message', (question) => {
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

process.once('message', run);

import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FAULT_TABLE } from '../../simulator/faults/table';
import type { FaultName, Simulator } from '../../simulator/index';
import type { VirtualClock } from '../../test/support/virtual-clock';

/** Node-RED, the cloud and the clock that a trouble comes over. */
export interface Home {
  cloud: Simulator;
  time: VirtualClock;
  userDir: string;
  /** Deploys the connection with this password. */
  password(password: string): Promise<void>;
}

export interface Trouble {
  group: string;
  name: string;
  what: string;
  /** The server does not answer: a wait for the answer is a wait for nothing. */
  isSilent?: boolean;
  begin: (home: Home) => unknown;
  /** Absent: it lasts. */
  end?: (home: Home) => unknown;
}

const SILENT: ReadonlySet<string> = new Set(['hang', 'slow', 'meter-silent']);
const SECOND = 1_000;
const HOUR = 3_600 * SECOND;

/** Without a match they spare the login, which an outage does not. */
const LOGIN_TOO: ReadonlySet<FaultName> = new Set([
  'server-502',
  'server-503',
  'server-504',
  'server-524',
  'drop-before',
]);
/** What has to happen for a fault to show: a login, or the connection details loaded again. */
const PREPARED: readonly { which: RegExp; what: string; prepare: (cloud: Simulator) => void }[] = [
  { which: /^token-/, what: 'Every token is revoked once.', prepare: (cloud) => cloud.revokeTokens() },
  {
    which: /^bus-details-/,
    what: 'The bus is cut once.',
    prepare: (cloud) => cloud.faults.set('bus-cut', { on: true, count: 1 }),
  },
];

const cloudFaults: readonly Trouble[] = FAULT_TABLE.map(({ name, group, what }) => {
  const prepared = PREPARED.find(({ which }) => which.test(name));
  return {
    group,
    name,
    what: prepared ? `${what} ${prepared.what}` : what,
    isSilent: SILENT.has(name),
    begin: ({ cloud }) => {
      cloud.faults.set(name, { on: true, ...(LOGIN_TOO.has(name) ? { match: '/' } : {}) });
      prepared?.prepare(cloud);
    },
    end: ({ cloud }) => cloud.faults.set(name, { on: false }),
  };
});

const step = (name: string, ms: number): Trouble => ({
  group: 'clock',
  name,
  what: `The wall clock of the computer is set ${name.replace('clock ', '')}.`,
  begin: ({ time }) => time.setWallClock(ms),
});

const recordOf = (userDir: string): string => join(userDir, 'zaptec');

const own: readonly Trouble[] = [
  {
    group: 'credentials',
    name: 'wrong password',
    what: 'The connection is deployed with a wrong password, and then with the right one.',
    begin: (home) => home.password('made-up wrong password'),
    end: (home) => home.password(home.cloud.accounts[0]!.password),
  },
  {
    group: 'credentials',
    name: 'tokens revoked',
    what: 'Zaptec revokes every token, once.',
    begin: ({ cloud }) => cloud.revokeTokens(),
  },
  step('clock back by 90 s', -90 * SECOND),
  step('clock forward by 90 s', 90 * SECOND),
  step('clock back by an hour', -HOUR),
  step('clock forward by an hour', HOUR),
  step('clock back by a day', -24 * HOUR),
  step('clock forward by a day', 24 * HOUR),
  {
    group: 'disk',
    name: 'not writable',
    what: 'The folder of the user directory for the record of the last write cannot be written.',
    begin: ({ userDir }) => {
      rmSync(recordOf(userDir), { recursive: true, force: true });
      writeFileSync(recordOf(userDir), 'a file in its place');
    },
    end: ({ userDir }) => rmSync(recordOf(userDir)),
  },
  {
    group: 'disk',
    name: 'record broken',
    what: 'The folder with the record of the last write is deleted.',
    begin: ({ userDir }) => {
      rmSync(recordOf(userDir), { recursive: true, force: true });
      mkdirSync(recordOf(userDir));
    },
  },
];

/** All that goes wrong in virtual time: every fault of the simulator, and what happens to the computer. */
export const TROUBLES: readonly Trouble[] = [...cloudFaults, ...own];

/** Nothing goes wrong: what is seen then is usual. */
export const NOTHING: Trouble = { group: 'none', name: 'nothing', what: '', begin: () => undefined };

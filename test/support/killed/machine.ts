import { openClient } from '../../../src/client';
import { everyPhase } from '../../../src/current/currents';
import type { RequestSettings } from '../../../src/current/types';
import { settings } from '../governed-world';

/** A machine of an account as a process that can be killed or stopped: keeps to one request. Its argument is JSON of these. */
export interface MachineOptions {
  baseUrl: string;
  username: string;
  password: string;
  redisUrl: string;
  stateDir?: string;
  site: string;
  by: string;
  ampere: number;
  over?: Partial<RequestSettings>;
  /** By so much its wall clock is off, in ms. */
  clockOffMs?: number;
}

const { site, by, ampere, over, clockOffMs = 0, ...options } = JSON.parse(process.argv[2] ?? '{}') as MachineOptions;
const now = Date.now.bind(Date);
Date.now = () => now() + clockOffMs;

const client = openClient(options);
setInterval(() => undefined, 1_000);
const print = (decision: unknown) => process.stdout.write(`${JSON.stringify(decision)}\n`);
client.current.listen(site, by, print);
void client.current.request(site, { ...settings(by), ...over, currents: everyPhase(ampere) }).then(print);

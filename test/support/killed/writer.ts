import { openClient } from '../../../src/client';
import { everyPhase } from '../../../src/current/currents';
import { Transport } from '../../../src/http/transport';
import { settings } from '../governed-world';

/** A process to be killed: requests one current and prints the first decision. Its argument is JSON of these. */
export interface WriterOptions {
  baseUrl: string;
  username: string;
  password: string;
  stateDir?: string;
  redisUrl?: string;
  site: string;
  ampere: number;
  /** End, as by kill -9, when the record is written and before anything leaves. */
  killBeforeSend?: boolean;
}

const { site, ampere, killBeforeSend, ...options } = JSON.parse(process.argv[2] ?? '{}') as WriterOptions;
if (killBeforeSend) {
  const { send } = Object.getOwnPropertyDescriptors(Transport.prototype);
  Transport.prototype.send = function (request) {
    if (request.url.endsWith('/update')) process.kill(process.pid, 'SIGKILL');
    return (send.value as Transport['send']).call(this, request);
  };
}

const client = openClient(options);
const alive = setInterval(() => undefined, 1_000);
void client.current.request(site, { ...settings('solar'), currents: everyPhase(ampere) }).then((decision) => {
  process.stdout.write(`${JSON.stringify(decision)}\n`);
  clearInterval(alive);
  client.close();
});

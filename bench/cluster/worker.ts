import { RequestLimiter } from '../../src/http/limiter';
import { clock } from '../../src/time/clock';

/**
 * One machine of the account, as a process that can be killed: reads without end, and a command now and then.
 * Arguments: address of the cloud, address of Redis or nothing, how many reads wait, every how many ms a command is sent, by how many
 * ms its wall clock is off.
 */
const [cloud = '', redisUrl = '', reads = '0', commandEveryMs = '0', clockOffMs = '0'] = process.argv.slice(2);
const now = Date.now.bind(Date);
Date.now = () => now() + Number(clockOffMs);

const limiter = new RequestLimiter('bench-cluster', redisUrl === '' ? {} : { redisUrl });

async function call(lane: 'command' | 'background'): Promise<void> {
  const askedAt = process.hrtime.bigint();
  let sentAt = 0;
  const status = await limiter.run({ lane, attempt: 1 }, async () => {
    sentAt = clock.steady();
    const waitedMs = Number(process.hrtime.bigint() - askedAt) / 1e6;
    const response = await fetch(cloud, { headers: { 'x-lane': lane, 'x-waited': String(waitedMs) } });
    await response.arrayBuffer();
    return response.status;
  });
  if (status === 429) limiter.refused(sentAt, 1_000);
  else limiter.accepted(sentAt);
}

let isEnding = false;
async function readOn(): Promise<void> {
  // A limiter that has ended refuses at once: to ask it again and again would keep this process from its end.
  while (!isEnding) await call('background').catch(() => undefined);
}

for (let read = 0; read < Number(reads); read += 1) void readOn();
if (Number(commandEveryMs) > 0) setInterval(() => void call('command').catch(() => undefined), Number(commandEveryMs));

process.on('SIGTERM', () => {
  isEnding = true;
  limiter.stop();
  setTimeout(() => process.exit(0), 200);
});

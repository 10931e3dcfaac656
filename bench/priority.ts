import { RequestLimiter } from '../src/http/limiter';
import type { Bench } from './result';
import { inVirtualTime, seeded } from './virtual-time';

const READS = 1_000;
const COMMANDS = 100;
const UPLINK_MS = 15;
const SERVICE_MS = 40;

/** The delay of a command until it is at the server, sent at a random moment behind a thousand queued background reads. */
export const priority: Bench = {
  async run() {
    const delays = await inVirtualTime(measure);
    delays.sort((a, b) => a - b);
    const p99 = delays[Math.ceil(delays.length * 0.99) - 1] ?? Infinity;
    const median = delays[Math.floor(delays.length / 2)] ?? Infinity;
    return [{ name: 'priority of a command, p99', figure: p99, unit: 'ms', goal: '<= 150', beside: { median } }];
  },
};

async function measure(): Promise<number[]> {
  const random = seeded(11);
  const limiter = new RequestLimiter('bench-priority');
  const answered = () => sleep(UPLINK_MS + SERVICE_MS);
  const delays: number[] = [];
  const keepQueued = () => {
    for (let waiting = limiter.budget.waiting; waiting < READS; waiting += 1) {
      void limiter.run({ lane: 'background', attempt: 1 }, answered);
    }
  };
  for (let i = 0; i < COMMANDS; i += 1) {
    keepQueued();
    await sleep(random() * 1000);
    const requestedAt = Date.now();
    await limiter.run({ lane: 'command', attempt: 1 }, async () => {
      await sleep(UPLINK_MS);
      delays.push(Date.now() - requestedAt);
      await sleep(SERVICE_MS);
    });
  }
  return delays;
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

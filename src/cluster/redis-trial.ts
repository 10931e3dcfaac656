import { UNREACHABLE } from './redis';
import { LONGEST_HOLD_BACK_S } from './redis-address';
import { SharedPermits, type Cluster } from './shared-permits';

/** What came of it: who shares the limit there, or why it cannot be shared. */
export type RedisTrial = { cluster: Cluster } | { problem: string };

/** Permits of an account in a second, as its other machines have it. */
const LIMIT = 10;

/**
 * Tries whether the machines of an account can share its limit at an address that the account does not use. For a moment
 * this machine is one of them.
 * @param id names the account, without its user name
 * @throws ZaptecError `REDIS_UNAVAILABLE`, `INPUT_INVALID`
 */
export async function tryRedis(id: string, redisUrl: string): Promise<RedisTrial> {
  let problem = UNREACHABLE;
  let permits: SharedPermits | undefined;
  const trial = await new Promise<RedisTrial>((resolve) => {
    permits = new SharedPermits({
      ...{ id, redisUrl, limit: LIMIT },
      // The address may say less than the other machines have: their shares are not this one's to give away.
      holdBackMs: LONGEST_HOLD_BACK_S * 1_000,
      onMode: (mode) => {
        const cluster = permits?.cluster;
        if (cluster) resolve({ cluster });
        else if (mode === 'alone') resolve({ problem });
      },
      onHeld: () => undefined,
      onPause: () => undefined,
      onProblem: (reason) => {
        if (reason !== UNREACHABLE) problem = reason;
      },
    });
  });
  await permits?.stop();
  return trial;
}

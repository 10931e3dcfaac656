/** Decides whether a request that arrives now is answered. Refused requests do not count. */
export interface ServerModel {
  readonly name: string;
  admit(now: number): boolean;
}

/** At most ten in any sliding second. */
export function slidingWindow(): ServerModel {
  const arrivals: number[] = [];
  return {
    name: 'sliding second',
    admit(now) {
      while (arrivals[0] !== undefined && arrivals[0] <= now - 1000) arrivals.shift();
      if (arrivals.length >= 10) return false;
      arrivals.push(now);
      return true;
    },
  };
}

/** Ten a second with bursts of fifteen, as documented (docs/zaptec-api.md, "Rate limits"). */
export function tokenBucket(): ServerModel {
  let tokens = 15;
  let filledAt: number | undefined;
  return {
    name: 'bucket 10/s burst 15',
    admit(now) {
      tokens = Math.min(15, tokens + ((now - (filledAt ?? now)) / 1000) * 10);
      filledAt = now;
      if (tokens < 1) return false;
      tokens -= 1;
      return true;
    },
  };
}

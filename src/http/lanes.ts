/** How urgent a request is: commands and lower currents first, reads that nobody waits for last. */
export type Lane = 'command' | 'message' | 'editor' | 'background';

export interface LanePolicy {
  /** Bottleneck priority, 0 (first) to 9; a retry goes one step ahead of its lane. */
  readonly priority: number;
  /** Spread over time, so that a permit comes free every tenth of a second for more urgent requests. */
  readonly paced: boolean;
  /** How long a request may wait for its first permit, in ms: an old command must not act on a new situation. */
  readonly maxWaitMs: number;
}

export const LANES: Readonly<Record<Lane, LanePolicy>> = {
  command: { priority: 1, paced: false, maxWaitMs: 60_000 },
  message: { priority: 4, paced: false, maxWaitMs: Infinity },
  editor: { priority: 6, paced: false, maxWaitMs: Infinity },
  background: { priority: 8, paced: true, maxWaitMs: Infinity },
};

import type { Snapshot } from '../../src/client';
import type { StatusDescription } from '../shared/status';

/** The state of a charger as a status: what a look at the canvas should tell. */
export function snapshotStatus({ online, mode, reason, powerW }: Snapshot): StatusDescription {
  if (online === false) return { fill: 'grey', shape: 'ring', key: 'offline' };
  if (mode === 'charging' && powerW !== undefined) {
    return { fill: 'green', shape: 'dot', key: 'charging', parameters: { kw: kilowatts(powerW) } };
  }
  if (reason === 'paused') return { fill: 'yellow', shape: 'dot', key: 'paused' };
  if (mode === 'charging') return { fill: 'green', shape: 'dot', key: 'charging', parameters: { kw: '?' } };
  return { fill: 'grey', shape: 'dot', key: mode };
}

/** One decimal where it fits. */
function kilowatts(powerW: number): string {
  const kw = powerW / 1000;
  return kw < 9.95 ? kw.toFixed(1) : kw.toFixed(0);
}

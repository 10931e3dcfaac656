import type { Bench } from './result';

export const day: Bench = {
  name: 'day',
  // Node-RED would weigh on the other benches.
  run: async () => (await import('./quiet-day.js')).quietDay(),
};

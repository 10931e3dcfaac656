import { median, startNodeRed } from './node-red';
import type { Bench } from './result';

const RUNS = Number(process.env['STARTUP_RUNS'] ?? 9);

/** The time until the flows run, of Node-RED with the package and without it in turns. */
export const startup: Bench = {
  async run() {
    const walls: Record<'without' | 'with', number[]> = { without: [], with: [] };
    const cpus: Record<'without' | 'with', number[]> = { without: [], with: [] };
    // The first start reads all files from the disk; it does not count.
    await (await startNodeRed({ withPackage: true })).stop();
    for (let run = 0; run < RUNS; run += 1) {
      for (const which of run % 2 === 0 ? (['without', 'with'] as const) : (['with', 'without'] as const)) {
        const red = await startNodeRed({ withPackage: which === 'with' });
        walls[which].push(red.startedMs);
        cpus[which].push(red.cpuMs());
        await red.stop();
      }
    }
    return [
      {
        name: `startup: additional time with the package, median of ${RUNS}`,
        figure: Math.round(median(walls.with) - median(walls.without)),
        unit: 'ms',
        goal: '<= 40',
        tolerated: '<= 120',
        beside: {
          'ms without': Math.round(median(walls.without)),
          'ms with': Math.round(median(walls.with)),
          'CPU ms without': median(cpus.without),
          'CPU ms with': median(cpus.with),
        },
      },
    ];
  },
};

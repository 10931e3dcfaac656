import { median, startNodeRed } from './node-red';
import type { Bench } from './result';

const RUNS = Number(process.env['STARTUP_RUNS'] ?? 9);

/** Node-RED with the package and without, in turns, until the flows run. */
export const startup: Bench = {
  name: 'startup',
  async run() {
    const walls: Record<'without' | 'with', number[]> = { without: [], with: [] };
    const cpus: Record<'without' | 'with', number[]> = { without: [], with: [] };
    // The first start of all reads everything from the disk.
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
        name: `startup: more with the package, median of ${RUNS}`,
        figure: Math.round(median(walls.with) - median(walls.without)),
        unit: 'ms',
        goal: '<= 100',
        beside: {
          'ms without': Math.round(median(walls.without)),
          'ms with': Math.round(median(walls.with)),
          'ms of a core without': median(cpus.without),
          'ms of a core with': median(cpus.with),
        },
      },
    ];
  },
};

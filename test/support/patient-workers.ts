import { createRequire } from 'node:module';

interface Workerpool {
  pool(script: string, options: object): unknown;
}

/**
 * A worker of mocha writes what its tests have covered when it ends. Mocha kills it after one second, which is too soon
 * on a busy machine; mocha has no option for it.
 */
const { resolve } = createRequire(__filename);
const workerpool = createRequire(resolve('mocha'))('workerpool') as Workerpool;
const pool = workerpool.pool.bind(workerpool);
workerpool.pool = (script, options) => pool(script, { ...options, workerTerminateTimeout: 60_000 });

// Node.js hands this variable on to whatever a test starts. That loads the built package or is made of the sources, so that
// nothing of it counts, and V8 would count for nothing and write megabytes at each end. A worker itself goes on to count.
if (process.env['MOCHA_WORKER_ID'] !== undefined && process.env['NODE_V8_COVERAGE'] !== undefined) {
  process.env['IS_COUNTED'] = 'yes';
  delete process.env['NODE_V8_COVERAGE'];
}

// Mocha ends with a code of its own. Where it ends without having told the result, because a worker did not end, that is a
// failure and no success.
process.exitCode = 1;

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

// Mocha ends with a code of its own. Where it ends without having told the result, because a worker did not end, that is a
// failure and no success.
process.exitCode = 1;

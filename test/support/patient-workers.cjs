/**
 * A worker of mocha writes what its tests have covered when it ends. Mocha kills it after one second, which is too soon
 * on a busy machine; mocha has no option for it.
 */
const { createRequire } = require('node:module');

const workerpool = createRequire(require.resolve('mocha'))('workerpool');
const { pool } = workerpool;
workerpool.pool = (script, options) => pool(script, { ...options, workerTerminateTimeout: 60_000 });

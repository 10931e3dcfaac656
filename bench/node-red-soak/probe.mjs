/**
 * Loaded into Node-RED before anything else: sets its wall clock when it is told to, and answers what the process holds.
 */
import { readdirSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { setClock } from '../../test/support/set-clock.mjs';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc');
let rejections = 0;
process.on('unhandledRejection', () => (rejections += 1));

function look() {
  collect();
  const resources = {};
  for (const kind of process.getActiveResourcesInfo()) resources[kind] = (resources[kind] ?? 0) + 1;
  return {
    heap: process.memoryUsage().heapUsed,
    timers: resources.Timeout ?? 0,
    handles: Object.entries(resources).reduce((sum, [kind, count]) => (kind === 'Timeout' ? sum : sum + count), 0),
    files: readdirSync('/proc/self/fd').length,
    rejections,
    resources,
  };
}

const answers = {
  look,
  clock: setClock,
};

process.on('message', ({ id, name, value }) => {
  if (answers[name]) process.send({ id, result: answers[name](value) });
});
process.channel?.unref();

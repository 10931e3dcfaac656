/**
 * Loaded into Node-RED before anything else: moves its wall clock as an administrator of the machine does, and answers
 * what the process holds.
 */
import { readdirSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const RealDate = Date;
let offsetMs = Number(process.env.SOAK_CLOCK_OFFSET ?? 0);
const now = () => RealDate.now() + offsetMs;

globalThis.Date = new Proxy(RealDate, {
  construct: (target, parameters, self) =>
    Reflect.construct(target, parameters.length === 0 ? [now()] : parameters, self === globalThis.Date ? target : self),
  apply: () => new RealDate(now()).toString(),
  get: (target, name) => (name === 'now' ? now : Reflect.get(target, name)),
});

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
  clock: (ms) => void (offsetMs = ms),
};

process.on('message', ({ id, name, value }) => {
  if (answers[name]) process.send({ id, result: answers[name](value) });
});
process.channel?.unref();

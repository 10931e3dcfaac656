const { hash } = require('node:crypto');
const { readdirSync } = require('node:fs');
const { join } = require('node:path');

/** They need something that not every machine has, or more time than `npm test` has; each has a command of its own. */
const APART = [
  'test/editor/',
  'test/generation-5/',
  'test/install/',
  'test/palettes/',
  'test/readme/',
  'test/flows/day.spec.ts',
];

/**
 * The files that take longest. Mocha hands the files to its processes in this order, so that no long one is left for the
 * end, where it would run alone. Those that mostly wait and those that compute take turns.
 */
const FIRST = [
  'test/src/cluster/one-receiver.spec.ts',
  'test/flows/energy-days.spec.ts',
  'test/src/cluster/flooded-permits.spec.ts',
  'test/src/long-texts.spec.ts',
  'test/src/cluster/shared-limit.spec.ts',
  'test/src/cluster/return.spec.ts',
  'test/nodes/sessions/redeployed.spec.ts',
  'test/flows/random-deploys.spec.ts',
  'test/src/current/several-machines.spec.ts',
  'test/nodes/sessions/year.spec.ts',
  'test/src/cluster/slow-start.spec.ts',
  'test/nodes/shared/answer-forms.spec.ts',
  'test/nodes/doctor/over-time.spec.ts',
  'test/package/start.spec.ts',
  'test/src/feed/faults.spec.ts',
  'test/nodes/doctor/doctor.spec.ts',
  'test/src/cluster/huge-store.spec.ts',
  'test/src/energy/plan/charge-planner.spec.ts',
  'test/simulator/world/leap.spec.ts',
  'test/src/cluster/topologies.spec.ts',
  'test/package/languages.spec.ts',
  'test/src/cluster/session-claims.spec.ts',
  'test/flows/fuse.spec.ts',
  'test/nodes/long-texts.spec.ts',
  'test/src/sessions/year.spec.ts',
  'test/src/sessions/session-reader.spec.ts',
  'test/package/tarball.spec.ts',
  'test/src/http/priority.spec.ts',
  'test/nodes/sessions/killed.spec.ts',
  'test/src/http/storm.spec.ts',
  'test/nodes/shared/restart.spec.ts',
  'test/nodes/surplus/restart.spec.ts',
];

const files = readdirSync(join(__dirname, 'test'), { recursive: true })
  .map((file) => `test/${file.replaceAll('\\', '/')}`)
  .filter((file) => file.endsWith('.spec.ts') && !APART.some((apart) => file.startsWith(apart)))
  .sort();
const gone = FIRST.filter((file) => !files.includes(file));
if (gone.length > 0) throw new Error(`.mocharc.cjs names files that are not there: ${gone.join(', ')}`);

/** `TEST_ORDER=7 npm test` takes them in another order, which is always the same for 7: no spec may need the one before. */
const order = process.env.TEST_ORDER;
const place = (file) => hash('sha1', `${order} ${file}`);
const inOrder = (all) => (order ? all.sort((a, b) => (place(a) < place(b) ? -1 : 1)) : all);

/** `npm test -- SPECS` runs these and no others. */
const named = process.argv.slice(2).some((word) => word.endsWith('.spec.ts'));

module.exports = {
  'node-option': ['import=tsx', 'max-semi-space-size=32'],
  require: ['./test/support/patient-workers.ts', './test/support/fresh-process.ts'],
  spec: named ? [] : inOrder([...FIRST, ...files.filter((file) => !FIRST.includes(file))]),
  timeout: 60_000,
  exit: true,
  'forbid-only': true,
  parallel: true,
  // Most of the time goes by while tests wait for real timers, Redis and other processes.
  jobs: 6,
};

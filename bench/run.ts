import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { judge, type Bench, type Result } from './result';

/** By name, in the order in which they run. Each is loaded when its turn comes: Node-RED would slow down the others. */
const BENCHES: Readonly<Record<string, () => Promise<Bench>>> = {
  limit: async () => (await import('./limit/limit.js')).limit,
  priority: async () => (await import('./priority.js')).priority,
  cluster: async () => (await import('./cluster/cluster.js')).cluster,
  fleet: async () => (await import('./fleet.js')).fleet,
  decode: async () => (await import('./decode.js')).decode,
  growth: async () => (await import('./growth.js')).growth,
  commands: async () => (await import('./commands.js')).commands,
  day: async () => (await import('./quiet-day.js')).day,
  startup: async () => (await import('./startup.js')).startup,
  small: async () => (await import('./small.js')).small,
  push: async () => (await import('./push/push.js')).push,
  soak: async () => (await import('./soak.js')).soak,
  'bus-soak': async () => (await import('./bus-soak/bus-soak.js')).busSoak,
  days: async () => (await import('./days/days.js')).days,
  energy: async () => (await import('./energy/energy.js')).energy,
  sessions: async () => (await import('./sessions.js')).sessions,
};

interface Choice {
  only?: string | undefined;
  part?: string | undefined;
  short: boolean;
  seed?: string | undefined;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      only: { type: 'string' },
      part: { type: 'string' },
      short: { type: 'boolean', default: false },
      seed: { type: 'string' },
      json: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(await usage());
    return;
  }
  const results = await measure(values);
  if (values.json) writeFileSync(values.json, `${JSON.stringify(results, null, 2)}\n`);
  const reached = results.filter((result) => result.reached);
  const tolerated = results.filter((result) => !result.reached && result.passes);
  const rest = tolerated.length > 0 ? `, ${tolerated.length} missed as tolerated` : '';
  console.log(`${reached.length} of ${results.length} goals reached${rest}`);
  process.exitCode = results.every(({ passes }) => passes) ? 0 : 1;
}

/** @throws Error for a bench or a part that does not exist, before anything is measured. */
async function measure({ only, part, short, seed }: Choice): Promise<Result[]> {
  const chosen = only === undefined ? Object.keys(BENCHES) : [only];
  const results: Result[] = [];
  for (const name of chosen) {
    const load = BENCHES[name];
    if (!load) throw new Error(`--only ${name}: there is no such bench; use ${Object.keys(BENCHES).join(', ')}`);
    if (part !== undefined && only === undefined) throw new Error(`--part ${part} needs --only with the bench`);
    const { parts, run } = await load();
    if (part !== undefined && !parts?.includes(part)) {
      throw new Error(`--part ${part}: there is no such part; ${name} has ${parts?.join(', ') ?? 'no parts'}`);
    }
    for (const each of part === undefined ? (parts ?? [undefined]) : [part]) {
      for (const measurement of await run({ short, part: each, seed: seed === undefined ? undefined : Number(seed) })) {
        const result = judge(name, measurement);
        results.push(result);
        console.log(line(result));
      }
    }
  }
  return results;
}

async function usage(): Promise<string> {
  const { days } = await import('./days/days.js');
  const names = Object.keys(BENCHES).join('|');
  const parts = (days.parts ?? []).join('|');
  return `npm run bench -- [--only ${names}] [--part PART] [--short] [--seed N] [--json FILE]
  --part   one part of the bench days: ${parts}
  --short  shorter runs of bus-soak, cluster, days and sessions, for CI
  --seed   the order of the faults of the part everything of cluster, as a run before has printed it`;
}

function line({ name, figure, unit, goal, reached, passes, beside }: Result): string {
  const others = Object.entries(beside).map(([other, value]) => `${other} ${value}`);
  const verdict = reached ? 'ok  ' : passes ? 'miss' : 'MISS';
  return `${verdict} ${name}: ${figure} ${unit} (goal ${goal})${others.length > 0 ? `; beside: ${others.join(', ')}` : ''}`;
}

main().then(
  () => process.exit(),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(2);
  },
);

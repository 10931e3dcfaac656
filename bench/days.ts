import type { Verdict } from './days/checker';
import type { Lived } from './days/rig';
import type { Bench, Measurement } from './result';

const HOUR = 3_600;
const DAY = 24 * HOUR;
const SEED = 1;
/** So many times the sun of the world, which is to wish for more than the fuse allows. */
const ROOF = 4;
/** What is due is done so soon, also where the cloud answers 429 now and then, in ms. */
const GRACE_MS = 30_000;

/** The verdict of the audit on raises and lowerings, which the checker gives as well. */
const LOWERINGS = /came too early: a raise .* or more than \d+ early lowerings/;

/** How long, and how often a message comes, in s. */
interface Extent {
  seconds: number;
  stepS: number;
}

interface Part {
  name: string;
  whole: Extent;
  short: Extent;
  run: (extent: Extent) => Promise<Measurement[]>;
}

/** A meter speaks every second, however short the time; who only looks at the clock needs the night as well. */
const METERED = { whole: { seconds: DAY, stepS: 1 }, short: { seconds: 4 * HOUR, stepS: 1 } };
const TIMED = { whole: { seconds: DAY, stepS: 1 }, short: { seconds: DAY, stepS: 15 } };
const TOGETHER = { whole: { seconds: 6 * HOUR, stepS: 1 }, short: { seconds: 2 * HOUR, stepS: 1 } };

const PARTS: readonly Part[] = [
  { name: 'solar-surplus', ...METERED, run: (extent) => governed('solar-surplus', extent) },
  { name: 'capacity-tariff', ...METERED, run: (extent) => governed('capacity-tariff', extent) },
  { name: 'fuse-guard', ...METERED, run: (extent) => fused(['fuse-guard'], extent) },
  { name: 'cheapest-hours', ...TIMED, run: (extent) => commanded('cheapest-hours', extent) },
  { name: 'charge-by-time', ...TIMED, run: (extent) => commanded('charge-by-time', extent) },
  { name: 'solar-then-fuse', ...TOGETHER, run: (extent) => fused(['solar-surplus', 'fuse-guard'], extent) },
  { name: 'fuse-then-solar', ...TOGETHER, run: (extent) => fused(['fuse-guard', 'solar-surplus'], extent) },
];

/**
 * The control examples as they lie in their files, in a real Node-RED, for a simulated day in which the meter speaks every
 * second: what the cloud was asked to set, judged by a checker of its own.
 */
export const days: Bench = {
  name: 'days',
  parts: PARTS.map(({ name }) => name),
  async run({ part, short }) {
    // Node-RED would weigh on the other benches.
    const { helper } = await import('../test/support/node-red/harness.js');
    await new Promise<void>((resolve) => helper.startServer(() => resolve()));
    try {
      const { run, ...extents } = PARTS.find(({ name }) => name === part) as Part;
      return await run(short ? extents.short : extents.whole);
    } finally {
      await new Promise<void>((resolve) => helper.stopServer(() => resolve()));
    }
  },
};

async function governed(name: string, { seconds, stepS }: Extent): Promise<Measurement[]> {
  const { live } = await import('./days/rig.js');
  const { check } = await import('./days/checker.js');
  const { sunnier } = await import('./days/sun.js');
  const lived = await live([name], seconds, stepS, (_, { world }) => sunnier(world.meter(), ROOF));
  return judged(`${lasting(seconds)} of ${name}`, lived, check({ ...lived, graceMs: GRACE_MS }));
}

/** @returns what the checker found, told in full on the error output. */
function judged(name: string, lived: Lived, { raises, lowerings, early, broken }: Verdict): Measurement[] {
  for (const text of [...broken, ...lived.audit]) console.error(`days: ${name}: ${text}`);
  const { tookS } = lived;
  const beside = { wishes: lived.wishes.length, writes: lived.writes.length, raises, lowerings, early, tookS };
  return [
    { name: `${name}: rules of current broken`, figure: broken.length, unit: 'times', goal: '<= 0', beside },
    {
      name: `${name}: guidelines broken`,
      figure: lived.audit.length,
      unit: 'rules',
      goal: '<= 0',
      beside: { requests: lived.requests },
    },
  ];
}

async function commanded(example: string, { seconds, stepS }: Extent): Promise<Measurement[]> {
  const { live } = await import('./days/rig.js');
  const { Obedience } = await import('./days/obedience.js');
  const obedience = new Obedience('Garage');
  const lived = await live([example], seconds, stepS, (_, simulator, { commands }) => {
    obedience.look(simulator, commands.at(-1));
    return simulator.world.meter();
  });
  const name = `${lasting(seconds)} of ${example}`;
  for (const text of lived.audit) console.error(`days: ${name}: ${text}`);
  return [
    {
      name: `${name}: longest that the car did not do what was wished`,
      figure: obedience.longestS,
      unit: 's',
      goal: '<= 60',
      beside: { wishes: lived.commands.length, changes: obedience.changes, tookS: lived.tookS },
    },
    {
      name: `${name}: guidelines broken`,
      figure: lived.audit.length,
      unit: 'rules',
      goal: '<= 0',
      beside: { requests: lived.requests },
    },
  ];
}

async function fused(names: readonly string[], { seconds, stepS }: Extent): Promise<Measurement[]> {
  const { live } = await import('./days/rig.js');
  const { check } = await import('./days/checker.js');
  const { BOUND, FuseStory } = await import('./days/fuse.js');
  const story = new FuseStory(seconds, SEED, names.length > 1 ? ROOF : 1);
  const lived = await live(names, seconds, stepS, story.script);
  const name = `${lasting(seconds)} of ${names.join(' + ')}`;
  const { longest, overloads } = story.watch;
  // A target and a limit together: the audit cannot tell which lowering served the fuse and is not counted, the checker can.
  if (names.length > 1) lived.audit = lived.audit.filter((text) => !LOWERINGS.test(text));
  return [
    ...judged(name, lived, check({ ...lived, graceMs: GRACE_MS })),
    {
      name: `${name}: longest above the fuse`,
      figure: longest.live,
      unit: 's',
      goal: `<= ${BOUND.live}`,
      beside: { overloads },
    },
    { name: `${name}: the same with a dead meter`, figure: longest.dead, unit: 's', goal: `<= ${BOUND.dead}` },
  ];
}

const lasting = (seconds: number): string => (seconds === DAY ? 'a day' : `${seconds / HOUR} h`);

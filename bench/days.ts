import type { Verdict } from './days/checker';
import type { Lived } from './days/rig';
import type { Bench, Measurement } from './result';

const HOUR = 3_600;
const DAY = 24 * HOUR;
/** A message every so many s, so that a day takes less than a minute: the fuse as often as its example asks the meter. */
const STEP_S = { metered: 2, timed: 5 };
const SEED = 1;
/** What is due is done so soon, also where the cloud answers 429 now and then, in ms. */
const GRACE_MS = 30_000;

/**
 * The control examples as they lie in their files, in a real Node-RED, for a simulated day in which the meter speaks every
 * other second: what the cloud was asked to set, judged by a checker of its own.
 */
export const days: Bench = {
  name: 'days',
  async run() {
    // Node-RED would weigh on the other benches.
    const { helper } = await import('../test/flows/harness.js');
    await new Promise<void>((resolve) => helper.startServer(() => resolve()));
    try {
      return [
        ...(await governed('solar-surplus')),
        ...(await governed('capacity-tariff')),
        ...(await commanded('cheapest-hours')),
        ...(await commanded('charge-by-time')),
        ...(await fused(['fuse-guard'], DAY)),
        ...(await fused(['solar-surplus', 'fuse-guard'], 6 * HOUR)),
        ...(await fused(['fuse-guard', 'solar-surplus'], 6 * HOUR)),
      ];
    } finally {
      await new Promise<void>((resolve) => helper.stopServer(() => resolve()));
    }
  },
};

async function governed(name: string): Promise<Measurement[]> {
  const { live } = await import('./days/rig.js');
  const { check } = await import('./days/checker.js');
  const lived = await live([name], DAY, STEP_S.metered, () => undefined);
  return judged(name, lived, check({ ...lived, graceMs: GRACE_MS }));
}

/** @returns what the checker found, told in full on the error output. */
function judged(name: string, lived: Lived, { raises, lowerings, early, broken }: Verdict): Measurement[] {
  for (const text of [...broken, ...lived.audit]) console.error(`days: ${name}: ${text}`);
  const beside = { wishes: lived.wishes.length, writes: lived.writes.length, raises, lowerings, early };
  return [
    { name: `a day of ${name}: rules of current broken`, figure: broken.length, unit: 'times', goal: '<= 0', beside },
    {
      name: `a day of ${name}: guidelines broken`,
      figure: lived.audit.length,
      unit: 'rules',
      goal: '<= 0',
      beside: { requests: lived.requests },
    },
  ];
}

async function commanded(name: string): Promise<Measurement[]> {
  const { live } = await import('./days/rig.js');
  const { Obedience } = await import('./days/obedience.js');
  const obedience = new Obedience('Garage');
  const lived = await live([name], DAY, STEP_S.timed, (_, simulator, { commands }) => {
    obedience.look(simulator, commands.at(-1));
    return undefined;
  });
  for (const text of lived.audit) console.error(`days: ${name}: ${text}`);
  return [
    {
      name: `a day of ${name}: longest that the car did not do what was wished`,
      figure: obedience.longestS,
      unit: 's',
      goal: '<= 60',
      beside: { wishes: lived.commands.length, changes: obedience.changes, writes: lived.writes.length },
    },
    {
      name: `a day of ${name}: guidelines broken`,
      figure: lived.audit.length,
      unit: 'rules',
      goal: '<= 0',
      beside: { requests: lived.requests },
    },
  ];
}

async function fused(names: readonly string[], seconds: number): Promise<Measurement[]> {
  const { live } = await import('./days/rig.js');
  const { check } = await import('./days/checker.js');
  const { BOUND, FuseStory } = await import('./days/fuse.js');
  const story = new FuseStory(seconds, SEED);
  const lived = await live(names, seconds, STEP_S.metered, story.script);
  const name = names.join(' + ');
  const { longest, overloads } = story.watch;
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

import { helper } from '../../test/support/node-red/harness';
import type { Bench, Measurement } from '../result';
import { check, type CheckResult } from './checker';
import { Compliance } from './compliance';
import { runDay, type DayOptions, type DayRecord, type DayScript } from './day-runner';
import { FuseScenario, LONGEST_PAUSE_S, LONGEST_S } from './fuse';
import { HourlyMeans } from './hourly-means';
import { busyBefore, GoalMonitor, isAway, killsWithin, plugCars } from './killed';
import { Resumption } from './resumption';
import { SunScenario } from './sun';

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const SEED = 1;
/** Multiplies the solar power of the simulator: that of one roof seldom suffices to charge on three phases. */
const SUN_FACTOR = 4;
/** So much sun on a barn, and such loads, that what the sun asks for is often above what the fuse has left. */
const SUN_AND_FUSE = { barnFactor: 4, maxLoadA: 18 };
/** Without the guard a phase must be above the fuse for so long at least, s: with less, a goal that is reached would prove nothing. */
const UNGUARDED_S = { live: 5 * MINUTE, dead: 4 * MINUTE };
/** The same for the highest mean of an hour without the capacity tariff, kW. */
const UNLIMITED_KW = 9;
/** What shows that a day needs its flow is no measurement of the flow, and goes in large steps, s. */
const CONTROL_STEP_S = 5;
/** What a busy phase has for some hours, A: nothing is left there for a car. */
const BUSY_A = 19;
/** The highest mean of an hour in the example of the capacity tariff, kW. */
const TARIFF_KW = 8;
/** Where so much is left beside the house, a car gets its 6 A on three phases, kW. */
const LEAST_CAR_KW = 5;
/** Without what the running hour has used, its mean is so high at least, kW: with less the kills would prove nothing. */
const FORGOTTEN_KW = 9;
/** A start waits for some minutes of sun, and 15 minutes after a stop, s. */
const MOST_IDLE_S = 17 * MINUTE;
/** How late a write may be after it is due, also when the cloud sometimes answers 429, in ms. */
const GRACE_MS = 30_000;

/** By then a flow that starts beside new cars has sent its first commands, s. */
const STARTED_S = 5 * MINUTE;

/** A plan charges, pauses and charges again at least. */
const LEAST_CHANGES = 3;

/** The goals of the examples. */
const GOAL_HOURS = 8;
const GOAL_KWH = 20;

/** The findings of the audit on raises and lowerings, which the checker has as well. */
const LOWERINGS = /came too early: a raise .* or more than \d+ early lowerings/;

/** Length of the simulated time, and time from one message of the meter to the next, in s. */
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

/** A flow with a meter gets a message every second in the short form too; a flow with a schedule needs the night too. */
const METERED = { whole: { seconds: DAY, stepS: 1 }, short: { seconds: 3 * HOUR, stepS: 1 } };
const SCHEDULED = { whole: { seconds: DAY, stepS: 1 }, short: { seconds: DAY, stepS: 30 } };
/** Each step goes to another process and back, which takes its time. */
const KILLED = { whole: { seconds: 4 * HOUR, stepS: 1 }, short: { seconds: HOUR, stepS: 1 } };
/** Until an hour after its goal is due. */
const killedPlan = ({ dueS }: PlanGoal) => ({
  whole: { seconds: dueS + HOUR, stepS: 15 },
  short: { seconds: dueS + HOUR, stepS: 60 },
});
const COMBINED = { whole: { seconds: 6 * HOUR, stepS: 1 }, short: { seconds: 1.5 * HOUR, stepS: 1 } };

/** What a plan has to reach; the days begin at 11:00. */
interface PlanGoal {
  example: string;
  dueS: number;
  /** Before the car charges for the most part, and while it charges, s. */
  killedAt: readonly number[];
  missed: (name: string, monitor: GoalMonitor) => Measurement[];
}

/** The hours until midnight. Without what the node remembers, they begin again after the first kill. */
const CHEAPEST_HOURS: PlanGoal = {
  example: 'cheapest-hours',
  dueS: 13 * HOUR,
  killedAt: [5 * HOUR + 31 * MINUTE, 12 * HOUR + 31 * MINUTE],
  missed: (name, { hours, kwh }) => [
    {
      name: `${name}: hours of charging off the goal`,
      figure: thousandths(Math.abs(hours - GOAL_HOURS)),
      unit: 'h',
      goal: '<= 0.1',
      beside: { hours: thousandths(hours), kwh: Math.round(kwh * 10) / 10 },
    },
  ],
};

/** The energy until 07:00. Without Node-RED after the first kill it would lack, and after the second the car would go on. */
const CHARGE_BY_TIME: PlanGoal = {
  example: 'charge-by-time',
  dueS: 20 * HOUR,
  killedAt: [7 * HOUR + 31 * MINUTE, 16 * HOUR + 40 * MINUTE],
  missed: (name, { hours, kwh }) => [
    {
      name: `${name}: energy that lacks when it is due`,
      figure: thousandths(Math.max(0, GOAL_KWH - kwh)),
      unit: 'kWh',
      goal: '<= 0.05',
      beside: { hours: thousandths(hours), kwh: Math.round(kwh * 10) / 10 },
    },
    {
      name: `${name}: energy above the goal when it is due`,
      figure: thousandths(Math.max(0, kwh - GOAL_KWH)),
      unit: 'kWh',
      goal: '<= 1',
    },
  ],
};

const PARTS: readonly Part[] = [
  { name: 'solar-surplus', ...METERED, run: sunDay },
  { name: 'capacity-tariff', ...METERED, run: limitedTariffDay },
  { name: 'fuse-guard', ...METERED, run: (extent) => fuseDay(['fuse-guard'], extent) },
  { name: 'busy-phase', ...METERED, run: (extent) => fuseDay(['fuse-guard'], extent, { busyA: BUSY_A }) },
  { name: 'cheapest-hours', ...SCHEDULED, run: (extent) => commandDay('cheapest-hours', extent) },
  { name: 'charge-by-time', ...SCHEDULED, run: (extent) => commandDay('charge-by-time', extent) },
  { name: 'solar-surplus-killed', ...KILLED, run: (extent) => sunDay(extent, killsWithin(extent.seconds)) },
  { name: 'capacity-tariff-killed', ...KILLED, run: killedTariffDay },
  {
    name: 'fuse-guard-killed',
    ...KILLED,
    run: (extent) => fuseDay(['fuse-guard'], extent, { killedAt: killsWithin(extent.seconds) }),
  },
  {
    name: 'cheapest-hours-killed',
    ...killedPlan(CHEAPEST_HOURS),
    run: (extent) => killedPlanDay(CHEAPEST_HOURS, extent),
  },
  {
    name: 'charge-by-time-killed',
    ...killedPlan(CHARGE_BY_TIME),
    run: (extent) => killedPlanDay(CHARGE_BY_TIME, extent),
  },
  { name: 'solar-then-fuse', ...COMBINED, run: (extent) => fuseDay(['solar-surplus', 'fuse-guard'], extent) },
  { name: 'fuse-then-solar', ...COMBINED, run: (extent) => fuseDay(['fuse-guard', 'solar-surplus'], extent) },
];

/**
 * The control examples, unchanged, in a real Node-RED for a simulated day with a message of the meter every second. The
 * checker examines every request that sets a current.
 */
export const days: Bench = {
  parts: PARTS.map(({ name }) => name),
  async run({ part, short }) {
    await new Promise<void>((resolve) => helper.startServer(() => resolve()));
    try {
      const { run, ...extents } = PARTS.find(({ name }) => name === part) as Part;
      return await run(short ? extents.short : extents.whole);
    } finally {
      await new Promise<void>((resolve) => helper.stopServer(() => resolve()));
    }
  },
};

async function tariffDay(extent: Extent, options: DayOptions = {}): Promise<Measurement[]> {
  const { name, record, resumption, means } = await playTariff(extent, options);
  return [
    ...checked(name, record, check({ ...record, graceMs: GRACE_MS })),
    resumed(name, resumption),
    highest(name, means, `<= ${TARIFF_KW}`),
  ];
}

/** The same time without the flow shows that the flow keeps the limit. */
async function limitedTariffDay(extent: Extent): Promise<Measurement[]> {
  const kept = await tariffDay(extent);
  const { name, means } = await playTariff({ ...extent, stepS: CONTROL_STEP_S }, {}, []);
  return [...kept, highest(`${name}, without the flow`, means, `>= ${UNLIMITED_KW}`)];
}

/** The same kill in an hour where nothing is on the disk shows that the limit is kept by what the node remembers. */
async function killedTariffDay(extent: Extent): Promise<Measurement[]> {
  const kept = await tariffDay(extent, { killedAt: killsWithin(extent.seconds) });
  const { name, means } = await playTariff(
    { ...extent, seconds: HOUR },
    { killedAt: killsWithin(HOUR), isPersistent: false },
  );
  return [...kept, highest(`${name}, no persistent context store`, means, `>= ${FORGOTTEN_KW}`)];
}

interface TariffPlayed {
  name: string;
  record: DayRecord;
  resumption: Resumption;
  means: HourlyMeans;
}

/** With kills the house is so busy before them that a flow which forgets the hour goes above the limit. */
async function playTariff(
  { seconds, stepS }: Extent,
  options: DayOptions = {},
  examples = ['capacity-tariff'],
): Promise<TariffPlayed> {
  const { killedAt = [] } = options;
  const resumption = new Resumption();
  const means = new HourlyMeans();
  const script: DayScript = (second, simulator, { absences }) => {
    if (second === 0 && killedAt.length > 0) plugCars(simulator);
    busyBefore(killedAt, second, simulator);
    const meter = simulator.world.meter();
    const leftKw = Math.min(TARIFF_KW, means.leftKw(second, TARIFF_KW));
    const isFree = meter.houseW / 1_000 < leftKw - LEAST_CAR_KW;
    resumption.check(second, simulator, isFree && !isAway(absences, Date.now()));
    means.add(second, meter.gridW, stepS);
    return meter;
  };
  const record = await runDay(examples, seconds, stepS, script, options);
  return { name: `${duration(seconds)} of capacity-tariff${withKills(killedAt)}`, record, resumption, means };
}

const highest = (name: string, { highestKw }: HourlyMeans, goal: string): Measurement => ({
  name: `${name}: highest mean of an hour`,
  figure: highestKw,
  unit: 'kW',
  goal,
});

const resumed = (name: string, { longestS }: Resumption): Measurement => ({
  name: `${name}: longest time without charging although there was enough`,
  figure: longestS,
  unit: 's',
  goal: `<= ${LONGEST_PAUSE_S}`,
});

async function sunDay({ seconds, stepS }: Extent, killedAt: readonly number[] = []): Promise<Measurement[]> {
  const scenario = new SunScenario(SUN_FACTOR);
  const record = await runDay(['solar-surplus'], seconds, stepS, scenario.script, { killedAt });
  const name = `${duration(seconds)} of solar-surplus${withKills(killedAt)}`;
  return [
    ...checked(name, record, check({ ...record, graceMs: GRACE_MS })),
    {
      name: `${name}: longest time without current although there was enough sun`,
      figure: scenario.longestIdleS,
      unit: 's',
      goal: `<= ${MOST_IDLE_S}`,
    },
  ];
}

/** Prints every finding to the error output. @returns how many there are */
function checked(name: string, record: DayRecord, { raises, lowerings, early, broken }: CheckResult): Measurement[] {
  for (const text of [...broken, ...record.audit]) console.error(`days: ${name}: ${text}`);
  const { setpoints, writes, tookS } = record;
  const beside = { setpoints: setpoints.length, writes: writes.length, raises, lowerings, early, tookS };
  return [
    { name: `${name}: rules of current broken`, figure: broken.length, unit: 'times', goal: '<= 0', beside },
    brokenGuidelines(name, record),
  ];
}

const brokenGuidelines = (name: string, { audit, requests }: DayRecord): Measurement => ({
  name: `${name}: guidelines broken`,
  figure: audit.length,
  unit: 'rules',
  goal: '<= 0',
  beside: { requests },
});

async function commandDay(example: string, { seconds, stepS }: Extent): Promise<Measurement[]> {
  const compliance = new Compliance('Garage');
  const record = await runDay([example], seconds, stepS, (_, simulator, { commands }) => {
    compliance.check(simulator, commands.at(-1));
    return simulator.world.meter();
  });
  const name = `${duration(seconds)} of ${example}`;
  for (const text of record.audit) console.error(`days: ${name}: ${text}`);
  return [...following(name, compliance, record), brokenGuidelines(name, record)];
}

/** A car that follows no change, or gets no command, would follow the last command all the time. */
const following = (
  name: string,
  { longestS, changes, followed }: Compliance,
  { commands, tookS }: DayRecord,
): Measurement[] => [
  {
    name: `${name}: longest time that the car did not follow the last command`,
    figure: longestS,
    unit: 's',
    goal: '<= 60',
    beside: { commands: commands.length, changes, tookS },
  },
  {
    name: `${name}: changes of the command that the car followed`,
    figure: followed,
    unit: 'times',
    goal: `>= ${LEAST_CHANGES}`,
  },
];

/** The plan keeps its goal over restarts: it charges neither for less nor for longer. */
async function killedPlanDay(
  { example, dueS, killedAt, missed }: PlanGoal,
  { seconds, stepS }: Extent,
): Promise<Measurement[]> {
  const compliance = new Compliance('Garage');
  const goal = new GoalMonitor('Garage', dueS);
  const script: DayScript = (second, simulator, record) => {
    if (second === 0) plugCars(simulator);
    // The cars come in the moment in which Node-RED starts.
    if (second >= STARTED_S) compliance.check(simulator, record.commands.at(-1));
    goal.check(second, stepS, simulator, record);
    return simulator.world.meter();
  };
  const record = await runDay([example], seconds, stepS, script, { killedAt });
  const name = `${duration(seconds)} of ${example}${withKills(killedAt)}`;
  for (const text of record.audit) console.error(`days: ${name}: ${text}`);
  return [...missed(name, goal), ...following(name, compliance, record), brokenGuidelines(name, record)];
}

interface FuseOptions {
  busyA?: number;
  killedAt?: readonly number[];
}

/** With the sun beside it, the sun asks for more than the fuse has left, and the guard limits it. */
async function fuseDay(
  names: readonly string[],
  extent: Extent,
  { busyA = 0, killedAt = [] }: FuseOptions = {},
): Promise<Measurement[]> {
  const withSun = names.length > 1;
  const options = withSun ? SUN_AND_FUSE : { busyA, killedAt };
  const scenario = new FuseScenario(extent.seconds, SEED, options);
  const record = await runDay(names, extent.seconds, extent.stepS, scenario.script, { killedAt });
  const name = `${duration(extent.seconds)} of ${names.join(' + ')}${busyA > 0 ? ' with a busy phase' : ''}${withKills(killedAt)}`;
  // With a target and a limit the audit cannot know which lowerings belong to the limit and do not count. The checker can.
  if (withSun) record.audit = record.audit.filter((text) => !LOWERINGS.test(text));
  const unguarded = new FuseScenario(extent.seconds, SEED, options);
  const others = names.filter((example) => example !== 'fuse-guard');
  await runDay(others, extent.seconds, CONTROL_STEP_S, unguarded.script);
  return [
    ...checked(name, record, check({ ...record, graceMs: GRACE_MS })),
    ...aboveFuse(name, scenario, (kind) => `<= ${LONGEST_S[kind]}`),
    // Nobody kills the control, and in the hours of kills its meter lives.
    ...aboveFuse(`${name}, without the guard`, unguarded, (kind) => `>= ${UNGUARDED_S[kind]}`).slice(
      0,
      killedAt.length > 0 ? 1 : undefined,
    ),
    // With the sun as target it is not for the fuse to say when a car charges.
    ...(withSun ? [] : [resumed(name, scenario.resumption)]),
  ];
}

const aboveFuse = (
  name: string,
  { monitor: { longest, overloads } }: FuseScenario,
  goalOf: (kind: keyof typeof LONGEST_S) => string,
): Measurement[] =>
  (['live', 'dead'] as const).map((kind) => ({
    name: `${name}: longest time above the fuse${kind === 'dead' ? ' with a dead meter' : ''}`,
    figure: longest[kind],
    unit: 's',
    goal: goalOf(kind),
    beside: { overloads: overloads[kind] },
  }));

const thousandths = (value: number): number => Math.round(value * 1_000) / 1_000;

const withKills = (killedAt: readonly number[]): string => (killedAt.length > 0 ? `, kills: ${killedAt.length}` : '');

const duration = (seconds: number): string => (seconds === DAY ? 'a day' : `${seconds / HOUR} h`);

/**
 * Checks the currents that a flow has set: compares the requests that the cloud received with the setpoints that the nodes
 * received. This file has the rules a second time, independently of the governor, so that a misunderstanding cannot hide.
 */

/** A per phase. */
export type Phases = readonly [number, number, number];

/** A value that a node received. The least and the most that it may mean, in A: a power depends on the voltage. */
export interface Setpoint {
  at: number;
  by: string;
  least: Phases;
  most: Phases;
}

/** A request to set the current. */
export interface Write {
  at: number;
  currents: Phases;
  /** Whether the cloud set it. */
  accepted: boolean;
}

/** The settings of an update-current node that the rules depend on. */
export interface Rules {
  by: string;
  role: 'target' | 'limit';
  deadBandA: number;
  cooldownMs: number;
  deadMan?: { afterMs: number; safeA: number };
}

/** A time without Node-RED. */
export interface Absence {
  from: number;
  until: number;
}

export interface CheckInput {
  from: number;
  until: number;
  /** The current in the cloud at the start. */
  initial: Phases;
  maxCurrent: number;
  nodes: readonly Rules[];
  setpoints: readonly Setpoint[];
  writes: readonly Write[];
  /** How late a write may be after it is due, in ms. */
  graceMs: number;
  /** Then, and until the first reads after it, nothing is due. Every other rule holds over it. */
  absences?: readonly Absence[];
}

export interface CheckResult {
  raises: number;
  lowerings: number;
  early: number;
  broken: string[];
}

const SECOND = 1_000;
const INTERVAL = 15 * 60_000;
/** The cooldown of a limit, ms. */
const COOLDOWN = 60_000;
const HOUR = 60 * 60_000;
const MOST_EARLY = 6;
/** Below this a car cannot charge, A. */
const CHARGES_FROM = 6;
/** From the input of a node to its request: a login and reads, each a step of the clock, ms. */
const LATENCY = 15_000;
const TOLERANCE_A = 0.11;
const TOLERANCE_MS = 50;
/** The governor counts from the moment of sending, this file from the arrival, up to a step of the clock later, ms. */
const STEP_MS = 1_000;
/** The first reads of the client, ms. */
const START_UP = 60_000;

const PHASES = [0, 1, 2] as const;
const time = (at: number): string => new Date(at).toISOString().slice(11, 23);
const format = (currents: Phases): string => currents.map((ampere) => Math.round(ampere * 100) / 100).join('/');
const some = (test: (phase: 0 | 1 | 2) => boolean): boolean => PHASES.some(test);

/** The current that should be set at a time: the newest target under every limit. */
interface Desired {
  least: Phases;
  most: Phases;
  /** The limits alone. */
  limit: Phases;
}

export function check(input: CheckInput): CheckResult {
  const { initial, writes } = input;
  const broken: string[] = [];
  const result: CheckResult = { raises: 0, lowerings: 0, early: 0, broken };
  const earlyTargets: number[] = [];
  let present = initial;
  let last: Write | undefined;
  for (const write of writes) {
    const before = present;
    const { at, currents, accepted } = write;
    const change = `${time(at)} ${format(before)} -> ${format(currents)}`;
    const rises = some((phase) => currents[phase] > before[phase] + 1e-6);
    const falls = some((phase) => currents[phase] < before[phase] - 1e-6);
    const since = last === undefined ? Infinity : at - last.at;
    // A repetition after a failure counts as one write.
    const repeats = last !== undefined && !last.accepted && format(last.currents) === format(currents);
    if (rises && since < INTERVAL - TOLERANCE_MS && !repeats)
      broken.push(`${change}: raised ${since / SECOND} s after a write`);
    const candidates = [
      ...input.setpoints
        .filter((setpoint) => setpoint.at > at - LATENCY && setpoint.at <= at)
        .map((setpoint) => setpoint.at),
      at,
    ];
    const fits = candidates.some((moment) => isWanted(desiredAt(input, moment), before, currents, rises));
    // In the beginning a limit may be known before the value of the target in A.
    const startsUp = at < input.from + START_UP && !exceeds(currents, desiredAt(input, at).limit);
    if (!fits && !startsUp)
      broken.push(`${change}: no node asked for that, but for ${format(desiredAt(input, at).most)}`);
    if (falls && !rises && since < INTERVAL - TOLERANCE_MS) {
      result.early += 1;
      if (since < COOLDOWN - STEP_MS && last?.accepted)
        broken.push(`${change}: lowered ${since / SECOND} s after a write`);
      const limited = candidates.some((moment) => exceeds(before, desiredAt(input, moment).limit));
      if (!limited) {
        const cooldownMs = Math.max(0, ...input.nodes.map((node) => (node.role === 'target' ? node.cooldownMs : 0)));
        if (since < cooldownMs - STEP_MS && last?.accepted)
          broken.push(`${change}: a target lowered ${since / SECOND} s after a write`);
        earlyTargets.push(at);
        const hour = earlyTargets.filter((one) => one > at - HOUR).length;
        if (hour > MOST_EARLY) broken.push(`${change}: early for the ${hour}th time in an hour`);
      }
    }
    result.raises += rises ? 1 : 0;
    result.lowerings += falls ? 1 : 0;
    last = write;
    if (accepted) present = currents;
  }
  broken.push(...overdueOf(input));
  return result;
}

/** Phases with a lower current may go first; a write with a raise must set all phases to the current that they should have. */
function isWanted({ least, most }: Desired, before: Phases, currents: Phases, rises: boolean): boolean {
  const fits = (phase: 0 | 1 | 2) =>
    currents[phase] >= least[phase] - TOLERANCE_A && currents[phase] <= most[phase] + TOLERANCE_A;
  const whole = PHASES.every(fits);
  const kept = (phase: 0 | 1 | 2) => currents[phase] === before[phase] && before[phase] <= most[phase] + TOLERANCE_A;
  return whole || (!rises && PHASES.every((phase) => fits(phase) || kept(phase)));
}

const exceeds = (present: Phases, limit: Phases): boolean =>
  some((phase) => present[phase] > limit[phase] + TOLERANCE_A);

/** Expects setpoints in the order of time. The safe value of a node without input is a limit. */
function desiredAt({ nodes, setpoints, initial, maxCurrent, from }: CheckInput, at: number): Desired {
  const target: { at: number; setpoint?: Setpoint } = { at: -Infinity };
  let limit: Phases = [maxCurrent, maxCurrent, maxCurrent];
  const least = (one: Phases, other: Phases): Phases =>
    PHASES.map((phase) => Math.min(one[phase], other[phase])) as unknown as Phases;
  let limitLeast = limit;
  for (const { by, role, deadMan } of nodes) {
    const setpoint = newest(setpoints, by, at);
    if (deadMan && at - (setpoint?.at ?? from) >= deadMan.afterMs) {
      const safe: Phases = [deadMan.safeA, deadMan.safeA, deadMan.safeA];
      limit = least(limit, safe);
      limitLeast = least(limitLeast, safe);
    }
    if (!setpoint) continue;
    if (role === 'limit') {
      limit = least(limit, setpoint.most);
      limitLeast = least(limitLeast, setpoint.least);
    } else if (setpoint.at > target.at) {
      Object.assign(target, { at: setpoint.at, setpoint });
    }
  }
  const wanted = target.setpoint ?? { least: initial, most: initial };
  return { least: least(wanted.least, limitLeast), most: least(wanted.most, limit), limit };
}

function newest(setpoints: readonly Setpoint[], by: string, at: number): Setpoint | undefined {
  let [low, high] = [0, setpoints.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((setpoints[middle] as Setpoint).at <= at) low = middle + 1;
    else high = middle;
  }
  for (let index = low - 1; index >= 0 && index > low - 5_000; index -= 1) {
    if (setpoints[index]?.by === by) return setpoints[index];
  }
  return undefined;
}

/** Checks at every second that no write is overdue. */
function overdueOf(input: CheckInput): string[] {
  const { from, until, writes, initial, nodes, graceMs, absences = [] } = input;
  const deadBandA = Math.max(...nodes.map((node) => node.deadBandA));
  const cooldownMs = Math.max(COOLDOWN, ...nodes.map((node) => (node.role === 'target' ? node.cooldownMs : 0)));
  const broken: string[] = [];
  let present = initial;
  let dueSince: number | undefined;
  let next = 0;
  const early: number[] = [];
  let last: Write | undefined;
  for (let at = from + START_UP; at < until; at += SECOND) {
    for (; next < writes.length && (writes[next] as Write).at <= at; next += 1) {
      const write = writes[next] as Write;
      const isEarly = last !== undefined && write.at - last.at < INTERVAL;
      if (isEarly && write.accepted) early.push(write.at);
      last = write;
      if (write.accepted) {
        present = write.currents;
        dueSince = undefined;
      }
    }
    const { least, most, limit } = desiredAt(input, at);
    const since = at - (last?.at ?? -Infinity);
    const limited = exceeds(present, limit) && since >= COOLDOWN;
    const spent = early.filter((one) => one > at - HOUR).length >= MOST_EARLY;
    // Below 6 A no current flows: then only 0 A need be set.
    const flows = (phase: 0 | 1 | 2) => present[phase] >= CHARGES_FROM || most[phase] < TOLERANCE_A;
    // A fall within the dead band would delay the next raise for next to nothing; a pause is worth it.
    const bandA = (phase: 0 | 1 | 2) => (most[phase] < CHARGES_FROM ? 0 : deadBandA);
    const lower = some((phase) => present[phase] > most[phase] + bandA(phase) + TOLERANCE_A && flows(phase));
    const falls = lower && since >= cooldownMs && (!spent || since >= INTERVAL);
    const worth = (phase: 0 | 1 | 2) =>
      least[phase] >= CHARGES_FROM + TOLERANCE_A &&
      (least[phase] - present[phase] > deadBandA + TOLERANCE_A || present[phase] < CHARGES_FROM);
    const rises = some(worth) && since >= INTERVAL;
    const isAway = absences.some((absence) => at >= absence.from && at < absence.until + START_UP);
    if (isAway || (!limited && !falls && !rises)) dueSince = undefined;
    else dueSince ??= at;
    if (dueSince !== undefined && at - dueSince > graceMs) {
      broken.push(`${time(at)} ${format(present)}: ${format(least)} to ${format(most)} is due since ${time(dueSince)}`);
      dueSince = at;
    }
  }
  return broken;
}

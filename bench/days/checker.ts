/**
 * Judges what a flow has set, from the requests that the cloud saw and the wishes that the flow uttered. Knows nothing of
 * the governor: the rules are written here a second time, so that a misunderstanding does not check itself.
 */

/** A per phase. */
export type Phases = readonly [number, number, number];

/** A wish as it went into a node, or the silence of a node: the least and the most that it may mean, in A. */
export interface ActionContext {
  at: number;
  by: string;
  least: Phases;
  most: Phases;
}

/** What the cloud was asked to set, and whether it did. */
export interface Write {
  at: number;
  currents: Phases;
  acted: boolean;
}

/** The settings of a node that matter for the rules. */
export interface Rules {
  by: string;
  role: 'target' | 'limit';
  deadBandA: number;
  cooldownMs: number;
  deadMan?: { afterMs: number; safeA: number };
}

export interface Case {
  from: number;
  until: number;
  /** What the cloud had in the beginning. */
  initial: Phases;
  maxCurrent: number;
  nodes: readonly Rules[];
  wishes: readonly ActionContext[];
  writes: readonly Write[];
  /** What is due must have happened so much later, in ms. */
  graceMs: number;
}

export interface Verdict {
  raises: number;
  lowerings: number;
  early: number;
  broken: string[];
}

const SECOND = 1_000;
const INTERVAL = 15 * 60_000;
/** Of a limit. */
const COOLDOWN = 60_000;
const HOUR = 60 * 60_000;
const MOST_EARLY = 6;
/** Below this a car cannot charge, A. */
const CHARGES_FROM = 6;
/** Between the utterance of a wish and the arrival of its request: login, a look at the cloud, each a step of the clock, ms. */
const UNDER_WAY = 15_000;
const TOLERANCE_A = 0.11;
const TOLERANCE_MS = 50;
/** The flow counts from when it sent, we from when that arrived: with our clock up to a step of it later, ms. */
const STEP_MS = 1_000;
/** At first the client logs in and looks around, ms. */
const FIRST = 60_000;

const PHASES = [0, 1, 2] as const;
const time = (at: number): string => new Date(at).toISOString().slice(11, 23);
const shown = (currents: Phases): string => currents.map((ampere) => Math.round(ampere * 100) / 100).join('/');
const some = (test: (phase: 0 | 1 | 2) => boolean): boolean => PHASES.some(test);

/** What should be set at a time: the newest target under every limit, as the least and the most that it may mean. */
interface Desired {
  least: Phases;
  most: Phases;
  /** Of the limits alone. */
  limit: Phases;
}

export function check(story: Case): Verdict {
  const { initial, writes } = story;
  const broken: string[] = [];
  const verdict: Verdict = { raises: 0, lowerings: 0, early: 0, broken };
  const earlyTargets: number[] = [];
  let present = initial;
  let last: Write | undefined;
  for (const write of writes) {
    const before = present;
    const { at, currents, acted } = write;
    const told = `${time(at)} ${shown(before)} -> ${shown(currents)}`;
    const rises = some((phase) => currents[phase] > before[phase] + 1e-6);
    const falls = some((phase) => currents[phase] < before[phase] - 1e-6);
    const since = last === undefined ? Infinity : at - last.at;
    // The same once more after a failure is one write and not two.
    const again = last !== undefined && !last.acted && shown(last.currents) === shown(currents);
    if (rises && since < INTERVAL - TOLERANCE_MS && !again)
      broken.push(`${told}: raised ${since / SECOND} s after a write`);
    const candidates = [
      ...story.wishes.filter((wish) => wish.at > at - UNDER_WAY && wish.at <= at).map((wish) => wish.at),
      at,
    ];
    const fits = candidates.some((moment) => isWanted(desiredAt(story, moment), before, currents, rises));
    // At first a limit may be known before what the target means in A.
    const atFirst = at < story.from + FIRST && !exceeds(currents, desiredAt(story, at).limit);
    if (!fits && !atFirst) broken.push(`${told}: nobody wanted that, but ${shown(desiredAt(story, at).most)}`);
    if (falls && !rises && since < INTERVAL - TOLERANCE_MS) {
      verdict.early += 1;
      if (since < COOLDOWN - STEP_MS && last?.acted) broken.push(`${told}: lowered ${since / SECOND} s after a write`);
      const limited = candidates.some((moment) => exceeds(before, desiredAt(story, moment).limit));
      if (!limited) {
        const cooldownMs = Math.max(0, ...story.nodes.map((node) => (node.role === 'target' ? node.cooldownMs : 0)));
        if (since < cooldownMs - STEP_MS && last?.acted)
          broken.push(`${told}: a target lowered ${since / SECOND} s after a write`);
        earlyTargets.push(at);
        const hour = earlyTargets.filter((one) => one > at - HOUR).length;
        if (hour > MOST_EARLY) broken.push(`${told}: early for the ${hour}th time in an hour`);
      }
    }
    verdict.raises += rises ? 1 : 0;
    verdict.lowerings += falls ? 1 : 0;
    last = write;
    if (acted) present = currents;
  }
  broken.push(...missed(story));
  return verdict;
}

/** Phases that fall may fall alone; when nothing waits any more all of them are as they should be. */
function isWanted({ least, most }: Desired, before: Phases, currents: Phases, rises: boolean): boolean {
  const fits = (phase: 0 | 1 | 2) =>
    currents[phase] >= least[phase] - TOLERANCE_A && currents[phase] <= most[phase] + TOLERANCE_A;
  const whole = PHASES.every(fits);
  const kept = (phase: 0 | 1 | 2) => currents[phase] === before[phase] && before[phase] <= most[phase] + TOLERANCE_A;
  return whole || (!rises && PHASES.every((phase) => fits(phase) || kept(phase)));
}

const exceeds = (present: Phases, limit: Phases): boolean =>
  some((phase) => present[phase] > limit[phase] + TOLERANCE_A);

/** Wishes are sorted by time; a node that was silent for too long has its safe value as a limit. */
function desiredAt({ nodes, wishes, initial, maxCurrent, from }: Case, at: number): Desired {
  const target: { at: number; wish?: ActionContext } = { at: -Infinity };
  let limit: Phases = [maxCurrent, maxCurrent, maxCurrent];
  const least = (one: Phases, other: Phases): Phases =>
    PHASES.map((phase) => Math.min(one[phase], other[phase])) as unknown as Phases;
  let limitLeast = limit;
  for (const { by, role, deadMan } of nodes) {
    const wish = newest(wishes, by, at);
    if (deadMan && at - (wish?.at ?? from) > deadMan.afterMs) {
      const safe: Phases = [deadMan.safeA, deadMan.safeA, deadMan.safeA];
      limit = least(limit, safe);
      limitLeast = least(limitLeast, safe);
    }
    if (!wish) continue;
    if (role === 'limit') {
      limit = least(limit, wish.most);
      limitLeast = least(limitLeast, wish.least);
    } else if (wish.at > target.at) {
      Object.assign(target, { at: wish.at, wish });
    }
  }
  const wanted = target.wish ?? { least: initial, most: initial };
  return { least: least(wanted.least, limitLeast), most: least(wanted.most, limit), limit };
}

function newest(wishes: readonly ActionContext[], by: string, at: number): ActionContext | undefined {
  let [low, high] = [0, wishes.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((wishes[middle] as ActionContext).at <= at) low = middle + 1;
    else high = middle;
  }
  for (let index = low - 1; index >= 0 && index > low - 5_000; index -= 1) {
    if (wishes[index]?.by === by) return wishes[index];
  }
  return undefined;
}

/** Looks at every second whether something was due for longer than it may be. */
function missed(story: Case): string[] {
  const { from, until, writes, initial, nodes, graceMs } = story;
  const deadBandA = Math.max(...nodes.map((node) => node.deadBandA));
  const cooldownMs = Math.max(COOLDOWN, ...nodes.map((node) => (node.role === 'target' ? node.cooldownMs : 0)));
  const broken: string[] = [];
  let present = initial;
  let dueSince: number | undefined;
  let next = 0;
  const early: number[] = [];
  let last: Write | undefined;
  for (let at = from + FIRST; at < until; at += SECOND) {
    for (; next < writes.length && (writes[next] as Write).at <= at; next += 1) {
      const write = writes[next] as Write;
      const isEarly = last !== undefined && write.at - last.at < INTERVAL;
      if (isEarly && write.acted) early.push(write.at);
      last = write;
      if (write.acted) {
        present = write.currents;
        dueSince = undefined;
      }
    }
    const { least, most, limit } = desiredAt(story, at);
    const since = at - (last?.at ?? -Infinity);
    const limited = exceeds(present, limit) && since >= COOLDOWN;
    const spent = early.filter((one) => one > at - HOUR).length >= MOST_EARLY;
    // Where nothing flows already, only the wish for nothing at all need be set.
    const flows = (phase: 0 | 1 | 2) => present[phase] >= CHARGES_FROM || most[phase] < TOLERANCE_A;
    const lower = some((phase) => present[phase] > most[phase] + TOLERANCE_A && flows(phase));
    const falls = lower && since >= cooldownMs && (!spent || since >= INTERVAL);
    const worth = (phase: 0 | 1 | 2) =>
      least[phase] >= CHARGES_FROM + TOLERANCE_A &&
      (least[phase] - present[phase] > deadBandA + TOLERANCE_A || present[phase] < CHARGES_FROM);
    const rises = some(worth) && since >= INTERVAL;
    if (!limited && !falls && !rises) dueSince = undefined;
    else dueSince ??= at;
    if (dueSince !== undefined && at - dueSince > graceMs) {
      broken.push(`${time(at)} ${shown(present)}: ${shown(least)} to ${shown(most)} is due since ${time(dueSince)}`);
      dueSince = at;
    }
  }
  return broken;
}

import { everyPhase, highest } from '../../../src/current/currents';
import { Pacing, planWrite } from '../../../src/current/pacing';
import type { Currents } from '../../../src/current/types';
import { DAY_S, FUSE_A, type BenchCar, type HouseDay } from './house';

/** What became of one day. */
export interface PlayedHouse {
  /** A × s on all phases. */
  energyAs: number;
  /** Longest time above the fuse, s, and of that after the last write. */
  longestS: number;
  longestAfterWriteS: number;
  /** The most of the integral of (I/In)² − 1 on a phase, which falls while less flows, s. */
  heatS: number;
  writes: number;
}

interface MeterValue {
  /** ms */
  now: number;
  /** Of the connection, A. */
  totalA: readonly [number, number, number];
  /** What each car takes, as far as the cloud has said so, A; and how old that is, ms. */
  cars: readonly { currents: readonly [number, number, number]; ageMs: number }[];
  /** What the house takes without its cars, which few meters know, A. */
  houseA: readonly [number, number, number];
  /** What is set, as the account knows it. */
  applied: Currents;
}

/** Gives the limit at each value of the meter; undefined leaves it as it is. */
export type Guard = (value: MeterValue) => Currents | undefined;

const START_MS = Date.UTC(2026, 0, 15);
const MOST_A = 32;
/** From a write until the chargers allot it, and until a car follows, s. */
const CLOUD_S = 2;
const LOWERS_A_PER_S = 8;
const RAISES_A_PER_S = 2;
const FOLLOWS_S = 3;
/** The cloud tells a change so late, and otherwise so often, s. */
const TOLD_S = 3;
const REPEATED_S = 30;
const INTERVAL_MS = 15 * 60_000;
const COOLDOWN_MS = 60_000;
const RULES = {
  intervalMs: INTERVAL_MS,
  deadBandA: 1,
  skipsPauseValues: true,
  lowerAtOnce: true,
  cooldownMs: COOLDOWN_MS,
  limitCooldownMs: COOLDOWN_MS,
  retrying: undefined,
  notBefore: { raise: -Infinity, lower: -Infinity },
};

/** A day, second by second. The limit is written at the pace of the governor, by its own code. */
export function playHouse({ loadA, cars, meterS }: HouseDay, guard: Guard): PlayedHouse {
  const played: PlayedHouse = { energyAs: 0, longestS: 0, longestAfterWriteS: 0, heatS: 0, writes: 0 };
  const pacing = new Pacing();
  const drawn = cars.map(() => 0);
  const toldHistory: number[][] = [];
  let told = { drawn: [...drawn], at: 0 };
  let present = everyPhase(16);
  let limit = everyPhase(MOST_A);
  let active = present;
  let shared = { of: active, share: sharesOf(cars, active) };
  const queue: { at: number; currents: Currents }[] = [];
  const overSince: (number | undefined)[] = [undefined, undefined, undefined];
  const heat = [0, 0, 0];
  let writtenAt = -Infinity;
  for (let second = 0; second < DAY_S; second += 1) {
    const now = START_MS + second * 1_000;
    while (queue[0] && queue[0].at <= second) active = (queue.shift() as { currents: Currents }).currents;
    if (shared.of !== active) shared = { of: active, share: sharesOf(cars, active) };
    follow(shared.share, drawn);
    toldHistory.push([...drawn]);
    const known = toldHistory.length > TOLD_S ? (toldHistory.shift() as number[]) : told.drawn;
    const isChanged = known.some((ampere, index) => Math.abs(ampere - (told.drawn[index] as number)) > 0.3);
    if (isChanged || second - told.at >= REPEATED_S) told = { drawn: known, at: second };
    const totalA = [0, 1, 2].map((phase) => {
      const ofCars = cars.reduce(
        (sum, car, index) => sum + (car.phases.includes(phase) ? (drawn[index] as number) : 0),
        0,
      );
      played.energyAs += ofCars;
      return (loadA[phase as 0 | 1 | 2][second] as number) + ofCars;
    }) as [number, number, number];
    for (const [phase, ampere] of totalA.entries()) {
      heat[phase] = Math.max(0, (heat[phase] as number) + (ampere / FUSE_A) ** 2 - 1);
      played.heatS = Math.max(played.heatS, heat[phase]);
      if (ampere <= FUSE_A) {
        overSince[phase] = undefined;
        continue;
      }
      const since = (overSince[phase] ??= second);
      played.longestS = Math.max(played.longestS, second - since + 1);
      played.longestAfterWriteS = Math.max(played.longestAfterWriteS, second - Math.max(since, writtenAt) + 1);
    }
    if (second % meterS === 0) {
      const values = cars.map(({ phases }, index) => ({
        currents: [0, 1, 2].map((phase) => (phases.includes(phase) ? (told.drawn[index] as number) : 0)) as [
          number,
          number,
          number,
        ],
        ageMs: (second - told.at) * 1_000,
      }));
      const houseA = loadA.map((load) => load[second] as number) as [number, number, number];
      limit = guard({ now, totalA, cars: values, houseA, applied: present }) ?? limit;
    }
    const wanted = highest(everyPhase(0), limit);
    if (wanted.phase1 === present.phase1 && wanted.phase2 === present.phase2 && wanted.phase3 === present.phase3)
      continue;
    const plan = planWrite({ ...RULES, present, desired: wanted, limit: wanted }, pacing, now);
    if (plan.do !== 'write') continue;
    pacing.sent(now);
    pacing.done(now, plan.counted);
    present = plan.currents;
    writtenAt = second;
    played.writes += 1;
    queue.push({ at: second + CLOUD_S + FOLLOWS_S, currents: present });
  }
  return played;
}

/** What each car may take: the least that its phases allow, shared equally, and nothing below 6 A. */
function sharesOf(cars: readonly BenchCar[], { phase1, phase2, phase3 }: Currents): number[] {
  const left = [phase1, phase2, phase3];
  const admitted = cars.map(({ phases }) => {
    const isAdmitted = phases.every((phase) => (left[phase] as number) >= 6);
    if (isAdmitted) for (const phase of phases) left[phase] = (left[phase] as number) - 6;
    return isAdmitted;
  });
  const share = admitted.map((isAdmitted): number => (isAdmitted ? 6 : 0));
  for (let round = 0; round < cars.length; round += 1) {
    const rising = cars.flatMap(({ mostA }, index) =>
      admitted[index] && (share[index] as number) < mostA - 1e-6 ? [index] : [],
    );
    const users = [0, 1, 2].map((phase) => rising.filter((index) => cars[index]?.phases.includes(phase)).length);
    const room = (index: number) =>
      Math.min(...(cars[index] as BenchCar).phases.map((phase) => (left[phase] as number) / (users[phase] as number)));
    const rise = rising.map((index) =>
      Math.max(0, Math.min(room(index), (cars[index] as BenchCar).mostA - (share[index] as number))),
    );
    for (const [at, index] of rising.entries()) {
      share[index] = (share[index] as number) + (rise[at] as number);
      for (const phase of (cars[index] as BenchCar).phases)
        left[phase] = (left[phase] as number) - (rise[at] as number);
    }
  }
  return share;
}

function follow(share: readonly number[], drawn: number[]): void {
  for (const [index, ampere] of share.entries()) {
    const before = drawn[index] as number;
    drawn[index] =
      ampere < before ? Math.max(ampere, before - LOWERS_A_PER_S) : Math.min(ampere, before + RAISES_A_PER_S);
  }
}

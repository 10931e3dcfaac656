import { everyPhase, highest } from '../../../src/current/currents';
import { Pacing, planWrite } from '../../../src/current/pacing';
import type { Currents } from '../../../src/current/types';
import { SimulatedHouse } from '../simulated-house';
import { DAY_S, FUSE_A, type HouseDay } from './house';

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
/** The physics advance second by second for so long after a write, and else in longer steps, s. */
const AFTER_WRITE_S = 30;
const STEP_S = 5;
const PHASES = [0, 1, 2] as const;
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

/**
 * A day on the simulator, second by second. The limit is written at the pace of the governor, by its own code. The guard
 * gets the meter of the simulated house, and what the cloud has reported of the cars.
 */
export function playHouse({ loadA, cars, meterS }: HouseDay, guard: Guard): PlayedHouse {
  const played: PlayedHouse = { energyAs: 0, longestS: 0, longestAfterWriteS: 0, heatS: 0, writes: 0 };
  const pacing = new Pacing();
  const house = new SimulatedHouse({
    at: START_MS,
    cars: cars.map(({ phases, mostA }) => ({ phases: phases.length === 3 ? 3 : 1, maxA: mostA })),
  });
  let present = everyPhase(16);
  let limit = everyPhase(MOST_A);
  house.setAvailableCurrent([16, 16, 16]);
  const overSince: (number | undefined)[] = [undefined, undefined, undefined];
  const heat = [0, 0, 0];
  let writtenAt = -Infinity;
  let carsA = house.carsA();
  for (let second = 0; second < DAY_S; second += 1) {
    const now = START_MS + second * 1_000;
    const isDue = second - writtenAt < AFTER_WRITE_S || second % STEP_S === 0 || second % meterS === 0;
    if (isDue && now > house.now) {
      house.advance(now - house.now, now - house.now);
      carsA = house.carsA();
    }
    const houseA = PHASES.map((phase) => loadA[phase][second] as number) as [number, number, number];
    for (const phase of PHASES) {
      const ampere = houseA[phase] + carsA[phase];
      played.energyAs += carsA[phase];
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
      house.load.set(houseA);
      const { currentA } = house.meter();
      const totalA = [currentA.phase1, currentA.phase2, currentA.phase3] as const;
      const values = house.chargers.map((charger) => {
        const { currents, at } = house.reported(charger);
        return { currents, ageMs: now - at };
      });
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
    house.setAvailableCurrent([present.phase1, present.phase2, present.phase3]);
  }
  return played;
}

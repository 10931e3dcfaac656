import type { Simulator } from '../../test/support/node-red/harness';
import type { DayScript } from './day-runner';

export type Meter = ReturnType<Simulator['world']['meter']>;

export const PHASES = ['phase1', 'phase2', 'phase3'] as const;
const MINUTE = 60;
/** Two bad values within so many seconds: a text, and nothing. */
const BAD_EVERY_S = 10 * MINUTE;
/** The meter is silent for longer than a flow goes on without it, once in an hour, from this minute on. */
const SILENT = { from: 40 * MINUTE, until: 48 * MINUTE, every: 60 * MINUTE };
/** A car needs 4.1 kW on three phases; with so much left nothing speaks against charging, W. */
const ENOUGH_W = 6_000;
const LEAST_A = 6;

/** The same house with more solar panels: the power of one roof seldom suffices to charge on three phases. */
const sunnier = (meter: Meter, times: number): Meter => ({
  ...meter,
  gridW: meter.gridW - (times - 1) * meter.sunW,
  sunW: times * meter.sunW,
});

/**
 * The same with all panels on a barn: the meter of the grid counts them, and nothing of what they give flows through the fuse of
 * the house. So the sun may ask for more than the fuse has left.
 */
export function sunnierBarn(meter: Meter, times: number): Meter {
  const { sunW, currentA, powerW, voltageV } = meter;
  const phases = (of: (phase: (typeof PHASES)[number]) => number): Meter['currentA'] => ({
    phase1: of('phase1'),
    phase2: of('phase2'),
    phase3: of('phase3'),
  });
  return {
    ...sunnier(meter, times),
    currentA: phases((phase) => currentA[phase] + sunW / PHASES.length / voltageV[phase]),
    powerW: phases((phase) => powerW[phase] + sunW / PHASES.length),
  };
}

/** A day with much sun and a meter that fails now and then; it measures how long a car waits although it could charge. */
export class SunScenario {
  readonly #times: number;
  #idleS = 0;
  #longestS = 0;

  constructor(times: number) {
    this.#times = times;
  }

  /** The longest time in which there was enough sun, a working meter, and no current, s. */
  get longestIdleS(): number {
    return this.#longestS;
  }

  readonly script: DayScript = (second, { world }) => {
    const meter = sunnier(world.meter(), this.#times);
    const isSilent = second % SILENT.every >= SILENT.from && second % SILENT.every < SILENT.until;
    const [site] = world.installations.values();
    const isIdle = (site?.availableCurrent[0] ?? 0) < LEAST_A;
    this.#idleS = isIdle && !isSilent && meter.sunW - meter.houseW >= ENOUGH_W ? this.#idleS + 1 : 0;
    this.#longestS = Math.max(this.#longestS, this.#idleS);
    if (isSilent) return undefined;
    if (second % BAD_EVERY_S === 17) return { ...meter, gridW: 'unavailable' };
    if (second % BAD_EVERY_S === 41) return { ...meter, gridW: null };
    return meter;
  };
}

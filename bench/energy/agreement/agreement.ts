import type { Measurement } from '../../result';
import type { EnergyPart } from '../energy-part';
import { Calendar } from '../../../src/energy/calendar';
import { loadGuard, SETTINGS } from '../load-guard/guards';
import { houseDay } from '../load-guard/house';
import { playHouse } from '../load-guard/play';
import { energyDay, type DayKind, type EnergyDay } from '../plan/days';
import { planned, play as playPlan } from '../plan/play';
import { CARS } from '../surplus/cars';
import { bySun, play as playSun } from '../surplus/play';
import { sunDay } from '../surplus/sun-days';
import type { FlowFigures } from './flow-days';

/** Of each strategy; the same as those of the other parts. */
const SEED = 11;
/** Of the day that is played: the night of a charger from noon on, an hour ahead of UTC, as the simulated house. */
const DEADLINE = Date.UTC(2026, 4, 5, 6);
/** How far a figure of a flow may be from that of the same day without Node-RED and HTTP, in percent. */
const TOLERANCE = 5;
const SUN_DAYS = [0, 1, 2, 5];
const PLAN_DAYS: readonly { index: number; kind: DayKind }[] = [
  { index: 4, kind: { draw: 'stated' } },
  { index: 5, kind: { draw: 'stated' } },
  { index: 6, kind: { draw: 'less' } },
  { index: 7, kind: { draw: 'wandering' } },
  { index: 8, kind: { draw: 'wandering' } },
];
const HOUSE_DAYS = [{ kind: 'three-phases', index: 2 }] as const;

interface Compared {
  strategy: string;
  here: FlowFigures;
  flow: FlowFigures;
}

/**
 * Some of the days of the other parts once more: the examples in a real Node-RED, the client with its control of the
 * current and its commands, HTTP, and the simulator. The figures of both are to agree.
 */
export const agreement: EnergyPart = {
  name: 'agreement',
  async measure(short) {
    // Node-RED is loaded here alone: it would slow down the other parts.
    const flows = await import('./flow-days.js');
    const first = <T>(days: readonly T[]): readonly T[] => (short ? days.slice(0, 1) : days);
    return flows.inNodeRed(async () => {
      const compared: Compared[] = [];
      for (const index of first(SUN_DAYS)) {
        const day = sunDay(SEED, index);
        const { sunKwh, gridKwh } = playSun(day, CARS.three, bySun(CARS.three, 'auto'));
        const flow = await flows.playSunFlow(day);
        compared.push({ strategy: 'surplus', here: { sunKwh, gridKwh }, flow });
      }
      for (const { index, kind } of first(PLAN_DAYS)) {
        const day = at(energyDay(SEED, index, kind).day, DEADLINE);
        const { cost, inTimeKwh } = playPlan(day, planned(day, new Calendar('Etc/GMT-1'), {}));
        compared.push({ strategy: 'plan', here: { cost, inTimeKwh }, flow: await flows.playPlanFlow(day) });
      }
      for (const { kind, index } of first(HOUSE_DAYS)) {
        const day = houseDay(SEED, index, kind);
        const { energyAs } = playHouse(day, loadGuard(SETTINGS));
        compared.push({
          strategy: 'load-guard',
          here: { energyAs },
          flow: await flows.playHouseFlow(day),
        });
      }
      return ['surplus', 'plan', 'load-guard'].flatMap((strategy) =>
        measured(
          strategy,
          compared.filter((day) => day.strategy === strategy),
        ),
      );
    });
  },
};

const rounded = (value: number): number => Math.round(value * 1_000) / 1_000;

/** Sums over the days: a wandering car makes a single day differ. */
function measured(strategy: string, days: readonly Compared[]): Measurement[] {
  const sum = (of: (day: Compared) => number): number => days.reduce((all, day) => all + of(day), 0);
  return Object.keys(days[0]?.here ?? {}).map((what) => {
    const here = sum((day) => day.here[what] ?? 0);
    const flow = sum((day) => day.flow[what] ?? 0);
    return {
      name: `agreement: ${strategy}: ${what}`,
      figure: rounded((Math.abs(flow - here) / Math.abs(here)) * 100),
      unit: '% apart',
      goal: `<= ${TOLERANCE}`,
      beside: { here: rounded(here), flow: rounded(flow), days: days.length },
    };
  });
}

/** The same day at another time. */
function at({ arrival, deadline, prices, ...day }: EnergyDay, newDeadline: number): EnergyDay {
  const by = newDeadline - deadline;
  return {
    ...day,
    arrival: arrival + by,
    deadline: newDeadline,
    prices: prices.map(({ start, end, price }) => ({ start: start + by, end: end + by, price })),
  };
}

import { HOME } from './home';
import type { InstallationPlan, Scenario } from './plan';

/** On one phase, so that the sun of a house is enough for it: 1.4 kW at 6 A, 7.4 kW at 32 A. */
const CAR = { batteryKwh: 200, charge: 0.05, target: 1, maxA: 32, phases: 1 } as const;

const SUNNY_HOME: InstallationPlan = {
  ...HOME,
  chargers: HOME.chargers.map((charger) => (charger.start === 'charging' ? { ...charger, car: CAR } : charger)),
};

export const sunny: Scenario = {
  about: 'the same house on a summer morning, with a car that the sun can charge',
  plan: () => ({
    houses: 1,
    sessionsPerDay: 0.7,
    installations: [SUNNY_HOME],
    begins: { hour: 10, season: 'summer' },
  }),
};

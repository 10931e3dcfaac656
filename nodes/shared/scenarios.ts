/** The scenarios of the simulator; `fleet:250` stands for a fleet of any size. */
export const SCENARIOS = ['home', 'sunny', 'housing', 'fleet:250', 'apm'] as const;
/** The most chargers of a fleet. */
export const MAX_FLEET = 10_000;

const NAMES: readonly string[] = ['home', 'sunny', 'housing', 'fleet', 'apm'];
const FLEET = /^fleet:(\d{1,6})$/;

/** Whether the simulator has this scenario. The dialog and the runtime ask here, since neither loads the simulator for it. */
export function isScenario(text: string): boolean {
  const chargers = Number(FLEET.exec(text)?.[1] ?? Number.NaN);
  return NAMES.includes(text) || (chargers >= 1 && chargers <= MAX_FLEET);
}

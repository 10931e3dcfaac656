import { powerKw, type Car } from './cars';
import type { SunDay } from './sun-days';

/** kWh of a day. */
export interface SunResult {
  sunKwh: number;
  gridKwh: number;
  starts: number;
}

/** A start costs as much as so many kWh. */
export const START_KWH = 0.3;
const MINUTE = 60;
/** A raise waits so many minutes after every write. */
const PACE = 15;
const SINCE = PACE + 1;
/** A charger changes its phases so often in a session. */
const MOST_SWITCHES = 5;

/** A current, or a pause on so many phases. */
interface Level {
  kw: number;
  phases: number;
}

/**
 * The best that anyone could do who knows every second beforehand, at the pace of the governor: a raise 15 minutes after
 * the last write, a lower current a minute after it, and five changes of the phases. A dynamic program over minutes, whole
 * amperes, the minutes since the last write and the changes that are left. The six early lowerings an hour are left out,
 * so that it is rather too good.
 * @param gridPrice of a kWh from the grid in kWh of the sun
 */
export function bestDay(day: SunDay, car: Car, gridPrice: number): SunResult {
  const levels = levelsOf(car);
  const minutes = Math.floor(day.leftKw.length / MINUTE);
  const sunOf = levels.map(({ kw }) => sunKwhOf(day, kw, minutes));
  const gridKwh = (minute: number, level: number): number =>
    (levels[level] as Level).kw / MINUTE - ((sunOf[level] as Float64Array)[minute] as number);
  const worth = (minute: number, level: number): number =>
    ((sunOf[level] as Float64Array)[minute] as number) - gridPrice * gridKwh(minute, level);
  const switching = new Set(levels.map(({ phases }) => phases)).size > 1;
  const budgets = switching ? MOST_SWITCHES + 1 : 1;
  const stateOf = (left: number, level: number, since: number): number =>
    (left * levels.length + level) * SINCE + since;
  const choices = new Uint8Array(minutes * budgets * levels.length * SINCE);
  const size = budgets * levels.length * SINCE;
  const moves = levels.map((from) =>
    levels.flatMap((to, index) => {
      const isIdle = to.kw === 0 && from.kw === 0;
      if (to === from || isIdle || (to.kw === 0 && to.phases !== from.phases)) return [];
      const startKwh = from.kw === 0 ? START_KWH : 0;
      return [{ to: index, rises: to.kw > from.kw, switches: to.phases === from.phases ? 0 : 1, startKwh }];
    }),
  );
  let after = new Float64Array(size);
  for (let minute = minutes - 1; minute >= 0; minute -= 1) {
    const before = new Float64Array(size);
    const worths = levels.map((_, level) => worth(minute, level));
    for (let left = 0; left < budgets; left += 1) {
      for (let level = 0; level < levels.length; level += 1) {
        const [lower, any] = [false, true].map((mayRise) => {
          let best = { value: -Infinity, to: level };
          for (const { to, rises, switches, startKwh } of moves[level] ?? []) {
            if ((rises && !mayRise) || switches > left) continue;
            const value = (worths[to] as number) + (after[stateOf(left - switches, to, 1)] as number) - startKwh;
            if (value > best.value) best = { value, to };
          }
          return best;
        }) as [{ value: number; to: number }, { value: number; to: number }];
        for (let since = 0; since <= PACE; since += 1) {
          const state = stateOf(left, level, since);
          const kept = (worths[level] as number) + (after[stateOf(left, level, Math.min(PACE, since + 1))] as number);
          const moved = since >= PACE ? any : lower;
          const isMoved = since >= 1 && moved.value > kept + 1e-9;
          before[state] = isMoved ? moved.value : kept;
          choices[minute * size + state] = isMoved ? moved.to : level;
        }
      }
    }
    after = before;
  }
  const result: SunResult = { sunKwh: 0, gridKwh: 0, starts: 0 };
  let [left, level, since] = [budgets - 1, 0, PACE];
  for (let minute = 0; minute < minutes; minute += 1) {
    const next = choices[minute * size + stateOf(left, level, since)] as number;
    const [from, to] = [levels[level] as Level, levels[next] as Level];
    if (from.kw === 0 && to.kw > 0) result.starts += 1;
    if (to.phases !== from.phases) left -= 1;
    since = next === level ? Math.min(PACE, since + 1) : 1;
    level = next;
    result.sunKwh += (sunOf[level] as Float64Array)[minute] as number;
    result.gridKwh += gridKwh(minute, level);
  }
  return result;
}

/** A pause for each number of phases, since a charger keeps them while it pauses. */
function levelsOf(car: Car): Level[] {
  const levels = Array.from({ length: car.maxA - 5 }, (_, index) => index + 6).map((currentA) => ({
    kw: powerKw(car, currentA),
    phases: car.phases(currentA),
  }));
  const pauses = [...new Set(levels.map(({ phases }) => phases))].map((phases) => ({ kw: 0, phases }));
  return [...pauses, ...levels];
}

/** kWh of the sun that a power takes in each minute. */
function sunKwhOf({ leftKw }: SunDay, kw: number, minutes: number): Float64Array {
  return Float64Array.from({ length: minutes }, (_, minute) => {
    let sum = 0;
    for (let second = minute * MINUTE; second < (minute + 1) * MINUTE; second += 1) {
      sum += Math.min(kw, Math.max(0, leftKw[second] as number));
    }
    return sum / 3_600;
  });
}

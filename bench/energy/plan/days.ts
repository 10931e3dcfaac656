import { Calendar } from '../../../src/energy/calendar';
import type { PriceSlot } from '../../../src/energy/plan/prices';
import { seeded } from '../../virtual-time';

/** One night or day of a car. Times are ms since 1970. */
export interface EnergyDay {
  arrival: number;
  deadline: number;
  /** When the plan begins: the car comes then, or later. */
  plannedFrom: number;
  needKwh: number;
  /** What the car takes: less than the plan wants where it is full before. */
  takesKwh: number;
  /** What the settings say that the car draws, kW. */
  statedKw: number;
  /** What the car really draws in each minute from its arrival, until a day after the deadline, kW. */
  drawKw: number[];
  /** From the day before the arrival to the day after the deadline. */
  prices: PriceSlot[];
}

export interface DayKind {
  /** How the car draws, as parts of what the settings say. */
  draw: 'stated' | 'less' | 'wandering';
  /** The car comes in the morning, before the prices of tomorrow are known. */
  beforeNoon?: boolean;
  /** The car comes at night, hours after the plan has begun. */
  comesLate?: boolean;
  /** The car is full before it has what the plan wants for it. */
  getsFull?: boolean;
  /** The need is a whole number of steps of 5 minutes, for an optimum on such a grid. */
  wholeSteps?: boolean;
}

const MINUTE = 60_000;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const BY_MINUTES = 7 * 60;
const LESS = 0.7;
const LEAST = 0.4;
/** More than this part of what the car could charge in the time is no matter of choice. */
const MOST_PART = 0.6;
const STEPS_AN_HOUR = 12;
/** Three time zones; the days include both changes of the clock. */
const ZONES = ['Europe/Oslo', 'Europe/London', 'America/New_York'] as const;
/** Nights in which the clocks change in Europe, as the days that begin them; and in the United States. */
const CLOCK_CHANGES = [
  Date.UTC(2026, 2, 28, 12),
  Date.UTC(2026, 9, 24, 12),
  Date.UTC(2026, 2, 7, 17),
  Date.UTC(2026, 9, 31, 17),
];

/** Day number `index` of a seed; the same every time. */
export function energyDay(seed: number, index: number, kind: DayKind): { day: EnergyDay; calendar: Calendar } {
  const random = seeded(seed * 10_007 + index * 7_919);
  const calendar = new Calendar(ZONES[index % ZONES.length]);
  const date = CLOCK_CHANGES[index] ?? Date.UTC(2026, 0, 1, 12) + Math.floor(random() * 360) * DAY;
  const firstMinute = kind.beforeNoon === true ? 7 * 60 + 30 : 16 * 60;
  const minutes = kind.beforeNoon === true ? 4 * 60 : 7 * 60;
  const plannedFrom = calendar.timeOfDay(date, firstMinute + Math.floor(random() * minutes));
  const arrival = kind.comesLate === true ? lateArrival(date, random, calendar) : plannedFrom;
  const deadline = calendar.timeOfDay(date, BY_MINUTES, 1);
  const statedKw = [3.6, 7.4, 11][Math.floor(random() * 3)] as number;
  const drawKw = drawOf(kind, statedKw, (deadline + DAY - arrival) / MINUTE, random);
  const possible = ((deadline - arrival) / HOUR) * statedKw;
  const wanted = Math.min(5 + random() * 25, possible * MOST_PART);
  const step = statedKw / STEPS_AN_HOUR;
  const needKwh = kind.wholeSteps === true ? Math.max(6, Math.round(wanted / step)) * step : wanted;
  const prices = pricesOf(date, { random, calendar, perHour: index % 2 === 0 ? 4 : 1 });
  const takesKwh = kind.getsFull === true ? needKwh * (0.3 + 0.6 * random()) : needKwh;
  return { day: { arrival, deadline, plannedFrom, needKwh, takesKwh, statedKw, drawKw, prices }, calendar };
}

/** From two hours before midnight until two hours after it. */
function lateArrival(date: number, random: () => number, calendar: Calendar): number {
  return calendar.timeOfDay(date, 22 * 60) + Math.floor(random() * 240) * MINUTE;
}

/** Whether the goal could be reached even at the lowest draw. */
export function isSafe({ arrival, deadline, needKwh, statedKw }: EnergyDay): boolean {
  return ((deadline - arrival) / HOUR) * statedKw * LEAST >= needKwh;
}

function drawOf({ draw }: DayKind, statedKw: number, minutes: number, random: () => number): number[] {
  if (draw !== 'wandering') return Array.from({ length: minutes }, () => statedKw * (draw === 'less' ? LESS : 1));
  let level = LEAST + (1 - LEAST) * random();
  return Array.from({ length: minutes }, (_, minute) => {
    // The sharing of a house changes every quarter of an hour.
    if (minute % 15 === 0) level = Math.min(1, Math.max(LEAST, level + (random() - 0.5) * 0.4));
    return statedKw * level;
  });
}

interface Market {
  random: () => number;
  calendar: Calendar;
  perHour: number;
}

/** guess: the shape of day-ahead prices, with two peaks, cheap nights, the sun of summer, and negative hours. */
function pricesOf(date: number, { random, calendar, perHour }: Market): PriceSlot[] {
  const month = new Date(date).getUTCMonth();
  const isSummer = month >= 3 && month <= 8;
  const level = isSummer ? 0.6 : 1.1;
  const hourly = Array.from({ length: 24 }, (_, hour) => {
    const morning = Math.exp(-((hour - 8) ** 2) / 5) * 0.6;
    const evening = Math.exp(-((hour - 18.5) ** 2) / 6) * 0.9;
    const night = Math.exp(-((hour - 3) ** 2) / 10) * 0.5;
    const sun = isSummer ? Math.exp(-((hour - 13) ** 2) / 9) * 0.9 : 0;
    return level + morning + evening - night - sun + (random() - 0.5) * 0.2;
  });
  const slots: PriceSlot[] = [];
  for (let later = -1; later <= 2; later += 1) {
    const { start, end } = calendar.day(date, later);
    const factor = 0.8 + random() * 0.4;
    const lengthMs = HOUR / perHour;
    for (let at = start; at < end; at += lengthMs) {
      const minute = calendar.minuteOfDay(at);
      const ramp = perHour === 1 ? 0 : ((minute % 60) / 60 - 0.4) * 0.2 * (minute < 720 ? 1 : -1);
      const price = (hourly[Math.floor(minute / 60)] as number) * factor + ramp + (random() - 0.5) * 0.12;
      slots.push({ start: at, end: at + lengthMs, price: Math.round(price * 10_000) / 10_000 });
    }
  }
  return slots;
}

import { isObject } from '../../zaptec/json';
import type { Calendar } from '../calendar';
import type { ActiveOverride } from '../override';
import type { Strategy } from '../strategy';
import { CarSession, type CarReading } from './car-session';
import { dueDays, minutesOf, nextDeadline } from './deadline';
import { DrawEstimate } from './draw';
import { PriceBook, type PriceSpan } from './price-book';
import type { PriceSlot } from './prices';
import { reasonOf, type PlanCode } from './plan-reason';
import type { PlanSettings } from './plan-settings';
import { gridOf, repriced, segmentsOf, type PlanSegment } from './plan-grid';
import { schedule } from './schedule';
import { SessionPowers } from './session-powers';
import { freePart, weigh } from './weigh';

/** What the plan says now, and for the time until the goal is due. Times are ms since 1970. */
export interface PlanDecision {
  charge: boolean;
  code: PlanCode;
  /** One sentence for people. */
  reason: string;
  deadline: number;
  /** kWh to go; estimated from the power for a goal in hours. */
  needKwh: number;
  /** Hours of charging to go at the power that is expected. */
  needHours: number;
  /** The power that is expected, kW. */
  powerKw: number;
  /** When the car is to charge. */
  segments: PlanSegment[];
  /** Sum of kWh and price of the segments; undefined without prices. */
  cost: number | undefined;
  /** kWh of them that the sun gives by its forecast; undefined without one. */
  sunKwh: number | undefined;
  /** Some price or value of the second series is known for that time. Without any the car charges as late as is safe. */
  hasPrices: boolean;
  /** The prices of the time until the goal is due. */
  prices: PriceSpan[];
  /** The second series of that time: W of the sun, or CO₂; empty where there is none. */
  series: PriceSpan[];
  /** How many other sessions have begun since the planner was made. */
  session: number;
  /** When to decide again at the latest. */
  until: number;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** A plan is made anew so often, ms. */
const AGAIN_MS = 5 * MINUTE;
/** Less than this is reached, kWh and ms. */
const NEAR_KWH = 0.02;
const NEAR_MS = 1_000;
/** guess: the part of the energy that gets into the battery. */
const EFFICIENCY = 0.9;
/** Time in which nobody asked for a decision, since Node-RED was down or the clock was set, does not count, ms. */
const LONGEST_MS = 15 * MINUTE;
/** A car takes so long to reach its power, ms. */
const RAMP_MS = 2 * MINUTE;
/** With no price there is nothing to wait for, so that there is time for a surprise, ms. */
const SPARE_MS = 30 * MINUTE;
/** A look at how much the car draws lasts no longer than this, min. */
const LONGEST_LOOK_MIN = 15;
/** Charging without a choice goes on until so much time has been gained, so that it does not go on and off, ms. */
const KEPT_MS = 10 * MINUTE;
/** A start costs as much as so many minutes at the mean price: of two equal plans the one with fewer starts is better. */
const START_MINUTES = 0.5;

/** Decides when a car charges, so that it has its energy in time at the least cost. It does no I/O and has no timer. */
export class ChargePlanner implements Strategy<PlanSettings, PlanDecision> {
  readonly #calendar: Calendar;
  readonly #prices = new PriceBook();
  /** The second series: W of the sun, or CO₂. */
  readonly #series = new PriceBook();
  readonly #car = new CarSession();
  /** What the cars of earlier sessions have drawn. */
  #sessions = new SessionPowers();
  #settings: PlanSettings;
  #draw: DrawEstimate;
  #deadline: number | undefined;
  /** What the running period has had: time with charging on, and energy that nobody has measured. */
  #usedMs = 0;
  #assumedKwh = 0;
  #onSince: number | undefined;
  #decidedAt: number | undefined;
  #isOver = false;
  #session = 0;
  /** There was no time to lose at the last decision. */
  #isForced = false;

  /** @param settings checked */
  constructor(settings: PlanSettings, calendar: Calendar) {
    this.#settings = settings;
    this.#calendar = calendar;
    this.#draw = new DrawEstimate(settings.powerKw);
  }

  get settings(): PlanSettings {
    return this.#settings;
  }

  /** Takes other settings; what was learnt and used stays. */
  configure(settings: PlanSettings): void {
    if (settings.powerKw !== this.#settings.powerKw) {
      this.#sessions = new SessionPowers();
      this.#draw = new DrawEstimate(settings.powerKw);
    }
    if (settings.series !== this.#settings.series) this.#series.clear();
    if (whenOf(settings) !== whenOf(this.#settings)) {
      this.#deadline = undefined;
      this.#isOver = false;
    }
    this.#settings = settings;
  }

  setPrices(prices: readonly PriceSlot[], now: number): void {
    this.#prices.add(prices, now);
  }

  /** @param series W of the sun, or the CO₂ of electricity, as the settings say. */
  setSeries(series: readonly PriceSlot[], now: number): void {
    this.#series.add(series, now);
  }

  setCar(reading: CarReading): void {
    const isNew = this.#car.take(reading);
    this.#car.settleBattery(this.#assumedKwh);
    if (!isNew) return;
    this.#session += 1;
    this.#sessions.end();
    // Another car may have come, while what makes a power uneven, a current that is shared, stays.
    if (!this.#draw.isUneven) this.#draw = new DrawEstimate(this.#settings.powerKw, this.#sessions.kilowatts);
    this.#assumedKwh = 0;
    if (this.#settings.goal !== 'hours') this.#deadline = undefined;
  }

  /** @param percent 0 to 100 */
  setBattery(percent: number): void {
    this.#car.setBattery(percent, this.#assumedKwh);
  }

  /** Takes the price list, the session and the power into account. Call it at least every 5 minutes. */
  decide(now: number, override?: ActiveOverride): PlanDecision {
    this.#count(now);
    // Or a least run would last for as long as a clock was set back.
    if (this.#onSince !== undefined) this.#onSince = Math.min(this.#onSince, now);
    const isLate = this.#moveDeadline(now);
    const plan = this.#plan(now, isLate, override);
    this.#onSince = plan.charge ? (this.#onSince ?? now) : undefined;
    this.#decidedAt = now;
    return plan;
  }

  /** Plain JSON. */
  dump(): unknown {
    return {
      prices: this.#prices.dump(),
      car: this.#car.dump(),
      drawKw: this.#draw.kw,
      sessions: this.#sessions.dump(),
      powerKw: this.#settings.powerKw,
      when: whenOf(this.#settings),
      series: this.#settings.series,
      seriesValues: this.#series.dump(),
      deadline: this.#deadline,
      usedMs: this.#usedMs,
      assumedKwh: this.#assumedKwh,
      isOver: this.#isOver,
    };
  }

  /** Takes what an earlier run has dumped, as far as it is of use under the settings of now. */
  restore(dumped: unknown): void {
    if (!isObject(dumped)) return;
    this.#prices.restore(dumped['prices']);
    this.#car.restore(dumped['car']);
    const { powerKw, series } = this.#settings;
    if (dumped['series'] === series) this.#series.restore(dumped['seriesValues']);
    if (dumped['powerKw'] === powerKw) {
      const drawKw = finite(dumped['drawKw']);
      // A state that was saved before sessions were kept has only what was learnt: that counts as one.
      this.#sessions.restore(dumped['sessions'] ?? { kilowatts: [drawKw] });
      this.#draw = new DrawEstimate(powerKw, this.#sessions.kilowatts, drawKw);
    }
    this.#usedMs = Math.max(0, finite(dumped['usedMs']) ?? 0);
    this.#assumedKwh = Math.max(0, finite(dumped['assumedKwh']) ?? 0);
    if (dumped['when'] === whenOf(this.#settings)) {
      this.#deadline = finite(dumped['deadline']);
      this.#isOver = dumped['isOver'] === true;
    }
  }

  /** What has happened since the last decision. */
  #count(now: number): void {
    if (this.#decidedAt === undefined) return;
    const ms = Math.min(LONGEST_MS, Math.max(0, now - this.#decidedAt));
    const kw = this.#car.chargingKw;
    const isSteady = this.#onSince !== undefined && this.#decidedAt - this.#onSince >= RAMP_MS;
    this.#draw.observe(kw ?? 0, ms, isSteady);
    if (isSteady && kw !== undefined) this.#sessions.observe(kw, ms);
    if (this.#onSince === undefined || !this.#car.isConnected) return;
    this.#usedMs += ms;
    if (this.#car.kwh === undefined) this.#assumedKwh += (this.#draw.kw * ms) / HOUR;
  }

  /** @returns whether the time has passed and the session still lacks energy. */
  #moveDeadline(now: number): boolean {
    const { by, days, weekdays, goal } = this.#settings;
    const next = () => nextDeadline(now, minutesOf(by), dueDays(days, weekdays), this.#calendar);
    // A time further away than the next one is left where a clock was set back.
    if (this.#deadline === undefined || this.#deadline > now) this.#deadline = next();
    if (this.#deadline > now) return false;
    const isShort = this.#car.kwh !== undefined && this.#car.isConnected && !this.#car.isFull;
    if (goal !== 'hours' && isShort && this.#needKwh() > NEAR_KWH && !this.#isOver) return true;
    this.#isOver = days === 'once';
    // Where nobody tells of the car, it may have driven since.
    if (this.#car.kwh === undefined) this.#car.forgetBattery();
    this.#usedMs = 0;
    this.#assumedKwh = 0;
    this.#deadline = next();
    return false;
  }

  #needKwh(): number {
    const { goal, amount, capacityKwh } = this.#settings;
    const had = this.#car.kwh ?? this.#assumedKwh;
    if (goal === 'energy') return Math.max(0, amount - had);
    const percent = this.#car.batteryAt(capacityKwh, EFFICIENCY, this.#assumedKwh);
    // With a level that nobody knows the battery counts as empty: the car itself ends in time.
    const missing = percent === undefined ? amount - (had * EFFICIENCY * 100) / capacityKwh : amount - percent;
    return Math.max(0, (missing * capacityKwh) / 100 / EFFICIENCY);
  }

  #needMs(): number {
    const { goal, amount } = this.#settings;
    if (goal === 'hours') return Math.max(0, amount * HOUR - this.#usedMs);
    return (this.#needKwh() / this.#draw.kw) * HOUR;
  }

  #plan(now: number, isLate: boolean, override: ActiveOverride | undefined): PlanDecision {
    const { goal, force, maxPrice, buffer, leastRun, onePiece } = this.#settings;
    const deadline = this.#deadline ?? now;
    const needMs = this.#needMs();
    const powerKw = this.#draw.kw;
    const needKwh = goal === 'hours' ? (needMs / HOUR) * powerKw : this.#needKwh();
    const isDone = goal === 'hours' ? needMs < NEAR_MS : needKwh < NEAR_KWH;
    const to = isLate ? now + needMs : deadline;
    const prices = this.#prices.spans(now, to, this.#calendar);
    const sureMs = goal === 'hours' ? needMs : (needMs * powerKw) / this.#sureKw(deadline - now) + buffer * MINUTE;
    const plannedMs = goal === 'hours' ? needMs : (needMs * powerKw) / this.#draw.planKw(deadline - now);
    const series = this.#seriesOf(now, to);
    const hasPrices = [...prices, ...series].some(({ estimated }) => !estimated);
    // Without prices the second series decides alone.
    const price = series.length > 0 ? 1 : 0;
    const grid = gridOf(prices.length > 0 ? prices : [{ start: now, end: to, price, estimated: true }]);
    const second = series.length > 0 ? gridOf(series) : [];
    const weighed = grid.map((step, index) => ({ price: step.price, second: second[index]?.price }));
    const context = { ...this.#settings, powerKw };
    const free = weighed.map((step) => freePart(step, context));
    const costs = weigh(weighed, context);
    const isDear = (price: number): boolean => maxPrice !== undefined && price > maxPrice;
    const must = isLate || deadline - now <= sureMs + (this.#isForced ? KEPT_MS : 0);
    this.#isForced = must && !isLate;
    const mean = grid.reduce((sum, { price }) => sum + Math.abs(price), 0) / Math.max(1, grid.length);
    // A price above the highest one is only for want of another.
    const dearCost = 1_000 * (mean + 1);
    const onForMs = this.#onSince === undefined ? 0 : now - this.#onSince;
    const stepMs = grid.stepMs;
    // By price alone: the first step, which may be shorter, would seem cheap otherwise.
    const steps = grid.map((step, index) => ({
      cost: (costs[index] ?? step.price) + (isDear(step.price) ? dearCost : 0),
      allowed: force || !isDear(step.price),
    }));
    const chosen = isDone
      ? steps.map(() => false)
      : !hasPrices && !isLate
        ? latest(steps.length, (sureMs + SPARE_MS) / stepMs)
        : schedule(steps, {
            need: must ? steps.length : Math.ceil((plannedMs - NEAR_MS) / stepMs),
            leastRun: Math.ceil((leastRun * MINUTE) / stepMs),
            running: this.#onSince === undefined ? 0 : Math.max(1, Math.floor(onForMs / stepMs)),
            startCost: (mean * START_MINUTES * MINUTE) / stepMs,
            onePiece,
          });
    const segments = segmentsOf(grid, chosen, powerKw, needKwh);
    const isDearNow = isDear(grid[0]?.price ?? 0) && !force;
    const isHeld = this.#onSince !== undefined && onForMs < leastRun * MINUTE;
    const code = this.#code({ override, isDone, isLate, must, hasPrices, isDearNow, on: chosen[0] === true || isHeld });
    const charge = CHARGES.has(code);
    const sum = (of: readonly number[]): number =>
      segmentsOf(repriced(grid, of), chosen, powerKw, needKwh).reduce(
        (all, { kwh, price: each }) => all + kwh * each,
        0,
      );
    const cost =
      prices.length === 0 ? undefined : sum(grid.map((step, index) => step.price * (1 - (free[index] ?? 0))));
    const sunKwh = this.#settings.series === 'sun' && series.length > 0 ? sum(free) : undefined;
    const change = segments.flatMap(({ start, end }) => [start, end]).find((at) => at > now);
    const until = Math.max(now + 1_000, Math.min(now + AGAIN_MS, change ?? Infinity, override?.until ?? Infinity));
    const facts = { deadline, needKwh, needMs, isHours: goal === 'hours', hasPrices, segments, override, now };
    const reason = reasonOf(code, facts, this.#calendar);
    const needHours = needMs / HOUR;
    return {
      charge,
      code,
      reason,
      deadline,
      needKwh,
      needHours,
      powerKw,
      segments,
      cost,
      sunKwh,
      hasPrices,
      prices,
      series,
      session: this.#session,
      until,
    };
  }

  /** A look at the car lasts as long as the least run, which may cost more than what it tells is worth. */
  #sureKw(forMs: number): number {
    const isDearLook = this.#settings.leastRun > LONGEST_LOOK_MIN && this.#draw.isUnseen;
    return isDearLook ? this.#draw.supposedKw : this.#draw.sureKw(forMs);
  }

  #seriesOf(from: number, to: number): PriceSpan[] {
    const { series } = this.#settings;
    if (series === 'none') return [];
    return this.#series.spans(from, to, this.#calendar, series === 'sun' ? 0 : undefined);
  }

  #code(at: {
    override: ActiveOverride | undefined;
    isDone: boolean;
    isLate: boolean;
    must: boolean;
    hasPrices: boolean;
    isDearNow: boolean;
    on: boolean;
  }): PlanCode {
    if (at.override) return at.override.to === 'on' ? 'override-on' : 'override-off';
    if (this.#isOver) return 'over';
    if (!this.#car.isConnected) return 'no-car';
    if (this.#car.isFull) return 'full';
    if (at.isDone) return 'done';
    if (!at.on) return at.isDearNow ? 'too-dear' : 'waiting';
    if (at.isLate) return 'late';
    if (at.must) return 'in-time';
    return at.hasPrices ? 'cheap' : 'no-prices';
  }
}

/** The settings that say when a goal is due. */
const whenOf = ({ by, days, weekdays }: PlanSettings): string => JSON.stringify([by, days, weekdays]);

const CHARGES: ReadonlySet<PlanCode> = new Set(['override-on', 'late', 'in-time', 'cheap', 'no-prices']);

/** The last steps, so many. */
function latest(count: number, need: number): boolean[] {
  return Array.from({ length: count }, (_, index) => index >= count - Math.ceil(need));
}

function finite(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

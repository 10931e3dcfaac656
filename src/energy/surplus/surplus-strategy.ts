import { isObject } from '../../zaptec/json';
import type { Calendar } from '../calendar';
import type { ActiveOverride } from '../override';
import { ProblemNews } from '../problem-news';
import type { Strategy } from '../strategy';
import { DayCount } from './day-count';
import { levelAt, levelFor, levelsTo, OFF, type Level } from './levels';
import { Pace } from './pace';
import { PhaseSwitches } from './phase-switches';
import { PhasesUsed } from './phases-used';
import { readPower } from './power';
import { bestOf, GRID_PRICE, rewardOf, type Weighted } from './reward';
import { SampleWindow } from './sample-window';
import { SunEstimate, type SunParts, type SurplusInput } from './sun-estimate';
import { surplusReason, type SurplusChange, type SurplusCode } from './surplus-reason';
import { isMode, type SurplusMode, type SurplusSettings } from './surplus-settings';
import { phrase } from '../../errors/phrase';

/** The chargers, as the account's store has them. */
export interface ChargersReading {
  /** What they take together, W; undefined while it is not known. */
  powerW: number | undefined;
  /** Their currents together on each phase, A; undefined while they are not known. */
  currents: readonly number[] | undefined;
  /** Of the one car that charges; undefined where there is none, or several. */
  session: string | undefined;
}

/** What the cars are to get. */
export interface SurplusDecision {
  /** A on each phase; undefined while there is nothing to go by. */
  currentA: number | undefined;
  code: SurplusCode;
  reason: string;
  /** What has just been changed. */
  change: SurplusChange | undefined;
  mode: SurplusMode;
  /** What the current brings a car, W, and on how many phases. */
  powerW: number;
  phases: number;
  /** The mean of the sun that was left for the cars over the smoothing, W; undefined while nothing is known. */
  sunW: number | undefined;
  parts: SunParts;
  /** Starts since midnight. */
  starts: number;
  /** When the current may rise, in the time that `decide` was given; undefined where it may now. */
  raiseAt: number | undefined;
  until: number;
}

const MINUTE = 60_000;
/** A choice is made so often, ms. */
const STEP_MS = MINUTE;
/** A lower current goes by the mean of so much more than a raise, ms. */
const LONGER_MS = MINUTE;
/** A change of the phases goes by the mean of so long, since a charger allows few of them, ms. */
const PHASES_MS = 20 * MINUTE;
/** What the sky has been like for so long counts as well, and how much: a cloud is not the weather. */
const SKY_MS = 30 * MINUTE;
const SKY_WEIGHT = 0.6;
/** A change must bring so much, W: a raise makes the next one wait, and a start costs the most. */
const LEAST_GAIN_W = { start: 700, raise: 200, lower: 150, phases: 800 } as const;
/** A first start goes by no less than this, ms. */
const FIRST_MS = MINUTE;
/** And a first change of what charges already by no less than this, ms: one value may be that of a cloud or a kettle. */
const FIRST_CHANGE_MS = MINUTE / 2;
/** A car that takes more than this charges, W. */
const CHARGES_FROM_W = 1_000;

/**
 * Decides how much a car may charge, so that it gets the most of the sun at the pace of an installation. It does no I/O
 * and has no timer. Times are ms since 1970.
 *
 * Once a minute it takes the current that would have been worth the most over the samples of the last minutes. A raise
 * may come only 15 minutes after the last change, a lower current earlier; so a raise goes by three minutes, a lower one
 * by four and a stop by ten. The sky of the last twenty minutes counts as well.
 */
export class SurplusStrategy implements Strategy<SurplusSettings, SurplusDecision> {
  readonly #calendar: Calendar;
  readonly #sun = new SunEstimate();
  readonly #samples = new SampleWindow();
  readonly #pace = new Pace();
  readonly #phases = new PhasesUsed();
  readonly #switches: PhaseSwitches;
  readonly #starts: DayCount;
  readonly #problems = new ProblemNews();
  #settings: SurplusSettings;
  #level: Level = OFF;
  #startedAt = -Infinity;
  /** The last choice by the sun, and the last good sample. */
  #chosenAt = -Infinity;
  #goodAt: number | undefined;
  #firstAt: number | undefined;
  /** Whether the current of now is this strategy's own, and not what it has found. */
  #isOwn = false;
  #change: SurplusChange | undefined;
  #now = -Infinity;
  #modeByMessage: SurplusMode | undefined;

  /** @param settings checked */
  constructor(settings: SurplusSettings, calendar: Calendar) {
    this.#settings = settings;
    this.#calendar = calendar;
    this.#switches = new PhaseSwitches(calendar);
    this.#starts = new DayCount(calendar);
  }

  get settings(): SurplusSettings {
    return this.#settings;
  }

  /** Takes other settings; what was learnt stays. */
  configure(settings: SurplusSettings): void {
    const { mode, unit, gridSign, batterySign, phases, reserveW } = this.#settings;
    const isReadAnew = settings.unit !== unit || settings.gridSign !== gridSign || settings.batterySign !== batterySign;
    if (isReadAnew) this.#sun.forget();
    if (isReadAnew || settings.reserveW !== reserveW) this.#samples.clear();
    if (settings.phases !== phases) this.#switches.forget();
    if (settings.mode !== mode) this.#modeByMessage = undefined;
    this.#settings = settings;
    this.#chosenAt = -Infinity;
  }

  /**
   * Takes what a meter sends. Whatever is no power is left out, and what was known goes on to count.
   * @returns why the input is of no use, as far as this is news; undefined for a good one
   */
  take(input: SurplusInput, now: number): string | undefined {
    const at = this.#at(now);
    this.#sun.take(input, at, this.#settings);
    const { problem } = this.#sun;
    return this.#problems.isNews(problem ?? '', at) ? problem : undefined;
  }

  /** Takes what the account's store has of the chargers, at any time before `decide`. */
  setChargers({ powerW, currents, session }: ChargersReading, now: number): void {
    const at = this.#at(now);
    this.#switches.onSession(session);
    if (currents !== undefined) this.#phases.onCurrents(currents);
    const watts = readPower(powerW, 'W');
    if (watts !== undefined) this.#sun.setStored(Math.max(0, watts), at);
  }

  /** A mode by message counts until there is another one, or the settings have another one; undefined ends it. */
  setMode(mode: SurplusMode | undefined): void {
    if (mode !== this.#modeByMessage) this.#chosenAt = -Infinity;
    this.#modeByMessage = mode;
  }

  decide(now: number, override: ActiveOverride | undefined): SurplusDecision {
    const at = this.#at(now);
    this.#firstAt ??= at;
    this.#change = undefined;
    this.#sample(at);
    const levels = this.#levels();
    this.#level = levelAt(levels, this.#level.currentA);
    const code = this.#choose(levels, at, override);
    return this.#decision(code, levels, at, override);
  }

  #sample(now: number): void {
    const sunW = this.#sun.leftAt(now, this.#settings);
    if (sunW === undefined) return;
    this.#samples.add(now, sunW);
    this.#goodAt = now;
    const { chargersW } = this.#sun.parts;
    if (chargersW !== undefined) this.#phases.onPower(chargersW, this.#level.currentA, now - this.#pace.changedAt);
  }

  get #mode(): SurplusMode {
    return this.#modeByMessage ?? this.#settings.mode;
  }

  /** Plain JSON. */
  dump(): unknown {
    return {
      mode: this.#modeByMessage && { is: this.#modeByMessage, insteadOf: this.#settings.mode },
      currentA: this.#isOwn ? this.#level.currentA : undefined,
      startedAt: Number.isFinite(this.#startedAt) ? this.#startedAt : undefined,
      goodAt: this.#goodAt,
      pace: this.#pace.dump(),
      phases: this.#phases.value,
      switches: this.#switches.dump(),
      starts: this.#starts.dump(),
      samples: this.#samples.dump(this.#now - SKY_MS),
    };
  }

  /** Takes what an earlier run has dumped. */
  restore(dumped: unknown): void {
    if (!isObject(dumped)) return;
    const { mode, currentA, startedAt, goodAt, pace, phases, switches, starts, samples } = dumped;
    if (isObject(mode) && mode['insteadOf'] === this.#settings.mode && isMode(mode['is']))
      this.#modeByMessage = mode['is'];
    this.#phases.restore(phases);
    this.#pace.restore(pace);
    this.#switches.restore(switches);
    this.#starts.restore(starts);
    this.#samples.restore(samples);
    this.#startedAt = finite(startedAt) ?? -Infinity;
    this.#goodAt = finite(goodAt);
    const current = finite(currentA);
    if (current === undefined) return;
    const levels = this.#levels();
    this.#level = levelAt(levels, current);
    this.#isOwn = true;
  }

  /** Never goes back: a clock that is set back stops the time of a strategy, as nothing may become younger. */
  #at(now: number): number {
    if (!Number.isFinite(now)) return Number.isFinite(this.#now) ? this.#now : 0;
    if (this.#now === -Infinity) {
      // What an earlier run has kept may lie in the future where a clock was set.
      this.#pace.notAfter(now);
      this.#switches.notAfter(now);
      this.#samples.keep(now - SKY_MS, now);
      this.#startedAt = Math.min(this.#startedAt, now);
      if (this.#goodAt !== undefined) this.#goodAt = Math.min(this.#goodAt, now);
    }
    this.#now = Math.max(this.#now, now);
    return this.#now;
  }

  #levels(): Level[] {
    const { phases, maxA, switchBelowA } = this.#settings;
    return levelsTo(maxA, (currentA) => this.#phasesAt(currentA), phases === 'switching' ? switchBelowA : undefined);
  }

  #phasesAt(currentA: number): number {
    const { phases, switchBelowA } = this.#settings;
    if (phases === 'one') return 1;
    if (phases === 'switching') return currentA < switchBelowA ? 1 : 3;
    return phases === 'auto' ? (this.#phases.value ?? 3) : 3;
  }

  #choose(levels: readonly Level[], now: number, override: ActiveOverride | undefined): SurplusCode {
    const most = levels.at(-1) ?? OFF;
    if (override) {
      this.#set(override.to === 'on' ? most : OFF, now);
      return override.to === 'on' ? 'override-on' : 'override-off';
    }
    const mode = this.#mode;
    const { silence } = this.#settings;
    if (mode === 'off' || mode === 'fast') {
      this.#set(mode === 'fast' ? most : OFF, now);
      return mode;
    }
    // A meter has its time after a restart too.
    const knownAt = Math.max(this.#goodAt ?? -Infinity, this.#firstAt ?? now);
    if (now - knownAt > silence * MINUTE) {
      this.#set(mode === 'sun' ? OFF : (levels[0] ?? OFF), now);
      return 'no-meter';
    }
    if (this.#samples.last === undefined) return 'no-input';
    return this.#bySun(levels, now);
  }

  #bySun(levels: readonly Level[], now: number): SurplusCode {
    if (!this.#isOwn) this.#adopt(levels, now);
    const isLeast = this.#mode === 'sun-and-least';
    if (isLeast && this.#level === OFF) this.#set(levels[0] ?? OFF, now);
    if (now - this.#chosenAt >= STEP_MS) {
      this.#chosenAt = now;
      if (this.#level === OFF) this.#mayStart(levels, now);
      else if (isLeast || !this.#mayStop(levels, now)) this.#mayChange(levels, now);
    }
    return this.#codeNow(levels, now, isLeast);
  }

  /** What charges already when the strategy begins goes on, as far as the sun goes with it. */
  #adopt(levels: readonly Level[], now: number): void {
    this.#isOwn = true;
    const chargersW = this.#sun.parts.chargersW ?? 0;
    if (chargersW < CHARGES_FROM_W) return;
    this.#level = levelFor(levels, chargersW);
    this.#startedAt = now;
    this.#switches.onLevel(this.#level, now);
    this.#chosenAt = now - STEP_MS + FIRST_CHANGE_MS;
  }

  #mayStart(levels: readonly Level[], now: number): void {
    const { startW, startMinutes } = this.#settings;
    if (!this.#pace.canRaise(now) || this.#areStartsSpent(now)) return;
    const samples = this.#samples.since(now, startMinutes * MINUTE);
    const first = samples[0];
    if (!first || now - first.at < Math.min(startMinutes * MINUTE, FIRST_MS)) return;
    const sets = startW === undefined ? this.#sets(now, startMinutes * MINUTE) : [{ samples, weight: 1 }];
    const best = bestOf(this.#switches.allowed(levels, now), sets, this.#gridPrice);
    if (!best) return;
    const isWorthIt = startW === undefined ? best.rewardW >= LEAST_GAIN_W.start : meanOf(samples) >= startW;
    if (isWorthIt) this.#set(best.level, now);
  }

  #mayStop(levels: readonly Level[], now: number): boolean {
    const { stopW, stopMinutes, leastOnMinutes } = this.#settings;
    if (now - this.#startedAt < leastOnMinutes * MINUTE || !this.#pace.canLower(now)) return false;
    const samples = this.#samples.since(now, stopMinutes * MINUTE);
    const sets = this.#sets(now, stopMinutes * MINUTE);
    const allowed = this.#switches.allowed(levels, now);
    const isOver =
      stopW === undefined ? (bestOf(allowed, sets, this.#gridPrice)?.rewardW ?? 0) < 0 : meanOf(samples) < stopW;
    if (isOver) this.#set(OFF, now);
    return isOver;
  }

  #mayChange(levels: readonly Level[], now: number): void {
    const { smoothing } = this.#settings;
    const first = this.#samples.since(now, SKY_MS)[0];
    if (!first || now - first.at < FIRST_CHANGE_MS) return;
    const allowed = this.#switches.allowed(levels, now);
    const others = allowed.filter(({ phases }) => phases !== this.#level.phases);
    if (this.#changeTo(others, this.#sets(now, PHASES_MS), LEAST_GAIN_W.phases, now)) return;
    const same = allowed.filter(({ phases }) => phases === this.#level.phases);
    const higher = same.filter(({ currentA }) => currentA > this.#level.currentA);
    if (this.#changeTo(higher, this.#sets(now, smoothing * MINUTE), LEAST_GAIN_W.raise, now)) return;
    const lower = same.filter(({ currentA }) => currentA < this.#level.currentA);
    this.#changeTo(lower, this.#sets(now, smoothing * MINUTE + LONGER_MS), LEAST_GAIN_W.lower, now);
  }

  #changeTo(candidates: readonly Level[], sets: readonly Weighted[], leastGainW: number, now: number): boolean {
    const best = bestOf(candidates, sets, this.#gridPrice);
    if (!best || best.rewardW - rewardOf(this.#level, sets, this.#gridPrice) < leastGainW) return false;
    const rises = best.level.currentA > this.#level.currentA;
    if (rises ? !this.#pace.canRaise(now) : !this.#pace.canLower(now)) return false;
    this.#set(best.level, now);
    return true;
  }

  #codeNow(levels: readonly Level[], now: number, isLeast: boolean): SurplusCode {
    if (this.#level === OFF) return this.#areStartsSpent(now) ? 'starts-spent' : 'waiting';
    const sunW = this.#sunW(now) ?? 0;
    if (sunW < (levels[0]?.powerW ?? 0)) return isLeast ? 'least' : 'held';
    const next = levels.find(({ currentA }) => currentA > this.#level.currentA);
    return next && sunW >= next.powerW && !this.#pace.canRaise(now) ? 'paced' : 'sun';
  }

  #set(level: Level, now: number): void {
    const before = this.#level;
    this.#isOwn = true;
    if (level.currentA === before.currentA) return;
    const lowers = level.currentA < before.currentA;
    this.#change = before === OFF ? 'start' : level === OFF ? 'stop' : lowers ? 'lower' : 'raise';
    if (before === OFF) {
      this.#starts.add(now);
      this.#startedAt = now;
    }
    this.#level = level;
    this.#pace.changed(now, lowers);
    this.#switches.onLevel(level, now);
  }

  #areStartsSpent(now: number): boolean {
    const { startsPerDay } = this.#settings;
    return startsPerDay > 0 && this.#starts.at(now) >= startsPerDay;
  }

  get #gridPrice(): number {
    return GRID_PRICE[this.#settings.preference];
  }

  /** The samples of the last `ms`, and those of the sky. */
  #sets(now: number, ms: number): Weighted[] {
    return [
      { samples: this.#samples.since(now, ms), weight: 1 - SKY_WEIGHT },
      { samples: this.#samples.since(now, Math.max(ms, SKY_MS)), weight: SKY_WEIGHT },
    ];
  }

  #sunW(now: number): number | undefined {
    const samples = this.#samples.since(now, this.#settings.smoothing * MINUTE);
    return samples.length === 0 ? undefined : meanOf(samples);
  }

  /** What the sun must bring before charging begins, W. */
  #startsAtW(levels: readonly Level[]): number {
    const { startW } = this.#settings;
    const leastW = Math.min(...levels.map(({ powerW }) => powerW));
    return startW ?? (LEAST_GAIN_W.start + this.#gridPrice * leastW) / (1 + this.#gridPrice);
  }

  #decision(
    code: SurplusCode,
    levels: readonly Level[],
    now: number,
    override: ActiveOverride | undefined,
  ): SurplusDecision {
    const { currentA, powerW, phases } = this.#level;
    const sunW = this.#sunW(now);
    const starts = this.#starts.at(now);
    const raiseAt = this.#pace.canRaise(now) ? undefined : this.#pace.raiseAt;
    const reason = surplusReason(code, {
      currentA,
      powerW,
      phases,
      sunW,
      startsAtW: this.#startsAtW(levels),
      starts,
      change: this.#change,
      raiseInMinutes: raiseAt === undefined ? 0 : (raiseAt - now) / MINUTE,
      silenceMinutes: this.#settings.silence,
      problem: this.#sun.problem,
      until: override?.until === undefined ? undefined : phrase` until ${this.#calendar.when(override.until, now)}`,
    });
    return {
      currentA: this.#isOwn ? currentA : undefined,
      code,
      reason,
      change: this.#change,
      mode: this.#mode,
      powerW,
      phases,
      sunW,
      parts: this.#sun.parts,
      starts,
      raiseAt,
      until: Math.max(now + 1_000, Math.min(this.#chosenAt + STEP_MS, now + STEP_MS)),
    };
  }
}

function meanOf(samples: readonly { sunW: number }[]): number {
  return samples.reduce((sum, { sunW }) => sum + sunW, 0) / Math.max(1, samples.length);
}

function finite(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

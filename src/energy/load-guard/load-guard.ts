import { isObject, present } from '../../zaptec/json';
import type { Calendar } from '../calendar';
import type { ActiveOverride } from '../override';
import { ProblemNews } from '../problem-news';
import type { Strategy } from '../strategy';
import { CarsAtMeter, type CarCurrents } from './car-currents';
import { CommandedLimit } from './commanded-limit';
import type { LoadGuardCode, LoadGuardDecision, TariffFacts } from './guard-decision';
import { reasonOf } from './guard-reason';
import type { LoadGuardSettings } from './guard-settings';
import { LastGood } from './last-good';
import { PhaseGuard, type PhaseVerdict } from './phase-guard';
import { everyPhase, isPlausible, PHASES, perPhase, roundedDown, type Phase, type PhaseValues } from './phases';
import { rotationOf } from './rotation';
import { TariffGuard } from './tariff-guard';

/** What a meter has measured. What it has not measured, or not measured well, is absent. */
export interface MeterReading {
  /** By phase, A; negative where it flows into the grid. */
  currents: Partial<PhaseValues>;
  /** Of the connection, kW; negative where it flows into the grid. */
  kw?: number | undefined;
}

const SECOND = 1_000;
/** Confirmations and delays are looked at so often while something changes, ms. */
const SOON_MS = 5 * SECOND;
const LATE_MS = 30 * SECOND;
/** So long the first limit waits for what the cars take: their current would count as that of the house, ms. */
const CARS_MS = 20 * SECOND;
/** No house connection has more, kW. */
const MOST_KW = 10_000;

/** Of several phases the first code of these that one has is that of the whole. */
const URGENCY: readonly LoadGuardCode[] = ['unknown', 'overload', 'lowered', 'raised', 'waits', 'holds'];

/**
 * Keeps the current of a connection below its fuse, or its mean power below that of a capacity tariff, by a limit for the
 * cars. It does no I/O and has no timer.
 */
export class LoadGuard implements Strategy<LoadGuardSettings, LoadGuardDecision> {
  #settings: LoadGuardSettings;
  readonly #meter = new LastGood();
  readonly #cars = new CarsAtMeter();
  readonly #commanded = new CommandedLimit();
  readonly #phases = new Map(PHASES.map((phase) => [phase, new PhaseGuard()] as const));
  readonly #tariff: TariffGuard;
  readonly #calendar: Calendar;
  #startedAt: number | undefined;
  readonly #problems = new ProblemNews();
  #wallLeadMs = 0;
  #areCarsAwaited = false;
  /** The meter was read while it was known what the cars take. */
  #isHouseKnown = false;

  /** @param settings checked */
  constructor(settings: LoadGuardSettings, calendar: Calendar) {
    this.#settings = settings;
    this.#calendar = calendar;
    this.#tariff = new TariffGuard(calendar);
  }

  get settings(): LoadGuardSettings {
    return this.#settings;
  }

  configure(settings: LoadGuardSettings): void {
    this.#settings = settings;
  }

  /** Takes what the meter says: the good values of a message in which others are bad count too. */
  setMeter({ currents, kw }: MeterReading, now: number): void {
    const settings = this.#settings;
    this.#meter.take(currents, now);
    if (!this.#isHouseKnown && this.#cars.isKnown(now)) this.#meetCars();
    const cars = this.#cars.sum(now, this.#commanded.current);
    for (const phase of PHASES) {
      const ampere = currents[phase];
      if (isPlausible(ampere)) (this.#phases.get(phase) as PhaseGuard).take(ampere, cars[phase], now, settings);
    }
    const power = kw ?? this.#powerOf(currents);
    if (power !== undefined && Math.abs(power) <= MOST_KW)
      this.#tariff.take(power, this.#kwOf(cars), now + this.#wallLeadMs, settings);
  }

  /** What chargers take; the settings say how they are connected to the phases of the meter. */
  setCars(cars: readonly CarCurrents[]): void {
    this.#cars.take(
      cars.map((car) => {
        const at = rotationOf(this.#settings.rotation, [car.id, ...(car.names ?? [])]);
        const { [at.phase1]: phase1, [at.phase2]: phase2, [at.phase3]: phase3 } = car.currents;
        return { ...car, currents: present<Partial<PhaseValues>>({ phase1, phase2, phase3 }) };
      }),
    );
  }

  /** The cars are to be known soon: an account says what they take. */
  awaitCars(): void {
    this.#areCarsAwaited = true;
  }

  /** How much the wall clock, by which hours are reckoned, is ahead of the times that are given, ms. */
  setWallLead(ms: number): void {
    this.#wallLeadMs = ms;
  }

  /** What the account knows to be set, A by phase. */
  setApplied(limit: PhaseValues, now: number): void {
    this.#commanded.see(limit, now);
  }

  /** What is wrong with the meter; blank when it is well. @returns whether this is news */
  noteProblem(problem: string, now: number): boolean {
    return this.#problems.isNews(problem, now);
  }

  decide(now: number, override: ActiveOverride | undefined): LoadGuardDecision {
    this.#startedAt ??= now;
    const { mode } = this.#settings;
    const decision =
      override?.to === 'off'
        ? this.#stopped()
        : mode === 'fuse'
          ? this.#guardFuse(now)
          : this.#guardTariff(now, override);
    const { raiseAt } = this.#commanded;
    if (decision.limit) this.#commanded.assume(decision.limit, now);
    const whole = {
      ...decision,
      earlyLowerings: this.#commanded.earlyLowerings(now),
      // For people, by the wall clock.
      raiseAt: raiseAt > now && Number.isFinite(raiseAt) ? raiseAt + this.#wallLeadMs : undefined,
      until: now + (decision.code === 'holds' ? LATE_MS : SOON_MS),
    };
    return { ...whole, reason: reasonOf(whole, this.#settings, this.#calendar, override) };
  }

  /** Plain JSON. */
  dump(): unknown {
    const heat = Object.fromEntries([...this.#phases].map(([phase, guard]) => [phase, guard.dump()]));
    return { meter: this.#meter.dump(), commanded: this.#commanded.dump(), tariff: this.#tariff.dump(), heat };
  }

  restore(dumped: unknown): void {
    if (!isObject(dumped)) return;
    this.#meter.restore(dumped['meter']);
    this.#commanded.restore(dumped['commanded']);
    this.#tariff.restore(dumped['tariff']);
    const { heat } = dumped;
    if (isObject(heat)) for (const [phase, guard] of this.#phases) guard.restore(heat[phase]);
  }

  #guardFuse(now: number): Verdict {
    const settings = this.#settings;
    const verdicts = this.#present.map((phase) => this.#verdictOf(phase, now));
    const isSilent = verdicts.every(({ ageMs }) => ageMs === undefined);
    if (isSilent && now - (this.#startedAt ?? now) < settings.holdS * SECOND) {
      return { code: 'starts', limit: undefined, phases: verdicts, tariff: undefined };
    }
    const code = URGENCY.find((each) => verdicts.some((verdict) => verdict.code === each)) ?? 'holds';
    const isSafe = verdicts.every(({ totalA }) => totalA !== undefined && totalA <= settings.fuseA);
    if (isSafe && this.#commanded.current === undefined && this.#isWaitingForCars(now)) return this.#waiting();
    const first = verdicts[0] as PhaseVerdict;
    const limit =
      verdicts.length === 1
        ? everyPhase(first.limitA)
        : perPhase((phase) => (verdicts[PHASES.indexOf(phase)] as PhaseVerdict).limitA);
    return { code, limit, phases: verdicts, tariff: undefined };
  }

  #verdictOf(phase: Phase, now: number): PhaseVerdict {
    const settings = this.#settings;
    const commanded = this.#commanded.current;
    return (this.#phases.get(phase) as PhaseGuard).decide({
      settings,
      now,
      totalA: this.#meter.at(phase, now, settings.holdS * SECOND),
      ageMs: this.#meter.age(phase, now),
      carsA: this.#cars.sum(now, commanded)[phase],
      areCarsKnown: this.#cars.isKnown(now),
      setA: commanded?.limit[phase],
      setAt: commanded?.at ?? -Infinity,
      earlyLowerings: this.#commanded.earlyLowerings(now),
      changes: this.#commanded.changes(now),
    });
  }

  #guardTariff(now: number, override: ActiveOverride | undefined): Verdict {
    const settings = this.#settings;
    const commanded = this.#commanded.current?.limit;
    const setA = commanded && Math.max(...PHASES.map((phase) => commanded[phase]));
    const usedPhases = Math.min(this.#cars.usedPhases(now) ?? Infinity, Number(settings.phases));
    const { code, limitA, facts } = this.#tariff.decide({ settings, now: now + this.#wallLeadMs, setA, usedPhases });
    const phases: Verdict['phases'] = [];
    if (override?.to === 'on') {
      return { code: 'override-on', limit: everyPhase(this.#topA), phases, tariff: facts };
    }
    if (code === 'unknown' && facts.houseKw === undefined && now - (this.#startedAt ?? now) < settings.holdS * SECOND) {
      return { code: 'starts', limit: undefined, phases, tariff: facts };
    }
    if (code !== 'unknown' && this.#isWaitingForCars(now)) return this.#waiting(facts);
    return { code, limit: everyPhase(roundedDown(limitA)), phases, tariff: facts };
  }

  /** What the meter has said until now was the house and the cars together. */
  #meetCars(): void {
    this.#isHouseKnown = true;
    for (const guard of this.#phases.values()) guard.forgetHouse();
    this.#tariff.forgetHouse();
  }

  #isWaitingForCars(now: number): boolean {
    return this.#areCarsAwaited && !this.#isHouseKnown && now - (this.#startedAt ?? now) < CARS_MS;
  }

  #waiting(tariff?: TariffFacts): Verdict {
    return { code: 'starts', limit: undefined, phases: [], tariff, awaitsCars: true };
  }

  #stopped(): Verdict {
    return { code: 'override-off', limit: everyPhase(0), phases: [], tariff: undefined };
  }

  get #topA(): number {
    return Math.max(0, this.#settings.fuseA - this.#settings.reserveA);
  }

  /** The phases that the connection has. */
  get #present(): readonly Phase[] {
    return this.#settings.phases === '1' ? PHASES.slice(0, 1) : PHASES;
  }

  /** Undefined where a phase is not known: it must not count as 0. */
  #powerOf(currents: Partial<PhaseValues>): number | undefined {
    const known = this.#present.map((phase) => currents[phase]);
    if (!known.every(isPlausible)) return undefined;
    return known.reduce((sum, ampere) => sum + ampere, 0) * (this.#settings.voltage / 1_000);
  }

  #kwOf(currents: PhaseValues): number {
    return (this.#present.reduce((sum, phase) => sum + currents[phase], 0) * this.#settings.voltage) / 1_000;
  }
}

type Verdict = Pick<LoadGuardDecision, 'code' | 'limit' | 'phases' | 'tariff' | 'awaitsCars'>;

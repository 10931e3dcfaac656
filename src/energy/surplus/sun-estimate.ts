import { readGridPower, readPercent, readPower } from './power';
import type { SurplusSettings } from './surplus-settings';

/** What a message or the account's store brings. A field that is undefined has no value now; any other one is read. */
export interface SurplusInput {
  /** Power at the grid connection. */
  grid?: unknown;
  /** Power of the house battery. */
  battery?: unknown;
  /** Its level, percent. */
  batteryLevel?: unknown;
  /** What the house takes behind the meter's back. */
  house?: unknown;
  /** What all chargers take. */
  chargers?: unknown;
}

/** The parts of the sun that is left, W, as they were last known. */
export interface SunParts {
  /** Import is positive. */
  gridW: number | undefined;
  chargersW: number | undefined;
  /** Charging is positive. */
  batteryW: number | undefined;
  batteryPercent: number | undefined;
  houseW: number | undefined;
}

type Part = 'grid' | 'chargers' | 'battery' | 'batteryLevel' | 'house';

const PARTS: readonly Part[] = ['grid', 'chargers', 'battery', 'batteryLevel', 'house'];
/** The sun cannot be known without them once somebody has given them, be it in vain. */
const NEEDED = {
  chargers: 'The power of the chargers is not known: subscribe to them, or give their power beside that of the meter',
  battery: 'The power of the house battery is not known',
  house: 'The power of the house is not known',
} as const;

const MINUTE = 60_000;

interface Held {
  value: number;
  at: number;
}

/** What is left of the sun for the cars, from the meter and from whatever else takes or gives power behind it. */
export class SunEstimate {
  readonly #held = new Map<Part, Held>();
  readonly #given = new Set<Part>(['chargers']);
  #stored: Held | undefined;
  #problem: string | undefined;

  /** Why the latest input was of no use, in words; undefined for a good one. */
  get problem(): string | undefined {
    return this.#problem;
  }

  get parts(): SunParts {
    const of = (part: Part): number | undefined => this.#held.get(part)?.value;
    return {
      gridW: of('grid'),
      chargersW: of('chargers') ?? this.#stored?.value,
      batteryW: of('battery'),
      batteryPercent: of('batteryLevel'),
      houseW: of('house'),
    };
  }

  /** What is held was read with other units or signs. */
  forget(): void {
    this.#held.clear();
  }

  /** Whatever is no power is left out; what was known of it goes on to count for a while. */
  take(input: SurplusInput, now: number, settings: SurplusSettings): void {
    this.#problem = undefined;
    for (const part of PARTS) {
      if (input[part] === undefined) continue;
      this.#given.add(part);
      const value = readPart(part, input[part], settings);
      if (value !== undefined) this.#held.set(part, { value, at: now });
      else if (part === 'grid') this.#problem = 'The meter gives no power';
    }
  }

  /** What the account's store has of the power of the chargers, W; a message comes before it. */
  setStored(watts: number, now: number): void {
    this.#stored = { value: watts, at: now };
  }

  /** @returns W that a reading of the meter at `now` leaves for the cars, the reserve taken off; undefined without one */
  leftAt(now: number, settings: SurplusSettings): number | undefined {
    const { silence, batteryFirstTo, reserveW } = settings;
    const grid = this.#held.get('grid');
    if (grid?.at !== now) return undefined;
    const fresh = (held: Held | undefined): number | undefined =>
      held && now - held.at <= silence * MINUTE ? held.value : undefined;
    const freshOf = (part: Part): number | undefined =>
      fresh(this.#held.get(part)) ?? (part === 'chargers' ? fresh(this.#stored) : undefined);
    for (const part of ['chargers', 'battery', 'house'] as const) {
      if (!this.#given.has(part) || freshOf(part) !== undefined) continue;
      this.#problem = NEEDED[part];
      return undefined;
    }
    const batteryW = freshOf('battery') ?? 0;
    const isCarFirst = batteryFirstTo !== undefined && (freshOf('batteryLevel') ?? -1) >= batteryFirstTo;
    // What the battery gives is no sun; what it takes is for the car once the car comes first.
    const fromBattery = isCarFirst ? batteryW : Math.min(0, batteryW);
    return (freshOf('chargers') ?? 0) - grid.value - (freshOf('house') ?? 0) + fromBattery - reserveW;
  }
}

function readPart(part: Part, input: unknown, { unit, gridSign, batterySign }: SurplusSettings): number | undefined {
  if (part === 'batteryLevel') return readPercent(input);
  const watts = part === 'grid' ? readGridPower(input, unit) : readPower(input, unit);
  const isReversed =
    (part === 'grid' && gridSign === 'export') || (part === 'battery' && batterySign === 'discharging');
  return isReversed && watts !== undefined ? 0 - watts : watts;
}

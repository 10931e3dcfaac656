import type { Faults } from '../../faults/state';
import type { FaultName } from '../../faults/table';
import type { Meter } from '../../world/model';

type Reading = Record<string, unknown>;

/** W and A of a sample that no house has. */
const SPIKE = 1_000_000;

/** What a meter's faults make of a reading. */
const SPOILS: readonly [FaultName, (reading: Meter, last: Meter | undefined) => Reading][] = [
  ['meter-stuck', (reading, last) => ({ ...(last ?? reading) })],
  ['meter-text', (reading) => everyNumber(reading, () => 'unavailable')],
  ['meter-null', (reading) => everyNumber(reading, () => null)],
  ['meter-spike', (reading) => everyNumber(reading, () => SPIKE)],
  ['meter-missing-phase', withoutPhase],
];

/** A meter as it can be: its faults, and the reading at which it is stuck. */
export class FaultyMeter {
  readonly #faults: Pick<Faults, 'hits' | 'isOn'>;
  #last: Meter | undefined;

  constructor(faults: Pick<Faults, 'hits' | 'isOn'>) {
    this.#faults = faults;
  }

  get isSilent(): boolean {
    return this.#faults.hits('meter-silent');
  }

  read(reading: Meter): Reading {
    if (!this.#faults.isOn('meter-stuck')) this.#last = reading;
    const spoil = SPOILS.find(([name]) => this.#faults.hits(name));
    return spoil ? spoil[1](reading, this.#last) : { ...reading };
  }
}

/** Values in objects too; the time stays. */
function everyNumber(reading: object, to: () => unknown): Reading {
  return Object.fromEntries(
    Object.entries(reading).map(([name, value]: [string, unknown]): [string, unknown] => [
      name,
      typeof value === 'number' ? to() : typeof value === 'object' && value !== null ? everyNumber(value, to) : value,
    ]),
  );
}

function withoutPhase(reading: object): Reading {
  return Object.fromEntries(
    Object.entries(reading)
      .filter(([name]) => name !== 'phase2')
      .map(([name, value]): [string, unknown] => [
        name,
        typeof value === 'object' && value !== null ? withoutPhase(value as object) : value,
      ]),
  );
}

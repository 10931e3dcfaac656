import type { Simulator } from '../../test/support/node-red/harness';

/** Whether a charger does what was wished of it last. */
export class Obedience {
  /** The longest time that it did not, s. */
  longestS = 0;
  /** Times that another wish came than before. */
  changes = 0;
  readonly #name: string;
  #wish: unknown;
  #wrongSince: number | undefined;

  constructor(name: string) {
    this.#name = name;
  }

  /** To be called every second; true is the wish to charge, false not to. */
  look({ world }: Simulator, command: { payload: unknown } | undefined): void {
    const charger = world.findCharger(this.#name);
    if (!charger || command === undefined) return;
    if (command.payload !== this.#wish) this.changes += 1;
    this.#wish = command.payload;
    const { car, powerW, mode } = charger;
    // A car that is not there, or full, cannot charge.
    const able = car !== undefined && car.charge < car.target;
    const wrong = able && (command.payload === true ? powerW < 100 && mode !== 3 : powerW > 100);
    const now = world.now;
    this.#wrongSince = wrong ? (this.#wrongSince ?? now) : undefined;
    if (this.#wrongSince !== undefined)
      this.longestS = Math.max(this.longestS, Math.round((now - this.#wrongSince) / 1000));
  }
}

import type { Simulator } from '../../test/support/node-red/harness';

/** Records whether a charger does what the last command asked for. */
export class Compliance {
  /** The longest time that the charger did something else, s. */
  longestS = 0;
  /** How many times the command changed. */
  changes = 0;
  /** After how many of them the charger did what they asked for. */
  followed = 0;
  readonly #name: string;
  #command: unknown;
  #isFollowed = false;
  #wrongSince: number | undefined;

  constructor(name: string) {
    this.#name = name;
  }

  /** To be called every second. A payload `true` means resume, `false` pause. */
  check({ world }: Simulator, command: { payload: unknown } | undefined): void {
    const charger = world.findCharger(this.#name);
    if (!charger || command === undefined) return;
    if (command.payload !== this.#command) {
      this.changes += 1;
      this.#isFollowed = false;
      this.#wrongSince = undefined;
    }
    this.#command = command.payload;
    const { car, powerW, mode } = charger;
    // Without a car, or with a full one, the charger cannot charge.
    const able = car !== undefined && car.charge < car.target;
    const wrong = able && (command.payload === true ? powerW < 100 && mode !== 3 : powerW > 100);
    if (able && !wrong && !this.#isFollowed) {
      this.followed += 1;
      this.#isFollowed = true;
    }
    const now = world.now;
    this.#wrongSince = wrong ? (this.#wrongSince ?? now) : undefined;
    if (this.#wrongSince !== undefined)
      this.longestS = Math.max(this.longestS, Math.round((now - this.#wrongSince) / 1000));
  }
}

import type { Live, Sample } from '../rest/control/live-types';

/** The same number of samples as the simulator keeps. */
const CAPACITY = 900;

/** The samples of one installation of one world; only missing samples are requested. */
export class SampleHistory {
  samples: Sample[] = [];
  #site = '';
  #world = 0;
  #next = 0;

  /** The number from which samples of an installation are missing. */
  since(site: string): number {
    return site === this.#site ? this.#next : 0;
  }

  /** @returns whether the answer continues the samples; otherwise all samples must be requested again. */
  add(site: string, since: number, { world, next, samples }: Live['trend']): boolean {
    const goesOn = site === this.#site && world === this.#world && since === this.#next && next >= this.#next;
    const whole = since === 0;
    if (!goesOn && !whole) {
      this.#site = site;
      this.#next = 0;
      return false;
    }
    this.samples = whole ? samples : [...this.samples, ...samples].slice(-CAPACITY);
    this.#site = site;
    this.#world = world;
    this.#next = next;
    return true;
  }
}

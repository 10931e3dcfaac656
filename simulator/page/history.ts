import type { Live, Sample } from '../rest/control/live-types';

/** As many as the simulator keeps. */
const CAPACITY = 900;

/** The samples of one site of one world; what is missing is asked for, the rest is not sent again. */
export class SampleHistory {
  samples: Sample[] = [];
  #site = '';
  #world = 0;
  #next = 0;

  /** The number to ask from for a site. */
  since(site: string): number {
    return site === this.#site ? this.#next : 0;
  }

  /** @returns whether the answer fitted; otherwise everything has to be asked for again. */
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

import type { Caller } from './caller';
import type { Charger } from './chargers';
import type { Hierarchy, Installation } from './installations';
import { listKey } from './lists';

/** An answer of before, with its age in ms. */
export interface Remembered<T> {
  data: T;
  ageMs: number;
}

/** What the account has read already, however old. Looking at it costs no request. */
export class Known {
  readonly #caller: Caller;

  constructor(caller: Caller) {
    this.#caller = caller;
  }

  get installations(): Remembered<Installation[]> | undefined {
    return this.#peek(listKey('/api/installation', {}));
  }

  get chargers(): Remembered<Charger[]> | undefined {
    return this.#peek(listKey('/api/chargers', {}));
  }

  hierarchy(installationId: string): Remembered<Hierarchy> | undefined {
    return this.#peek(`/api/installation/${installationId}/hierarchy`);
  }

  /** What lies under a key is what its reader made of it. */
  #peek<T>(key: string): Remembered<T> | undefined {
    return this.#caller.peek(key) as Remembered<T> | undefined;
  }
}

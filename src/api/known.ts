import type { Caller } from './caller';
import type { Charger } from './chargers';
import type { Hierarchy, Installation } from './installations';
import { listKey } from './lists';

/** An earlier answer, with its age in ms. */
export interface Remembered<T> {
  data: T;
  ageMs: number;
}

/** Earlier answers of the account, however old; none of these sends a request. */
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

  /** The cache keeps what the reader of a key has returned, so the type is the reader's. */
  #peek<T>(key: string): Remembered<T> | undefined {
    return this.#caller.peek(key) as Remembered<T> | undefined;
  }
}

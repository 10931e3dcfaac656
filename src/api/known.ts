import type { Caller } from './caller';
import type { Charger } from './chargers';
import type { Hierarchy, Installation } from './installations';
import { isObject } from '../zaptec/json';
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
    const known = this.#peek<unknown>(`/api/installation/${installationId}/hierarchy`);
    // The same path may have been read for a caller that takes any answer.
    return known && isHierarchy(known.data) ? { ...known, data: known.data } : undefined;
  }

  /** The cache keeps what the reader of a key has returned, so the type is the reader's. */
  #peek<T>(key: string): Remembered<T> | undefined {
    return this.#caller.peek(key) as Remembered<T> | undefined;
  }
}

function isHierarchy(data: unknown): data is Hierarchy {
  return isObject(data) && Array.isArray(data['circuits']);
}

import type { CurrentWish, Decision, WishSettings } from './current-types';

/**
 * Wishes about current, decided by the one governor of an installation (or of a charger) and an account, which
 * outlives a redeploy. Ids are those of Zaptec.
 */
export interface CurrentControl {
  /** At deploy: from now on the dead man counts; a wish that the node left behind keeps standing if its role is the same. */
  arm(id: string, settings: WishSettings): void;

  /**
   * Tells what is wanted. Never rejects for what the governor decides: `refused` carries the error.
   * @returns the first decision about this wish; what becomes of it later goes to the listeners.
   */
  wish(id: string, wish: CurrentWish): Promise<Decision>;

  /** Takes back the wish of a node, its dead man and the limit of the dead man. Nothing is sent for it. */
  withdraw(id: string, by: string): void;

  /** Every decision about the wishes of a node that no call of `wish` has returned. @returns a function that ends it. */
  listen(id: string, by: string, listener: (decision: Decision) => void): () => void;
}

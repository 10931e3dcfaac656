/** A page of sessions as the cloud sent it. */
export interface SessionsPage {
  /** Whatever stands in the list; an entry need not be an object. */
  entries: unknown[];
  /** How many requests it took, those that were repeated included. */
  requests: number;
  isLast: boolean;
}

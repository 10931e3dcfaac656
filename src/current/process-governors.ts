/** The governors of one account, as far as a node that ends is concerned. */
export interface Withdrawable {
  withdraw(by: string): void;
  release(by: string): void;
}

/** Those of every account of the process: a node may move to another account, and its requests must not stay behind. */
export const governorsOfProcess = new Set<Withdrawable>();

/** Takes back whatever a node has requested in any account of the process. Nothing is given back for it. */
export function withdrawEverywhere(by: string): void {
  for (const governors of governorsOfProcess) governors.withdraw(by);
}

/** What a node has withdrawn was withdrawn for good, as its removal does: it may give back what was set before. */
export function releaseEverywhere(by: string): void {
  for (const governors of governorsOfProcess) governors.release(by);
}

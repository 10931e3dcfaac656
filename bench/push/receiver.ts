import type { BrokerReady } from './broker';

/** Something that receives from a bus of its own, where nothing else listens. */
export interface Receiver {
  /** Messages a second of the round that begins now. */
  round(): Promise<number>;
  close(): Promise<unknown>;
}

/** Resolves when messages would come. */
export type OpenReceiver = (ready: BrokerReady) => Promise<Receiver>;

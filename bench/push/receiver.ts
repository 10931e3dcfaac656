import type { BrokerReady } from './broker';

/** Something that receives from a bus of its own, where nothing else listens. */
export interface Receiver {
  /** Resolves when all messages of the round that begins now have come. */
  round(): Promise<unknown>;
  close(): Promise<unknown>;
}

/** Resolves when messages would come. */
export type OpenReceiver = (ready: BrokerReady) => Promise<Receiver>;

import type { CloudAccess } from './broker';

/** The only receiver of a bus. */
export interface Receiver {
  /** Begins a round. Resolves when all of its messages have arrived. */
  round(): Promise<unknown>;
  close(): Promise<unknown>;
}

/** Resolves when the receiver is ready for messages. */
export type OpenReceiver = (access: CloudAccess) => Promise<Receiver>;

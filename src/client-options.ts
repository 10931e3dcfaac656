/** How to reach an account. */
export interface ClientOptions {
  /** https, or http on this machine; Zaptec's own by default. */
  baseUrl?: string;
  username: string;
  password: string;
  /** Refuse every write. */
  readOnly?: boolean;
  /** Share the limit with other machines, `redis://…`; needs the package ioredis. */
  redisUrl?: string;
  /** What people call it, where another client of the account is told that this one's Redis counts. */
  name?: string;
  /** A directory for what must outlive this process: when a current was set last. Without it that is forgotten. */
  stateDir?: string;
  /**
   * How long a feed stays open after its last user, in ms; 0 by default. Who closes everything and opens it again a
   * moment later, as Node-RED does on a deploy, misses nothing in between.
   */
  feedLingerMs?: number;
  /** The address is a simulator, whose meter may be read. */
  simulator?: boolean;
}

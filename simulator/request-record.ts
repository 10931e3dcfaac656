/** One request that the simulated cloud has received. */
export interface RequestRecord {
  id: number;
  /** The client's time at arrival, ms since 1970. */
  at: number;
  /** User name behind the token; undefined without a valid one. */
  account: string | undefined;
  /** Account and User-Agent together; the audit reports by client. */
  client: string;
  method: string;
  path: string;
  query: string;
  /** 0 while unanswered or dropped. */
  status: number;
  userAgent: string | undefined;
  /** A short hash, never the token. */
  token: string | undefined;
  /** The JSON that was sent; never credentials. */
  body?: unknown;
  /** A fault made the answer useless, whatever its status says: repeating the request is not polling. */
  corrupted?: true;
  /** The same under its name of 0.1.0, for programs that read it. */
  spoilt?: true;
  /** Of a login that succeeded: how long its token lives, s. */
  tokenLifetimeS?: number;
}

import type { Charger } from '../api/chargers';
import type { ChargerFirmware, Installation } from '../api/installations';
import type { Cluster } from '../cluster/shared-permits';
import type { IgnoredRedis } from '../cluster/redis-users';
import type { SharingState } from '../cluster/sharing';
import type { GovernorSummary } from '../current/governors';
import type { MessageSource } from '../feed/bus/message-source';
import type { FeedSummary } from '../feed/feeds';
import type { FailedRequest, Usage } from '../http/journal';
import type { Budget } from '../http/limiter';
import type { Problem } from './result';

/** What was read, or why it could not be read. */
export type Read<T> = { data: T; problem?: never } | { data?: never; problem: Problem };

/** What the store knows of a charger. */
export interface ChargerFacts {
  id: string;
  name?: string;
  installationId?: string;
  online?: boolean;
  /** When the charger itself reported last, ms of `clock.now()`. */
  lastSeenAt?: number;
  /** For how long the charger has reported nothing, as far as messages or reads show, in ms. */
  silentMs?: number;
  /** Observation 712. */
  standAlone?: boolean;
  /** Observation 804 by name. */
  warnings: readonly string[];
}

/** What only the program around the client knows. */
export interface RuntimeFacts {
  /** Whether last values and sessions outlive a restart; undefined where nobody needs that. */
  keepsContext?: boolean | undefined;
  /** The name of a user of the account, by the label that its requests count under. */
  nameOf?: ((label: string) => string | undefined) | undefined;
}

/** Everything that the checks look at, gathered before any of them judges. */
export interface Facts {
  /** ms of `clock.now()` */
  now: number;
  login: Read<true>;
  /** How far the cloud's clock is ahead of ours, in ms. */
  clockSkewMs: number | undefined;
  installations: Read<readonly Installation[]>;
  chargers: Read<readonly Charger[]>;
  firmware: Read<readonly ChargerFirmware[]>;
  /** Chargers of which a state is known. */
  states: readonly ChargerFacts[];
  /** Chargers that messages name and no list has. */
  unlisted: readonly string[];
  feeds: readonly FeedSummary[];
  /** Whether messages can be had, asked where no feed is open. */
  push: Read<MessageSource>;
  redis: boolean;
  /** Why the Redis of the client that asks is not the one that counts. */
  ignoredRedis: IgnoredRedis | undefined;
  sharing: SharingState | undefined;
  /** The same for the limits and the last writes of currents. */
  sharingCurrents: SharingState | undefined;
  /** Undefined unless the limit is shared. */
  cluster: Cluster | undefined;
  /** Why records cannot be kept; undefined where they can, and where none are to be kept. */
  storageProblem: string | undefined;
  keepsRecords: boolean;
  governors: readonly GovernorSummary[];
  usage: Usage;
  failures: readonly FailedRequest[];
  budget: Budget;
  runtime: RuntimeFacts;
  /** A charger or a stream that is silent for longer is a finding, in ms. */
  silenceMs: number;
}

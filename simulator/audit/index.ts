import type { SimulatorClock } from '../clock';
import type { RequestRecord } from '../request-record';
import type { RuleContext, Seen } from './rule';
import type { ClientReport } from './verdict';
import { callOf } from './audited-call';
import { ClientWatch } from './client-audit';
import { Recent } from './expiring-map';

export type { ClientReport, Verdict } from './verdict';

export interface AuditOptions {
  clock: SimulatorClock;
  /** A per phase before the write, asked on arrival. */
  currentOf?: (installationId: string) => [number, number, number] | undefined;
}

/** Above this the clients that have been silent for longest are forgotten. */
const MOST_CLIENTS = 500;

/** Watches every client of the pretend cloud and tells which of Zaptec's usage guidelines it kept or broke. */
export class Audit {
  readonly #context: RuleContext;
  readonly #clients = new Recent<ClientWatch>(Infinity, MOST_CLIENTS);
  /** How often a token was refused, by User-Agent. */
  readonly #refused = new Recent<number>(Infinity, MOST_CLIENTS);
  /** What is under way. Weak, because a dropped request is never answered. */
  #seen = new WeakMap<RequestRecord, Seen>();
  #count = 0;

  constructor({ clock, currentOf }: AuditOptions) {
    this.#context = {
      now: () => clock.now(),
      currentOf: (id) => currentOf?.(id),
      refusedTokens: (userAgent) => this.#refused.get(userAgent ?? '', clock.now()) ?? 0,
    };
  }

  /** On arrival, before anything is answered. */
  record(record: RequestRecord): void {
    const call = callOf(record);
    if (!call) return;
    const seen = { record, call };
    this.#seen.set(record, seen);
    this.#clients
      .touch(record.client, record.at, () => new ClientWatch(record.client, ++this.#count, this.#context))
      .onArrival(seen);
  }

  /** The same object, its status known. */
  answered(record: RequestRecord): void {
    const seen = this.#seen.get(record);
    if (!seen) return;
    const now = this.#context.now();
    if (record.status === 401 && seen.call.endpoint !== 'token') {
      this.#refused.set(record.userAgent ?? '', now, this.#context.refusedTokens(record.userAgent) + 1);
    }
    this.#clients.get(record.client, now)?.onAnswer(seen);
  }

  /** Every client, in the order in which they came. */
  report(): ClientReport[] {
    return [...this.#clients.values()].sort((a, b) => a.number - b.number).map((client) => client.report());
  }

  /** Whether this client, or every one, has kept all rules. */
  clean(client?: string): boolean {
    return this.report().every((report) => report.ok || (client !== undefined && report.client !== client));
  }

  /** Forgets everything, also what is under way. */
  reset(): void {
    this.#clients.clear();
    this.#refused.clear();
    this.#seen = new WeakMap();
  }
}

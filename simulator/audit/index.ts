import type { SimulatorClock } from '../clock';
import type { RequestRecord } from '../request-record';
import type { RuleContext, AuditedRequest } from './rule';
import type { ClientReport } from './verdict';
import { callOf } from './audited-call';
import { ClientAudit } from './client-audit';
import { ExpiringMap } from './expiring-map';

export type { ClientReport, Verdict } from './verdict';

export interface AuditOptions {
  clock: SimulatorClock;
  /** The available current before a write, A per phase; read when the write arrives. */
  currentOf?: (installationId: string) => [number, number, number] | undefined;
}

/** With more clients the audit forgets those that have been silent longest. */
const MAX_CLIENTS = 500;

/**
 * Watches every client of the simulated cloud and reports which of Zaptec's usage guidelines it kept and which it
 * broke.
 */
export class Audit {
  readonly #context: RuleContext;
  readonly #clients = new ExpiringMap<ClientAudit>(Infinity, MAX_CLIENTS);
  /** The number of refused tokens by User-Agent. */
  readonly #refusedTokens = new ExpiringMap<number>(Infinity, MAX_CLIENTS);
  /** The requests without an answer yet. Weak, because a dropped request never gets one. */
  #pending = new WeakMap<RequestRecord, AuditedRequest>();
  #count = 0;

  constructor({ clock, currentOf }: AuditOptions) {
    this.#context = {
      now: () => clock.now(),
      currentOf: (id) => currentOf?.(id),
      refusedTokens: (userAgent) => this.#refusedTokens.get(userAgent ?? '', clock.now()) ?? 0,
    };
  }

  /** Call this when a request arrives, before the answer. */
  record(record: RequestRecord): void {
    const call = callOf(record);
    if (!call) return;
    const seen = { record, call };
    this.#pending.set(record, seen);
    this.#clients
      .getOrAdd(record.client, record.at, () => new ClientAudit(record.client, ++this.#count, this.#context))
      .onArrival(seen);
  }

  /** Call this with the same object when its status is known. */
  answered(record: RequestRecord): void {
    const seen = this.#pending.get(record);
    if (!seen) return;
    const now = this.#context.now();
    if (record.status === 401 && seen.call.endpoint !== 'token') {
      this.#refusedTokens.set(record.userAgent ?? '', now, this.#context.refusedTokens(record.userAgent) + 1);
    }
    this.#clients.get(record.client, now)?.onAnswer(seen);
  }

  /** Reports on every client, in the order of their first requests. */
  report(): ClientReport[] {
    return [...this.#clients.values()].sort((a, b) => a.number - b.number).map((client) => client.report());
  }

  /** Whether this client has kept all rules; without a name, whether all clients have. */
  clean(client?: string): boolean {
    return this.report().every((report) => report.ok || (client !== undefined && report.client !== client));
  }

  /** Deletes all findings and pending requests. */
  reset(): void {
    this.#clients.clear();
    this.#refusedTokens.clear();
    this.#pending = new WeakMap();
  }
}

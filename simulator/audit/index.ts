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
  /** A per phase before the write, asked on arrival. */
  currentOf?: (installationId: string) => [number, number, number] | undefined;
}

/** Above this the clients that have been silent for longest are forgotten. */
const MAX_CLIENTS = 500;

/** Watches every client of the pretend cloud and tells which of Zaptec's usage guidelines it kept or broke. */
export class Audit {
  readonly #context: RuleContext;
  readonly #clients = new ExpiringMap<ClientAudit>(Infinity, MAX_CLIENTS);
  /** How often a token was refused, by User-Agent. */
  readonly #refusedTokens = new ExpiringMap<number>(Infinity, MAX_CLIENTS);
  /** What is under way. Weak, because a dropped request is never answered. */
  #pending = new WeakMap<RequestRecord, AuditedRequest>();
  #count = 0;

  constructor({ clock, currentOf }: AuditOptions) {
    this.#context = {
      now: () => clock.now(),
      currentOf: (id) => currentOf?.(id),
      refusedTokens: (userAgent) => this.#refusedTokens.get(userAgent ?? '', clock.now()) ?? 0,
    };
  }

  /** On arrival, before anything is answered. */
  record(record: RequestRecord): void {
    const call = callOf(record);
    if (!call) return;
    const seen = { record, call };
    this.#pending.set(record, seen);
    this.#clients
      .getOrAdd(record.client, record.at, () => new ClientAudit(record.client, ++this.#count, this.#context))
      .onArrival(seen);
  }

  /** The same object, its status known. */
  answered(record: RequestRecord): void {
    const seen = this.#pending.get(record);
    if (!seen) return;
    const now = this.#context.now();
    if (record.status === 401 && seen.call.endpoint !== 'token') {
      this.#refusedTokens.set(record.userAgent ?? '', now, this.#context.refusedTokens(record.userAgent) + 1);
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
    this.#refusedTokens.clear();
    this.#pending = new WeakMap();
  }
}

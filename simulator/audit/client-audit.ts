import type { RuleObserver, RuleContext, AuditedRequest } from './rule';
import type { ClientReport } from './verdict';
import { RULES } from './rules';

/** Checks one client against all rules. */
export class ClientAudit {
  /** The clients are numbered in the order of their first requests. */
  readonly number: number;
  readonly #client: string;
  readonly #rules: readonly { name: string; observer: RuleObserver }[];
  #requests = 0;

  constructor(client: string, number: number, context: RuleContext) {
    this.#client = client;
    this.number = number;
    this.#rules = RULES.map(({ name, createObserver }) => ({ name, observer: createObserver(context) }));
  }

  onArrival(seen: AuditedRequest): void {
    this.#requests += 1;
    for (const { observer } of this.#rules) observer.onArrival?.(seen);
  }

  onAnswer(seen: AuditedRequest): void {
    for (const { observer } of this.#rules) observer.onAnswer?.(seen);
  }

  report(): ClientReport {
    const verdicts = this.#rules.map(({ name, observer }) => ({ rule: name, ...observer.verdict() }));
    return { client: this.#client, requests: this.#requests, ok: verdicts.every(({ ok }) => ok), verdicts };
  }
}

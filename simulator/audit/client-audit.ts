import type { Observer, RuleContext, Seen } from './rule';
import type { ClientReport } from './verdict';
import { RULES } from './rules';

/** One client under all rules. */
export class ClientWatch {
  /** In the order of coming. */
  readonly number: number;
  readonly #client: string;
  readonly #watched: readonly { name: string; observer: Observer }[];
  #requests = 0;

  constructor(client: string, number: number, context: RuleContext) {
    this.#client = client;
    this.number = number;
    this.#watched = RULES.map(({ name, watch }) => ({ name, observer: watch(context) }));
  }

  onArrival(seen: Seen): void {
    this.#requests += 1;
    for (const { observer } of this.#watched) observer.onArrival?.(seen);
  }

  onAnswer(seen: Seen): void {
    for (const { observer } of this.#watched) observer.onAnswer?.(seen);
  }

  report(): ClientReport {
    const verdicts = this.#watched.map(({ name, observer }) => ({ rule: name, ...observer.verdict() }));
    return { client: this.#client, requests: this.#requests, ok: verdicts.every(({ ok }) => ok), verdicts };
  }
}

import { MINUTE } from '../../durations';
import type { RequestRecord } from '../../request-record';
import { ExpiringMap } from '../expiring-map';
import { Findings } from '../findings';
import { RepeatTracker } from '../repeat-tracker';
import type { AuditedRequest, RuleObserver } from '../rule';
import { duration, JITTER_MS, many } from '../wording';

const ENDPOINTS: ReadonlySet<string> = new Set(['installation-update', 'charger-update', 'session-priority']);
/** Rules of their own apply to currents, which also go along with other settings. */
const CURRENT = /^(availablecurrent(phase[123])?|maxchargecurrent)$/;
const LEAST_MS = MINUTE;

/** A setting of one installation, charger or session that carries no current is written at most once a minute. */
export class SettingsInterval implements RuleObserver {
  readonly #findings = new Findings();
  readonly #things = new ExpiringMap<{ repeats: RepeatTracker; last: Map<string, RequestRecord> }>(LEAST_MS, 10_000);
  #writes = 0;
  #soonest = Infinity;

  onArrival({ record, call: { endpoint, id } }: AuditedRequest): void {
    if (!ENDPOINTS.has(endpoint)) return;
    const fields = settingsIn(record.body);
    if (fields.length === 0) return;
    this.#writes += 1;
    const make = () => ({ repeats: new RepeatTracker(), last: new Map<string, RequestRecord>() });
    const { repeats, last } = this.#things.getOrAdd(`${endpoint} ${id}`, record.at, make);
    const isRetry = repeats.isRetry(record);
    // A write that was refused has set nothing.
    const before = fields.flatMap((field) => last.get(field) ?? []).filter(({ status }) => status < 400);
    for (const field of fields) last.set(field, record);
    if (isRetry || before.length === 0) return;
    const newest = before.reduce((one, other) => (one.at > other.at ? one : other));
    const gap = record.at - newest.at;
    this.#soonest = Math.min(this.#soonest, gap);
    if (gap < LEAST_MS - JITTER_MS) this.#findings.add(newest, record);
  }

  verdict() {
    return this.#findings.verdict(
      () => `${many(this.#writes, 'write')} of settings without a current, none of one setting twice within a minute.`,
      () =>
        `Of ${many(this.#writes, 'write')} of settings without a current ${this.#findings.count} came within a minute of the previous write of the same setting (as soon as ${duration(this.#soonest)}).`,
    );
  }
}

/** Names of settings in lower case, at most a few; a body may have any size. */
function settingsIn(body: unknown): string[] {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return [];
  const names = Object.keys(body).map((name) => name.toLowerCase());
  return names.filter((name) => !CURRENT.test(name)).slice(0, 20);
}

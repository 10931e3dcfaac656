import { HOUR } from '../../durations';
import type { RequestRecord } from '../../request-record';
import type { Endpoint } from '../endpoints';
import type { RuleObserver, AuditedRequest } from '../rule';
import { RepeatTracker } from '../repeat-tracker';
import { SlidingWindow } from '../sliding-window';
import { Findings } from '../findings';
import { ExpiringMap } from '../expiring-map';
import { many } from '../wording';

/** Once a minute, and half as many for questions that come together. */
const MAX_PER_HOUR = 90;
const QUESTIONS: ReadonlySet<string> = new Set<Endpoint>([
  'history',
  'report',
  'archive',
  'installations',
  'chargers',
  'messaging',
]);
/** The parameters that name the object; all others may move. */
const OBJECTS = ['InstallationId', 'ChargerId', 'UserId'];

interface Questions {
  readonly repeats: RepeatTracker;
  readonly window: SlidingWindow<{ at: number }>;
}

/** "Do not use the API for aggressive polling": a query whose period moves is polling as well. */
export class Queries implements RuleObserver {
  readonly #findings = new Findings();
  readonly #objects = new ExpiringMap<Questions>(HOUR);
  #max = 0;

  onArrival({ record, call }: AuditedRequest): void {
    const { endpoint, id, query } = call;
    // Further pages belong to the question of the first one.
    const isFurther = (query.number('PageIndex') ?? 0) > 0 || query.text('Cursor') !== undefined;
    if (!QUESTIONS.has(endpoint) || isFurther) return;
    const about = [endpoint, id, ...OBJECTS.map((name) => query.text(name)?.toLowerCase() ?? '')].join(' ');
    const questions = this.#objects.getOrAdd(`${about} ${installationOf(record)}`, record.at, () => ({
      repeats: new RepeatTracker(),
      window: new SlidingWindow(MAX_PER_HOUR, HOUR),
    }));
    const { last } = questions.repeats;
    if (questions.repeats.isRetry(record)) return;
    const tooMany = questions.window.add({ at: record.at });
    this.#max = Math.max(this.#max, questions.window.count);
    if (tooMany) this.#findings.add(...(last ? [last] : []), record);
  }

  verdict() {
    return this.#findings.verdict(
      () => `At most ${many(this.#max, 'question')} an hour about one object; ${MAX_PER_HOUR} are allowed.`,
      () =>
        `Lists, histories, reports or connection details of one object were asked for more than ${MAX_PER_HOUR} times an hour, ${many(this.#findings.count, 'time')} too often.`,
    );
  }
}

/** The report by POST names its installation in the body. */
function installationOf({ body }: RequestRecord): string {
  if (typeof body !== 'object' || body === null) return '';
  const found = Object.entries(body).find(([name]) => name.toLowerCase() === 'installationid')?.[1] as unknown;
  return typeof found === 'string' ? found.toLowerCase() : '';
}

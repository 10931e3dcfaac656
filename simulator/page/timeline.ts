import type { LiveEvent } from '../rest/control/live-types';
import { callRow } from './calls';
import { byId, create, KeyedList, setAttribute, setHidden, setText } from './dom';
import { clockTime, count } from './format';

const KINDS: Readonly<Record<LiveEvent['kind'], string>> = {
  car: 'car',
  charger: 'charger',
  command: 'command',
  write: 'write',
  fault: 'fault',
  world: 'world',
};

/** What happened, newest first, each with the requests that followed it. */
export class Timeline {
  readonly #list = new KeyedList<LiveEvent>(
    byId('timeline'),
    ({ id }) => String(id),
    (event) => rowOf(event),
  );

  show(events: readonly LiveEvent[]): void {
    setHidden(byId('timeline-empty'), events.length > 0);
    this.#list.show(events);
  }
}

function rowOf({ at, kind, text }: LiveEvent) {
  const status = create('span', { class: 'hint' });
  const more = create('span', { class: 'hint' });
  const body = create('tbody');
  const calls = new KeyedList<LiveEvent['latest'][number]>(body, ({ id }) => String(id), callRow);
  const caption = create('caption', { class: 'away', text: `Requests after: ${text}` });
  const list = create(
    'details',
    {},
    create('summary', {}, more),
    create('table', { class: 'list compact' }, caption, body),
  );
  const element = create(
    'li',
    { attributes: { 'data-kind': kind } },
    create('time', { class: 'when', text: clockTime(at), attributes: { datetime: new Date(at).toISOString() } }),
    create('span', { class: 'kind', text: KINDS[kind] }),
    create('span', { class: 'what', text }),
    status,
    list,
  );
  const show = (event: LiveEvent) => {
    setHidden(status, event.status === undefined);
    setText(status, event.status === 0 ? 'no answer' : String(event.status ?? ''));
    setAttribute(status, 'data-bad', String(event.status !== undefined && (event.status === 0 || event.status >= 400)));
    setHidden(list, event.requests === 0);
    setText(more, event.requests === 1 ? '1 request' : `${count(event.requests)} requests`);
    calls.show(event.latest);
  };
  return { element, show };
}

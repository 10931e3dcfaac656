import type { LiveBus, LiveTopic } from '../rest/control/live-types';
import { byId, KeyedList, create, setAttribute, setHidden, setText } from './dom';
import { named } from './calls';
import { countOrNone } from './format';

const FIGURES = [
  ['connections', 'Connections'],
  ['receivers', 'Receivers'],
  ['waiting', 'Queued'],
  ['locked', 'Locked'],
  ['published', 'Published'],
  ['delivered', 'Delivered'],
  ['redelivered', 'Delivered again'],
  ['completed', 'Completed'],
  ['stolen', 'Taken by others'],
] as const;

const COLUMNS = [
  ['receivers', 'Receivers'],
  ['waiting', 'Queued'],
  ['locked', 'Locked'],
  ['delivered', 'Delivered'],
  ['completed', 'Completed'],
] as const;

/** The counts of the message bus and its topics. */
export class Bus {
  readonly #values = FIGURES.map(() => create('dd', { text: '–' }));
  readonly #table = create('table', { class: 'list' });
  readonly #topics: KeyedList<LiveTopic>;

  constructor() {
    const figures = FIGURES.map(([, title], index) =>
      create('div', {}, create('dt', { text: title }), this.#values[index] ?? ''),
    );
    const titles = ['Topic', ...COLUMNS.map(([, title]) => title)].map((text, index) =>
      create('th', { text, class: index > 0 ? 'number' : '', attributes: { scope: 'col' } }),
    );
    const body = create('tbody');
    const caption = create('caption', { class: 'away', text: 'Topics with a client' });
    this.#table.append(caption, create('thead', {}, create('tr', {}, ...titles)), body);
    this.#topics = new KeyedList<LiveTopic>(
      body,
      ({ name }) => name,
      (topic) => rowOf(topic),
    );
    byId('bus').append(create('dl', { class: 'figures' }, ...figures), create('div', { class: 'scroll' }, this.#table));
  }

  show(bus: LiveBus): void {
    FIGURES.forEach(([name], index) => {
      const value = this.#values[index];
      if (value) setText(value, countOrNone(bus[name]));
    });
    setHidden(this.#table, bus.topics.length === 0);
    this.#topics.show(bus.topics);
    setText(
      byId('bus-hint'),
      bus.topics.length === 0 ? 'no client has asked for a topic yet' : `${bus.topics.length} with a subscription`,
    );
  }
}

function rowOf({ name, about }: LiveTopic) {
  const cells = COLUMNS.map(([, title]) => create('td', { class: 'number', attributes: { 'data-label': title } }));
  const removed = create('span', { text: ' (subscription removed)' });
  const title = create('th', { class: 'path', attributes: { scope: 'row' } }, ...named(name, about), removed);
  const show = (topic: LiveTopic) => {
    setHidden(removed, !topic.removed);
    COLUMNS.forEach(([column], index) => {
      const cell = cells[index];
      if (cell) setText(cell, countOrNone(topic[column]));
    });
    setAttribute(title, 'data-removed', String(topic.removed));
  };
  return { element: create('tr', {}, title, ...cells), show };
}

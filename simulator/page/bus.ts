import type { LiveBus, LiveTopic } from '../rest/control/live-types';
import { at, Keyed, make, setAttribute, setHidden, setText } from './dom';
import { count } from './format';

const FIGURES = [
  ['connections', 'Connections'],
  ['receivers', 'Receivers'],
  ['waiting', 'Queued'],
  ['locked', 'Under way'],
  ['published', 'Published'],
  ['delivered', 'Delivered'],
  ['redelivered', 'Delivered again'],
  ['completed', 'Completed'],
  ['stolen', 'Taken by others'],
] as const;

const COLUMNS = ['receivers', 'waiting', 'locked', 'delivered', 'completed'] as const;

/** Who listens, and what is on its way. */
export class Bus {
  readonly #values = FIGURES.map(() => make('dd', { text: '–' }));
  readonly #table = make('table', { class: 'list compact' });
  readonly #topics: Keyed<LiveTopic>;

  constructor() {
    const figures = FIGURES.map(([, title], index) =>
      make('div', {}, make('dt', { text: title }), this.#values[index] ?? ''),
    );
    const titles = ['Topic', 'Receivers', 'Queued', 'Under way', 'Delivered', 'Completed'].map((text, index) =>
      make('th', { text, class: index > 0 ? 'number' : '', attributes: { scope: 'col' } }),
    );
    const body = make('tbody');
    const caption = make('caption', { class: 'away', text: 'Topics that somebody has asked for' });
    this.#table.append(caption, make('thead', {}, make('tr', {}, ...titles)), body);
    this.#topics = new Keyed<LiveTopic>(
      body,
      ({ name }) => name,
      ({ name }) => rowOf(name),
    );
    at('bus').append(make('dl', { class: 'figures' }, ...figures), make('div', { class: 'scroll' }, this.#table));
  }

  show(bus: LiveBus): void {
    FIGURES.forEach(([name], index) => {
      const value = this.#values[index];
      if (value) setText(value, count(bus[name]));
    });
    setHidden(this.#table, bus.topics.length === 0);
    this.#topics.show(bus.topics);
    setText(
      at('bus-hint'),
      bus.topics.length === 0 ? 'nobody has asked for a topic yet' : `${bus.topics.length} with a subscription`,
    );
  }
}

function rowOf(name: string) {
  const cells = COLUMNS.map(() => make('td', { class: 'number' }));
  const title = make('th', { class: 'path', attributes: { scope: 'row' } });
  const show = (topic: LiveTopic) => {
    setText(title, topic.removed ? `${name} (subscription removed)` : name);
    COLUMNS.forEach((column, index) => {
      const cell = cells[index];
      if (cell) setText(cell, count(topic[column]));
    });
    setAttribute(title, 'data-removed', String(topic.removed));
  };
  return { element: make('tr', {}, title, ...cells), show };
}

import type { LiveFault } from '../rest/control/live-types';
import { KeyedList, byId, button, buttonAt, inputAt, create, setAttribute, setHidden, setText } from './dom';

/** The title of each group, in the order of the page. */
const TITLES: Readonly<Record<LiveFault['group'], string>> = {
  login: 'Login',
  server: 'Server and network',
  bus: 'Message bus',
  answers: 'Answers',
  chargers: 'Chargers and installations',
  house: 'House: meter and prices',
};

type Switch = (name: string, setting: { on: boolean; probability?: number }) => void;

/** Every fault with a switch. */
export class Faults {
  readonly #groups: { element: HTMLDetailsElement; group: string; list: KeyedList<LiveFault>; count: HTMLElement }[];
  #faults: readonly LiveFault[] = [];

  constructor(private readonly flip: Switch) {
    this.#groups = Object.entries(TITLES).map(([group, title]) => {
      const list = create('ul', { class: 'faults' });
      const count = create('span', { class: 'count' });
      const summary = create('summary', {}, create('h3', { text: title }), count);
      const element = create('details', { class: 'group' }, summary, list);
      return { element, group, count, list: this.#listIn(list) };
    });
    byId('faults').append(...this.#groups.map(({ element }) => element));
    byId('fault-search').addEventListener('input', () => {
      // What matches is to be seen.
      const isSearch = inputAt('fault-search').value.trim() !== '';
      for (const { element } of this.#groups) element.open = isSearch;
      this.show(this.#faults);
    });
    byId('faults-off').addEventListener('click', () => {
      for (const { name, setting } of this.#faults) if (setting.on) this.flip(name, { on: false });
    });
  }

  show(faults: readonly LiveFault[]): void {
    this.#faults = faults;
    const wanted = inputAt('fault-search').value.trim().toLowerCase();
    const fitting = faults.filter(({ name, what }) => `${name} ${what}`.toLowerCase().includes(wanted));
    for (const { element, group, list, count } of this.#groups) {
      const own = fitting.filter((fault) => fault.group === group);
      list.show(own);
      const ownOn = own.filter(({ setting }) => setting.on).length;
      setText(count, `${ownOn} of ${own.length} on`);
      setAttribute(count, 'data-on', String(ownOn > 0));
      setHidden(element, own.length === 0);
    }
    const on = faults.filter(({ setting }) => setting.on).length;
    setText(byId('faults-on'), fitting.length === 0 ? 'No fault matches.' : on === 0 ? 'None is on.' : `${on} on.`);
    buttonAt('faults-off').disabled = on === 0;
  }

  #listIn(container: HTMLElement): KeyedList<LiveFault> {
    return new KeyedList<LiveFault>(
      container,
      ({ name }) => name,
      (fault) => this.#fault(fault),
    );
  }

  #fault({ name, what, params }: LiveFault) {
    let on = false;
    const description = create('span', { class: 'hint', text: what });
    description.id = `fault-${name}`;
    const hits = create('span', { class: 'hits' });
    const percentInput = create('input', {
      attributes: {
        type: 'number',
        min: '1',
        max: '100',
        step: '1',
        'aria-label': `Probability of ${name} in percent`,
      },
    });
    percentInput.value = '100';
    const setting = () => {
      const part = Math.min(100, Math.max(1, Math.round(Number(percentInput.value)) || 100));
      percentInput.value = String(part);
      return { on: true, ...(part < 100 ? { probability: part / 100 } : {}) };
    };
    percentInput.addEventListener('change', () => {
      const wanted = setting();
      if (on) this.flip(name, wanted);
    });
    const toggle = button(name, () => this.flip(name, on ? { on: false } : setting()), {
      class: 'switch',
      attributes: { role: 'switch', 'aria-describedby': description.id, 'aria-checked': 'false' },
    });
    const chance = create('label', { class: 'chance' }, percentInput, ' %');
    chance.hidden = !params.includes('probability');
    const element = create('li', { class: 'fault' }, toggle, chance, hits, description);
    const show = (fault: LiveFault) => {
      on = fault.setting.on;
      setAttribute(toggle, 'aria-checked', String(on));
      setText(hits, fault.hits === 0 ? '' : `struck ${fault.hits} ×`);
      const { probability = 1 } = fault.setting;
      const part = String(Math.max(1, Math.round(probability * 100)));
      if (on && document.activeElement !== percentInput && percentInput.value !== part) percentInput.value = part;
    };
    return { element, show };
  }
}

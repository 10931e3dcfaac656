import type { LiveFault } from '../rest/control/live-types';
import { Keyed, at, button, buttonAt, inputAt, make, setAttribute, setHidden, setText } from './dom';

/** The title of each group, in the order of the page. */
const TITLES: Readonly<Record<LiveFault['group'], string>> = {
  login: 'Login',
  server: 'Server and network',
  bus: 'Message bus',
  answers: 'Answers',
  chargers: 'Chargers and installations',
};

/** On such a screen the groups begin closed, because all of them together are very long. */
const SMALL = '(max-width: 52rem)';

type Switch = (name: string, setting: { on: boolean; probability?: number }) => void;

/** Everything that can go wrong, each with a switch. */
export class Faults {
  readonly #groups: { element: HTMLDetailsElement; group: string; list: Keyed<LiveFault>; count: HTMLElement }[];
  #faults: readonly LiveFault[] = [];

  constructor(private readonly flip: Switch) {
    this.#groups = Object.entries(TITLES).map(([group, title]) => {
      const list = make('ul', { class: 'faults' });
      const count = make('span', { class: 'hint' });
      const summary = make('summary', {}, make('h3', { text: title }), count);
      const element = make('details', { class: 'group' }, summary, list);
      element.open = !matchMedia(SMALL).matches;
      const create = (fault: LiveFault) => this.#fault(fault);
      return { element, group, count, list: new Keyed<LiveFault>(list, ({ name }) => name, create) };
    });
    at('faults').append(...this.#groups.map(({ element }) => element));
    at('fault-search').addEventListener('input', () => {
      for (const { element } of this.#groups) element.open = true;
      this.show(this.#faults);
    });
    at('faults-off').addEventListener('click', () => {
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
      setText(count, ownOn > 0 ? `${own.length}, ${ownOn} on` : String(own.length));
      setHidden(element, own.length === 0);
    }
    const on = faults.filter(({ setting }) => setting.on).length;
    setText(at('faults-on'), fitting.length === 0 ? 'No fault is called so.' : on === 0 ? 'None is on.' : `${on} on.`);
    buttonAt('faults-off').disabled = on === 0;
  }

  #fault({ name, what, params }: LiveFault) {
    let on = false;
    const told = make('span', { class: 'hint', text: what });
    told.id = `fault-${name}`;
    const hits = make('span', { class: 'hits' });
    const often = make('input', {
      attributes: {
        type: 'number',
        min: '1',
        max: '100',
        step: '1',
        'aria-label': `Probability of ${name} in percent`,
      },
    });
    often.value = '100';
    const setting = () => {
      const part = Math.min(100, Math.max(1, Math.round(Number(often.value)) || 100));
      often.value = String(part);
      return { on: true, ...(part < 100 ? { probability: part / 100 } : {}) };
    };
    often.addEventListener('change', () => {
      const wanted = setting();
      if (on) this.flip(name, wanted);
    });
    const press = button(name, () => this.flip(name, on ? { on: false } : setting()), {
      class: 'switch',
      attributes: { 'aria-describedby': told.id, 'aria-pressed': 'false' },
    });
    const chance = make('label', { class: 'chance' }, often, ' %');
    chance.hidden = !params.includes('probability');
    const element = make('li', { class: 'fault' }, press, chance, hits, told);
    const show = (fault: LiveFault) => {
      on = fault.setting.on;
      setAttribute(press, 'aria-pressed', String(on));
      setText(hits, fault.hits === 0 ? '' : `struck ${fault.hits} ×`);
      const { probability = 1 } = fault.setting;
      const part = String(Math.max(1, Math.round(probability * 100)));
      if (on && document.activeElement !== often && often.value !== part) often.value = part;
    };
    return { element, show };
  }
}

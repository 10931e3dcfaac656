import type { LiveSite } from '../rest/control/live-types';
import { byId, KeyedList, create, setAttribute, setHidden, setText } from './dom';
import { kilowatts } from './format';

const MODES = { 0: 'current set by hand', 1: 'current by schedule', 2: 'automatic power management' } as const;

/** The used and the available current of each installation; the selected one is charted. */
export class Sites {
  #chosen = '';
  readonly #list: KeyedList<LiveSite>;

  constructor(private readonly choose: (id: string) => void) {
    this.#list = new KeyedList(
      byId('sites'),
      ({ id }) => id,
      (site) => this.#create(site),
    );
  }

  show(sites: readonly LiveSite[], chosen: string): void {
    this.#chosen = chosen;
    setHidden(byId('sites-hint'), sites.length < 2);
    setAttribute(byId('sites'), 'data-many', String(sites.length > 1));
    this.#list.show(sites);
  }

  #create({ id, name }: LiveSite) {
    const title = create('button', { class: 'plain', text: name, attributes: { type: 'button' } });
    title.addEventListener('click', () => this.choose(id));
    const facts = create('p', { class: 'hint' });
    const phases = [0, 1, 2].map((phase) => {
      const bar = create('span', { class: 'bar' });
      const text = create('span');
      const element = create('li', {}, create('span', { class: 'phase', text: `L${phase + 1}` }), bar, text);
      return { element, bar, text };
    });
    const list = create('ul', { class: 'phases' }, ...phases.map(({ element }) => element));
    const element = create('div', { class: 'site' }, create('div', {}, title, facts), list);
    const show = (site: LiveSite) => {
      setText(title, site.name);
      setAttribute(title, 'aria-pressed', String(site.id === this.#chosen));
      setText(facts, factsOf(site));
      phases.forEach(({ bar, text }, phase) => {
        const used = site.usedA[phase] ?? 0;
        const available = site.availableCurrent[phase] ?? 0;
        bar.style.setProperty('--part', String(available > 0 ? Math.min(1, used / available) : 0));
        setAttribute(bar, 'data-full', String(used > available + 0.05));
        setText(text, `${used.toFixed(1)} of ${available.toFixed(1)} A`);
      });
    };
    return { element, show };
  }
}

function factsOf({ chargers, charging, maxCurrent, availableCurrentMode, authenticationRequired, powerW }: LiveSite) {
  return [
    kilowatts(powerW),
    `${charging} of ${chargers} charging`,
    `fuse ${maxCurrent} A`,
    MODES[availableCurrentMode],
    ...(authenticationRequired ? ['authorisation required'] : []),
  ].join(' · ');
}

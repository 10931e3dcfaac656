import type { Live, LiveCharger } from '../rest/control/live-types';
import { KeyedList, byId, button, buttonAt, create, setAttribute, setHidden, setText } from './dom';
import { amperes, count, kilowatts, percent } from './format';

type Verb = 'plug' | 'unplug' | 'authorise' | 'online' | 'offline';
type Act = (charger: string, verb: Verb) => void;

const cell = (label: string, look = ''): HTMLTableCellElement =>
  create('td', { class: look, attributes: { 'data-label': label } });

/** A page of chargers, each with buttons for its car. */
export class Chargers {
  readonly #rows: KeyedList<LiveCharger>;

  constructor(private readonly act: Act) {
    this.#rows = new KeyedList(
      byId('chargers'),
      ({ id }) => id,
      (charger) => this.#row(charger),
    );
  }

  show({ chargers: { matching, from, list }, counts }: Live, pageSize: number): void {
    this.#rows.show(list);
    const range = `${count(from + 1)} to ${count(from + list.length)} of ${count(matching)}`;
    const whole = matching < counts.all ? ` (${count(counts.all)} in all)` : '';
    setText(byId('shown'), matching === 0 ? 'No charger matches.' : range + whole);
    const back = buttonAt('back');
    const next = buttonAt('forth');
    back.disabled = from === 0;
    next.disabled = from + pageSize >= matching;
    setHidden(back, matching <= pageSize);
    setHidden(next, matching <= pageSize);
  }

  #row({ id }: LiveCharger) {
    const name = create('span', { class: 'name' });
    const about = create('span', { class: 'hint' });
    const head = create('th', { attributes: { scope: 'row' } }, name, about);
    const badge = create('span', { class: 'badge' });
    const reason = create('span', { class: 'hint' });
    const state = cell('State');
    state.append(badge, reason);
    const [power, currents, car] = [cell('Power', 'number'), cell('Currents (A)', 'number'), cell('Car')];
    const session = cell('Session', 'number');
    const battery = create('span', { class: 'battery', attributes: { 'aria-hidden': 'true' } });
    const carText = create('span');
    car.append(battery, carText);
    let now: LiveCharger | undefined;
    const plug = button('', () => this.act(id, now?.car ? 'unplug' : 'plug'));
    const authorise = button('Authorise', () => this.act(id, 'authorise'));
    const connection = button('', () => this.act(id, now?.online === true ? 'offline' : 'online'), { class: 'quiet' });
    const actions = cell('Do', 'buttons');
    actions.append(plug, authorise, connection);
    const show = (charger: LiveCharger) => {
      now = charger;
      setText(name, charger.name);
      setText(about, `${charger.model} · ${charger.deviceId} · ${charger.site}`);
      setText(badge, charger.online ? charger.modeName : 'offline');
      setAttribute(badge, 'data-mode', charger.online ? charger.modeName : 'offline');
      setText(
        reason,
        charger.reason === charger.modeName ? `up to ${charger.allocatedA.toFixed(0)} A` : charger.reason,
      );
      setText(power, kilowatts(charger.powerW));
      setText(currents, amperes(charger.currents));
      setHidden(battery, !charger.car);
      battery.style.setProperty('--part', String(charger.car?.charge ?? 0));
      setText(carText, carOf(charger));
      setText(session, charger.sessionKwh === undefined ? '–' : `${charger.sessionKwh.toFixed(2)} kWh`);
      setText(plug, charger.car ? 'Unplug' : 'Plug in');
      setText(connection, charger.online ? 'Take offline' : 'Bring online');
      for (const each of [plug, authorise, connection]) {
        setAttribute(each, 'aria-label', `${each.textContent}: ${charger.name}`);
      }
      const noAuthorisation = !charger.car || charger.authorised;
      if (noAuthorisation && document.activeElement === authorise) plug.focus();
      setHidden(authorise, noAuthorisation);
    };
    return { element: create('tr', {}, head, state, power, currents, car, session, actions), show };
  }
}

function carOf({ car }: LiveCharger): string {
  if (!car) return '–';
  const { charge, target, batteryKwh, maxA, phases } = car;
  return `${percent(charge)} of ${batteryKwh} kWh, until ${percent(target)} · ${maxA} A, ${phases === 1 ? 'one phase' : 'three phases'}`;
}

import type { Live } from '../rest/control/live-types';
import { byId, inputAt, create, selectAt, setText } from './dom';
import { worldTime } from './format';

const SPEEDS: readonly [number, string][] = [
  [0, 'stopped'],
  [1, 'real time'],
  [10, '10 times'],
  [60, '1 min each second'],
  [600, '10 min each second'],
  [3600, '1 h each second'],
];

const SCENARIOS: readonly [string, string][] = [
  ['home', 'Home, 2 chargers'],
  ['sunny', 'Home on a summer day'],
  ['housing', 'Housing, 130 chargers'],
  ['fleet:100', 'Fleet, 100 chargers'],
  ['fleet:1000', 'Fleet, 1,000 chargers'],
  ['apm', 'Automatic power management'],
];

interface Actions {
  clock(body: { speed?: number; advanceMs?: number }): void;
  restart(scenario: string, seed: number): void;
}

/** Time, speed, scenario and seed. A choice that has not been sent yet stays. */
export class Clock {
  #speed: number | undefined;
  #world: string | undefined;

  constructor(actions: Actions) {
    const [speed, scenario] = [selectAt('speed'), selectAt('scenario')];
    speed.append(...SPEEDS.map(([value, text]) => option(String(value), text)));
    scenario.append(...SCENARIOS.map(([value, text]) => option(value, text)));
    speed.addEventListener('change', () => actions.clock({ speed: Number(speed.value) }));
    for (const forward of document.querySelectorAll<HTMLButtonElement>('[data-advance]')) {
      forward.addEventListener('click', () => actions.clock({ advanceMs: Number(forward.dataset['advance']) }));
    }
    byId('restart').addEventListener('click', () => actions.restart(scenario.value, Number(inputAt('seed').value)));
  }

  show({ time, speed, scenario, seed }: Live): void {
    setText(byId('time'), worldTime(time));
    byId('time').setAttribute('datetime', time);
    if (speed !== this.#speed) choose('speed', String(speed), `${speed} times`);
    const world = `${scenario} ${seed}`;
    if (world !== this.#world) {
      choose('scenario', scenario === 'fleet' ? 'fleet:1000' : scenario, scenario);
      inputAt('seed').value = String(seed);
    }
    this.#speed = speed;
    this.#world = world;
  }
}

const option = (value: string, text: string): HTMLOptionElement => create('option', { text, attributes: { value } });

/** Selects an option; adds it where it is missing. */
function choose(id: string, value: string, text: string): void {
  const select = selectAt(id);
  if (![...select.options].some((known) => known.value === value)) select.append(option(value, text));
  select.value = value;
}

import type { LiveRequests, LiveSite, Sample } from '../rest/control/live-types';
import { Chart } from './chart';
import { byId, setText } from './dom';

const PHASES = [0, 1, 2] as const;

/** House, sun, chargers and grid. */
export class PowerChart {
  readonly #chart = new Chart(byId('power-chart'), {
    unit: 'kW',
    min: 1,
    utc: true,
    lines: [
      { name: 'House', colour: '--c2' },
      { name: 'Sun', colour: '--c3', filled: true },
      { name: 'Chargers', colour: '--c1', filled: true },
      { name: 'Grid', colour: '--c4', dash: [6, 4] },
    ],
  });

  show(samples: readonly Sample[]): void {
    const lines = [0, 1, 2, 3].map((line) => samples.map(([, power]) => (power[line] ?? 0) / 1000));
    this.#chart.show(secondsOf(samples), lines);
  }
}

/** The used and the available current of an installation. */
export class CurrentChart {
  readonly #chart = new Chart(byId('current-chart'), {
    unit: 'A',
    min: 8,
    utc: true,
    lines: [
      ...PHASES.map((phase) => ({ name: `L${phase + 1}`, colour: `--c${[1, 2, 5][phase] ?? 1}` })),
      ...PHASES.map((phase) => ({
        name: `L${phase + 1} available`,
        colour: `--c${[1, 2, 5][phase] ?? 1}`,
        // Often equal for all phases: the dashes of one phase are visible between those of the others.
        dash: [4, 8 + phase * 2],
      })),
    ],
  });

  show(samples: readonly Sample[], site: LiveSite | undefined): void {
    setText(byId('site-note'), `${site ? `${site.name}, ` : ''}A per phase, world time (UTC)`);
    const used = PHASES.map((phase) => samples.map((sample) => sample[2][phase]));
    const available = PHASES.map((phase) => samples.map((sample) => sample[3][phase]));
    this.#chart.show(secondsOf(samples), [...used, ...available]);
  }
}

/** The calls of each second, beside the limit and the burst. */
export class RequestChart {
  #chart: Chart | undefined;

  show({ perSecond, refused, second, limitPerSecond, burst }: LiveRequests): void {
    const names = [...new Set([...Object.keys(perSecond), 'nobody'])].slice(0, 4);
    const count = refused.length;
    this.#chart ??= new Chart(byId('request-chart'), {
      unit: '',
      min: burst + 1,
      utc: false,
      lines: [
        ...names.map((name, index) => ({
          name: name.replace(/@.*/, ''),
          colour: `--c${[1, 2, 5, 4][index] ?? 4}`,
          stepped: true,
          filled: true,
        })),
        { name: 'answered 429', colour: '--bad', stepped: true, filled: true },
        { name: 'limit a second', colour: '--warn', dash: [6, 4] },
        { name: 'burst', colour: '--bad', dash: [2, 4] },
      ],
    });
    const level = (value: number) => Array.from({ length: count }, () => value);
    this.#chart.show(
      Array.from({ length: count }, (_, index) => second - count + 1 + index),
      [...names.map((name) => perSecond[name] ?? level(0)), refused, level(limitPerSecond), level(burst)],
    );
  }
}

const secondsOf = (samples: readonly Sample[]): number[] => samples.map(([time]) => time / 1000);

import uPlot from 'uplot';
import { create, setAttribute, setText } from './dom';

const HEIGHT = 200;

interface Line {
  name: string;
  /** A CSS variable, so that the colour follows the light and the dark scheme. */
  colour: string;
  dash?: number[];
  /** Each value applies to its whole second. */
  stepped?: boolean;
  filled?: boolean;
}

export interface ChartOptions {
  unit: string;
  lines: readonly Line[];
  /** The axis reaches at least this value. */
  min: number;
  /** Whether the axis shows UTC, as for world time, or the time of this machine, as for requests. */
  utc: boolean;
}

type Values = (number | null)[];

/** #rrggbb; page.css has all colours in this form. */
const colourOf = (variable: string): string =>
  getComputedStyle(document.documentElement).getPropertyValue(variable).trim();

/** Lines over time, with a legend that shows the value under the pointer or the newest one. */
export class Chart {
  readonly #figure: HTMLElement;
  readonly #plot: uPlot;
  readonly #legend: HTMLElement[];
  readonly #options: ChartOptions;

  constructor(host: HTMLElement, options: ChartOptions) {
    this.#options = options;
    this.#legend = options.lines.map(() => create('span', { class: 'value', text: '–' }));
    const entries = options.lines.map(({ name, colour, dash }, index) => {
      const swatch = create('span', { class: dash ? 'swatch dashed' : 'swatch' });
      swatch.style.setProperty('--swatch', `var(${colour})`);
      return create('li', {}, swatch, `${name} `, this.#legend[index] ?? '');
    });
    // The legend has the same content as text.
    const canvas = create('div', { class: 'canvas', attributes: { 'aria-hidden': 'true' } });
    this.#figure = create(
      'figure',
      {},
      canvas,
      create('figcaption', {}, create('ul', { class: 'legend' }, ...entries)),
    );
    host.replaceChildren(this.#figure);
    this.#plot = new uPlot(this.#settings(canvas.clientWidth), [[], ...options.lines.map(() => [])], canvas);
    new ResizeObserver(() => {
      const width = canvas.clientWidth;
      if (width > 0 && width !== this.#plot.width) this.#plot.setSize({ width, height: HEIGHT });
    }).observe(canvas);
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.#plot.redraw(false, true));
  }

  /** @param times s since 1970, rising. */
  show(times: number[], lines: Values[]): void {
    this.#plot.setData([times, ...lines]);
    setAttribute(this.#figure, 'data-points', String(times.length));
    this.#updateLegend();
  }

  #updateLegend(): void {
    const { idx } = this.#plot.cursor;
    this.#legend.forEach((entry, line) => {
      const values = this.#plot.data[line + 1] ?? [];
      const value = values[idx ?? values.length - 1];
      setText(entry, typeof value === 'number' ? `${value.toFixed(this.#places())} ${this.#options.unit}`.trim() : '–');
    });
  }

  #places(): number {
    const places: Record<string, number> = { kW: 2, A: 1 };
    return places[this.#options.unit] ?? 0;
  }

  #settings(width: number): uPlot.Options {
    const { lines, min, utc } = this.#options;
    const axis: uPlot.Axis = {
      stroke: () => colourOf('--muted'),
      grid: { stroke: () => colourOf('--line'), width: 1 },
      ticks: { show: false },
      font: '12px system-ui, sans-serif',
    };
    return {
      width: Math.max(width, 100),
      height: HEIGHT,
      legend: { show: false },
      cursor: { drag: { x: false, y: false }, points: { size: 6 } },
      ...(utc ? { tzDate: (at: number) => uPlot.tzDate(new Date(at * 1000), 'Etc/UTC') } : {}),
      scales: {
        y: { range: (_plot, low, high) => [Math.min(0, low * 1.1), Math.max(min, high * 1.1)] },
      },
      axes: [
        {
          ...axis,
          size: 30,
          space: 70,
          values: [
            [86_400, '{YYYY}-{MM}-{DD}', null, null, null, null, null, null, 0],
            [60, '{HH}:{mm}', null, null, null, null, null, null, 0],
            [1, '{HH}:{mm}:{ss}', null, null, null, null, null, null, 0],
          ],
        },
        { ...axis, size: 40 },
      ],
      series: [{}, ...lines.map((line) => seriesOf(line))],
      hooks: { setCursor: [() => this.#updateLegend()] },
    };
  }
}

function seriesOf({ colour, dash, stepped = false, filled = false }: Line): uPlot.Series {
  const paths = stepped ? uPlot.paths.stepped?.({ align: 1 }) : undefined;
  return {
    stroke: () => colourOf(colour),
    width: dash ? 1.5 : 2,
    points: { show: false },
    ...(dash ? { dash } : {}),
    ...(paths ? { paths } : {}),
    ...(filled ? { fill: () => `${colourOf(colour)}2a` } : {}),
  };
}

import type { ChartRow } from '../overview';
import { fullHours } from './full-hours';

const WIDTH = 320;
const HEIGHT = 96;
/** Room for the hours below. */
const FOOT = 14;
const PLOT = HEIGHT - FOOT;
/** About so many hours are named. */
const MARKS = 6;
const SPACE = 'http://www.w3.org/2000/svg';

type Attributes = Readonly<Record<string, string | number>>;

const svg = (tag: string, attributes: Attributes): SVGElement => {
  const element = document.createElementNS(SPACE, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  return element;
};

const round = (value: number): number => Math.round(value * 10) / 10;

/** `14:00`, as the browser's clock shows it. */
const clock = (at: number): string => {
  const date = new Date(at);
  return `${String(date.getHours()).padStart(2, '0')}:${String(date.getMinutes()).padStart(2, '0')}`;
};

/**
 * The prices as steps, with the planned times behind them; undefined where there is nothing to draw.
 * @param label what it shows, for those who do not see it
 */
export const planChart = (rows: readonly ChartRow[], label: string): SVGElement | undefined => {
  const [first] = rows;
  const last = rows.at(-1);
  if (!first || !last || rows.length < 2) return undefined;
  const to = last.x + (last.x - (rows.at(-2) ?? first).x);
  const prices = rows.map(({ price }) => price);
  const low = Math.min(0, ...prices);
  const high = Math.max(low + 1e-6, ...prices);
  const x = (at: number): number => round(((at - first.x) / (to - first.x)) * WIDTH);
  const y = (price: number): number => round(PLOT - 2 - ((price - low) / (high - low)) * (PLOT - 4));
  const ends = rows.map((_, index) => rows[index + 1]?.x ?? to);
  const planned = rows.flatMap(({ x: at, kw }, index) => {
    const width = x(ends[index] ?? to) - x(at);
    return kw > 0 ? [svg('rect', { class: 'zaptec-planned', x: x(at), y: 0, width, height: PLOT })] : [];
  });
  const steps = rows.map(({ x: at, price }, index) => `${x(at)},${y(price)} ${x(ends[index] ?? to)},${y(price)}`);
  const marks = fullHours(first.x, to, MARKS).flatMap((at) => {
    const text = svg('text', { x: Math.min(WIDTH - 28, x(at)), y: HEIGHT - 3 });
    text.textContent = clock(at);
    return [svg('line', { class: 'zaptec-hour', x1: x(at), x2: x(at), y1: PLOT, y2: PLOT + 3 }), text];
  });
  const chart = svg('svg', { class: 'zaptec-chart', viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: 'img' });
  chart.setAttribute('aria-label', label);
  chart.append(
    ...planned,
    svg('line', { class: 'zaptec-zero', x1: 0, x2: WIDTH, y1: y(0), y2: y(0) }),
    svg('polyline', { class: 'zaptec-price', points: steps.join(' ') }),
    ...marks,
  );
  return chart;
};

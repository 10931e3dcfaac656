import type { Result } from '../../bench/result';

const place = (bench: string): { start: string; end: string } => ({
  start: `<!-- figures: ${bench} -->`,
  end: `<!-- end of the figures: ${bench} -->`,
});

/** A Markdown table of the results of one bench, in the order in which they were measured. */
function table(results: readonly Result[]): string {
  const rows = results.map(({ name, figure, unit, goal, reached, beside }) => [
    name,
    `${grouped(figure)} ${unit}`,
    `${bound(goal)}${reached ? '' : ', **missed**'}`,
    Object.entries(beside)
      .map(([other, value]) => `${other}: ${grouped(value)}`)
      .join('; '),
  ]);
  return [['what', 'figure', 'goal', 'beside, in the same run'], ['---', '---', '---', '---'], ...rows]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
}

/**
 * The page with the tables of these benches between their markers; the tables of other benches stay.
 * @throws Error for a bench for which the page has no place.
 */
export function withTables(page: string, results: readonly Result[]): string {
  let filled = page;
  for (const bench of new Set(results.map((result) => result.bench))) {
    const { start, end } = place(bench);
    const [from, to] = [filled.indexOf(start), filled.indexOf(end)];
    if (from < 0 || to < from)
      throw new Error(`The page has no place for the bench ${bench}: ${start} and then ${end}`);
    const rows = results.filter((result) => result.bench === bench);
    filled = `${filled.slice(0, from + start.length)}\n\n${table(rows)}\n\n${filled.slice(to)}`;
  }
  return filled;
}

const grouped = (value: number): string => value.toLocaleString('en-US', { maximumFractionDigits: 3 });

const bound = (goal: string): string => goal.replace('>=', '≥').replace('<=', '≤');

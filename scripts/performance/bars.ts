/** One bar of a plot. */
export interface Bar {
  label: string;
  value: number;
}

const WIDTH = 720;
const LABELS = 280;
const ROW = 26;
const HEAD = 36;
const COLOURS = { ours: '#2f7d4f', others: '#8a94a0' };

/**
 * Horizontal bars as an SVG that can be read on a light and on a dark page.
 * @param bars the first one is ours.
 * @param unit stands behind each value.
 */
export function bars(title: string, unit: string, bars: readonly Bar[]): string {
  const longest = Math.max(...bars.map(({ value }) => value)) || 1;
  const scale = (WIDTH - LABELS - 110) / longest;
  const height = HEAD + bars.length * ROW + 8;
  const rows = bars.map(({ label, value }, index) => {
    const y = HEAD + index * ROW;
    const width = Math.max(1, Math.round(value * scale));
    return [
      `<text x="${LABELS - 10}" y="${y + 16}" text-anchor="end">${escaped(label)}</text>`,
      `<rect x="${LABELS}" y="${y + 4}" width="${width}" height="${ROW - 10}" rx="3" fill="${index === 0 ? COLOURS.ours : COLOURS.others}"/>`,
      `<text x="${LABELS + width + 8}" y="${y + 16}">${escaped(`${value.toLocaleString('en-US')} ${unit}`)}</text>`,
    ].join('\n  ');
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-label="${escaped(title)}" font-family="system-ui, sans-serif" font-size="13">
  <style>text { fill: #1f2933 } @media (prefers-color-scheme: dark) { text { fill: #e4e7eb } }</style>
  <text x="10" y="20" font-weight="600">${escaped(title)}</text>
  ${rows.join('\n  ')}
</svg>
`;
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');

/** What happens, what a user sees of it, and how long it takes until all is right again. */
export interface Row {
  group: string;
  name: string;
  what: string;
  /** Texts of statuses, as nodes show them, that are not there otherwise. */
  statuses: readonly string[];
  /** Codes of errors at a Catch node that are not there otherwise. */
  codes: readonly string[];
  /** States and codes of the feed that are not there otherwise. */
  feed: readonly string[];
  /** From the end of the trouble, s; undefined: not within the time of the measurement. */
  healedS: Readonly<Record<Healing, number | undefined>>;
  /** How long the measurement waited, s. */
  limitS: number;
}

/** What has to be right again: calls are answered, the feed is live, states are true, the ended session is reported. */
export const HEALINGS = ['calls', 'push', 'states', 'session'] as const;
export type Healing = (typeof HEALINGS)[number];

const MOST_TEXTS = 4;
/** A figure below it says more about the pace of the measurement than about the package, s. */
const AT_ONCE_S = 6;

/** Numbers do not make another text. */
const formOf = (text: string): string => text.replace(/\d+(?:\.\d+)?/g, 'N');

/** One text of each form that the usual ones do not have, in their order. */
export function unusual(texts: readonly string[], usual: readonly string[]): string[] {
  const known = new Set(usual.map(formOf));
  return texts.filter((text) => {
    const form = formOf(text);
    if (known.has(form)) return false;
    known.add(form);
    return true;
  });
}

export function duration(seconds: number | undefined, limitS: number): string {
  if (seconds === undefined) return `> ${duration(limitS, limitS)}`;
  if (seconds < AT_ONCE_S) return 'at once';
  if (seconds < 120) return `${Math.round(seconds)} s`;
  if (seconds < 7_200) return `${Math.round(seconds / 60)} min`;
  return `${Math.round(seconds / 3_600)} h`;
}

const cell = (texts: readonly string[], mark: string): string => {
  const shown = texts.slice(0, MOST_TEXTS).map((text) => `${mark}${text.replaceAll('|', '\\|')}${mark}`);
  return shown.length === 0 ? '–' : shown.join(', ') + (texts.length > MOST_TEXTS ? ', …' : '');
};

/** Markdown: one table for each group. */
export function tables(rows: readonly Row[], titles: Readonly<Record<string, string>>): string {
  const groups = [...new Set(rows.map(({ group }) => group))];
  return groups
    .map((group) => {
      const lines = rows
        .filter((row) => row.group === group)
        .map(({ name, what, statuses, codes, feed, healedS, limitS }) => [
          `\`${name}\``,
          what.replaceAll('|', '\\|'),
          cell(statuses, ''),
          cell(codes, '`'),
          cell(feed, ''),
          ...HEALINGS.map((healing) => duration(healedS[healing], limitS)),
        ]);
      const head = ['name', 'what happens', 'status', 'error', 'feed', ...HEALINGS];
      return [
        `### ${titles[group] ?? group}`,
        '',
        ...[head, head.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`),
      ].join('\n');
    })
    .join('\n\n');
}

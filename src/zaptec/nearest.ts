/** Longer texts than this are compared by their beginning: the time grows with the square. In characters. */
const LONGEST = 60;

/**
 * The names that somebody may have meant by a text, nearest first: those with it in them, then by the number of letters
 * that differ. Capitals do not matter. Of names that occur twice, one is left.
 */
export function nearestNames(text: string, names: readonly string[], most = 3): string[] {
  const wanted = text.trim().toLowerCase().slice(0, LONGEST);
  const ranked = [...new Set(names)].map((name) => ({ name, rank: distance(wanted, name) }));
  return ranked
    .sort((one, other) => one.rank - other.rank || one.name.localeCompare(other.name, undefined, { numeric: true }))
    .slice(0, most)
    .map(({ name }) => name);
}

/** Below 1 where one holds the other. */
function distance(wanted: string, name: string): number {
  const lower = name.toLowerCase().slice(0, LONGEST);
  const isPart = wanted !== '' && lower !== '' && (lower.includes(wanted) || wanted.includes(lower));
  const edits = editDistance(wanted, lower);
  return isPart ? edits / (edits + 1) : edits;
}

/** How many letters must be added, removed or replaced to make one text of the other (Levenshtein). */
function editDistance(one: string, other: string): number {
  const letters = Array.from(other);
  let row = Array.from({ length: letters.length + 1 }, (_, index) => index);
  for (const [i, letter] of Array.from(one).entries()) {
    const next = [i + 1];
    for (const [j, match] of letters.entries()) {
      const replaced = (row[j] ?? 0) + (letter === match ? 0 : 1);
      next.push(Math.min(replaced, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row[letters.length] ?? 0;
}

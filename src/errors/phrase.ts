/** A text with values in it, by its parts: there is one literal more than there are values. */
export interface Phrase {
  readonly literals: readonly string[];
  readonly values: readonly string[];
}

/** Somebody words a text as soon as it is made, or shows the newest of each kind for a while. */
const MOST_KEPT = 5_000;
/** A text of more characters, as somebody else may have sent it, stays English: those that are kept have a limit together. */
const LONGEST_KEPT = 10_000;
/** Not one at a time: V8 walks over all deleted entries at the front of a map to find the first one. */
const SWEPT_AT_ONCE = 500;
const kept = new Map<string, Phrase>();

/**
 * An English text whose parts stay known, so that a program may word it in another language: the tag of every template
 * that somebody reads.
 * @example
 * const reason = phrase`${name} is offline`;
 * phraseOf(reason); // { literals: ['', ' is offline'], values: [name] }
 */
export function phrase(literals: readonly string[], ...values: readonly unknown[]): string {
  const parts = values.map(String);
  const text = literals.reduce((before, literal, index) => before + (parts[index - 1] ?? '') + literal);
  if (text.length > LONGEST_KEPT) return text;
  kept.delete(text);
  kept.set(text, { literals, values: parts });
  if (kept.size >= MOST_KEPT + SWEPT_AT_ONCE) forgetOldest();
  return text;
}

function forgetOldest(): void {
  for (const oldest of kept.keys()) {
    if (kept.size <= MOST_KEPT) return;
    kept.delete(oldest);
  }
}

/** The parts of a text that `phrase` has made; undefined for any other text, and for one of long ago. */
export const phraseOf = (text: string): Phrase | undefined => kept.get(text);

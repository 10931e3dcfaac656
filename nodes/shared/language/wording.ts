/** English texts and their translations; `{0}`, `{1}` … stand for values. */
export type Catalogue = Readonly<Record<string, string>>;

/** A text with values in it. */
interface Template {
  /** What stands before, between and behind the values. */
  literals: readonly string[];
  /** How many letters of it are not values: the more there are, the surer it is meant. */
  letters: number;
  translation: string;
}

const VALUE = /\{(\d)\}/g;
/** Texts are wrapped in texts: a fault in a remark in a reason in an error. */
const DEEPEST = 4;
/** With fewer letters than this of its own, a template may be what somebody calls a charger, and needs a number. */
const FEW_LETTERS = 5;
const MOST_KEPT = 500;
/** Longer ones are none of ours. */
const LONGEST = 4_000;

const isQuoted = (before: string, after: string): boolean => before.endsWith('"') && after.startsWith('"');

/**
 * Words texts of the client in another language.
 *
 * The client makes plain English and knows no languages. Its texts are found again here by their templates, so that a
 * text may come from anywhere: an error, a record, another machine. What no template fits stays English.
 */
export class Wording {
  readonly #whole = new Map<string, string>();
  readonly #templates: readonly Template[];
  readonly #known = new Map<string, string>();

  constructor(catalogue: Catalogue) {
    const templates: Template[] = [];
    for (const [english, translation] of Object.entries(catalogue)) {
      const literals = english.split(/\{\d\}/);
      if (literals.length === 1) this.#whole.set(english, translation);
      else templates.push({ literals, letters: lettersOf(literals.join(' ')), translation });
    }
    this.#templates = templates.sort((one, other) => rank(other) - rank(one));
  }

  /** The text in the language of the catalogue. */
  of(english: string): string {
    if (english.length > LONGEST) return english;
    const known = this.#known.get(english);
    if (known !== undefined) return known;
    const text = this.#value(english, 0);
    if (this.#known.size >= MOST_KEPT) this.#known.clear();
    this.#known.set(english, text);
    return text;
  }

  #worded(text: string, depth: number): string | undefined {
    return this.#exactly(text, depth) ?? this.#asSentence(text, depth);
  }

  #exactly(text: string, depth: number): string | undefined {
    const whole = this.#whole.get(text);
    if (whole !== undefined) return whole;
    for (const template of this.#templates) {
      const values = valuesOf(template.literals, text);
      if (values && isMeant(template, values, depth)) return this.#filled(template, values, depth);
    }
    return undefined;
  }

  /** A sentence that goes on in another one begins with a small letter there. */
  #asSentence(text: string, depth: number): string | undefined {
    const first = text.charAt(0);
    if (depth === 0 || first === first.toUpperCase()) return undefined;
    const sentence = this.#exactly(first.toUpperCase() + text.slice(1), depth);
    return sentence === undefined ? undefined : sentence.charAt(0).toLowerCase() + sentence.slice(1);
  }

  #filled({ literals, translation }: Template, values: readonly string[], depth: number): string {
    const worded = values.map((value, index) => {
      // What stands in quotes is somebody else's.
      const isOwn = !isQuoted(literals[index] ?? '', literals[index + 1] ?? '');
      return isOwn && depth < DEEPEST ? this.#value(value, depth + 1) : value;
    });
    return translation.replace(VALUE, (mark, index: string) => worded[Number(index)] ?? mark);
  }

  /** A value may be a text of ours, have one at its end, or be a list of them. */
  #value(value: string, depth: number): string {
    const text = this.#worded(value, depth);
    if (text !== undefined) return text;
    for (const { index } of value.matchAll(/[,;] | \(/g)) {
      const end = index > 0 ? this.#exactly(value.slice(index), depth) : undefined;
      if (end !== undefined) return this.#value(value.slice(0, index), depth) + end;
    }
    const parts = value.split('; ');
    return parts.length === 1 ? value : parts.map((part) => this.#worded(part, depth) ?? part).join('; ');
  }
}

/**
 * Of the templates that fit a text, the one that says more of it. An error and its remedy are two texts before all else,
 * and how a text begins is no value.
 */
function rank({ literals, letters }: Template): number {
  if (literals.some((literal) => literal.includes('. Remedy: '))) return letters + 2 * LONGEST;
  return lettersOf(literals[0] ?? '') >= FEW_LETTERS ? letters + LONGEST : letters;
}

const lettersOf = (text: string): number => text.match(/\p{L}/gu)?.length ?? 0;

function isMeant({ letters }: Template, values: readonly string[], depth: number): boolean {
  return letters >= FEW_LETTERS || depth === 0 || values.some((value) => /\d/.test(value));
}

/** The values of a template in a text, each as short as can be; undefined if it does not fit. Takes linear time. */
function valuesOf(literals: readonly string[], text: string): string[] | undefined {
  const [first = '', ...others] = literals;
  const last = others.pop() ?? '';
  const end = text.length - last.length;
  if (!text.startsWith(first) || !text.endsWith(last) || end < first.length) return undefined;
  const values: string[] = [];
  let from = first.length;
  for (const literal of others) {
    const at = text.indexOf(literal, from);
    if (at < 0 || at + literal.length > end) return undefined;
    values.push(text.slice(from, at));
    from = at + literal.length;
  }
  values.push(text.slice(from, end));
  return values;
}

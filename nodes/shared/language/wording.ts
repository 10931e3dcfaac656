import { phraseOf, type Phrase } from '../../../src/client';

/** English texts and their translations; `{0}`, `{1}` … stand for values. */
export type Catalogue = Readonly<Record<string, string>>;

/** The translation of a text or of a template; undefined where there is none. */
export type Translate = (english: string) => string | undefined;

export const inCatalogue =
  (catalogue: Catalogue): Translate =>
  (english) =>
    Object.hasOwn(catalogue, english) ? catalogue[english] : undefined;

const VALUE = /\{(\d)\}/g;
/** Texts are wrapped in texts: a fault in a remark in a reason in an error. */
const DEEPEST = 5;
/** Of a text with more values, none is looked for within the template. */
const MOST_VALUES = 5;
const SEPARATORS = ['; ', ', ', ' and '] as const;

/** A template in the form of the catalogue, with what stands for its values. */
interface Filled {
  template: string;
  /** Values that touch each other have one place in the template, and are put into words one by one. */
  values: readonly (readonly string[])[];
}

/**
 * Words texts of the client and the nodes in another language. They are plain English and remember their parts
 * (`phrase`), so nothing is guessed: what is a value, such as somebody's name of a charger, stays as it is. What the
 * catalogue does not have stays English.
 */
export class Wording {
  readonly #find: Translate;
  readonly #hasCapitalNouns: boolean;

  /** @param hasCapitalNouns whether a sentence within a sentence keeps its capital, since it may be that of a noun. */
  constructor(find: Translate, hasCapitalNouns = false) {
    this.#find = find;
    this.#hasCapitalNouns = hasCapitalNouns;
  }

  /** The text in the language of the catalogue. */
  of(english: string): string {
    return this.#value(english, 0);
  }

  #value(text: string, depth: number): string {
    return this.#worded(text, depth) ?? this.#list(text, depth) ?? text;
  }

  #worded(text: string, depth: number): string | undefined {
    return this.#exactly(text, depth) ?? this.#asSentence(text, depth);
  }

  #exactly(text: string, depth: number): string | undefined {
    const whole = this.#find(text);
    if (whole !== undefined) return whole;
    const made = depth < DEEPEST ? phraseOf(text) : undefined;
    return made && this.#filled(made, depth + 1);
  }

  #filled(made: Phrase, depth: number): string {
    for (const { template, values } of templatesOf(made)) {
      const translation = this.#find(template);
      if (translation === undefined) continue;
      const worded = values.map((parts, index) =>
        parts.map((part) => (isQuoted(template, index) ? part : this.#value(part, depth))).join(''),
      );
      return translation.replace(VALUE, (mark, index: string) => worded[Number(index)] ?? mark);
    }
    return made.literals.reduce((before, literal, index) => {
      return before + this.#value(made.values[index - 1] ?? '', depth) + literal;
    });
  }

  /** A sentence that goes on in another one begins with a small letter there. */
  #asSentence(text: string, depth: number): string | undefined {
    const first = text.charAt(0);
    if (first === first.toUpperCase()) return undefined;
    const sentence = this.#exactly(first.toUpperCase() + text.slice(1), depth);
    if (sentence === undefined || this.#hasCapitalNouns) return sentence;
    return sentence.charAt(0).toLowerCase() + sentence.slice(1);
  }

  /** A value may be a list of texts. */
  #list(text: string, depth: number): string | undefined {
    const separator = SEPARATORS.find((between) => text.includes(between));
    if (separator === undefined || depth > DEEPEST) return undefined;
    const parts = text.split(separator);
    const worded = parts.map((part) => this.#worded(part, depth + 1));
    // A name may have a comma.
    if (worded.includes(undefined)) return undefined;
    const joint = this.#find(separator.trim()) ?? separator.trim();
    return worded.join(separator.startsWith(' ') ? ` ${joint} ` : separator);
  }
}

const isQuoted = (template: string, index: number): boolean => template.includes(`"{${index}}"`);

/** A piece of a template: what stands in it, or a value. */
type Piece = string | { readonly value: string };

/**
 * The templates of the catalogue that a text may be of. A value may be one of the words between which the source
 * chooses, or a text of its own, and is then part of the template. Those with the values of the source come first, and
 * those in which values touch come last: a translation of the whole is better than one of its parts.
 */
function templatesOf({ literals, values }: Phrase): Filled[] {
  const [first = '', ...others] = literals;
  const choices = values.map((value, index) => {
    const after = others[index] ?? '';
    return (values.length > MOST_VALUES ? [[{ value }]] : formsOf(value)).map((form): Piece[] => [...form, after]);
  });
  const all = combinations(choices).map((pieces) => filledOf([first, ...pieces]));
  return [...all.filter((filled) => !isMerged(filled)), ...all.filter(isMerged)];
}

function formsOf(value: string): Piece[][] {
  const made = phraseOf(value);
  const parts = made?.literals.flatMap((literal, index): Piece[] => {
    const before = made.values[index - 1];
    return before === undefined ? [literal] : [{ value: before }, literal];
  });
  return [[{ value }], [value], ...(parts ? [parts] : [])];
}

/** One form of each, in every combination. */
const combinations = (choices: readonly Piece[][][]): Piece[][] =>
  choices.reduceRight<Piece[][]>(
    (rests, forms) => rests.flatMap((rest) => forms.map((form) => [...form, ...rest])),
    [[]],
  );

const isMerged = ({ values }: Filled): boolean =>
  values.some((parts) => parts.filter((part) => part !== '').length > 1);

/** Values that touch each other are one, as in the catalogue. */
function filledOf(pieces: readonly Piece[]): Filled {
  const values: string[][] = [];
  let template = '';
  let touches = false;
  for (const piece of pieces) {
    if (typeof piece === 'string') template += piece;
    else if (touches) values.at(-1)?.push(piece.value);
    else template += `{${values.push([piece.value]) - 1}}`;
    touches = typeof piece !== 'string' || (touches && piece === '');
  }
  return { template, values };
}

import { shownPath } from './request-line';

/** A name that occurs in ordinary text by chance, such as "A", would damage the report. */
const SHORTEST_NAME = 2;
const LONGEST_TEXT = 2_000;

const GUID = /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi;
/** Three letters and digits, as of every charger. */
const SERIAL = /\b[A-Z]{3}\d{5,8}\b/g;
const EMAIL = /[^\s"'<>@]{1,100}@[^\s"'<>@]{1,100}/g;
const URL_LIKE = /\b[a-z][a-z+.-]{1,20}:\/\/[^\s"')]{1,1000}/gi;
const QUOTED = /"[^"]{0,1000}"/g;
/** Of the cloud: what somebody has typed into one is cut. */
const PATH = /(?<![\w}/])\/(?:api|oauth|simulator)\/[^\s"'(),:;]{0,1000}/g;
/** A file, but not a path of the cloud. */
const FILE = /(?<![\w}/…=])(?:[A-Za-z]:\\|\/(?!api\/|oauth\/|simulator\/))[^\s"'()]{1,1000}/g;

/**
 * Takes everything out of texts that says whose account it is: names, e-mails, serials, addresses, files and what stands
 * between quotes. Ids become numbers, the same id the same number, so that a reader can follow them; nothing can be
 * reckoned back.
 */
export class Anonymizer {
  readonly #names: readonly string[];
  readonly #ids = new Map<string, string>();

  /** @param names of people, installations, chargers and nodes that may occur. */
  constructor(names: readonly (string | undefined)[]) {
    const given = names.flatMap((name) => (name === undefined ? [] : [name, name.trim()]));
    const known = given.filter((name) => name.trim().length >= SHORTEST_NAME);
    // The longest first: one may be part of another.
    this.#names = [...new Set(known)].sort((one, other) => other.length - one.length);
  }

  text(text: string): string {
    let clean = text;
    for (const name of this.#names) clean = clean.split(name).join('[name]');
    // Cut afterwards: a part of a name is not found, and says as much as the whole.
    return clean
      .slice(0, LONGEST_TEXT)
      .replace(URL_LIKE, '[address]')
      .replace(EMAIL, '[e-mail]')
      .replace(QUOTED, '"…"')
      .replace(PATH, (path) => shownPath('GET', path))
      .replace(GUID, (id) => this.id(id))
      .replace(SERIAL, '[serial]')
      .replace(FILE, '[file]');
  }

  /** A number in the place of an id. */
  id(id: string): string {
    const key = id.toLowerCase();
    const known = this.#ids.get(key) ?? `[id ${this.#ids.size + 1}]`;
    this.#ids.set(key, known);
    return known;
  }
}

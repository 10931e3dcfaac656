import { existsSync } from 'node:fs';
import path from 'node:path';
import { ZaptecError } from '../../../src/client';
import type { Language } from './languages';
import { jsonOf, runtimeTextsIn } from './runtime-texts';
import { type Catalogue, Wording } from './wording';

/** The folder of all nodes, upwards: the sources and the built package lie at different depths. */
function folderOfNodes(from: string): string {
  return existsSync(path.join(from, 'shared/locales')) ? from : folderOfNodes(path.dirname(from));
}

const NODES = folderOfNodes(__dirname);

/** A text of the client or of a node, in another language. */
export type Words = (english: string) => string;

const same: Words = (english) => english;

const loaded = new Map<Language, Words>();

/** Words texts in a language; what it has no words for stays English. The catalogue is read with the first use. */
export function wordsIn(language: Language): Words {
  if (language === 'en') return same;
  const known = loaded.get(language);
  if (known) return known;
  const wording = new Wording(runtimeTextsIn(NODES, language), language === 'de');
  const words: Words = (english) => wording.of(english);
  loaded.set(language, words);
  return words;
}

const statuses = new Map<string, Catalogue>();

/** The statuses of a node in a language, by their keys; empty for English, whose texts are in the code. */
export function statusesIn(language: Language, type: string): Catalogue {
  if (language === 'en') return {};
  const known = statuses.get(`${language} ${type}`);
  if (known) return known;
  const name = type.replace(/^zaptec-/, '');
  const catalogue = jsonOf(path.join(NODES, name, 'locales', language, `${name}.json`)) as
    Readonly<Record<string, { status?: Catalogue }>> | undefined;
  const own = catalogue?.[type]?.status ?? {};
  statuses.set(`${language} ${type}`, own);
  return own;
}

/** The English error behind one in another language: whoever reads or counts errors knows only those. */
const originals = new WeakMap<ZaptecError, { error: ZaptecError; words: Words }>();

/** An error as it was before it was put into other words. */
export const originalOf = (error: ZaptecError): ZaptecError => originals.get(error)?.error ?? error;

/** What is wrong and what to do about it, apart from each other. */
export function partsOf(error: ZaptecError): { message: string; remedy: string } {
  const { error: english, words } = originals.get(error) ?? { error, words: same };
  return { message: words(english.message.split('. Remedy: ')[0] ?? english.message), remedy: error.cause.remedy };
}

/** The error in another language: its message and its remedy, while its code and its name stay. */
export function errorIn(words: Words, error: ZaptecError): ZaptecError {
  const message = originals.has(error) ? error.message : words(error.message);
  if (message === error.message) return error;
  const result = new ZaptecError(error.code, message, { ...error.cause, remedy: words(error.cause.remedy) });
  // Where it was thrown, and not where it was put into words.
  if (error.stack !== undefined) result.stack = error.stack.replace(error.message, () => message);
  originals.set(result, { error, words });
  return result;
}

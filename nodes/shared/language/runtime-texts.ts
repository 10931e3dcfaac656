import { hash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Language } from './languages';
import { inCatalogue, type Catalogue, type Translate } from './wording';

/** Undefined for a file that is not there: a language may be new. */
export function jsonOf(file: string): unknown {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
}

/** What stands for an English text in the package. Of 70 million other texts, one has the key of one of a thousand. */
const keyOf = (english: string): string => hash('sha1', english, 'base64url').slice(0, 6);

/**
 * The texts of the run time in a language. In the sources a text and its translation stand side by side; the package has
 * the keys of the texts once, in `keys.json`, and the translations of each language in their order.
 * @param nodes the folder of all nodes
 */
export function runtimeTextsIn(nodes: string, language: Language): Translate {
  const texts = jsonOf(path.join(nodes, 'shared/locales', `${language}.json`)) ?? {};
  if (!Array.isArray(texts)) return inCatalogue(texts as Catalogue);
  const keys = jsonOf(path.join(nodes, 'shared/locales/keys.json')) as readonly string[];
  const translations = new Map(keys.map((key, index) => [key, String(texts[index])]));
  return (english) => translations.get(keyOf(english));
}

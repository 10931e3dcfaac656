/** The languages of the texts at run time, in the order of the dialog; each in its own words. Part of the editor's bundle. */
export const LANGUAGES = {
  en: 'English',
  de: 'Deutsch',
  nl: 'Nederlands',
  fr: 'Français',
  da: 'Dansk',
  nb: 'Norsk bokmål',
  sv: 'Svenska',
} as const;

export type Language = keyof typeof LANGUAGES;

/** Other names of Norwegian: browsers and systems use all of them. */
const SAME: Readonly<Record<string, Language>> = { no: 'nb', nn: 'nb' };

/** The language that a tag such as `de-AT`, `nb_NO` or `SV` names; undefined for one that there is not. */
export function languageOf(tag: string): Language | undefined {
  const [primary = ''] = tag.trim().toLowerCase().split(/[-_]/, 1);
  if (Object.hasOwn(SAME, primary)) return SAME[primary];
  return Object.hasOwn(LANGUAGES, primary) ? (primary as Language) : undefined;
}

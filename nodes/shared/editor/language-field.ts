import { LANGUAGES, type Language, languageOf } from '../language/languages';
import { field } from './form';
import type { NodeBase } from './red';
import { withSaved } from './select';

/** The language that somebody sees the editor in, as far as there are texts in it. */
export const editorLanguage = (): Language =>
  languageOf(localStorage.getItem('editor-language') ?? navigator.language) ?? 'en';

/**
 * Fills the select of the language, each of them in its own words. A new connection begins with that of the editor; one
 * that was saved before there was a choice speaks English.
 */
export const languageField = (node: NodeBase, saved: string | undefined): void => {
  const isNew = !RED.nodes.node(node.id);
  const chosen = isNew ? editorLanguage() : (saved ?? '') || 'en';
  const known = Object.entries(LANGUAGES).map(([value, label]) => ({ value, label }));
  const select = field(node, 'language').empty();
  for (const { value, label } of withSaved(known, [chosen])) select.append($('<option>').val(value).text(label));
  select.val(chosen);
};

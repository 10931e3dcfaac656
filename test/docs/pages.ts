import GithubSlugger from 'github-slugger';
import { lexer, walkTokens, type Tokens } from 'marked';

/** What other files can refer to in a Markdown page, and what the page itself refers to. */
export interface Page {
  headings: string[];
  /** The names after `#` that GitHub gives to the headings. */
  anchors: ReadonlySet<string>;
  /** Targets of links and pictures as they are written. */
  links: string[];
  /** The running text, without code, links and headings. */
  texts: string[];
}

type AnyToken = Tokens.Generic;

const innerOf = (token: AnyToken): AnyToken[] => token.tokens ?? [];

function plain(token: AnyToken): string {
  const inner = innerOf(token);
  return inner.length > 0 ? inner.map(plain).join('') : String(token['text'] ?? '');
}

/** Parses a page in GitHub's Markdown. */
export function parsePage(markdown: string): Page {
  const headings: string[] = [];
  const links: string[] = [];
  const texts: string[] = [];
  // Their text is no prose: neither a heading such as "[Unreleased]" nor the words of a link need a definition.
  const apart = new Set<AnyToken>();
  const visit = (token: AnyToken): void => {
    const inner = innerOf(token);
    if (token.type === 'heading') headings.push(plain(token));
    if (token.type === 'link' || token.type === 'image') links.push(String(token['href']));
    if (token.type === 'heading' || token.type === 'link' || apart.has(token)) inner.forEach((part) => apart.add(part));
    else if (token.type === 'text' && inner.length === 0) texts.push(String(token['text']));
  };
  void walkTokens(lexer(markdown), visit);
  const slugger = new GithubSlugger();
  return { headings, anchors: new Set(headings.map((heading) => slugger.slug(heading))), links, texts };
}

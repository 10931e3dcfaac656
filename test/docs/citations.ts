import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { parsePage, type Page } from './pages';

const SOURCES = ['src', 'nodes', 'simulator', 'bench', 'test', 'scripts', 'examples', 'docs/schema'];
const PAGES = ['README.md', 'SECURITY.md', 'CONTRIBUTING.md', 'CHANGELOG.md'];
/** These files hold citations that are wrong on purpose. */
const FIXTURES = 'test/docs/';
const TEXT_FILE = /\.(?:[cm]?[jt]s|json|html|css|md)$/;

/** `docs/X.md`, with the headings that follow it: `docs/X.md, "A", "B" and "C"`. */
const CITATION = /\bdocs\/([\w-]+\.md)((?:(?:,| and|, and) "[^"]+")*)/g;
/** The name of a Markdown file, with the folders before it. */
const MENTION = /(?<![\w/:.-])(?:[\w.-]+\/)*[\w-]+\.md\b/g;
/** A short name that only the tables of sources in `docs` explain. */
const SOURCE_TAG = /\b(?:HA|SV|EV)#\d+/g;
/** The addresses of a file of this repository, which a page needs that is also read elsewhere. */
const OWN =
  /^https:\/\/(?:github\.com\/node-red-contrib-zaptec\/node-red-contrib-zaptec\/(?:blob|tree)|raw\.githubusercontent\.com\/node-red-contrib-zaptec\/node-red-contrib-zaptec)\/HEAD\//;
const EXTERNAL = /^(?:[a-z][a-z+.-]*:|\/\/)/i;

/** One citation of a page of `docs`. */
export interface Citation {
  page: string;
  headings: string[];
}

/** A text without the line breaks of comments, which may fall into a citation, and without the escapes of JSON. */
const unwrapped = (text: string): string =>
  text.replace(/\n[ \t]*(?:\*(?!\/)|\/\/)?[ \t]*/g, ' ').replaceAll('\\"', '"');

/** The citations in a source file. */
export function citationsIn(text: string): Citation[] {
  return [...unwrapped(text).matchAll(CITATION)].map(([, page = '', headings = '']) => ({
    page,
    headings: [...headings.matchAll(/"([^"]+)"/g)].map(([, heading = '']) => heading),
  }));
}

const isFile = (file: string): boolean => existsSync(file) && statSync(file).isFile();

function filesBelow(root: string, folder: string): string[] {
  if (!existsSync(path.join(root, folder))) return [];
  return readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
    .map((file) => path.posix.join(folder, file.split(path.sep).join('/')))
    .filter((file) => TEXT_FILE.test(file) && !file.includes('node_modules/') && isFile(path.join(root, file)));
}

/** What is wrong with the citations and links of a checkout. */
export class Citations {
  readonly #root: string;
  readonly #sources: string[];
  readonly #pages: string[];
  readonly #parsed = new Map<string, Page>();

  constructor(root: string) {
    this.#root = root;
    this.#sources = SOURCES.flatMap((folder) => filesBelow(root, folder)).filter((file) => !file.startsWith(FIXTURES));
    this.#pages = [...PAGES, ...filesBelow(root, 'docs')].filter((file) => file.endsWith('.md') && this.#exists(file));
  }

  /** Citations in sources of a page or a heading that does not exist, or of a heading that the page has twice. */
  brokenCitations(): string[] {
    return this.#sources.flatMap((file) =>
      citationsIn(this.#read(file)).flatMap(({ page, headings }) => {
        if (!this.#exists(`docs/${page}`)) return [`${file}: there is no docs/${page}`];
        const known = this.#page(`docs/${page}`).headings;
        return headings
          .filter((heading) => known.filter((other) => other === heading).length !== 1)
          .map((heading) => `${file}: docs/${page} has no one heading "${heading}"`);
      }),
    );
  }

  /** Names of Markdown files, in sources and pages, that are not in the repository, and tags that nothing explains. */
  brokenMentions(): string[] {
    const names = new Set(
      this.#sources.filter((file) => file.endsWith('.md')).map((file) => path.posix.basename(file)),
    );
    const missing = (file: string, text: string): string[] =>
      [...text.matchAll(MENTION)]
        .map(([mention]) => mention)
        .filter((mention) => !names.has(path.posix.basename(mention)) && !this.#resolves(file, mention))
        .map((mention) => `${file}: ${mention} is not in the repository`);
    return [
      ...this.#sources.flatMap((file) => {
        const text = this.#read(file);
        const tags = [...text.matchAll(SOURCE_TAG)].map(([tag]) => `${file}: cite the heading that has ${tag}`);
        return [...missing(file, text), ...tags];
      }),
      ...this.#pages.flatMap((file) => this.#page(file).texts.flatMap((text) => missing(file, text))),
    ];
  }

  /** Links between pages that lead nowhere, and references without a definition. */
  brokenLinks(): string[] {
    return this.#pages.flatMap((file) => {
      const { links, texts } = this.#page(file);
      return [
        ...links.filter((link) => !this.#leadsSomewhere(file, link)).map((link) => `${file}: ${link} leads nowhere`),
        ...texts
          .flatMap((text) => text.match(/\[[^[\]\s][^[\]]*\]/g) ?? [])
          .map((reference) => `${file}: ${reference} has no definition`),
      ];
    });
  }

  #leadsSomewhere(file: string, link: string): boolean {
    if (EXTERNAL.test(link) && !OWN.test(link)) return true;
    const [target = '', anchor] = decodeURI(link).replace(OWN, '/').split('#');
    const folder = target.startsWith('/') ? '' : path.posix.dirname(file);
    const aim = target === '' ? file : path.posix.join(folder, target.replace(/^\//, ''));
    if (!existsSync(path.join(this.#root, aim))) return false;
    return anchor === undefined || !aim.endsWith('.md') || this.#page(aim).anchors.has(anchor);
  }

  #resolves(file: string, mention: string): boolean {
    return this.#exists(mention) || this.#exists(path.posix.join(path.posix.dirname(file), mention));
  }

  #exists(file: string): boolean {
    return isFile(path.join(this.#root, file));
  }

  #read(file: string): string {
    return readFileSync(path.join(this.#root, file), 'utf8');
  }

  #page(file: string): Page {
    let page = this.#parsed.get(file);
    if (!page) this.#parsed.set(file, (page = parsePage(this.#read(file))));
    return page;
  }
}

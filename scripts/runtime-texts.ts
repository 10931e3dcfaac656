/**
 * The English texts that flows and the editor get at run time, out of the sources: errors, remedies, reasons, findings.
 * They are the keys of the catalogues in nodes/shared/locales; `{0}`, `{1}` … stand for values.
 *
 *   npm run texts                 prints them as a catalogue to be translated
 *   npm run texts -- --where      prints where each of them is written
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { ENDS } from '../nodes/shared/remedies';

const ROOT = path.join(__dirname, '..');

/** What stays English, or is translated elsewhere. */
const LEFT_OUT: readonly RegExp[] = [
  // The dialogs and the statuses have the catalogues of the nodes.
  /editor/,
  /^nodes\/.*status/,
  // Logs, and the report that goes to the maintainers.
  /^nodes\/connection\/(request-log|admin\/report|admin\/page\/)/,
  /^src\/diagnostics\/(anonymous|request-line)\.ts/,
  // What stands in for the catalogues where no file can be loaded.
  /^nodes\/shared\/register-node\.ts/,
  // What a browser gets that no dialog of ours has sent.
  /^nodes\/shared\/admin-routes\.ts/,
  /^src\/feed\/bus\/sas-token\.ts/,
  // The names of the languages.
  /language\/languages/,
  /^src\/zaptec\/observations\.ts/,
  /^src\/cluster\/.*script/,
  // A text that `redisProblem` reads, as those of ioredis.
  /^src\/cluster\/answer\.ts/,
];

/** Single words that stand in longer texts. */
const WORDS = [
  'charger',
  'chargers',
  'installation',
  'installations',
  'circuit',
  'session',
  'nothing',
  ...['change', 'charger', 'installation', 'machine', 'minute', 'page', 'request'].flatMap((thing) => [
    `{0} ${thing}`,
    `{0} ${thing}s`,
  ]),
  'a string',
  'a number',
  'a boolean',
];

/** A piece of a text, or undefined for a value. */
type Piece = string | undefined;
type Constants = ReadonlyMap<string, ts.Expression>;

/** More wordings of one place are no text but a computation. */
const MOST_WORDINGS = 12;

const isTextNode = (node: ts.Node): node is ts.Expression =>
  ts.isStringLiteral(node) ||
  ts.isNoSubstitutionTemplateLiteral(node) ||
  ts.isTemplateExpression(node) ||
  ts.isTaggedTemplateExpression(node) ||
  (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken);

const isWorded = (wordings: readonly (readonly Piece[])[]): boolean =>
  wordings.every((pieces) => pieces.some((piece) => piece !== undefined));

const joined = (before: readonly Piece[][], after: readonly Piece[][]): Piece[][] =>
  before.flatMap((first) => after.map((second) => [...first, ...second]));

/** The wordings of an expression: each branch of a condition is one, and a constant of the same file is its text. */
function wordingsOf(node: ts.Expression, constants: Constants): Piece[][] {
  if (ts.isParenthesizedExpression(node) || ts.isAsExpression(node)) return wordingsOf(node.expression, constants);
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return [[node.text]];
  if (ts.isTaggedTemplateExpression(node)) return wordingsOf(node.template, constants);
  if (ts.isTemplateExpression(node)) {
    return node.templateSpans.reduce<Piece[][]>(
      (before, { expression, literal }) => joined(joined(before, wordingsOf(expression, constants)), [[literal.text]]),
      [[node.head.text]],
    );
  }
  if (ts.isConditionalExpression(node)) {
    const both = [...wordingsOf(node.whenTrue, constants), ...wordingsOf(node.whenFalse, constants)];
    return isWorded(both) ? both : [[undefined]];
  }
  if (isTextNode(node) && ts.isBinaryExpression(node)) {
    return joined(wordingsOf(node.left, constants), wordingsOf(node.right, constants));
  }
  const constant = ts.isIdentifier(node) ? constants.get(node.text) : undefined;
  const known = constant ? wordingsOf(constant, constants) : [];
  return known.length > 0 && isWorded(known) ? known : [[undefined]];
}

/** Values that touch each other cannot be told apart in the text: they are one. */
function templateOf(pieces: readonly Piece[]): string {
  let values = 0;
  let touches = false;
  let template = '';
  for (const piece of pieces) {
    if (piece === undefined && !touches) template += `{${values++}}`;
    template += piece ?? '';
    touches = piece === undefined || (touches && piece === '');
  }
  return template;
}

const UNITS = /\b(?:kWh?|min|ms|SIM)\b/g;

/** Whether there is something to translate: two words, or a word beside a value. */
function isSentence(template: string): boolean {
  if (template.includes('\n') || /charset=|^(?:GET|POST) \//.test(template)) return false;
  const words =
    template
      .replace(/\{\d\}/g, ' § ')
      .replace(UNITS, ' ')
      .match(/\p{L}{2,}|§/gu) ?? [];
  return words.length > 1 && words.some((word) => word !== '§') && /\s/.test(template.trim());
}

function constantsOf(file: ts.SourceFile): Constants {
  const constants = new Map<string, ts.Expression>();
  const scan = (node: ts.Node): void => {
    if (ts.isVariableDeclaration(node) && ts.isIdentifier(node.name) && node.initializer) {
      if (isTextNode(node.initializer) || ts.isConditionalExpression(node.initializer)) {
        constants.set(node.name.text, node.initializer);
      }
    }
    ts.forEachChild(node, scan);
  };
  scan(file);
  return constants;
}

/** A log is for the console. */
const isLog = (node: ts.Node): boolean =>
  ts.isCallExpression(node) &&
  ts.isPropertyAccessExpression(node.expression) &&
  ['log', 'debug', 'trace'].includes(node.expression.name.text);

function textsOf(file: ts.SourceFile, note: (template: string, node: ts.Node) => void): void {
  const constants = constantsOf(file);
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node) || ts.isTypeNode(node) || isLog(node)) return;
    if (isTextNode(node)) {
      for (const pieces of wordingsOf(node, constants).slice(0, MOST_WORDINGS)) note(templateOf(pieces), node);
    }
    ts.forEachChild(node, visitInner(node));
  };
  /** A text within a text has been looked at, unless it is within a value. */
  const visitInner = (parent: ts.Node) => (node: ts.Node) => {
    const isPart =
      isTextNode(parent) && isTextNode(node) && !ts.isTemplateExpression(node) && !ts.isTaggedTemplateExpression(node);
    if (isPart && !ts.isBinaryExpression(node)) return;
    visit(node);
  };
  visit(file);
}

/** A text with values that forgets its parts: at run time nobody finds it in the catalogue. */
const isForgotten = (node: ts.Node, template: string): boolean =>
  /\{\d\}/.test(template) &&
  (ts.isBinaryExpression(node) || (ts.isTemplateExpression(node) && !ts.isTaggedTemplateExpression(node.parent)));

/** Each text, and the places where it is written; `onForgotten` hears of those that lack the tag `phrase`. */
export function runtimeTexts(onForgotten: (place: string) => void = () => undefined): Map<string, string[]> {
  const found = new Map<string, string[]>();
  const files = ['src', 'nodes'].flatMap((root) =>
    readdirSync(path.join(ROOT, root), { recursive: true }).map((name) => `${root}/${String(name)}`),
  );
  for (const name of files.filter((file) => file.endsWith('.ts') && !LEFT_OUT.some((rule) => rule.test(file))).sort()) {
    const file = ts.createSourceFile(name, readFileSync(path.join(ROOT, name), 'utf8'), ts.ScriptTarget.Latest, true);
    textsOf(file, (template, node) => {
      if (!isSentence(template)) return;
      const place = `${name}:${file.getLineAndCharacterOfPosition(node.getStart()).line + 1}`;
      if (isForgotten(node, template)) onForgotten(`${place}: ${template}`);
      found.set(template, [...(found.get(template) ?? []), place]);
    });
  }
  for (const word of WORDS) if (!found.has(word)) found.set(word, ['']);
  for (const [neutral, inNodeRed] of ENDS) {
    for (const [template, places] of [...found]) {
      if (template.endsWith(neutral)) found.set(template.slice(0, -neutral.length) + inNodeRed, places);
    }
  }
  for (const part of ENDS.flat()) if (part.startsWith('or ')) found.delete(part);
  return found;
}

if (require.main === module) {
  const texts = runtimeTexts();
  const shown = process.argv.includes('--where')
    ? Object.fromEntries(texts)
    : Object.fromEntries([...texts.keys()].map((text) => [text, text]));
  process.stdout.write(`${JSON.stringify(shown, undefined, 2)}\n`);
}

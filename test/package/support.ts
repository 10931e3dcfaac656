import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

export const ROOT = path.join(__dirname, '../..');
export const read = (...parts: string[]): string => readFileSync(path.join(ROOT, ...parts), 'utf8');
export const manifest = JSON.parse(read('package.json'));

/** Every node of the package: its type, the folder it lives in, and the languages it speaks. */
export const NODES = Object.entries<string>(manifest['node-red'].nodes).map(([type, file]) => {
  const name = path.basename(file, '.js');
  const locales = path.join(ROOT, 'nodes', name, 'locales');
  return { type, file, name, built: path.dirname(file), languages: existsSync(locales) ? readdirSync(locales) : [] };
});

export const filesBelow = (folder: string): string[] =>
  existsSync(path.join(ROOT, folder))
    ? readdirSync(path.join(ROOT, folder), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => path.relative(ROOT, path.join(entry.parentPath, entry.name)))
    : [];

/** Every example, by its path. */
export const examples = (): Record<string, { type: string; [property: string]: unknown }[]> =>
  Object.fromEntries(
    filesBelow('examples')
      .filter((file) => file.endsWith('.json'))
      .map((file) => [file, JSON.parse(read(file))]),
  );

/** `{a: {b: 'text'}}` as `{'a.b': 'text'}`. */
export const flat = (catalogue: object, prefix = ''): Record<string, string> =>
  Object.fromEntries(
    Object.entries(catalogue).flatMap(([key, value]): [string, string][] =>
      typeof value === 'string' ? [[prefix + key, value]] : Object.entries(flat(value, `${prefix}${key}.`)),
    ),
  );

export const catalogue = (name: string, language: string): Record<string, string> =>
  flat(JSON.parse(read('nodes', name, 'locales', language, `${name}.json`)));

/** The form of a built dialog, with the rows that it shares with others. */
export function formOf({ built, name }: { built: string; name: string }): string {
  const [, form] = /<script type="text\/html"[^>]*>([^]*?)<\/script>/.exec(read(built, `${name}.html`)) ?? [];
  if (form === undefined) throw new Error(`${name}: the dialog has no form`);
  return form;
}

export interface Definition {
  type: string;
  category?: unknown;
  icon?: unknown;
  defaults: Record<string, Record<string, unknown>>;
  credentials: Record<string, Record<string, unknown>>;
}

/** What the scorecard reads: scripts with exactly this opening tag, whatever else the page holds. */
const SCRIPT = /<script[^<>]+?type=['"]text\/javascript['"][^<>]*>((?:(?!<\/script>)[^])*)<\/script>/gi;

/**
 * The definitions of an html as the scorecard's tool understands them: a literal type and an object written out on the
 * spot. Anything cleverer is invisible to it.
 */
export function definitionsOf(html: string): Definition[] {
  const found: Definition[] = [];
  const visit = (node: ts.Node): void => {
    if (
      ts.isCallExpression(node) &&
      ts.isPropertyAccessExpression(node.expression) &&
      node.expression.name.text === 'registerType'
    ) {
      const [type, definition] = node.arguments;
      if (!type || !ts.isStringLiteral(type)) throw new Error('registerType without a literal type');
      if (!definition || !ts.isObjectLiteralExpression(definition)) throw new Error('registerType without an object');
      found.push({ defaults: {}, credentials: {}, ...plain(definition), type: type.text });
    }
    ts.forEachChild(node, visit);
  };
  for (const [, script = ''] of html.matchAll(SCRIPT))
    visit(ts.createSourceFile('x.js', script, ts.ScriptTarget.ES2020));
  return found;
}

/** An object literal with what can be read without running it; functions and calls count as `undefined`. */
function plain(object: ts.ObjectLiteralExpression): Record<string, unknown> {
  const entries = object.properties.filter(ts.isPropertyAssignment).map(({ name, initializer }): [string, unknown] => {
    const key = (name as ts.Identifier | ts.StringLiteral).text;
    if (ts.isObjectLiteralExpression(initializer)) return [key, plain(initializer)];
    if (ts.isStringLiteral(initializer)) return [key, initializer.text];
    if (ts.isNumericLiteral(initializer)) return [key, Number(initializer.text)];
    if (ts.isArrayLiteralExpression(initializer)) {
      return [key, initializer.elements.map((element) => (ts.isStringLiteral(element) ? element.text : undefined))];
    }
    if (initializer.kind === ts.SyntaxKind.TrueKeyword) return [key, true];
    if (initializer.kind === ts.SyntaxKind.FalseKeyword) return [key, false];
    return [key, undefined];
  });
  return Object.fromEntries(entries);
}

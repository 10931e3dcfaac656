/**
 * Bundles the page into one file: markup, style and script inline, no external resources. The build uses it, and a
 * simulator that runs from its sources; the published package contains only the result.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const HERE = path.dirname(fileURLToPath(import.meta.url));
const UPLOT = path.join(HERE, '../../node_modules/uplot');

/** A function as replacement, because `$` has a meaning in a text. */
const put = (html, name, text) => html.replace(`<!-- ${name} -->`, () => text);

export async function bundlePage() {
  const [script, style] = await Promise.all([bundle('main.ts'), bundle('page.css')]);
  const licence = await readFile(path.join(UPLOT, 'LICENSE'), 'utf8');
  const html = await readFile(path.join(HERE, 'page.html'), 'utf8');
  const note = `<!--\nThe charts are drawn by uPlot.\n\n${licence.trim()}\n-->\n`;
  const styled = put(html, 'style', `<style>${style}</style>`);
  return put(styled, 'script', `${note}<script>${script}</script>`);
}

async function bundle(name) {
  const { outputFiles } = await build({
    entryPoints: [path.join(HERE, name)],
    bundle: true,
    minify: true,
    write: false,
    format: 'iife',
    target: ['chrome107', 'firefox115', 'safari16'],
    charset: 'utf8',
    legalComments: 'none',
    logLevel: 'warning',
  });
  return outputFiles[0].text.trim();
}

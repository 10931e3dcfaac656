import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Hono } from 'hono';
import type { RestEnv } from '../context';

/** Upwards, since the sources and the built package lie at different depths. */
function folderOfPage(from: string): string {
  const folder = path.join(from, 'page');
  return existsSync(folder) ? folder : folderOfPage(path.dirname(from));
}

const FOLDER = folderOfPage(__dirname);
/** The result of the build; a published package contains nothing else of this folder. */
const BUILT = path.join(FOLDER, 'index.html');
/** Present where the simulator runs from its sources, as in tests: then the page is bundled from them. */
const BUNDLER = path.join(FOLDER, 'bundle.mjs');

interface Page {
  html: string;
  /** Content-Security-Policy: no external resources, and only the scripts and styles of the page itself. */
  policy: string;
}

async function load(): Promise<Page> {
  const html = existsSync(BUILT) ? await readFile(BUILT, 'utf8') : await bundled();
  const own = (tag: string) =>
    [...html.matchAll(new RegExp(`<${tag}>([^]*?)</${tag}>`, 'g'))]
      .map(([, text = '']) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`)
      .join(' ');
  const policy = [
    "default-src 'none'",
    `style-src ${own('style')}`,
    `script-src ${own('script')}`,
    "connect-src 'self'",
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'self'",
  ];
  return { html, policy: policy.join('; ') };
}

async function bundled(): Promise<string> {
  const { bundlePage } = (await import(pathToFileURL(BUNDLER).href)) as { bundlePage: () => Promise<string> };
  return bundlePage();
}

/** Shared by all simulators of the process. */
let page: Promise<Page> | undefined;

/** The live page at /simulator/, and redirects to it. Its addresses are relative, so that it works below any path. */
export function registerPage(app: Hono<RestEnv>): void {
  app.get('/', (c) => c.redirect('simulator/'));
  app.get('/simulator', (c) => c.redirect('simulator/'));
  app.get('/simulator/', async (c) => {
    page ??= load().catch((error: unknown) => {
      page = undefined;
      throw error;
    });
    const { html, policy } = await page;
    c.header('Content-Security-Policy', policy);
    c.header('Cache-Control', 'no-cache');
    return c.html(html);
  });
}

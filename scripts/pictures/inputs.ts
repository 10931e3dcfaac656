import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.join(__dirname, '../..');
export const IMAGES = path.join(ROOT, 'docs/images');
/** What each picture was made from, beside the pictures. */
const RECORD = 'inputs.json';

/** What every dialog, the canvas and the sidebar tab are made of. */
const EDITOR = [
  'nodes/shared/editor',
  'nodes/connection/editor.html',
  'nodes/connection/editor.ts',
  'nodes/connection/editor.css',
  'nodes/connection/locales/en-US/connection.json',
  'scripts/pictures/capture-editor.ts',
];
const HOME = [...EDITOR, 'scripts/demo/flows/home.json'];

const dialog = (node: string): readonly string[] => [
  ...EDITOR,
  ...['editor.html', 'editor.ts', 'locales/en-US'].map((file) => `nodes/${node}/${file}`),
];

/**
 * Each picture with the files and folders that decide what it shows. A picture itself differs from run to run and from
 * machine to machine (fonts, times, the state of the cars), so that its pixels say nothing about whether it is out of
 * date.
 */
const PICTURES: Readonly<Record<string, readonly string[]>> = {
  'home.png': HOME,
  'home.webp': [...HOME, 'scripts/pictures/capture-animation.ts'],
  'sidebar.png': EDITOR,
  'simulator.png': ['simulator/page', 'scripts/pictures/capture-simulator.ts'],
  'connection.png': EDITOR,
  'installation.png': dialog('installation'),
  'charger.png': dialog('charger'),
  'update-current.png': dialog('update-current'),
  'subscribe.png': dialog('subscribe'),
  'request.png': dialog('request'),
  'plan.png': dialog('plan'),
  'surplus.png': dialog('surplus'),
  'load-guard.png': dialog('load-guard'),
  'sessions.png': dialog('sessions'),
  'doctor.png': dialog('doctor'),
};

/** The light and, but for the animation, the dark look. */
const looksOf = (picture: string): string[] =>
  picture.endsWith('.png') ? [picture, picture.replace('.png', '-dark.png')] : [picture];

/** The hash of the inputs of a picture: of their names and their texts, whatever the line ends. */
function hashOf(root: string, picture: string): string {
  const hash = createHash('sha256');
  for (const file of (PICTURES[picture] ?? []).flatMap((place) => filesOf(root, place))) {
    hash.update(`${file}\n${readFileSync(path.join(root, file), 'utf8').replaceAll('\r\n', '\n')}\n`);
  }
  return hash.digest('hex').slice(0, 16);
}

/** The file itself, or all files below a folder in a fixed order. */
function filesOf(root: string, place: string): string[] {
  const whole = path.join(root, place);
  if (statSync(whole).isFile()) return [place];
  const below = readdirSync(whole, { recursive: true, encoding: 'utf8' }).map((name) => name.split(path.sep).join('/'));
  return below
    .filter((name) => statSync(path.join(whole, name)).isFile())
    .sort()
    .map((name) => `${place}/${name}`);
}

const recordOf = (root: string): string => path.join(root, 'docs/images', RECORD);

function record(root: string): Record<string, string> {
  const file = recordOf(root);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>) : {};
}

/** Remembers that every picture is of the present inputs. */
export function remember(root = ROOT): void {
  const hashes = Object.keys(PICTURES).map((picture) => [picture, hashOf(root, picture)]);
  writeFileSync(recordOf(root), `${JSON.stringify(Object.fromEntries(hashes), null, 2)}\n`);
}

/** What is wrong with the pictures of a checkout: missing, out of date, or made by nothing. */
export function problems(root = ROOT): string[] {
  const known = record(root);
  const expected = Object.keys(PICTURES).flatMap(looksOf);
  const there = readdirSync(path.join(root, 'docs/images')).filter((file) => /\.(png|webp)$/.test(file));
  return [
    ...expected.filter((file) => !there.includes(file)).map((file) => `${file} is missing`),
    ...there.filter((file) => !expected.includes(file)).map((file) => `${file} is made by nothing`),
    ...Object.keys(PICTURES)
      .filter((picture) => known[picture] !== hashOf(root, picture))
      .map((picture) => `${picture} is out of date: what it shows has changed`),
  ];
}

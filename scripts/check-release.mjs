// node scripts/check-release.mjs v1.2.3: checks that a tag, package.json and the changelog agree, and prints the notes of
// the release. Fails where the version differs, where its section has no date, and where something is still unreleased.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = process.argv[3] ?? path.join(path.dirname(fileURLToPath(import.meta.url)), '..');
const read = (name) => readFileSync(path.join(folder, name), 'utf8');

const [, , tag = ''] = process.argv;
const { version } = JSON.parse(read('package.json'));
const sections = new Map(
  read('CHANGELOG.md')
    .split(/^## /m)
    .slice(1)
    .map((section) => {
      const end = section.indexOf('\n');
      return [section.slice(0, end).trim(), section.slice(end + 1).trim()];
    }),
);
const heading = [...sections.keys()].find((name) => name.startsWith(`[${version}]`));

const problems = [
  tag === `v${version}` ? '' : `The tag is "${tag}", and package.json says ${version}: the tag must be v${version}`,
  heading === undefined ? `CHANGELOG.md has no section [${version}]` : '',
  heading !== undefined && !/ - \d{4}-\d{2}-\d{2}$/.test(heading)
    ? `"${heading}" in CHANGELOG.md has no date: write [${version}] - YYYY-MM-DD`
    : '',
  (sections.get('[Unreleased]') ?? '') === ''
    ? ''
    : `[Unreleased] in CHANGELOG.md is not empty: move its lines to [${version}]`,
].filter((problem) => problem !== '');

if (problems.length > 0) {
  for (const problem of problems) console.error(problem);
  process.exit(1);
}
console.log(sections.get(heading));

import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

let known: string | undefined;

/**
 * Zaptec demands a descriptive User-Agent (docs/zaptec-api.md, "Usage guidelines"): name, version and an address for
 * questions.
 */
export function userAgent(): string {
  if (known === undefined) {
    const { name, version, bugs } = readPackage(__dirname);
    known = `${name}/${version} (+${bugs.url})`;
  }
  return known;
}

interface PackageFile {
  name: string;
  version: string;
  bugs: { url: string };
}

/** Works from the sources and from the built package, which lie at different depths. */
function readPackage(folder: string): PackageFile {
  try {
    return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as PackageFile;
  } catch {
    return readPackage(dirname(folder));
  }
}

import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';

const run = promisify(execFile);
const SCRIPT = path.join(__dirname, '../../scripts/check-release.mjs');

interface Outcome {
  stdout: string;
  stderr: string;
  code?: number;
}

describe('the check before a release', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'zaptec-release-'));
    writeFileSync(path.join(folder, 'package.json'), '{ "version": "1.2.3" }');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const check = (tag: string, changelog: string): Promise<Outcome> => {
    writeFileSync(path.join(folder, 'CHANGELOG.md'), `# Changelog\n\n${changelog}`);
    return run(process.execPath, [SCRIPT, tag, folder]).catch((failed: unknown) => failed as Outcome);
  };

  it('prints the notes of the version', async () => {
    const { stdout, code } = await check(
      'v1.2.3',
      '## [Unreleased]\n\n## [1.2.3] - 2026-12-01\n\n- New.\n\n## [1.2.2]\n',
    );
    expect([stdout, code]).to.deep.equal(['- New.\n', undefined]);
  });

  for (const [what, tag, changelog, reason] of [
    ['a tag of another version', 'v1.2.4', '## [1.2.3] - 2026-12-01\n', 'the tag must be v1.2.3'],
    ['no tag', '', '## [1.2.3] - 2026-12-01\n', 'the tag must be v1.2.3'],
    ['no section', 'v1.2.3', '## [1.2.2] - 2026-12-01\n', 'has no section [1.2.3]'],
    ['no date', 'v1.2.3', '## [1.2.3]\n\n- New.\n', 'has no date'],
    ['lines that are not released', 'v1.2.3', '## [Unreleased]\n\n- Newer.\n\n## [1.2.3] - 2026-12-01\n', 'not empty'],
  ] as const) {
    it(`refuses ${what}`, async () => {
      const { stderr, code } = await check(tag, changelog);
      expect(code).to.equal(1);
      expect(stderr).to.contain(reason);
    });
  }
});

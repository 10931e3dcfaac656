import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';

const ROOT = path.join(__dirname, '../..');
const CONFIG = '.dependency-cruiser.cjs';
const FOLDERS = ['src', 'nodes', 'simulator', 'bench'];

/** Files that the others import. */
const TARGETS = [
  'bench/tool.ts',
  'nodes/charger/many.ts',
  'nodes/connection/connect.ts',
  'nodes/request/ask.ts',
  'nodes/shared/editor/form.ts',
  'nodes/shared/guard.ts',
  'nodes/shared/properties.ts',
  'simulator/index.ts',
  'simulator/rest/control/live-types.ts',
  'simulator/rest/app.ts',
  'simulator/world/model.ts',
  'src/account.ts',
  'src/api/index.ts',
  'src/client.ts',
  'src/errors/codes.ts',
  'src/feed/feeds.ts',
  'src/http/requester.ts',
  'test/tool.ts',
];

/** A file, its text, and the rule that the file breaks. */
const FORBIDDEN: readonly [file: string, text: string, rule: string][] = [
  ['src/http/one.ts', `import type { NodeAPI } from 'node-red';`, 'src-is-the-client'],
  ['src/http/two.ts', `const util = require('@node-red/util');`, 'src-is-the-client'],
  ['src/http/three.ts', `import '../../nodes/shared/guard';`, 'src-is-the-client'],
  ['src/http/four.ts', `export * from '../../simulator';`, 'src-is-the-client'],
  ['src/http/five.ts', `const late = () => import('../../simulator/index.js');`, 'src-is-the-client'],
  ['src/http/six.ts', `import '../../test/tool';`, 'src-is-the-client'],
  ['src/http/seven.ts', `import '../api';`, 'floor-http'],
  ['src/errors/eight.ts', `import type { Requester } from '../http/requester';`, 'floor-errors'],
  ['src/feed/nine.ts', `import '../account';`, 'composition-root'],
  ['src/state/first.ts', `import type { Second } from './second';`, 'no-circular'],
  ['simulator/world/one.ts', `import '../../src/errors/codes';`, 'simulator-apart'],
  ['simulator/world/two.ts', `import type { NodeAPI } from 'node-red';`, 'simulator-apart'],
  ['simulator/world/three.ts', `import '../../nodes/shared/properties';`, 'simulator-apart'],
  ['simulator/world/four.ts', `import '../../bench/tool';`, 'simulator-apart'],
  ['simulator/page/one.ts', `import '../rest/app';`, 'page-runs-in-the-browser'],
  ['simulator/page/two.ts', `import fs from 'node:fs';`, 'page-runs-in-the-browser'],
  ['nodes/charger/one.ts', `import '../../simulator/index';`, 'only-the-connection-starts-the-simulator'],
  [
    'nodes/shared/two.ts',
    `const late = () => import('../../simulator/index.js');`,
    'only-the-connection-starts-the-simulator',
  ],
  ['nodes/charger/three.ts', `import '../request/ask';`, 'nodes-share-nothing-but-shared'],
  ['nodes/shared/four.ts', `import '../connection/connect';`, 'nodes-share-nothing-but-shared'],
  ['nodes/charger/five.ts', `import type { ErrorCode } from '../../src/errors/codes';`, 'one-door'],
  ['nodes/charger/six.ts', `import '../../test/tool';`, 'one-door'],
  ['nodes/charger/editor.ts', `import '../../src/client';`, 'dialogs-run-in-the-browser'],
  ['nodes/request/editor.ts', `import '../shared/guard';`, 'dialogs-run-in-the-browser'],
  ['nodes/shared/editor/seven.ts', `import fs from 'node:fs';`, 'dialogs-run-in-the-browser'],
];

const ALLOWED: readonly [file: string, text: string][] = [
  ['src/feed/allowed.ts', `import axios from 'axios'; import '../api'; import table from '../../data/table.json';`],
  ['src/open.ts', `import './account'; import './feed/feeds';`],
  [
    'simulator/rest/allowed.ts',
    `import { Hono } from 'hono'; import '../world/model'; import table from '../../data/table.json';`,
  ],
  ['simulator/page/allowed.ts', `import type { Live } from '../rest/control/live-types'; import uPlot from 'uplot';`],
  ['nodes/connection/allowed.ts', `const late = () => import('../../simulator/index.js');`],
  [
    'nodes/charger/allowed.ts',
    `import 'node-red'; import '../../src/client'; import './many'; import '../shared/guard';`,
  ],
  ['nodes/subscribe/editor.ts', `import '../shared/properties'; import '../shared/editor/form';`],
  ['bench/allowed.ts', `import '../src/http/requester'; import '../simulator/index';`],
];

/** Names of the rules that a file breaks, by file. */
type Broken = Map<string, string[]>;

function cruise(root: string): Broken {
  const cli = path.join(ROOT, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
  const args = [cli, ...FOLDERS, '--config', CONFIG, '--output-type', 'json'];
  const report = execFileSync(process.execPath, args, { cwd: root, encoding: 'utf8', maxBuffer: 1e8 });
  const { summary } = JSON.parse(report) as { summary: { violations: { from: string; rule: { name: string } }[] } };
  const broken: Broken = new Map();
  for (const { from, rule } of summary.violations) broken.set(from, [...(broken.get(from) ?? []), rule.name]);
  return broken;
}

describe('the rules for imports', () => {
  let root: string;
  let broken: Broken;

  before(() => {
    root = mkdtempSync(path.join(tmpdir(), 'zaptec-imports-'));
    for (const file of [CONFIG, 'tsconfig.json']) cpSync(path.join(ROOT, file), path.join(root, file));
    symlinkSync(path.join(ROOT, 'node_modules'), path.join(root, 'node_modules'), 'junction');
    const files: [string, string][] = [
      ...TARGETS.map((file): [string, string] => [file, 'export {};']),
      ['data/table.json', '{}'],
      ['src/state/second.ts', `import type { First } from './first';`],
      ...FORBIDDEN.map(([file, text]): [string, string] => [file, text]),
      ...ALLOWED.map(([file, text]): [string, string] => [file, text]),
    ];
    for (const [file, text] of files) {
      mkdirSync(path.join(root, path.dirname(file)), { recursive: true });
      writeFileSync(path.join(root, file), `${text}\n`);
    }
    broken = cruise(root);
  });
  after(() => rmSync(root, { recursive: true }));

  for (const [file, text, rule] of FORBIDDEN)
    it(`${rule} refuses ${text} in ${file}`, () => expect(broken.get(file)).to.deep.equal([rule]));

  for (const [file, text] of ALLOWED)
    it(`every rule allows ${text} in ${file}`, () => expect(broken.get(file)).to.equal(undefined));
});

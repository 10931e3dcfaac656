import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { brokenBoundaries } from './boundaries';

/** A house with a single file in it, thrown away afterwards. */
function houseWith(file: string, text: string): string[] {
  const root = mkdtempSync(path.join(tmpdir(), 'zaptec-house-'));
  try {
    for (const part of ['src', 'simulator', 'nodes', path.dirname(file)])
      mkdirSync(path.join(root, part), { recursive: true });
    writeFileSync(path.join(root, file), text);
    return brokenBoundaries(root);
  } finally {
    rmSync(root, { recursive: true });
  }
}

describe('who may import whom', () => {
  it('is kept by the whole tree', () => expect(brokenBoundaries(path.join(__dirname, '../..'))).to.deep.equal([]));

  const FORBIDDEN: [file: string, text: string][] = [
    ['src/client.ts', `import type { NodeAPI } from 'node-red';`],
    ['src/http/x.ts', `import util from '@node-red/util';`],
    ['src/http/x.ts', `import { guard } from '../../nodes/shared/guard';`],
    ['src/client.ts', `export * from '../simulator';`],
    ['src/client.ts', `const late = () => import('../simulator/index.js');`],
    ['simulator/world/x.ts', `import { decode } from '../../src/api/decode';`],
    ['simulator/index.ts', `const red = require('node-red');`],
    ['simulator/index.ts', `import { INSTALLATION } from '../nodes/shared/properties';`],
    ['nodes/charger/charger.ts', `import { startSimulator } from '../../simulator/index';`],
    ['nodes/shared/status.ts', `const simulator = await import('../../simulator');`],
    ['nodes/charger/charger.ts', `import { ask } from '../request/ask';`],
    ['nodes/shared/status.ts', `import { connect } from '../connection/connect';`],
    ['nodes/charger/editor.ts', `import { openClient } from '../../src/client';`],
    ['nodes/shared/editor/x.ts', `import fs from 'node:fs';`],
    ['nodes/charger/charger.ts', `import { expect } from '../../test/x';`],
  ];
  for (const [file, text] of FORBIDDEN) {
    it(`refuses ${text} in ${file}`, () => expect(houseWith(file, text)).to.have.lengthOf(1));
  }

  const ALLOWED: [file: string, text: string][] = [
    ['src/client.ts', `import axios from 'axios'; import { x } from './http/x'; import table from '../data/x.json';`],
    [
      'simulator/index.ts',
      `import { Hono } from 'hono'; import { x } from './world/x'; import table from '../data/x.json';`,
    ],
    ['nodes/connection/simulator.ts', `const late = () => import('../../simulator/index.js');`],
    [
      'nodes/charger/actions/x.ts',
      `import '../../../src/client'; import '../many'; import '../../shared/guard'; import 'node-red';`,
    ],
    ['nodes/charger/editor.ts', `import { x } from '../shared/properties'; import { y } from '../shared/editor/form';`],
  ];
  for (const [file, text] of ALLOWED)
    it(`allows ${text} in ${file}`, () => expect(houseWith(file, text)).to.deep.equal([]));
});

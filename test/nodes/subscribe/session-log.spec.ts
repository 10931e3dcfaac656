import { createRequire } from 'node:module';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import type { FlowNode } from '../../support/node-red/builder';
import { get, helper, load, send, useNodeRed } from '../../support/node-red/harness';

const EXAMPLE = 'examples/session-log.json';
const HEADER = 'start,end,chargerName,userName,durationMinutes,energyKwh,id';
const nodes = createRequire(createRequire(__filename).resolve('node-red'));
const CORE = ['parsers/70-CSV', 'function/15-change', 'function/10-function', 'storage/10-file'].map(
  (name) => nodes(`@node-red/nodes/core/${name}.js`) as unknown,
);
const OURS = ['s-csv', 's-which', 's-there', 's-read', 's-columns', 's-file'];

describe('the example that writes sessions into a file', () => {
  useNodeRed();
  let directory: string;
  let file: string;
  beforeEach(() => {
    directory = mkdtempSync(path.join(tmpdir(), 'zaptec-sessions-'));
    file = path.join(directory, 'sessions.csv');
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  /** From the session on. */
  const start = async () => {
    const text = readFileSync(EXAMPLE, 'utf8').replaceAll('"zaptec-sessions.csv"', JSON.stringify(file));
    const flow = JSON.parse(text) as (FlowNode & { id: string })[];
    await load(
      flow.filter(({ id, type }) => type === 'tab' || OURS.includes(id)),
      {},
      CORE,
    );
  };
  const session = (id: string) => ({
    payload: {
      id,
      start: '2026-05-04T08:00:00Z',
      end: '2026-05-04T09:30:00Z',
      chargerName: 'Garage, left',
      energyKwh: 1.5,
    },
  });
  const lines = () => readFileSync(file, 'utf8').split('\n').slice(0, -1);
  /** Ends sessions at once and waits until they are written. */
  const end = async (...ids: string[]) => {
    const written = new Promise<void>((resolve) => {
      let left = ids.length;
      get('s-file').on('input', () => {
        left -= 1;
        if (left === 0) resolve();
      });
    });
    for (const id of ids) send('s-csv', session(id));
    await written;
    while (!lines().some((line) => line.endsWith(`,${ids.at(-1)}`)))
      await new Promise((resolve) => setTimeout(resolve, 5));
  };
  const line = (id: string) => `2026-05-04T08:00:00Z,2026-05-04T09:30:00Z,"Garage, left",,,1.5,${id}`;

  it('writes the names of the columns once, over restarts and with sessions that end together', async () => {
    await start();
    await end('one', 'two', 'three');
    expect(lines()).to.deep.equal([HEADER, line('one'), line('two'), line('three')]);
    await helper.unload();
    await start();
    await end('four');
    await end('five', 'six');
    expect(lines().filter((each) => each === HEADER)).to.deep.equal([HEADER]);
    expect(lines().slice(4)).to.deep.equal(['four', 'five', 'six'].map(line));
  });

  it('writes them again in a new file', async () => {
    await start();
    await end('one');
    await end('two');
    rmSync(file);
    await end('three');
    expect(lines()).to.deep.equal([HEADER, line('three')]);
  });
});

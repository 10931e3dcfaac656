/**
 * Lets every fault come over a real Node-RED once, and writes into docs/reliability.md what a user sees and how long
 * healing takes:
 *
 *   npm run healing                 all of them, and the page
 *   npm run healing -- --only bus-  those whose names begin so, on the screen
 */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { withText } from '../page';
import { helper } from '../../test/support/node-red/harness';
import { tables, unusual, type Row } from './row';
import { suffered } from './real-home';
import { NOTHING, TROUBLES, type Trouble } from './troubles';
import { LIMIT_MS, VirtualHome } from './virtual-home';

const PAGE = path.join(__dirname, '../../docs/reliability.md');
const TITLES: Readonly<Record<string, string>> = {
  login: 'Login',
  server: 'Server',
  answers: 'Answers',
  chargers: 'Chargers',
  bus: 'Message bus',
  house: 'Meter and prices',
  credentials: 'Credentials',
  clock: 'Clock',
  disk: 'Disk',
  redis: 'Redis',
  process: 'Process',
};

/** They come and go without a trouble too. */
const CHANCE: ReadonlySet<string> = new Set(['live, 1 m ago', '2 working', '3 working']);

async function measure(trouble: Trouble, usual?: Row): Promise<Row> {
  const home = await VirtualHome.open();
  try {
    const { statuses, codes, feed, healedS } = await home.suffer(trouble);
    const { group, name, what } = trouble;
    return {
      group,
      name,
      what,
      statuses: unusual(
        statuses.filter((text) => !CHANCE.has(text)),
        usual?.statuses ?? [],
      ),
      codes: unusual(codes, usual?.codes ?? []),
      feed: unusual(feed, usual?.feed ?? []),
      healedS,
      limitS: LIMIT_MS / 1_000,
    };
  } finally {
    await home.close();
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { only: { type: 'string' }, json: { type: 'string' } } });
  const { only } = values;
  await new Promise<void>((resolve) => helper.startServer(() => resolve()));
  const usual = await measure(NOTHING);
  console.log('usual:', JSON.stringify(usual));
  const rows: Row[] = [];
  for (const trouble of TROUBLES) {
    if (only !== undefined && !trouble.name.startsWith(only) && trouble.group !== only) continue;
    const row = await measure(trouble, usual);
    rows.push(row);
    console.log(JSON.stringify({ ...row, what: undefined }));
  }
  for (const row of only === undefined || only === 'real' ? await suffered() : []) {
    rows.push(row);
    console.log(JSON.stringify({ ...row, what: undefined }));
  }
  if (values.json !== undefined) writeFileSync(values.json, JSON.stringify(rows, null, 2));
  const text = tables(rows, TITLES);
  if (only === undefined) writeFileSync(PAGE, withText(readFileSync(PAGE, 'utf8'), 'npm run healing', text));
  else console.log(text);
}

main().then(
  () => process.exit(),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);

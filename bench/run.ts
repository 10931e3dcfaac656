import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { busSoak } from './bus-soak/bus-soak';
import { commands } from './commands';
import { day } from './day';
import { days } from './days';
import { decode } from './decode';
import { fleet } from './fleet';
import { growth } from './growth';
import { limit } from './limit/limit';
import { priority } from './priority';
import { push } from './push/push';
import { judge, type Bench, type Result } from './result';
import { small } from './small';
import { soak } from './soak';
import { startup } from './startup';

const BENCHES: readonly Bench[] = [
  limit,
  priority,
  commands,
  fleet,
  decode,
  growth,
  day,
  startup,
  small,
  push,
  soak,
  busSoak,
  days,
];

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      only: { type: 'string' },
      part: { type: 'string' },
      short: { type: 'boolean', default: false },
      json: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(usage());
    return;
  }
  const chosen = BENCHES.filter(({ name }) => values.only === undefined || name === values.only);
  if (chosen.length === 0) {
    throw new Error(`--only ${values.only}: there is no such bench; use ${BENCHES.map(({ name }) => name).join(', ')}`);
  }
  const { part, short } = values;
  if (part !== undefined && !chosen.every(({ parts }) => parts?.includes(part))) {
    throw new Error(`--part ${part}: there is no such part\n${usage()}`);
  }
  const results: Result[] = [];
  for (const bench of chosen) {
    const parts = part === undefined ? (bench.parts ?? [undefined]) : [part];
    for (const each of parts) {
      for (const measurement of await bench.run({ short, part: each })) {
        const result = judge(measurement);
        results.push(result);
        console.log(line(result));
      }
    }
  }
  if (values.json) writeFileSync(values.json, `${JSON.stringify(results, null, 2)}\n`);
  const missed = results.filter(({ reached }) => !reached);
  console.log(`${results.length - missed.length} of ${results.length} goals reached`);
  process.exitCode = missed.length > 0 ? 1 : 0;
}

function usage(): string {
  const parts = BENCHES.filter((bench) => bench.parts).map(({ name, parts = [] }) => `\n  ${name}: ${parts.join('|')}`);
  const names = BENCHES.map(({ name }) => name).join('|');
  return `npm run bench -- [--only ${names}] [--part PART] [--short] [--json FILE]\nparts, each of which may be run alone:${parts.join('')}`;
}

function line({ name, figure, unit, goal, reached, beside }: Result): string {
  const others = Object.entries(beside).map(([other, value]) => `${other} ${value}`);
  return `${reached ? 'ok  ' : 'MISS'} ${name}: ${figure} ${unit} (goal ${goal})${others.length > 0 ? `; beside: ${others.join(', ')}` : ''}`;
}

main().then(
  () => process.exit(),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(2);
  },
);

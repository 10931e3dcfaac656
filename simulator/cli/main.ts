#!/usr/bin/env node
import { HELP, readArguments, type Arguments } from './arguments';
import { startSimulator, type Simulator } from '../index';

/** Exit codes: 0 stopped by a signal, 1 could not start, 2 wrong arguments. */
const FAILED = 1;
const MISUSED = 2;

function leave(code: number, message: string): never {
  process.stderr.write(`zaptec-simulator: ${message}\n`);
  process.exit(code);
}

function read(): Arguments {
  try {
    return readArguments(process.argv.slice(2));
  } catch (error) {
    return leave(MISUSED, (error as Error).message);
  }
}

/** One line of JSON for programs, or a text for people. */
function greeting({ baseUrl, amqpPort, page, accounts, certificate }: Simulator, json: boolean): string {
  if (json) return JSON.stringify({ baseUrl, amqpPort, page, accounts });
  return [
    'The simulated Zaptec cloud is ready.',
    `  API       ${baseUrl}`,
    `  Live page ${page}`,
    `  Bus       ${certificate === undefined ? 'amqp' : 'amqps'}://127.0.0.1:${amqpPort}`,
    ...(certificate === undefined ? [] : [`  Trust     ${page}certificate`]),
    'Accounts (invented, valid only here):',
    ...accounts.map(({ role, username, password }) => `  ${role.padEnd(8)} ${username}   password: ${password}`),
    'Ctrl+C stops it.',
  ].join('\n');
}

async function main(): Promise<void> {
  const { options, json, help } = read();
  if (help) {
    process.stdout.write(HELP);
    return;
  }
  const simulator = await startSimulator(options).catch((error: unknown) => {
    const { code, message, port } = error as NodeJS.ErrnoException & { port?: number };
    const isBus = port !== undefined && port === options.amqpPort;
    const taken = `--${isBus ? 'amqp-port' : 'port'}: ${port} is in use; choose another, or 0 for any free one`;
    return leave(FAILED, code === 'EADDRINUSE' ? taken : `could not start: ${message}`);
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void simulator.stop().then(() => process.exit(0)));
  }
  process.stdout.write(`${greeting(simulator, json)}\n`);
}

void main();

import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { parseArgs } from 'node:util';
import { BadInput } from '../bad-input';
import type { SeasonName } from '../world/house/season';
import { checkOptions, type SimulatorOptions } from '../options';

export const HELP = `zaptec-simulator: a simulator of the Zaptec cloud on this machine, for trials and tests. Not made by Zaptec.

Usage: zaptec-simulator [options]

  --port N        port of the HTTP server; 0, the default, for any free one
  --amqp-port N   port of the message bus; 0, the default, for any free one
  --scenario S    home (default), housing, apm, fleet, or fleet:N with N chargers
  --seed N        the same seed makes the same world; 1 by default
  --sessions-per-day N  past sessions of a charger per day, 0 to 1; by default what the scenario says
  --season S      winter, spring, summer or autumn for house, sun and prices; any, the default: the same all year
  --date D        a date such as 2026-06-21 on which house, sun and prices begin; by default that of the clock
  --speed N       how many times faster than real time the world runs; 1 by default
  --tls           HTTPS, and TLS for the bus, with a certificate made at the start: GET /simulator/certificate
  --tls-cert F    the same with the certificate in this file, PEM; needs --tls-key
  --tls-key F     the key of that certificate, PEM
  --host-name H   a name, beside localhost, under which clients may reach it; may be repeated
  --unusual-names the names of chargers have HTML and Unicode in them
  --json          when ready, print one line of JSON with the addresses and accounts
  --help          print this

It listens on 127.0.0.1 only and runs until SIGINT (Ctrl+C) or SIGTERM.
`;

const OPTIONS = {
  port: { type: 'string' },
  'amqp-port': { type: 'string' },
  scenario: { type: 'string' },
  seed: { type: 'string' },
  season: { type: 'string' },
  date: { type: 'string' },
  speed: { type: 'string' },
  'sessions-per-day': { type: 'string' },
  tls: { type: 'boolean' },
  'tls-cert': { type: 'string' },
  'tls-key': { type: 'string' },
  'unusual-names': { type: 'boolean' },
  'host-name': { type: 'string', multiple: true },
  json: { type: 'boolean' },
  help: { type: 'boolean' },
} as const;

/** The arguments of the command line. */
export interface Arguments {
  options: SimulatorOptions;
  json: boolean;
  help: boolean;
}

const toNumber = (name: string, text: string | undefined): Record<string, number> => {
  if (text === undefined) return {};
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value)) return { [name]: value };
  throw new BadInput(`${name}: "${text}" is not a number; use digits`);
};

const perDayOf = (text: string | undefined): Pick<SimulatorOptions, 'sessionsPerDay'> => {
  const { 'sessions-per-day': sessionsPerDay } = toNumber('sessions-per-day', text);
  return sessionsPerDay === undefined ? {} : { sessionsPerDay };
};

interface TlsValues {
  tls?: boolean | undefined;
  'tls-cert'?: string | undefined;
  'tls-key'?: string | undefined;
}

function tlsOf({ tls, 'tls-cert': cert, 'tls-key': key }: TlsValues): Pick<SimulatorOptions, 'tls'> {
  if (cert === undefined && key === undefined) return tls === undefined ? {} : { tls };
  if (cert === undefined) throw new BadInput('tls-cert: it is missing; name the file of the certificate too');
  if (key === undefined) throw new BadInput('tls-key: it is missing; name the file of the key too');
  const pair = { cert: pemOf('tls-cert', cert), key: pemOf('tls-key', key) };
  try {
    createSecureContext(pair);
  } catch (error) {
    const { message } = error as Error;
    throw new BadInput(`tls-cert: "${cert}" with the key "${key}" is not possible (${message}); use a pair in PEM`);
  }
  return { tls: pair };
}

function pemOf(argument: string, file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new BadInput(`${argument}: "${file}" cannot be read (${(error as Error).message}); use a readable file`);
  }
}

/** The length of a path of Linux. */
const LONGEST = 4_096;

/** Throws BadInput, whose message begins with the argument. */
export function readArguments(argv: readonly string[]): Arguments {
  try {
    const long = argv.find((text) => text.length > LONGEST);
    if (long !== undefined) {
      throw new Error(`'${long.slice(0, 40)}…' has ${long.length} characters, more than ${LONGEST}`);
    }
    const { values } = parseArgs({ args: [...argv], options: OPTIONS, strict: true });
    const { scenario, season, date, json = false, help = false } = values;
    const { 'amqp-port': bus = 0 } = toNumber('amqp-port', values['amqp-port']);
    if (!Number.isInteger(bus) || bus < 0 || bus > 65_535) {
      throw new BadInput(`amqp-port: ${bus} is not possible; use 0 to 65535, 0 for any free one`);
    }
    const { 'host-name': hostNames, 'unusual-names': unusualNames } = values;
    const options: SimulatorOptions = {
      ...toNumber('port', values.port),
      amqpPort: bus,
      ...toNumber('seed', values.seed),
      ...toNumber('speed', values.speed),
      ...perDayOf(values['sessions-per-day']),
      ...(scenario === undefined ? {} : { scenario }),
      // The options are checked below.
      ...(season === undefined ? {} : { season: season as SeasonName }),
      ...(date === undefined ? {} : { date }),
      ...tlsOf(values),
      ...(unusualNames === undefined ? {} : { unusualNames }),
      ...(hostNames === undefined ? {} : { hostNames }),
    };
    checkOptions(options);
    return { options, json, help };
  } catch (error) {
    if (error instanceof BadInput)
      throw new BadInput(
        `--${error.message.replace(/^hostNames/, 'host-name').replace(/^sessionsPerDay/, 'sessions-per-day')}`,
      );
    // The message of parseArgs already names the argument and what it expects.
    throw new BadInput(`${(error as Error).message.replace(/\.$/, '')}; --help lists all arguments`);
  }
}

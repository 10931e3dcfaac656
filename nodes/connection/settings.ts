import type { NodeDef } from 'node-red';
import { type FeedOptions, ZAPTEC_BASE_URL, type ZaptecError, zaptecError, phrase } from '../../src/client';
import { CONNECTION, MAX_SPEED, type ConnectionSettings } from '../shared/properties';
import { LANGUAGES, type Language, languageOf } from '../shared/language/languages';
import { isScenario, MAX_FLEET } from '../shared/scenarios';
import { readSettings, textOf } from '../shared/settings';
import { variableOf } from '../shared/variables';

/** What Node-RED stores encrypted; anything may come out of the environment. */
export interface Credentials {
  username: unknown;
  password: unknown;
  redisUrl: unknown;
  /** Which address the password belongs to. */
  binding?: unknown;
}

/** The settings of a connection, in the types they should have. */
export interface ConnectionConfig extends ConnectionSettings {
  username: string;
  password: string;
  redisUrl: string;
  /** The id of the node; absent before its first deploy. */
  id?: string | undefined;
  /** Where Node-RED keeps what must outlive the process. */
  stateDir?: string | undefined;
  /** The address that the password belongs to; undefined for one that was just entered. */
  boundTo?: string | undefined;
  /** Only to try them: nothing that is deployed may notice. */
  unsaved?: boolean;
}

/** The client refuses a longer address. */
const LONGEST = 2_000;
const LONGEST_NAME = 60;

export function readConnection(def: NodeDef, credentials: Credentials): ConnectionConfig {
  return {
    ...readSettings(CONNECTION, def),
    readOnly: isReadOnly((def as NodeDef & { readOnly?: unknown }).readOnly),
    username: textOf(credentials.username).trim(),
    password: textOf(credentials.password),
    redisUrl: textOf(credentials.redisUrl).trim(),
  };
}

/** In unconfirmed nothing is written: a variable that is not set must not open what it was meant to close. */
function isReadOnly(value: unknown): boolean {
  return !(value === undefined || value === null || /^(false|0|no|off|)$/i.test(textOf(value).trim()));
}

/** What no retry can heal; undefined when the connection can be tried. */
export function problemOf(config: ConnectionConfig): ZaptecError | undefined {
  const { cloud, username, password, speed } = config;
  const choices: readonly string[] = CONNECTION.cloud.values;
  if (!choices.includes(cloud)) return bad(phrase`cloud is "${cloud}"`, phrase`Use one of ${choices.join(', ')}`);
  if (cloud === 'simulator') return scenarioProblem(config.scenario) ?? speedProblem(speed);
  if (cloud === 'custom' && config.baseUrl.trim() === '') {
    return bad('the address is empty', 'Enter the address, or choose the Zaptec cloud');
  }
  const unknown = [cloud === 'custom' ? config.baseUrl : '', config.redisUrl].map(variableOf).find(Boolean);
  if (unknown !== undefined)
    return bad(phrase`the environment variable ${unknown} is not set`, 'Set it, or enter the value');
  const unset = [username, password].map(variableOf).find((name) => name !== undefined);
  if (unset !== undefined) return missing(phrase`The environment variable ${unset} is not set`);
  if (username === '') return missing('The connection has no user name');
  if (password === '') return missing('The connection has no password');
  return bindingProblem(config);
}

/**
 * The language of the texts. One that there is not is no reason to let the chargers stand: the texts are English then.
 * @returns `doubt`: what to warn of.
 */
export function spokenLanguage(setting: string): { language: Language; doubt?: string } {
  if (setting.trim() === '') return { language: 'en' };
  const language = languageOf(setting);
  if (language) return { language };
  const known = Object.keys(LANGUAGES).join(', ');
  return {
    language: 'en',
    doubt: phrase`The language is "${setting.slice(0, 40)}": the texts are English. Use one of ${known}`,
  };
}

/** A password goes to no other address than its own, whoever has changed the address. */
function bindingProblem(config: ConnectionConfig): ZaptecError | undefined {
  const { boundTo } = config;
  const address = addressOf(config);
  if (boundTo === undefined || boundTo === address) return undefined;
  const owner = boundTo === '' ? 'another address' : boundTo;
  return zaptecError('AUTH_MISSING', phrase`The stored password belongs to ${owner} and is not sent to ${address}`, {
    remedy: 'Enter the password again',
  });
}

function scenarioProblem(scenario: string): ZaptecError | undefined {
  if (isScenario(scenario)) return undefined;
  return bad(
    phrase`the simulator has no scenario ${JSON.stringify(scenario)}`,
    phrase`Use home, sunny, housing, apm, or fleet:1 to fleet:${MAX_FLEET}`,
  );
}

function speedProblem(speed: number): ZaptecError | undefined {
  if (speed >= 0 && speed <= MAX_SPEED) return undefined;
  const reason = Number.isNaN(speed) ? 'not a number' : String(speed);
  return bad(
    phrase`the speed of the simulator is ${reason}`,
    phrase`Use a number from 0 to ${MAX_SPEED}, 1 for real time`,
  );
}

function bad(reason: string, remedy: string): ZaptecError {
  return zaptecError('CONFIG_INVALID', phrase`The connection cannot be used: ${reason}`, { remedy });
}

function missing(reason: string): ZaptecError {
  return zaptecError('AUTH_MISSING', reason);
}

/** Where the password of the connection goes; two spellings of one address are one. Nowhere, with the simulator. */
export function addressOf({ cloud, baseUrl }: Pick<ConnectionConfig, 'cloud' | 'baseUrl'>): string {
  if (cloud !== 'custom') return cloud === 'zaptec' ? ZAPTEC_BASE_URL : '';
  const address = baseUrl.trim();
  if (address.length > LONGEST || !URL.canParse(address)) return address;
  const { origin, pathname } = new URL(address);
  return origin + pathname.replace(/(?<!\/)\/+$/, '');
}

/** How its feeds are opened. The simulator has groups and ports of its own. */
export function pushOf({
  cloud,
  userGroup,
  transport,
}: ConnectionConfig): Pick<FeedOptions, 'userGroup' | 'transport'> {
  if (cloud === 'simulator') return {};
  const group = userGroup.trim();
  return { transport, ...(group === '' ? {} : { userGroup: group }) };
}

/** What to call the connection where people and flows see it: never the e-mail of the account. */
export function labelOf({ name, cloud, baseUrl }: ConnectionConfig): string {
  if (name.trim() !== '') return name.trim();
  if (cloud === 'simulator') return 'Simulator';
  if (cloud === 'zaptec') return 'Zaptec';
  return baseUrl.length <= LONGEST && URL.canParse(baseUrl) ? new URL(baseUrl).host : 'Custom';
}

/** The label with the id, by which the editor finds the node: several may have one label. */
export function nameOf(config: ConnectionConfig): string {
  const label = `"${labelOf(config).slice(0, LONGEST_NAME).replaceAll('"', "'")}"`;
  return config.id === undefined ? label : `${label} (${config.id})`;
}

/** The settings as anybody may see them: choices, and of the rest only whether it is given. */
export interface PublicSettings {
  cloud: string;
  transport: string;
  readOnly: boolean;
  userGroup: 'given' | 'found';
  redis: boolean;
  credentials: 'given' | 'missing';
  scenario?: string;
  speed?: number;
}

export function publicSettings(config: ConnectionConfig): PublicSettings {
  const { cloud, transport, readOnly, userGroup, redisUrl, username, password, scenario, speed } = config;
  // A choice may hold anything where it comes from the environment.
  const chosen = (value: string, values: readonly string[]) => (values.includes(value) ? value : 'invalid');
  return {
    cloud: chosen(cloud, CONNECTION.cloud.values),
    transport: chosen(transport, CONNECTION.transport.values),
    readOnly,
    userGroup: userGroup.trim() === '' ? 'found' : 'given',
    redis: redisUrl !== '',
    credentials: username === '' || password === '' ? 'missing' : 'given',
    ...(cloud === 'simulator' ? { scenario: isScenario(scenario) ? scenario : 'invalid', speed } : {}),
  };
}

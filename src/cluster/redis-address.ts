import { isDeepStrictEqual } from 'node:util';
import { zaptecError, type ZaptecError } from '../errors/zaptec-error';
import { phrase } from '../errors/phrase';

/** A server, or a node of a cluster or of Sentinel. */
interface RedisNode {
  host: string;
  port: number;
}

/** Where Redis is and how to enter it. Holds a password: never log it. */
export interface RedisAddress {
  kind: 'single' | 'sentinel' | 'cluster';
  nodes: RedisNode[];
  /** The name under which Sentinel knows the master. */
  master?: string;
  username?: string;
  password?: string;
  db?: number;
  tls: boolean;
  /** Goes before every key. */
  prefix: string;
  /** How long the share of a machine that falls silent stays reserved, in ms. */
  holdBackMs: number;
}

interface Scheme {
  kind: RedisAddress['kind'];
  port: number;
  tls: boolean;
}

const SCHEMES: Readonly<Record<string, Scheme>> = {
  redis: { kind: 'single', port: 6379, tls: false },
  rediss: { kind: 'single', port: 6379, tls: true },
  'redis+sentinel': { kind: 'sentinel', port: 26_379, tls: false },
  'rediss+sentinel': { kind: 'sentinel', port: 26_379, tls: true },
  'redis+cluster': { kind: 'cluster', port: 6379, tls: false },
  'rediss+cluster': { kind: 'cluster', port: 6379, tls: true },
};
const MOST_LETTERS = 2_000;
const HOLD_BACK_S = 30;
/** The longest `holdBackS` of an address. */
export const LONGEST_HOLD_BACK_S = 3_600;
const REMEDY =
  'Use redis://user:password@host:6379/0, rediss:// for TLS, redis+sentinel://host:26379,host2/master/0 or redis+cluster://host:6379,host2';

/**
 * Takes the address of Redis apart.
 *
 * | address                                             | meaning                                          |
 * | --------------------------------------------------- | ------------------------------------------------ |
 * | `redis://user:password@host:6379/0`                 | one server, database 0                           |
 * | `rediss://…`                                        | the same with TLS                                |
 * | `redis+sentinel://user:password@a:26379,b/master/0` | the master of that name, as Sentinel knows it    |
 * | `redis+cluster://user:password@a:6379,b`            | a cluster; it has no databases                   |
 *
 * `?prefix=site1:` goes before every key; `?holdBackS=60` (0 to 3,600, 30 by default) is how long the share of a machine
 * that falls silent stays reserved.
 * @throws ZaptecError `INPUT_INVALID`; the text holds no part of the address that may be a password.
 */
export function redisAddress(text: string): RedisAddress {
  if (text.length > MOST_LETTERS) throw invalid('is longer than 2,000 letters');
  const at = text.indexOf('://');
  const name = at < 0 ? '' : text.slice(0, at).toLowerCase();
  const scheme = Object.hasOwn(SCHEMES, name) ? SCHEMES[name] : undefined;
  if (!scheme) throw invalid(phrase`begins with none of ${Object.keys(SCHEMES).join('://, ')}://`);
  const [authority = '', ...path] = beforeOf(text.slice(at + 3), '?').split('/');
  const query = new URLSearchParams(text.includes('?') ? text.slice(text.indexOf('?') + 1) : '');
  const { username, password } = credentialsOf(authority);
  const nodes = authority
    .slice(authority.lastIndexOf('@') + 1)
    .split(',')
    .map((node) => nodeOf(node, scheme.port));
  if (scheme.kind === 'single' && nodes.length > 1) throw invalid('names several hosts');
  const master = scheme.kind === 'sentinel' ? decoded(path.shift() ?? '') : undefined;
  if (master === '') throw invalid('names no master');
  const db = databaseOf(path.shift() ?? '');
  if (scheme.kind === 'cluster' && db !== undefined && db > 0)
    throw invalid('names a database, which a cluster has not');
  return {
    kind: scheme.kind,
    nodes,
    ...(master === undefined ? {} : { master }),
    ...(username ? { username } : {}),
    ...(password ? { password } : {}),
    ...(db === undefined ? {} : { db }),
    tls: scheme.tls,
    prefix: query.get('prefix') ?? '',
    holdBackMs: holdBackOf(query.get('holdBackS')) * 1_000,
  };
}

/** Whether two addresses, however they are spelled, say the same; an address that is none is like nothing but itself. */
export function isSameRedis(one: string | undefined, other: string | undefined): boolean {
  if (one === other) return true;
  if (one === undefined || other === undefined) return false;
  try {
    const [first, second] = [one, other].map((text) => ({ ...redisAddress(text), db: redisAddress(text).db ?? 0 }));
    return isDeepStrictEqual(first, second);
  } catch {
    return false;
  }
}

function credentialsOf(authority: string): { username: string; password: string } {
  const at = authority.lastIndexOf('@');
  if (at < 0) return { username: '', password: '' };
  const credentials = authority.slice(0, at);
  const username = beforeOf(credentials, ':');
  return { username: decoded(username), password: decoded(credentials.slice(username.length + 1)) };
}

function nodeOf(text: string, standardPort: number): RedisNode {
  // An IPv6 address stands in brackets.
  const bracket = text.lastIndexOf(']');
  const colon = text.indexOf(':', bracket + 1);
  const host = (colon < 0 ? text : text.slice(0, colon)).replace('[', '').replace(']', '');
  const port = colon < 0 ? standardPort : Number(text.slice(colon + 1));
  if (host === '') throw invalid('names no host');
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw invalid('has a port that is none from 1 to 65535');
  return { host, port };
}

function databaseOf(text: string): number | undefined {
  if (text === '') return undefined;
  const db = Number(text);
  if (!Number.isInteger(db) || db < 0) throw invalid('has a database that is no number from 0');
  return db;
}

function holdBackOf(text: string | null): number {
  const seconds = text === null ? HOLD_BACK_S : Number(text);
  if (!(seconds >= 0 && seconds <= LONGEST_HOLD_BACK_S)) throw invalid('has a holdBackS that is none from 0 to 3600');
  return seconds;
}

function beforeOf(text: string, end: string): string {
  const at = text.indexOf(end);
  return at < 0 ? text : text.slice(0, at);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw invalid('has a % that no two hexadecimal digits follow');
  }
}

function invalid(reason: string): ZaptecError {
  return zaptecError('INPUT_INVALID', phrase`The address of Redis ${reason}`, { remedy: REMEDY });
}

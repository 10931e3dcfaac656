import type { NodeMessageInFlow } from 'node-red';
import { type AnswerMeta, type Charger, type Installation, modelOf, zaptecError } from '../../src/client';

/** Older than this, a value is called stale. */
const STALE_MS = 15 * 60_000;

/** What a message is about and where it came from; only what applies. */
export interface Facts {
  installation?: { id: string; name?: string };
  charger?: { id: string; name?: string; deviceId?: string; model?: string };
  source?: 'rest' | 'cache' | 'push' | 'store';
  time?: string;
  ageMs?: number;
  stale?: boolean;
  attempts?: number;
  /** A command to the charger that is not confirmed. */
  pending?: string;
  /** When the charger was seen last, ISO 8601 with Z. */
  lastSeen?: string;
  result?: string;
  reason?: string;
  /** The time of the sessions, ISO 8601 with the local offset; `to` is exclusive. */
  from?: string;
  to?: string;
  /** What acknowledges the sessions. */
  batch?: string;
}

/** `msg.zaptec`. It is written and never read. */
export interface Envelope extends Facts {
  schema: 1;
  account: string;
}

/** What this package writes into one message. */
export interface Item {
  payload: unknown;
  facts: Facts;
  topic: string;
}

/** What a message says of one thing; `account` is the label of the connection. */
export function messageOf({ payload, facts, topic }: Item, account: string) {
  return { payload: own(payload), topic, zaptec: { schema: 1, account, ...facts } satisfies Envelope };
}

/** The client hands out what it also keeps; nobody downstream may edit its cache. */
function own(payload: unknown): unknown {
  // The engine's own copy is dear, and the values of a feed are many and flat.
  return isFlat(payload) ? { ...payload } : structuredClone(payload);
}

function isFlat(payload: unknown): payload is Record<string, unknown> {
  if (typeof payload !== 'object' || payload === null || Object.getPrototypeOf(payload) !== Object.prototype)
    return false;
  return Object.values(payload).every((value) => typeof value !== 'object' || value === null);
}

const TRUE: ReadonlySet<string> = new Set(['true', '1', 'on']);

/** Whether a property of a message says true, also as the text or the number that MQTT and dashboards send for it. */
export function isTrue(value: unknown): boolean {
  return value === true || value === 1 || (typeof value === 'string' && TRUE.has(value.trim().toLowerCase()));
}

/** The fields to change, which an update takes from the payload. */
export function settingsFrom(payload: unknown): Record<string, unknown> {
  if (typeof payload === 'object' && payload !== null && !Array.isArray(payload) && !Buffer.isBuffer(payload)) {
    return payload as Record<string, unknown>;
  }
  throw zaptecError('INPUT_INVALID', 'msg.payload is not an object with the settings to change', {
    remedy: 'Send the fields and their new values, as the help of this node lists them',
  });
}

/** The setting, unless the message brings its own and is allowed to. Never stored: the next message starts afresh. */
export function overridden(
  message: NodeMessageInFlow,
  property: 'action' | 'installation' | 'charger' | 'command' | 'user' | 'period' | 'from' | 'to',
  permission: OverridePermission,
): unknown {
  const value = mayOverride(property, permission) ? message[property] : undefined;
  return value === '' || value === null ? undefined : value;
}

/** What the settings of a node let a message replace. */
export interface OverridePermission {
  lockOverrides: boolean;
  overrides: readonly string[];
}

/** Whether a message may replace a setting of the dialog by that property. */
export function mayOverride(property: string, { lockOverrides, overrides }: OverridePermission): boolean {
  return !lockOverrides && overrides.includes(property);
}

export function installationFacts({
  id,
  name,
}: Pick<Installation, 'id' | 'name'>): Required<Pick<Facts, 'installation'>> {
  return { installation: { id, ...(name ? { name } : {}) } };
}

type Named = Pick<Charger, 'id' | 'name' | 'deviceId' | 'deviceType' | 'installationId' | 'installationName'>;

export function chargerFacts(charger: Named): Pick<Facts, 'installation' | 'charger'> {
  const { id, name, deviceId, deviceType, installationId, installationName } = charger;
  const model = modelOf(deviceId, deviceType);
  return {
    ...(installationId
      ? installationFacts({ id: installationId, ...(installationName ? { name: installationName } : {}) })
      : {}),
    charger: { id, ...(name ? { name } : {}), ...(deviceId ? { deviceId } : {}), ...(model ? { model } : {}) },
  };
}

/** Where an answer came from: a request, the cache, or what a feed has sent before. */
export type ReadingMeta = Omit<AnswerMeta, 'source'> & { source: AnswerMeta['source'] | 'store' };

/** How an answer was come by; `online` where the thing can be offline. */
export function answerFacts(meta: ReadingMeta, online?: boolean): Facts {
  const { source, time, ageMs, attempts } = meta;
  return { source, time, ageMs, stale: online === false || ageMs > STALE_MS, attempts };
}

/**
 * Joins the origin of several answers. A sum is as old as its oldest part, so that this part gives the time; it also
 * gives the source, or the sum would pass for fresher than that part is.
 */
export function joinedMeta(metas: readonly ReadingMeta[]): ReadingMeta | undefined {
  const [first, ...others] = metas;
  if (!first) return undefined;
  return others.reduce((joined, meta) => {
    const { source, time } = meta.time < joined.time ? meta : joined;
    return {
      source,
      time,
      ageMs: Math.max(joined.ageMs, meta.ageMs),
      attempts: Math.max(joined.attempts, meta.attempts),
    };
  }, first);
}

/** Whether any part is stale. Only the part knows: a live feed and a request differ in what makes a value stale. */
export function anyStale(parts: readonly { facts: Facts }[]): boolean {
  return parts.some(({ facts }) => facts.stale === true);
}

/** `zaptec/<installation>/<charger>/<what>`, from the parts that are known; safe as a topic of MQTT as well. */
export function topicOf(facts: Facts, what: string): string {
  const names = [facts.installation?.name, facts.charger?.name ?? facts.charger?.deviceId];
  return ['zaptec', ...names.filter((name) => name !== undefined).map(withoutWildcards), what].join('/');
}

/** A topic of MQTT has at most 65,535 bytes. */
const LONGEST_PART = 1_000;

const withoutWildcards = (part: string): string => part.slice(0, LONGEST_PART).replace(/[/+#]/g, '-');

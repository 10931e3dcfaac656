import type { AccountView } from '../overview';
import { ask } from './ask';
import { listOf } from './list-field';
import type { NodeBase } from './red';

const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
/** Each node has a script of its own: what one of them has learnt, all of them know. */
const KEY = Symbol.for('node-red-contrib-zaptec.names');
/** After a deploy, in ms: the account is read by the flow, not by the editor. */
const LOOKS_MS = [2_000, 10_000, 60_000];

const names = (): Map<string, string> => {
  const shared = globalThis as { [KEY]?: Map<string, string> };
  const known = shared[KEY] ?? new Map<string, string>();
  shared[KEY] = known;
  return known;
};

/** A thing with the name that its owner has given it. */
interface Named {
  id: string;
  name?: string | undefined;
}

/** Remembers what things are called, and shows it in the labels of the canvas. */
export const learnNames = (things: readonly Named[]): void => {
  const known = names();
  const fresh = things.filter(({ id, name }) => name !== undefined && name !== id && known.get(id) !== name);
  if (fresh.length === 0) return;
  for (const { id, name = id } of fresh) known.set(id, name);
  RED.nodes.eachNode((node) => {
    if (node.type.startsWith('zaptec-')) Object.assign(node, { dirty: true, resize: true });
  });
  RED.view.redraw();
};

/** What a charger or an installation is called; undefined for an id whose name nobody has learnt. */
const nameOf = (reference: string): string | undefined =>
  names().get(reference) ?? (GUID.test(reference) ? undefined : reference);

/**
 * Whom a property of a node names, in few words: `P001`, or `P001 +2` for three. Undefined where it names nobody, or
 * takes them from elsewhere.
 */
export const whom = (node: NodeBase, property: string): string | undefined => {
  const settings = new Map<string, unknown>(Object.entries(node));
  if ((settings.get(`${property}Type`) ?? 'str') !== 'str') return undefined;
  const [first, ...others] = listOf(settings.get(property));
  const name = first === undefined ? undefined : nameOf(first);
  if (name === undefined) return undefined;
  return others.length === 0 ? name : `${name} +${others.length}`;
};

/** A property as it was saved, or its default: flows of older versions lack properties that are newer than they are. */
export const savedOr = (node: NodeBase, property: string): string => {
  const saved = new Map<string, unknown>(Object.entries(node)).get(property);
  const value = saved ?? node._def.defaults[property]?.value;
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
};

const learn = async (): Promise<void> => {
  const accounts = await ask<AccountView[]>('overview', {});
  const sites = accounts.flatMap(({ installations }) => installations);
  learnNames([...sites, ...sites.flatMap(({ circuits }) => circuits.flatMap(({ chargers }) => chargers))]);
};

/** Learns the names that the runtime knows, now and after each deploy. No request goes to Zaptec for it. */
export const watchNames = (): void => {
  const look = (): void => {
    for (const ms of LOOKS_MS) window.setTimeout(() => void learn().catch(() => undefined), ms);
  };
  RED.events.on('flows:loaded', look);
  RED.events.on('deploy', look);
};

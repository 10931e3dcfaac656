import { word } from './words';

/** What a node may name a charger or an installation by. */
interface Named {
  id: string;
  serial?: string | undefined;
  name?: string;
}

/** The nodes on the canvas that name a thing, in any of their fields. */
const usersOf = ({ id, serial, name }: Named): string[] => {
  const names = [id, serial, name].filter((text) => text !== undefined).map((text) => text.toLowerCase());
  const users: string[] = [];
  RED.nodes.eachNode((node) => {
    if (!node.type.startsWith('zaptec-')) return;
    const { charger, chargers, installation } = node as unknown as Record<string, unknown>;
    const given = [charger, installation, ...(Array.isArray(chargers) ? (chargers as unknown[]) : [])];
    if (given.some((value) => typeof value === 'string' && names.includes(value.trim().toLowerCase())))
      users.push(node.id);
  });
  return users;
};

let last = '';

/** Shows a node that uses the thing; the next one with the next click. */
export const revealUser = (thing: Named): void => {
  const users = usersOf(thing);
  const next = users[(users.indexOf(last) + 1) % users.length];
  if (next === undefined) {
    RED.notify($('<p>').text(word('sidebar.unused', { name: thing.name ?? thing.id })));
    return;
  }
  last = next;
  RED.view.reveal(next);
};

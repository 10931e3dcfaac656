import type { WorldModel } from '../../world/model';

const ID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi;

/** The names of the chargers and installations whose ids are in a text; undefined where none is. */
export function namesIn(text: string, { chargers, installations }: WorldModel): string | undefined {
  const names = [...text.matchAll(ID)].flatMap(([id]) => {
    const known = chargers.get(id.toLowerCase()) ?? installations.get(id.toLowerCase());
    return known ? [known.name] : [];
  });
  return names.length === 0 ? undefined : names.join(', ');
}

/** A per phase; undefined where nothing is said of it. */
export type Currents = readonly (number | undefined)[];

/**
 * The currents that an update of an installation sets, by `zaptec-api.md` 2.5 in any casing; undefined when it sets
 * nothing at all. A phase left out goes back to its default, which is not known here and so is no raise.
 */
export function currentsIn(body: unknown): Currents | undefined {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return undefined;
  const fields = new Map<string, unknown>();
  for (const [name, value] of Object.entries(body)) if (value !== null) fields.set(name.toLowerCase(), value);
  if (fields.size === 0) return undefined;
  return [1, 2, 3].map((phase) => {
    const value = fields.get('availablecurrent') ?? fields.get(`availablecurrentphase${phase}`);
    return typeof value === 'number' ? value : undefined;
  });
}

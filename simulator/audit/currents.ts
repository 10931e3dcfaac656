/** A per phase; undefined for a phase that the update leaves out. */
export type Currents = readonly (number | undefined)[];

/**
 * Reads the currents that an update of an installation sets (docs/zaptec-api.md, "Installation settings"), with names
 * in any case; undefined where the update sets nothing. A phase that is left out returns to its default; the audit does
 * not know that value, so it does not count as a raise. The same is true of -1, automatic.
 */
export function currentsIn(body: unknown): Currents | undefined {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return undefined;
  const fields = new Map<string, unknown>();
  for (const [name, value] of Object.entries(body)) if (value !== null) fields.set(name.toLowerCase(), value);
  if (fields.size === 0) return undefined;
  return [1, 2, 3].map((phase) => {
    const value = fields.get('availablecurrent') ?? fields.get(`availablecurrentphase${phase}`);
    return typeof value === 'number' && value >= 0 ? value : undefined;
  });
}

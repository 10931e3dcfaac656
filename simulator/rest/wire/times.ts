/** A time in the form of the classic endpoints: UTC without a zone, without trailing zeros of the fraction. */
export function wireTime(ms: number): string {
  return utcTime(ms).slice(0, -1);
}

/** The same with `Z`, as the archived sessions have it (docs/zaptec-api.md, "Archived sessions"). */
export function utcTime(ms: number): string {
  const iso = new Date(ms).toISOString();
  return iso.endsWith('.000Z') ? `${iso.slice(0, -'.000Z'.length)}Z` : iso.replace(/0{0,2}Z$/, 'Z');
}

/** Reads a time of a request; without a zone it is UTC. Undefined: not a time. */
export function parseTime(text: string): number | undefined {
  // In a query an unencoded plus arrives as a space.
  const iso = text.trim().replace(/ (\d\d:?\d\d)$/, '+$1');
  if (!/^\d{4}-\d\d-\d\d/.test(iso)) return undefined;
  const zoned = /(Z|[+-]\d\d:?\d\d)$/i.test(iso) || !iso.includes('T');
  const ms = Date.parse(zoned ? iso : `${iso}Z`);
  return Number.isNaN(ms) ? undefined : ms;
}

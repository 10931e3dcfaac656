const OWNER = 2;
const SERVICE = 4;

export type Role = 'owner' | 'service' | 'user' | 'none';

/** The most that an account may do with a thing, by its flags (`zaptec-api.md` 6.5); undefined when it is not told. */
export function roleOf(flags: unknown): Role | undefined {
  if (typeof flags !== 'number') return undefined;
  if (flags & OWNER) return 'owner';
  if (flags & SERVICE) return 'service';
  return flags === 0 ? 'none' : 'user';
}

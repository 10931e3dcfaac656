/** The bits of `CurrentUserRoles` (docs/zaptec-api.md, "Enumerations"); an account may have several at once. */
const ROLE = { User: 1, Owner: 2, Service: 4 } as const;

/** The most that an account may do with an installation or a charger. */
export type Role = 'owner' | 'service' | 'user' | 'none';

/** The strongest role among the bits; undefined when the cloud named none. */
export function roleOf(bits: unknown): Role | undefined {
  if (typeof bits !== 'number') return undefined;
  if (bits & ROLE.Owner) return 'owner';
  if (bits & ROLE.Service) return 'service';
  return bits === 0 ? 'none' : 'user';
}

/** Whether the bits allow reading live states, sending commands and changing settings; unknown bits do not. */
export function mayControl(bits: unknown): boolean {
  const role = roleOf(bits);
  return role === 'owner' || role === 'service';
}

import type { Role } from '../../world/model';

/** `CurrentUserRoles` (docs/zaptec-api.md, "Enumerations" and "Roles"). */
export const ROLE_FLAGS: Readonly<Record<Role, number>> = { user: 1, owner: 2, service: 4 };

/** Whether the filter `Roles`, a set of flags, selects a role. guess: 0 selects all. */
export function roleMatches(role: Role, wanted: number | undefined): boolean {
  return wanted === undefined || wanted === 0 || (wanted & ROLE_FLAGS[role]) !== 0;
}

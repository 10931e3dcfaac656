import type { Role } from '../../world/model';

/** The flags of real owners: combined, since an owner is often a user or a maintainer too. */
const OWNERS = [3, 2, 7, 70] as const;
const OTHERS = { user: 1, service: 4 } as const;

/** `CurrentUserRoles` of an account in an installation (docs/zaptec-api.md, "Installation list" and "Enumerations"). */
export function roleFlags(role: Role, installationId: string): number {
  return role === 'owner' ? (OWNERS[parseInt(installationId.slice(0, 8), 16) % OWNERS.length] ?? 2) : OTHERS[role];
}

/** Whether the filter `Roles`, a set of flags, selects an object with these flags. guess: 0 selects all. */
export function roleMatches(flags: number, wanted: number | undefined): boolean {
  return wanted === undefined || wanted === 0 || (wanted & flags) !== 0;
}

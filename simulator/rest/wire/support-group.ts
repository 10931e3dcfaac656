import type { Installation } from '../../world/model';

/** A few kilobytes that begin like a PNG: the real logo makes the answer huge (docs/zaptec-api.md, "Installation"). */
const LOGO = Buffer.concat([
  Buffer.from('89504e470d0a1a0a', 'hex'),
  Buffer.from(Array.from({ length: 6_000 }, (_, index) => (index * 73) % 251)),
]).toString('base64');

/** The installer of an installation (docs/zaptec-api.md, "Installation"). */
export function supportGroup(installation: Installation) {
  return {
    Id: installation.supportGroupId,
    Name: GROUP_NAME,
    LookupKey: lookupKey(installation.supportGroupId),
    Protected: false,
    LogoContentType: 'image/png',
    LogoBase64: LOGO,
    SupportEmail: 'support@simulator.example',
    PropertyMessagingAllowed: installation.messagingEnabled,
    PropertyMessagingEnabled: installation.messagingEnabled,
  };
}

export const GROUP_NAME = 'Simulated installer';

/** The key by which users grant access to a group. */
export const lookupKey = (groupId: string): string => `simulated-${groupId.slice(-6)}`;

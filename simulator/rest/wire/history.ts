import type { Charger, FinishedSession } from '../../world/model';
import { isSigned, signatureOf, wireEnergy } from './energy';
import { utcTime, wireTime } from './times';

/** Flags of `CommitMetadata` (docs/zaptec-api.md, "Commit metadata"). */
const META = {
  online: 1,
  offline: 2,
  reliableClock: 4,
  stoppedByRfid: 8,
  signed: 16,
  voided: 32,
  aborted: 64,
} as const;

/** An entry of the charge history (docs/zaptec-api.md, "Charge history"). The charger may have been removed since. */
export function wireHistory(session: FinishedSession, charger: Charger | undefined, detailed: boolean) {
  const details = session.readings.map(({ at, energyKwh }) => ({
    Timestamp: wireTime(at),
    Energy: wireEnergy(energyKwh),
  }));
  return {
    ...historyFields(session, charger),
    ...(detailed ? { EnergyDetails: details } : {}),
    SignedSession: signatureOf(session, charger),
  };
}

/** The fields of an entry without the long ones. */
export function historyFields(session: FinishedSession, charger: Charger | undefined) {
  const { user } = session;
  return {
    Id: session.id,
    DeviceId: charger?.deviceId,
    StartDateTime: wireTime(session.startedAt),
    // When the cloud closed the session; CommitEndDateTime is the real end.
    EndDateTime: wireTime(session.recognisedAt),
    Energy: wireEnergy(session.energyKwh),
    CommitMetadata: metadata(session, isSigned(session, charger)),
    CommitEndDateTime: wireTime(session.endedAt),
    UserFullName: user?.name,
    UserEmail: user?.email,
    UserUserName: user?.email,
    UserId: user?.id,
    TokenName: session.tokenName,
    ChargerId: session.chargerId,
    DeviceName: charger?.name,
    ExternallyEnded: false,
    ReplacedBySessionId: session.replacedBy,
    ChargerFirmwareVersion: charger && versionParts(charger.firmware.current),
  };
}

/**
 * An archived session (docs/zaptec-api.md, "Archived sessions"): the only model in camelCase, with `Z` and with nulls.
 */
export function wireArchived(session: FinishedSession, charger: Charger | undefined) {
  const { user } = session;
  const signature = signatureOf(session, charger) ?? null;
  return {
    id: session.id,
    externalId: null,
    replacedBySessionId: session.replacedBy ?? null,
    tokenName: session.tokenName ?? null,
    chargerId: session.chargerId,
    deviceId: charger?.deviceId ?? null,
    deviceName: charger?.name ?? null,
    chargerFirmwareVersion: charger?.firmware.current ?? null,
    energy: wireEnergy(session.energyKwh),
    sessionSignature: signature,
    sessionSignatureEichreicht: null,
    startDateTime: utcTime(session.startedAt),
    endDateTime: utcTime(session.endedAt),
    recognizedDateTime: utcTime(session.recognisedAt),
    offline: session.offline,
    reliableClock: session.reliableClock ?? true,
    stoppedByRfid: session.stoppedByRfid,
    signed: signature !== null,
    voided: session.voided ?? false,
    aborted: session.aborted ?? false,
    ocppNative: false,
    externallyAbandoned: false,
    authorizedUser: user ? { id: user.id, email: user.email, fullName: user.name } : null,
    energyDetails: session.readings.map(({ at, energyKwh }) => ({
      timestamp: utcTime(at),
      energy: wireEnergy(energyKwh),
    })),
  };
}

function metadata(session: FinishedSession, signed: boolean): number {
  const { offline, reliableClock = true, stoppedByRfid, voided = false, aborted = false } = session;
  const flags = { online: !offline, offline, reliableClock, stoppedByRfid, signed, voided, aborted };
  return Object.entries(META).reduce((sum, [name, bit]) => (flags[name as keyof typeof META] ? sum | bit : sum), 0);
}

/** guess: an object as in the older schema; newer types have a text. */
function versionParts(version: string) {
  const [Major = 0, Minor = 0, Build = 0, Revision = 0] = version.split('.').map(Number);
  return { Major, Minor, Build, Revision, MajorRevision: Revision >> 16, MinorRevision: Revision & 0xffff };
}

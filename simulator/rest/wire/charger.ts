import type { Charger, Installation, Role } from '../../world/model';
import { meterReadingOf } from './energy';
import { roleFlags } from './roles';
import { wireTime } from './times';

/** The parts of the request on which the answer depends. */
export interface Viewer {
  role: Role;
  /** The fault charger-offline: all chargers appear offline. */
  offline: boolean;
}

/**
 * A charger in a list (docs/zaptec-api.md, "Charger list"). `SerialNo` repeats the name; the serial number is `DeviceId`.
 */
export function wireListedCharger(charger: Charger, installation: Installation | undefined, { role, offline }: Viewer) {
  const basic = {
    OperatingMode: charger.neverStarted ? 0 : charger.mode,
    IsOnline: charger.online && !offline,
    Id: charger.id,
    MID: charger.deviceId,
    DeviceId: charger.deviceId,
    SerialNo: charger.name,
    Name: charger.name,
    CreatedOnDate: wireTime(charger.createdAt),
    Active: charger.active,
    CurrentUserRoles: roleFlags(role, charger.installationId),
    DeviceType: charger.deviceType,
    InstallationName: installation?.name,
    InstallationId: charger.installationId,
  };
  // guess: the fields that the role User does not get.
  if (role === 'user') return basic;
  return {
    ...basic,
    CircuitId: charger.circuitId,
    ...(role === 'owner' ? { Pin: charger.pin } : {}),
    AuthenticationType: installation?.authenticationType,
    IsAuthorizationRequired: installation?.authenticationRequired,
  };
}

/** A charger alone has more fields (docs/zaptec-api.md, "Charger list"). */
export function wireCharger(charger: Charger, installation: Installation | undefined, viewer: Viewer) {
  return {
    ...wireListedCharger(charger, installation, viewer),
    PropertyPinOfflinePhase: false,
    PropertyAuthenticationDisabled: false,
    PropertyOfflinePhaseOverride: 0,
    HasSessions: charger.session !== undefined,
    Warnings: charger.warnings.toString(),
    ...meterReadingOf(charger),
    PropertyPrioritizedCurrent: charger.priority?.current,
    PropertyPrioritizedPhases: charger.priority?.phases,
  };
}

/** The few fields of a charger in the hierarchy (docs/zaptec-api.md, "Hierarchy"). */
export function wireHierarchyCharger(charger: Charger) {
  const { id: Id, deviceId: DeviceId, name: Name, active: Active, deviceType: DeviceType } = charger;
  return { Id, DeviceId, MID: DeviceId, Name, SerialNo: Name, Active, DeviceType };
}

/** docs/zaptec-api.md, "Firmware"; a charger that was never started has no versions. */
export function wireFirmware(charger: Charger, offline: boolean) {
  const { current, available } = charger.firmware;
  return {
    ChargerId: charger.id,
    DeviceId: charger.deviceId,
    IsOnline: charger.online && !offline,
    ...(charger.neverStarted ? {} : { CurrentVersion: current, AvailableVersion: available }),
    DeviceType: charger.deviceType,
    ...(charger.neverStarted ? {} : { IsUpToDate: current === available }),
  };
}

/**
 * `/state` (docs/zaptec-api.md, "Charger state"): a list without an envelope, sorted by id; an event such as -1 has no
 * value.
 */
export function wireState(charger: Charger, offline: boolean) {
  if (charger.neverStarted) return [];
  return [...charger.observations.values()]
    .sort((a, b) => a.id - b.id)
    .map(({ id, at, value }) => ({
      ChargerId: charger.id,
      StateId: id,
      Timestamp: wireTime(at),
      ValueAsString: id === IS_ONLINE && offline ? '0' : value,
    }));
}

const IS_ONLINE = -2;

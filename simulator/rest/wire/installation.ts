import type { Charger, Installation, Role } from '../../world/model';
import { wireHierarchyCharger } from './charger';
import { ROLE_FLAGS } from './roles';
import { supportGroup } from './support-group';
import { wireTime } from './times';

const CATEGORY = { id: 'd72d6374-7f73-4df5-8056-60635b177421', name: 'Private_Installation_Category' };
const NORWAY = '83bffdb1-0a92-4574-bb7b-bd0d17387c17';
/** Default feature flags by InstallationType (docs/zaptec-api.md, "Enumerations"). */
const FEATURES = [183, 471] as const;

/**
 * An installation (docs/zaptec-api.md, "Installation"), for the roles Owner and Service; `chargers` are those of the
 * installation.
 */
export function wireInstallation(installation: Installation, role: Role, chargers: readonly Charger[]) {
  return {
    ...base(installation, role),
    ...current(installation),
    NetworkType: installation.networkType,
    AuthenticationType: installation.authenticationType,
    IsRequiredAuthentication: installation.authenticationRequired,
    ActiveChargerCount: chargers.filter(({ active }) => active).length,
    AvailableInternetAccessPLC: false,
    AvailableInternetAccessWiFi: true,
    AvailableFeatures: FEATURES[installation.installationType],
    EnabledFeatures: installation.availableCurrentMode === 2 ? 4 : installation.availableCurrentMode === 1 ? 16 : 0,
    MessagingEnabled: installation.messagingEnabled,
    RoutingId: 'default',
    OcppCloudUrlVersion: 0,
    UpdateStatusCode: 0,
    Notifications: 0,
    IsSubscriptionsAvailableForCurrentUser: false,
    PropertyIsMinimumPowerOfflineMode: installation.minPowerOfflineMode,
    PropertyOfflineModeAllowAnonymous: false,
    PropertyEnergySensorIsOffline: false,
    PropertyExperimentalFeaturesEnabled: false,
    PropertyFirmwareAutomaticUpdates: true,
    PropertySessionMaxStopCount: 5,
    SupportGroup: supportGroup(installation),
  };
}

/**
 * An installation for the role User. guess: the fields. Recorded answers lack NetworkType or AuthenticationType
 * (docs/zaptec-api.md, "Installation list"); here the list lacks AuthenticationType, and a single installation lacks
 * both.
 */
export function wireReducedInstallation(installation: Installation, where: 'list' | 'alone') {
  return { ...base(installation, 'user'), ...(where === 'list' ? { NetworkType: installation.networkType } : {}) };
}

/** Circuits and their chargers (docs/zaptec-api.md, "Hierarchy"). */
export function wireHierarchy(installation: Installation, chargers: readonly Charger[]) {
  return {
    Id: installation.id,
    Name: installation.name,
    InstallationName: installation.name,
    NetworkType: installation.networkType,
    Circuits: installation.circuits.map(({ id, name, maxCurrent }) => ({
      Id: id,
      Name: name,
      MaxCurrent: maxCurrent,
      IsActive: true,
      Active: true,
      InstallationId: installation.id,
      InstallationName: installation.name,
      Chargers: chargers.filter(({ circuitId }) => circuitId === id).map(wireHierarchyCharger),
    })),
  };
}

function base(installation: Installation, role: Role) {
  return {
    Id: installation.id,
    Name: installation.name,
    Address: installation.address,
    ZipCode: installation.zipCode,
    City: installation.city,
    CountryId: NORWAY,
    InstallationType: installation.installationType,
    InstallationCategoryId: CATEGORY.id,
    InstallationCategory: CATEGORY.name,
    Latitude: 59.9,
    Longitude: 10.7,
    Active: true,
    CreatedOnDate: wireTime(installation.createdAt),
    UpdatedOn: wireTime(installation.updatedAt),
    CurrentUserRoles: ROLE_FLAGS[role],
    TimeZoneName: '(UTC+01:00) Central European Time (Oslo)',
    TimeZoneIanaName: 'Europe/Oslo',
  };
}

function current(installation: Installation) {
  const [phase1, phase2, phase3] = installation.availableCurrent;
  return {
    MaxCurrent: installation.maxCurrent,
    AvailableCurrent: Math.min(phase1, phase2, phase3),
    AvailableCurrentPhase1: phase1,
    AvailableCurrentPhase2: phase2,
    AvailableCurrentPhase3: phase3,
    AvailableCurrentMode: installation.availableCurrentMode,
    AvailableCurrentScheduleWeekendActive: false,
    ThreeToOnePhaseSwitchCurrent: installation.threeToOnePhaseSwitchCurrent,
    // Defaults of the portal: 8 A where a Go 2 is possible, 15 A for Pro (docs/zaptec-api.md, "Installation settings").
    DefaultThreeToOneSwitchCurrent: installation.installationType === 1 ? 8 : 15,
    UseLoadBalancing: true,
  };
}

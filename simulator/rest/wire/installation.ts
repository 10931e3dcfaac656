import type { Charger, Installation, Role } from '../../world/model';
import { wireHierarchyCharger } from './charger';
import { roleFlags } from './roles';
import { supportGroup } from './support-group';
import { wireTime } from './times';

/** The part of the request on which the answer depends. */
export interface InstallationViewer {
  /** The fault no-available-current: nobody ever set one. */
  withoutCurrent: boolean;
}

const CATEGORY = { id: 'd72d6374-7f73-4df5-8056-60635b177421', name: 'Private_Installation_Category' };
const NORWAY = '83bffdb1-0a92-4574-bb7b-bd0d17387c17';
/** Default feature flags by InstallationType (docs/zaptec-api.md, "Enumerations"). */
const FEATURES = [183, 471] as const;

/**
 * An installation in a list, for the roles Owner and Service: fewer fields than alone, as recorded (docs/zaptec-api.md,
 * "Installation list"). guess: the address and the support group, which the recorded site may not have had.
 */
export function wireListedInstallation(installation: Installation, role: Role, viewer: InstallationViewer) {
  return {
    ...base(installation, role),
    ...current(installation, viewer),
    NetworkType: installation.networkType,
    AuthenticationType: installation.authenticationType,
    IsRequiredAuthentication: installation.authenticationRequired,
    AvailableInternetAccessPLC: false,
    AvailableInternetAccessWiFi: true,
    AvailableFeatures: FEATURES[installation.installationType],
    EnabledFeatures: installation.availableCurrentMode === 2 ? 4 : installation.availableCurrentMode === 1 ? 16 : 0,
    MessagingEnabled: installation.messagingEnabled,
    RoutingId: 'default',
    OcppCloudUrl: installation.ocppCloudUrl,
    OcppCloudUrlVersion: 0,
    IsSubscriptionsAvailableForCurrentUser: false,
    SupportGroup: supportGroup(installation),
  };
}

/**
 * An installation alone (docs/zaptec-api.md, "Installation"), for the roles Owner and Service; `chargers` are those of the
 * installation.
 */
export function wireInstallation(
  installation: Installation,
  role: Role,
  viewer: InstallationViewer,
  chargers: readonly Charger[],
) {
  return {
    ...wireListedInstallation(installation, role, viewer),
    ...timeZone,
    Notes: installation.notes,
    ThreeToOnePhaseSwitchCurrent: installation.threeToOnePhaseSwitchCurrent,
    // Defaults of the portal: 8 A where a Go 2 is possible, 15 A for Pro (docs/zaptec-api.md, "Installation settings").
    DefaultThreeToOneSwitchCurrent: installation.installationType === 1 ? 8 : 15,
    ActiveChargerCount: chargers.filter(({ active }) => active).length,
    UpdateStatusCode: 0,
    Notifications: 0,
    Feature_PowerManagement_EcoMode_DepartureTime: 360,
    Feature_PowerManagement_EcoMode_MinEnergy: 10,
    Feature_PowerManagement_Apm_SinglePhaseMappedToPhase: 1,
    PropertyIsMinimumPowerOfflineMode: installation.minPowerOfflineMode,
    PropertyOfflineModeAllowAnonymous: false,
    PropertyEnergySensorIsOffline: false,
    PropertyEnergySensorRippleEnabled: false,
    PropertyEnergySensorRippleNumBits: 1,
    PropertyEnergySensorRipplePercentBits01: 30,
    PropertyEnergySensorRipplePercentBits10: 60,
    PropertyExperimentalFeaturesEnabled: 0,
    PropertyFirmwareAutomaticUpdates: true,
    PropertySessionMaxStopCount: 5,
  };
}

/**
 * An installation for the role User: without AuthenticationType, and ending in PropertyFirmwareAutomaticUpdates, as
 * recorded (docs/zaptec-api.md, "Installation list"). guess: the other fields.
 */
export function wireReducedInstallation(installation: Installation) {
  return {
    ...base(installation, 'user'),
    ...timeZone,
    NetworkType: installation.networkType,
    PropertyFirmwareAutomaticUpdates: true,
  };
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
    CurrentUserRoles: roleFlags(role, installation.id),
  };
}

const timeZone = {
  TimeZoneName: '(UTC+01:00) Central European Time (Oslo)',
  TimeZoneIanaName: 'Europe/Oslo',
};

/** Where nobody ever set an available current, it is absent, and the maximum applies. */
function current(installation: Installation, { withoutCurrent }: InstallationViewer) {
  const { availableCurrent, availableCurrentUnset = false } = installation;
  const [phase1, phase2, phase3] = availableCurrent;
  return {
    MaxCurrent: installation.maxCurrent,
    ...(availableCurrentUnset || withoutCurrent
      ? {}
      : {
          AvailableCurrent: Math.min(phase1, phase2, phase3),
          AvailableCurrentPhase1: phase1,
          AvailableCurrentPhase2: phase2,
          AvailableCurrentPhase3: phase3,
        }),
    AvailableCurrentMode: installation.availableCurrentMode,
    AvailableCurrentScheduleWeekendActive: false,
    UseLoadBalancing: true,
  };
}

import type { Charger, Installation, Role } from '../../world/model';
import { wireHierarchyCharger } from './charger';
import { ROLE_FLAGS } from './roles';
import { supportGroup } from './support-group';
import { wireTime } from './times';

const CATEGORY = { id: 'd72d6374-7f73-4df5-8056-60635b177421', name: 'Private_Installation_Category' };
const NORWAY = '83bffdb1-0a92-4574-bb7b-bd0d17387c17';
/** Default feature flags by InstallationType, `zaptec-api.md` 6.5. */
const FEATURES = [183, 471] as const;

/** A site alone, `zaptec-api.md` 2.3, as owner and service see it. `chargers` are those of the site. */
export function wireInstallation(site: Installation, role: Role, chargers: readonly Charger[]) {
  return {
    ...base(site, role),
    ...current(site),
    NetworkType: site.networkType,
    AuthenticationType: site.authenticationType,
    IsRequiredAuthentication: site.authenticationRequired,
    ActiveChargerCount: chargers.filter(({ active }) => active).length,
    AvailableInternetAccessPLC: false,
    AvailableInternetAccessWiFi: true,
    AvailableFeatures: FEATURES[site.installationType],
    EnabledFeatures: site.availableCurrentMode === 2 ? 4 : site.availableCurrentMode === 1 ? 16 : 0,
    MessagingEnabled: site.messagingEnabled,
    RoutingId: 'default',
    OcppCloudUrlVersion: 0,
    UpdateStatusCode: 0,
    Notifications: 0,
    IsSubscriptionsAvailableForCurrentUser: false,
    PropertyIsMinimumPowerOfflineMode: site.minPowerOfflineMode,
    PropertyOfflineModeAllowAnonymous: false,
    PropertyEnergySensorIsOffline: false,
    PropertyExperimentalFeaturesEnabled: false,
    PropertyFirmwareAutomaticUpdates: true,
    PropertySessionMaxStopCount: 5,
    SupportGroup: supportGroup(site),
  };
}

/**
 * What a plain user gets, alone or in the list. guess: which fields; that NetworkType or AuthenticationType are missing
 * was seen (`zaptec-api.md` 2.2), here the one in the list and both when the site is asked for alone.
 */
export function wireReducedInstallation(site: Installation, where: 'list' | 'alone') {
  return { ...base(site, 'user'), ...(where === 'list' ? { NetworkType: site.networkType } : {}) };
}

/** Circuits and their chargers, `zaptec-api.md` 2.4. */
export function wireHierarchy(site: Installation, chargers: readonly Charger[]) {
  return {
    Id: site.id,
    Name: site.name,
    InstallationName: site.name,
    NetworkType: site.networkType,
    Circuits: site.circuits.map(({ id, name, maxCurrent }) => ({
      Id: id,
      Name: name,
      MaxCurrent: maxCurrent,
      IsActive: true,
      Active: true,
      InstallationId: site.id,
      InstallationName: site.name,
      Chargers: chargers.filter(({ circuitId }) => circuitId === id).map(wireHierarchyCharger),
    })),
  };
}

function base(site: Installation, role: Role) {
  return {
    Id: site.id,
    Name: site.name,
    Address: site.address,
    ZipCode: site.zipCode,
    City: site.city,
    CountryId: NORWAY,
    InstallationType: site.installationType,
    InstallationCategoryId: CATEGORY.id,
    InstallationCategory: CATEGORY.name,
    Latitude: 59.9,
    Longitude: 10.7,
    Active: true,
    CreatedOnDate: wireTime(site.createdAt),
    UpdatedOn: wireTime(site.updatedAt),
    CurrentUserRoles: ROLE_FLAGS[role],
    TimeZoneName: '(UTC+01:00) Central European Time (Oslo)',
    TimeZoneIanaName: 'Europe/Oslo',
  };
}

function current(site: Installation) {
  const [phase1, phase2, phase3] = site.availableCurrent;
  return {
    MaxCurrent: site.maxCurrent,
    AvailableCurrent: Math.min(phase1, phase2, phase3),
    AvailableCurrentPhase1: phase1,
    AvailableCurrentPhase2: phase2,
    AvailableCurrentPhase3: phase3,
    AvailableCurrentMode: site.availableCurrentMode,
    AvailableCurrentScheduleWeekendActive: false,
    ThreeToOnePhaseSwitchCurrent: site.threeToOnePhaseSwitchCurrent,
    // Portal defaults: 8 A where a Go 2 can be, 15 A for Pro (`zaptec-api.md` 2.5).
    DefaultThreeToOneSwitchCurrent: site.installationType === 1 ? 8 : 15,
    UseLoadBalancing: true,
  };
}

import { expect } from 'chai';
import { endpointApi, type EndpointApi } from '../../../support/simulator/endpoints';
import { CHARGER, guid, makeCharger, makeSession, makeSite, SITE } from '../../../support/simulator/static-world';

const words = (text: string): string[] => text.split(/\s+/).filter(Boolean);

/** Every field of the models of docs/zaptec-api.md, "Installation" and "Charger list" that the simulator may use. */
const CURRENT = words('AvailableCurrent AvailableCurrentPhase1 AvailableCurrentPhase2 AvailableCurrentPhase3');
const LISTED = [
  ...CURRENT,
  ...words(`Id Name CountryId InstallationType MaxCurrent AvailableCurrentMode AvailableCurrentScheduleWeekendActive
    InstallationCategoryId InstallationCategory UseLoadBalancing IsRequiredAuthentication AuthenticationType Latitude
    Longitude Active NetworkType AvailableInternetAccessPLC AvailableInternetAccessWiFi CreatedOnDate UpdatedOn
    CurrentUserRoles MessagingEnabled RoutingId OcppCloudUrl OcppCloudUrlVersion AvailableFeatures EnabledFeatures
    IsSubscriptionsAvailableForCurrentUser Address ZipCode City SupportGroup`),
];
const INSTALLATION = [
  ...LISTED,
  ...words(`Notes ThreeToOnePhaseSwitchCurrent DefaultThreeToOneSwitchCurrent TimeZoneName
    TimeZoneIanaName UpdateStatusCode Notifications ActiveChargerCount Feature_PowerManagement_EcoMode_DepartureTime
    Feature_PowerManagement_EcoMode_MinEnergy Feature_PowerManagement_Apm_SinglePhaseMappedToPhase
    PropertyIsMinimumPowerOfflineMode PropertyOfflineModeAllowAnonymous PropertyEnergySensorIsOffline
    PropertyEnergySensorRippleEnabled PropertyEnergySensorRippleNumBits PropertyEnergySensorRipplePercentBits01
    PropertyEnergySensorRipplePercentBits10 PropertyExperimentalFeaturesEnabled PropertyFirmwareAutomaticUpdates
    PropertySessionMaxStopCount`),
];
const CHARGER_SEEN = words(`OperatingMode IsOnline Id MID DeviceId SerialNo Name CreatedOnDate CircuitId Active
  CurrentUserRoles Pin DeviceType InstallationName InstallationId AuthenticationType IsAuthorizationRequired`);
const CHARGER_ALONE = words(`HasSessions Warnings PropertyPinOfflinePhase PropertyAuthenticationDisabled
  PropertyOfflinePhaseOverride SignedMeterValue SignedMeterValueKwh`);

const READING = 'OCMF|{"RD":[{"RV":24.368}]}';

describe('the models', () => {
  let api: EndpointApi;
  beforeEach(() => (api = endpointApi()));

  it('of an installation have exactly the documented fields, alone and in the list', async () => {
    api.world.installations.set(SITE, makeSite({ ocppCloudUrl: 'wss://ocpp.simulator.example/{deviceId}' }));
    const { body } = await api.get(`/api/installation/${SITE}`);
    expect(Object.keys(body).sort()).to.deep.equal(INSTALLATION.toSorted());
    const { Data } = (await api.get('/api/installation')).body;
    expect(Object.keys(Data[0] as object).sort()).to.deep.equal(LISTED.toSorted());
    expect(body).to.deep.include({ ...Data[0], PropertyExperimentalFeaturesEnabled: 0, Notes: 'Circuit C' });
    expect(body).to.include({ CreatedOnDate: '2025-04-24T10:00:00.5', ActiveChargerCount: 1, NetworkType: 4 });
    const logo = Buffer.from(body.SupportGroup.LogoBase64, 'base64');
    expect(logo.length).to.be.within(4_000, 10_000);
    expect(logo.subarray(1, 4).toString()).to.equal('PNG');
  });

  it('of an installation have the users of the history at DetailLevel 1', async () => {
    api.world.history.push(makeSession(1, 1), makeSession(2, 2), makeSession(3, 3, { chargerId: guid('cb') }));
    const { body } = await api.get(`/api/installation/${SITE}?DetailLevel=1`);
    expect(body.InstallationUsers).to.deep.equal([
      { UserId: guid('f1'), UserFullName: 'A Person', UserEmail: 'user@simulator.example', UserTokens: [] },
    ]);
  });

  it('of a charger have the documented fields, the name as SerialNo and the serial number as DeviceId', async () => {
    api.world.charger.observations.set(554, { chargerId: CHARGER, id: 554, at: 0, value: READING });
    const { body } = await api.get(`/api/chargers/${CHARGER}`);
    expect(body).to.have.all.keys([...CHARGER_SEEN, ...CHARGER_ALONE]);
    expect(body).to.include({ PropertyPinOfflinePhase: false, PropertyOfflinePhaseOverride: 0 });
    expect(body).to.include({ SignedMeterValue: READING, SignedMeterValueKwh: 24.368 });
    expect(body).to.include({ SerialNo: 'Place 1', DeviceId: 'ZAP000001', MID: 'ZAP000001', OperatingMode: 3 });
    const { Data } = (await api.get('/api/chargers')).body;
    expect(Data[0]).to.have.all.keys(CHARGER_SEEN);
    expect(body).to.include(Data[0]);
  });

  it('of an installation have no available current where nobody ever set one, or under no-available-current', async () => {
    const currentOf = async (path: string) => {
      const { body } = await api.get(path);
      return Object.keys((body.Data?.[0] ?? body) as object).filter((key) => CURRENT.includes(key));
    };
    const paths = ['/api/installation', `/api/installation/${SITE}`];
    for (const path of paths) expect(await currentOf(path)).to.deep.equal(CURRENT);
    api.faults.add('no-available-current');
    for (const path of paths) expect(await currentOf(path)).to.deep.equal([]);
    api.faults.clear();
    api.world.installations.set(SITE, makeSite({ availableCurrentUnset: true }));
    for (const path of paths) expect(await currentOf(path)).to.deep.equal([]);
  });

  it('print whole numbers of type double with a decimal', async () => {
    api.world.history.push(makeSession(1, 1));
    const text = async (path: string) => JSON.stringify(await (await api.raw(path)).text());
    expect(await text(`/api/installation/${SITE}`)).to.match(/MaxCurrent\\":32\.0,.*AvailableCurrentPhase2\\":18\.0,/);
    expect(await text('/api/chargehistory'))
      .to.include('Energy\\":10.0,')
      .and.to.match(/CommitMetadata\\":\d+,/);
    expect(await text(`/api/session/${guid('5e', 1)}`)).to.include('Energy\\":10.0');
  });

  it('of a hierarchy have circuits with their chargers, or are 204 under hierarchy-204', async () => {
    api.world.put(makeCharger(2, { circuitId: guid('c1', 2) }));
    api.world.site.circuits.push({ id: guid('c1', 2), name: 'Second', maxCurrent: 16 });
    const { body } = await api.get(`/api/installation/${SITE}/hierarchy`);
    expect(body).to.have.all.keys(words('Id Name InstallationName NetworkType Circuits'));
    expect(body.Circuits[0]).to.have.all.keys(
      words('Id Name MaxCurrent IsActive Active InstallationId InstallationName Chargers'),
    );
    expect(body.Circuits.map((circuit: any) => circuit.Chargers.length)).to.deep.equal([1, 1]);
    expect(body.Circuits[0].Chargers[0]).to.deep.equal({
      Id: CHARGER,
      DeviceId: 'ZAP000001',
      MID: 'ZAP000001',
      Name: 'Place 1',
      SerialNo: 'Place 1',
      Active: true,
      DeviceType: 4,
    });
    api.faults.add('hierarchy-204');
    const empty = await api.get(`/api/installation/${SITE}/hierarchy`);
    expect([empty.status, empty.body]).to.deep.equal([204, undefined]);
  });

  it('of the firmware have no versions for a charger that was never started', async () => {
    api.world.put(makeCharger(2, { neverStarted: true }));
    const { body } = await api.get(`/api/chargerFirmware/installation/${SITE}`);
    expect(body[0]).to.deep.equal({
      ChargerId: CHARGER,
      DeviceId: 'ZAP000001',
      IsOnline: true,
      CurrentVersion: '3.0.0.1',
      AvailableVersion: '3.1.0.2',
      DeviceType: 4,
      IsUpToDate: false,
    });
    expect(body[1]).to.have.all.keys('ChargerId', 'DeviceId', 'IsOnline', 'DeviceType');
  });

  it('of groups come without an envelope, and their bus is not enabled', async () => {
    api.world.installations.set(guid('51', 2), makeSite({ id: guid('51', 2) }));
    const { body } = await api.get('/api/userGroups');
    expect(body).to.deep.equal([{ Id: guid('9a'), Name: 'Simulated installer' }]);
    for (const path of [`userGroups/${guid('9a')}`, `installation/${SITE}`]) {
      const answer = await api.get(`/api/${path}/messagingConnectionDetails`);
      expect([answer.status, answer.body]).to.deep.equal([500, { Code: 526, Details: null, StackTrace: null }]);
    }
    expect((await api.get(`/api/userGroups/${SITE}/messagingConnectionDetails`)).status).to.equal(404);
  });

  it('of lists have Data: null under data-null', async () => {
    api.faults.add('data-null');
    for (const path of ['installation', 'chargers', 'chargehistory']) {
      expect((await api.get(`/api/${path}`)).body.Data, path).to.equal(null);
    }
  });

  it('lack their optional fields under missing-fields', async () => {
    api.faults.add('missing-fields');
    const firmware = await api.get(`/api/chargerFirmware/installation/${SITE}`);
    expect(firmware.body[0]).to.have.all.keys('ChargerId', 'DeviceId', 'IsOnline', 'DeviceType');
    const one = await api.get(`/api/installation/${SITE}`);
    expect(one.body).to.include.keys('Id', 'Name').and.not.have.any.keys('NetworkType', 'AuthenticationType');
    const hierarchy = await api.get(`/api/installation/${SITE}/hierarchy`);
    expect(hierarchy.body.Circuits[0].Chargers[0]).to.include.keys('Id', 'DeviceId').and.not.have.any.keys('Name');
    const { Data } = (await api.get('/api/chargers')).body;
    expect(Data[0]).to.include.keys('Id', 'Name').and.not.have.any.keys('CircuitId', 'OperatingMode');
  });
});

import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readConstantsFile } from '../../../../simulator/rest/wire/constants-file';
import { wireConstants } from '../../../../simulator/rest/wire/constants';
import { endpointApi } from '../../../support/simulator/endpoints';

const file = JSON.parse(readFileSync(join(__dirname, '../../../../data/zaptec-constants.json'), 'utf8'));

describe('the constants', () => {
  let body: any;
  before(async () => ({ body } = await endpointApi().get('/api/constants')));

  it('have every key and about the size of the real answer', () => {
    expect(Object.keys(body)).to.deep.equal(file.TopLevelKeysOnTheWire);
    expect(wireConstants().length).to.be.within(25_000, 48_000);
    expect(body.Version).to.equal('6.5.8');
  });

  it('have a schema for each family, as large as the real one', () => {
    expect(Object.keys(body.Schema)).to.deep.equal(Object.keys(file.SchemaCounts));
    for (const [family, counts] of Object.entries<Record<string, number>>(file.SchemaCounts)) {
      for (const [part, count] of Object.entries(counts)) {
        expect(Object.keys(body.Schema[family][part]), `${family} ${part}`).to.have.length(count);
      }
    }
    expect(body.Schema.Apollo.DeviceType).to.equal(4);
    expect(body.Schema.HomeApm).to.not.have.any.keys('SettingIds', 'Warnings');
  });

  it('have the names of ids of each family', () => {
    expect(body.Schema.Smart.ObservationIds.TemperatureInternal6).to.equal(202);
    expect(body.Schema.Apollo.ObservationIds.TemperatureEMeterPhase1).to.equal(202);
    expect(body.Observations).to.deep.equal(body.Schema.Smart.ObservationIds);
  });

  it('keep masks above 2^53 exact, although a client may round them', () => {
    expect(wireConstants()).to.include('"MOTOR_SHORTED":36028797018963968');
    expect(body.SmartWarnings.WARNING_OK).to.equal(0);
  });

  it('have enums by name, and lists where the real answer has lists', () => {
    expect(body.UserRoles).to.include({ User: 1, Owner: 2, Maintainer: 4 });
    expect(body.ErrorCodes.DeviceCommandRejected).to.equal(528);
    expect(body.Languages[0]).to.deep.equal({ Key: 'dk', Name: 'Danish' });
    expect(body.PhaseIdMap[3]).to.deep.equal({ Id: 4, Phases: 7, NetworkFamily: 'TN' });
    expect(body.InstallationTypes.Smart).to.include({ Id: 1, MaxChargers: 3, DefaultFeatures: 471 });
    expect(body.Countries['83bffdb1-0a92-4574-bb7b-bd0d17387c17']).to.include({ Code: 'NOR' });
  });

  it('have the currencies of regions, and the price areas of countries', () => {
    expect(body.RegionalInfo.NOR).to.deep.equal({
      RegionName: 'NOR',
      Name: 'NO',
      NativeName: 'Norge',
      CurrencySymbol: 'kr',
      CurrencyName: 'Norwegian Krone',
      CurrencyNativeName: 'norske kroner',
      ISOCurrencySymbol: 'NOK',
    });
    expect(body.EnergyPrices.PriceUnit).to.deep.equal({ Unsupported: 0, EuroPerMWh: 1 });
    const areas = body.EnergyPrices.CountryDeliveryAreas;
    expect(Object.keys(areas as object)).to.deep.equal(Object.keys(body.Countries as object));
    expect(areas['83bffdb1-0a92-4574-bb7b-bd0d17387c17']).to.deep.equal([1, 2, 3, 4, 5]);
  });

  it('have exactly the recorded warnings at the top level', () => {
    expect(body.SmartWarnings).to.include({ WARNING_RCD: 1011712, WARNING_VARISCITE_ILLEGAL_PHASE: 17179869184 });
    expect(body.SmartWarnings).not.to.have.any.keys(
      'WARNING_INVALID_HARDWARE_ID',
      'WARNING_ILLEGAL_PHASE',
      'WARNING_MID_STORAGE_ERROR',
    );
    expect(Object.keys(body.SmartWarnings as object)).to.have.length(36);
  });

  it('report a missing table', () => {
    expect(() => readConstantsFile('/')).to.throw('data/zaptec-constants.json is missing');
  });
});

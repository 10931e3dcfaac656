import { expect } from 'chai';
import { failureOf } from '../../support/failure';
import { CHARGERS, GARAGE, HOME, NOBODY, ScriptedCloud } from '../../support/scripted-cloud';
import { answers, type Seen } from '../../support/scripted-server';

describe('writes of the client', () => {
  let cloud: ScriptedCloud;
  beforeEach(async () => (cloud = await ScriptedCloud.start()));
  afterEach(() => cloud.stop());

  const body = (seen: Seen | undefined) => JSON.parse(seen?.body || 'null') as unknown;

  it('send the settings that they are given and nothing else', async () => {
    cloud.routes[`/api/installation/${HOME}`] = { AvailableCurrent: 20, MaxCurrent: 32 };
    cloud.routes[`/api/installation/${HOME}/update`] = null;
    cloud.routes[`/api/chargers/${GARAGE}`] = CHARGERS[0];
    cloud.routes[`/api/chargers/${GARAGE}/state`] = [{ StateId: 510, ValueAsString: '32' }];
    cloud.routes[`/api/chargers/${GARAGE}/update`] = null;
    cloud.routes[`/api/session/${NOBODY}/priority`] = null;
    await cloud.clock.until(cloud.client.installations.update(HOME, { availableCurrent: 16 }));
    await cloud.clock.until(cloud.client.chargers.update(GARAGE, { maxChargeCurrent: 10, maxChargePhases: 1 }));
    await cloud.clock.until(cloud.client.sessions.prioritize(NOBODY, { prioritizedPhases: 3, prioritizedCurrent: 10 }));
    expect(cloud.server.seen.filter(({ method }) => method === 'POST').map(body)).to.deep.equal([
      { availableCurrent: 16 },
      { maxChargeCurrent: 10, maxChargePhases: 1 },
      { prioritizedPhases: 3, prioritizedCurrent: 10 },
    ]);
  });

  it('send numbers and truth values that came as text as what they are', async () => {
    cloud.routes[`/api/installation/${HOME}`] = { AvailableCurrent: 20, MaxCurrent: 32 };
    cloud.routes[`/api/installation/${HOME}/update`] = null;
    cloud.routes[`/api/session/${NOBODY}/priority`] = null;
    const settings = { availableCurrent: '16', minPowerOfflineMode: 'true' } as object;
    await cloud.clock.until(cloud.client.installations.update(HOME, settings));
    const priority = { prioritizedPhases: '3', prioritizedCurrent: '10' } as never;
    await cloud.clock.until(cloud.client.sessions.prioritize(NOBODY, priority));
    expect(cloud.server.seen.filter(({ method }) => method === 'POST').map(body)).to.deep.equal([
      { minPowerOfflineMode: true, availableCurrent: 16 },
      { prioritizedPhases: 3, prioritizedCurrent: 10 },
    ]);
  });

  it('of the request node may have a current as text, which the governor sets', async () => {
    cloud.routes[`/api/installation/${HOME}`] = { AvailableCurrent: 20, MaxCurrent: 32 };
    cloud.routes[`/api/installation/${HOME}/update`] = null;
    const path = `/api/installation/${HOME}/update`;
    await cloud.clock.until(cloud.client.request({ method: 'POST', path, body: { AvailableCurrent: '16' } }));
    expect(cloud.server.seen.filter(({ method }) => method === 'POST').map(body)).to.deep.equal([
      { availableCurrent: 16 },
    ]);
  });

  it('of the request node switch the phases by a number alone, and by no way round', async () => {
    cloud.routes[`/api/installation/${HOME}/update`] = null;
    cloud.routes[`/api/chargers/${GARAGE}/update`] = null;
    const [ofInstallation, ofCharger] = [`/api/installation/${HOME}/update`, `/api/chargers/${GARAGE}/update`];
    for (const [path, body, code] of [
      [ofInstallation, { threeToOnePhaseSwitchCurrent: null }, 'INPUT_INVALID'],
      [ofInstallation, { ThreeToOnePhaseSwitchCurrent: '3,5 A' }, 'INPUT_INVALID'],
      [ofCharger, { maxChargePhases: null }, 'INPUT_INVALID'],
      [ofCharger, { maxchargephases: true }, 'INPUT_INVALID'],
      [ofCharger, { maxChargePhases: [1] }, 'INPUT_INVALID'],
      [ofCharger.replace('/chargers', '//chargers'), { maxChargePhases: 1 }, 'GOVERNED'],
      [`${ofCharger};a=1`, { maxChargePhases: 1 }, 'GOVERNED'],
      [ofInstallation.replace('/update', '//update'), { availableCurrent: 32 }, 'GOVERNED'],
    ] as const) {
      const error = await cloud.failing(cloud.client.request({ method: 'POST', path, body, undocumented: true }));
      expect(error.code, `${path} ${JSON.stringify(body)}`).to.equal(code);
    }
    expect(cloud.server.seen.filter(({ method }) => method === 'POST')).to.deep.equal([]);
  });

  it('of a session switch its phases as seldom as any other, and not for the same again', async () => {
    cloud.routes[`/api/session/${NOBODY}/priority`] = null;
    const give = (prioritizedPhases: 1 | 3, prioritizedCurrent = 10) =>
      cloud.client.sessions.prioritize(NOBODY, { prioritizedPhases, prioritizedCurrent });
    await cloud.clock.until(give(1));
    expect((await cloud.failing(give(3))).code).to.equal('PHASES_TOO_SOON');
    const path = `/api/session/${NOBODY}/priority`;
    const odd = { PrioritizedPhases: null, prioritizedCurrent: 10 };
    expect((await cloud.failing(cloud.client.request({ method: 'POST', path, body: odd }))).code).to.equal(
      'INPUT_INVALID',
    );
    await cloud.clock.until(give(1, 16));
    await cloud.clock.advance(15 * 60_000);
    await cloud.clock.until(give(3));
    expect(cloud.server.seen.filter(({ method }) => method === 'POST').map(body)).to.deep.equal([
      { prioritizedPhases: 1, prioritizedCurrent: 10 },
      { prioritizedPhases: 1, prioritizedCurrent: 16 },
      { prioritizedPhases: 3, prioritizedCurrent: 10 },
    ]);
  });

  it('send commands by name and by number', async () => {
    cloud.routes[`/api/chargers/${GARAGE}/sendCommand/507`] = null;
    await cloud.clock.until(cloud.client.chargers.sendCommand(GARAGE, 'resume'));
    await cloud.clock.until(cloud.client.chargers.sendCommand(GARAGE, 507));
    expect(cloud.paths()).to.deep.equal(Array(2).fill(`POST /api/chargers/${GARAGE}/sendCommand/507`));
  });

  it('are never sent by a read-only client', async () => {
    const reader = cloud.open({ readOnly: true });
    for (const call of [
      () => reader.installations.update(HOME, { availableCurrent: 16 }),
      () => reader.chargers.sendCommand(GARAGE, 'pause'),
      () => reader.request({ method: 'DELETE', path: '/api/x', undocumented: true }),
    ]) {
      const error = await cloud.failing(call());
      expect(error.code).to.equal('READ_ONLY');
      expect(error.message).to.contain('read-only');
    }
    cloud.routes['/api/chargehistory/installationreport'] = { TotalUserChargerReportModel: [] };
    const report = reader.request({ method: 'POST', path: '/api/chargehistory/installationreport', body: {} });
    expect((await cloud.clock.until(report)).data).to.deep.equal({ totalUserChargerReportModel: [] });
    reader.close();
    expect(cloud.paths()).to.deep.equal(['POST /api/chargehistory/installationreport']);
  });

  const bad: [string, object, RegExp][] = [
    ['nothing', {}, /no settings/],
    ['unknown', { maximum: 5 }, /Unknown setting maximum/],
    ['prototype', { constructor: 5 }, /Unknown setting constructor/],
    ['negative', { availableCurrent: -1 }, /availableCurrent is -1.*from 0/],
    ['NaN', { availableCurrent: NaN }, /availableCurrent is NaN/],
    ['text', { availableCurrent: '16 A' }, /availableCurrent is "16 A"/],
    ['blank', { availableCurrent: ' ' }, /availableCurrent is " "/],
    ['list', { availableCurrent: [16] }, /availableCurrent is a list/],
    ['two phases', { availableCurrentPhase1: 6, availableCurrentPhase2: 6 }, /without availableCurrentPhase3/],
    [
      'both forms',
      { availableCurrent: 6, availableCurrentPhase1: 6, availableCurrentPhase2: 6, availableCurrentPhase3: 6 },
      /together with/,
    ],
    ['threshold', { threeToOnePhaseSwitchCurrent: 33 }, /from 0 to 32/],
    ['flag', { minPowerOfflineMode: 1 }, /true or false/],
  ];
  for (const [name, settings, text] of bad) {
    it(`refuse settings of an installation: ${name}`, async () => {
      const error = await cloud.failing(cloud.client.installations.update(HOME, settings));
      expect(error.code).to.equal('INPUT_INVALID');
      expect(error.message).to.match(text);
      expect(cloud.server.seen).to.have.length(0);
    });
  }

  it('keep the minimum of a charger at 6 A', async () => {
    expect((await cloud.failing(cloud.client.chargers.update(GARAGE, { minChargeCurrent: 0 }))).message).to.contain(
      'from 6 to 32',
    );
    expect(
      (await cloud.failing(cloud.client.chargers.update(GARAGE, { maxChargePhases: 2 as never }))).message,
    ).to.contain('one of 1, 3');
    expect((await cloud.failing(cloud.client.chargers.update('Garage', {}))).code).to.equal('ID_INVALID');
  });

  it('are not sent after they have waited too long', async () => {
    cloud.routes[`/api/chargers/${GARAGE}/sendCommand/507`] = null;
    cloud.server.handler = answers({ status: 429, headers: { 'Retry-After': '70' } }, { status: 200 });
    const read = failureOf(cloud.client.constants.get());
    await cloud.clock.network();
    await cloud.clock.advance(10);
    const error = await cloud.clock.until(failureOf(cloud.client.chargers.sendCommand(GARAGE, 'resume')));
    expect(error.code).to.equal('EXPIRED');
    cloud.client.close();
    await cloud.clock.until(read);
  });
});

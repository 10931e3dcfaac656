import { expect } from 'chai';
import type { ZaptecError } from '../../../src/errors/zaptec-error';
import { OBSERVATION } from '../../../src/zaptec/observation-ids';
import { CHARGERS, GARAGE, HOME, ScriptedCloud, SITE } from '../../support/scripted-cloud';

const DWELL_MS = 15 * 60_000;
const PRO = { ...CHARGERS[0], DeviceId: 'ZPR012345', DeviceType: undefined };
const STATE = `/api/chargers/${GARAGE}/state`;

describe('a change of the phases', () => {
  let cloud: ScriptedCloud;
  beforeEach(async () => {
    cloud = await ScriptedCloud.start();
    cloud.routes[`/api/installation/${HOME}/update`] = null;
    cloud.routes[`/api/chargers/${GARAGE}/update`] = null;
    cloud.routes[`/api/chargers/${GARAGE}`] = PRO;
    cloud.routes['/api/chargers'] = { Pages: 1, Data: [PRO] };
    state('session-1');
    threshold(0);
  });
  afterEach(() => cloud.stop());

  const state = (session?: string, phases = 3) =>
    (cloud.routes[STATE] = [
      { StateId: OBSERVATION.MaxPhases, ValueAsString: String(phases) },
      ...(session === undefined ? [] : [{ StateId: OBSERVATION.SessionIdentifier, ValueAsString: session }]),
    ]);
  const threshold = (ampere: number) =>
    (cloud.routes[`/api/installation/${HOME}`] = {
      ThreeToOnePhaseSwitchCurrent: ampere,
      AvailableCurrent: 16,
      MaxCurrent: 32,
    });
  const below = (ampere: number) => cloud.client.installations.update(HOME, { phases: { below: ampere } });
  const ofCharger = (maxChargePhases: 1 | 3) => cloud.client.chargers.update(GARAGE, { maxChargePhases });
  const posts = () => cloud.paths().filter((path) => path.startsWith('POST'));

  /** Switches as often as a session allows, and once more; returns the code of the last. */
  async function sixth(change: (index: number) => Promise<unknown>): Promise<string> {
    for (let index = 0; index < 5; index += 1) {
      await cloud.clock.until(change(index));
      await cloud.clock.advance(DWELL_MS);
    }
    expect(posts()).to.have.length(5);
    return cloud.clock.until(
      change(5).then(
        () => 'sent',
        (error: unknown) => (error as ZaptecError).code,
      ),
    );
  }
  const another = (index: number) => below(10 + index);
  const toOne = () => ofCharger(1);

  it('of an installation counts for the sessions of its chargers', async () => {
    expect(await sixth(another)).to.equal('PHASES_SPENT');
  });

  for (const [what, charger] of [
    ['of another installation', { ...PRO, InstallationId: SITE }],
    ['that cannot switch', CHARGERS[0]],
  ] as const) {
    it(`of an installation does not count for a charger ${what}`, async () => {
      cloud.routes['/api/chargers'] = { Pages: 1, Data: [charger] };
      expect(await sixth(another)).to.equal('sent');
    });
  }

  it('counts for a charger of which the cloud does not say where it is', async () => {
    cloud.routes['/api/chargers'] = { Pages: 1, Data: [{ ...PRO, InstallationId: undefined }] };
    expect(await sixth(another)).to.equal('PHASES_SPENT');
    expect(cloud.server.seen.some(({ url }) => url.includes(`InstallationId=${HOME}`))).to.equal(true);
  });

  for (const [what, session] of [
    ['no session', undefined],
    ['an empty session', ''],
  ] as const) {
    it(`is not counted with ${what}`, async () => {
      state(session);
      expect(await sixth(another)).to.equal('sent');
    });

    it(`of a charger is not counted with ${what}`, async () => {
      state(session);
      expect(await sixth(toOne)).to.equal('sent');
    });
  }

  it('of a charger counts for its session, and not for that of another charger', async () => {
    const other = { ...PRO, Id: GARAGE.replace(/a1$/, 'b1') };
    cloud.routes['/api/chargers'] = { Pages: 1, Data: [PRO, other] };
    cloud.routes[`/api/chargers/${other.Id}`] = other;
    cloud.routes[`/api/chargers/${other.Id}/update`] = null;
    cloud.routes[`/api/chargers/${other.Id}/state`] = [
      { StateId: OBSERVATION.SessionIdentifier, ValueAsString: 'session-2' },
    ];
    expect(await sixth(toOne)).to.equal('PHASES_SPENT');
    await cloud.clock.until(cloud.client.chargers.update(other.Id, { maxChargePhases: 1 }));
    expect(posts().at(-1)).to.equal(`POST /api/chargers/${other.Id}/update`);
  });

  it('counts a charger whose state cannot be read as one without a session', async () => {
    Reflect.deleteProperty(cloud.routes, STATE);
    expect(await sixth(another)).to.equal('sent');
  });

  it('is none where the threshold is the same, which is read again after ten minutes', async () => {
    threshold(10);
    await cloud.clock.until(below(10));
    const reads = () => cloud.paths().filter((path) => path === `GET /api/installation/${HOME}`).length;
    expect([posts().length, reads()]).to.deep.equal([0, 1]);
    threshold(12);
    await cloud.clock.advance(9 * 60_000);
    await cloud.clock.until(below(10));
    expect([posts().length, reads()], 'trusted').to.deep.equal([0, 1]);
    await cloud.clock.advance(2 * 60_000);
    await cloud.clock.until(below(10));
    expect(posts(), 'somebody else has changed it').to.have.length(1);
  });

  it('is none where the charger has as many phases, and seems one where it does not report them', async () => {
    state('session-1', 1);
    await cloud.clock.until(ofCharger(1));
    expect(posts()).to.have.length(0);
    cloud.routes[STATE] = [];
    await cloud.clock.advance(DWELL_MS);
    await cloud.clock.until(ofCharger(1));
    expect(posts()).to.have.length(1);
  });
});

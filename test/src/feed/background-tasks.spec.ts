import { expect } from 'chai';
import { FeedCloud } from '../../support/feed/feed-cloud';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

const CAR = { batteryKwh: 60, charge: 0.3, target: 1, maxA: 16, phases: 3 } as const;

describe('the background tasks', () => {
  let cloud: FeedCloud;

  const begin = async (role: 'owner' | 'service' = 'owner') => {
    cloud = await FeedCloud.start({ speed: 1 });
    cloud.client.close();
    cloud.client = cloud.connection(role);
    cloud.open();
    await cloud.live();
    await cloud.clock.until(cloud.feed.ready);
  };
  afterEach(() => cloud.stop());

  const finished = () => cloud.sessions.filter(({ kind }) => kind === 'session-finished');
  const archives = () => cloud.requests('/api/sessions/archived');

  /** A session ends, and its record never comes. */
  const lose = async () => {
    cloud.fault('bus-no-value', true, { match: '723' });
    cloud.simulator.world.unplug(cloud.charger.id);
    await cloud.pass(30 * SECOND);
    cloud.fault('bus-no-value', false);
  };

  it('read a finish that is missing from the archive, once', async () => {
    await begin();
    const sessionId = cloud.client.store.view(cloud.charger.id)?.snapshot.sessionId;
    await lose();
    await cloud.until('found', () => finished().length > 0, 10 * MINUTE);
    expect(finished().map(({ session }) => session.id)).to.deep.equal([sessionId]);
    const before = archives();
    expect(before).to.be.above(0);
    await cloud.pass(30 * MINUTE);
    expect(archives()).to.equal(before);
    expect(finished()).to.have.length(1);
  });

  it('do not try the archive again for a day where the account may not read it', async () => {
    await begin('service');
    await lose();
    await cloud.pass(30 * MINUTE);
    expect(archives()).to.equal(1);
    expect(cloud.now.state).to.equal('live');
  });

  it('read the name of a user once a day, and name the sessions that come by push', async () => {
    await begin();
    const { world } = cloud.simulator;
    const charge = async () => {
      world.plug(cloud.charger.id, CAR);
      world.authorise(cloud.charger.id);
      await cloud.pass(2 * MINUTE);
      world.unplug(cloud.charger.id);
      await cloud.pass(30 * SECOND);
    };
    world.updateInstallation(cloud.site.id, { authenticationRequired: true });
    world.unplug(cloud.charger.id);
    await cloud.pass(30 * SECOND);
    for (let n = 0; n < 3; n += 1) await charge();
    const { user } = world.history.at(-1)!;
    const reads = cloud.simulator.requests.filter(
      ({ path, query }) => path === '/api/chargehistory' && query.toLowerCase().includes(user!.id),
    );
    expect(reads).to.have.length(1);
    const last = finished().at(-1)!.session;
    expect(last).to.include({ userId: user!.id, userName: user!.name });
  });

  it('read who charges once after a new session, unless a message says so', async () => {
    await begin();
    await cloud.pass(MINUTE);
    const states = () => cloud.requests(`${cloud.charger.id}/state`);
    const before = states();
    cloud.publish(721, '0a1b2c3d-0000-4000-8000-00000000005e');
    cloud.publish(722, '0a1b2c3d-0000-4000-8000-00000000005f');
    await cloud.pass(2 * MINUTE);
    expect(states()).to.equal(before);
    cloud.publish(721, '0a1b2c3d-0000-4000-8000-00000000006e');
    await cloud.pass(2 * MINUTE);
    expect(states()).to.equal(before + 1);
  });

  it('read the constants once a day', async () => {
    await begin();
    await cloud.pass(3 * MINUTE);
    expect(cloud.requests('/api/constants')).to.equal(1);
  });
});

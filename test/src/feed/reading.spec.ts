import { expect } from 'chai';
import { FeedCloud } from '../../support/feed/feed-cloud';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

describe('the reads of a feed', () => {
  let cloud: FeedCloud;

  const begin = async (options: object = {}) => {
    cloud = await FeedCloud.start({ speed: 0, ...options });
  };
  afterEach(() => cloud.stop());

  const size = () => cloud.simulator.world.chargers.size;
  const states = (id = '') => cloud.requests(`${id}/state`);

  it('read every charger once at the start, and then the store answers the requests', async () => {
    await begin();
    cloud.open();
    expect(cloud.client.liveState(cloud.charger.id)).to.equal(undefined);
    await cloud.live();
    await cloud.clock.until(cloud.feed.ready);
    expect(states()).to.equal(size());
    expect(cloud.feed.covers(cloud.charger.id)).to.equal(true);
    cloud.publish(513, '1234');
    await cloud.until('a message', () => cloud.now.received > 0);
    const { view } = cloud.client.liveState(cloud.charger.id.toUpperCase())!;
    expect(view.snapshot).to.include({ name: 'Garage', powerW: 1234 });
    expect(view.stale).to.equal(false);
    await cloud.pass(20 * MINUTE);
    expect(cloud.client.liveState(cloud.charger.id)?.view.stale).to.equal(false);
    expect(states()).to.equal(size());
  });

  it('that were kept are completed with the messages that came after them, and stay as old as they are', async () => {
    await begin();
    cloud.open();
    await cloud.live();
    await cloud.clock.until(cloud.feed.ready);
    await cloud.pass(20 * SECOND);
    const valueOf = async () => {
      const { data, meta } = await cloud.clock.until(cloud.client.chargers.state(cloud.charger.id));
      return { value: data.find(({ stateId }) => stateId === 513)?.valueAsString, meta };
    };
    const before = await valueOf();
    cloud.publish(513, '4321');
    await cloud.until('a message', () => cloud.feed.store.observation(cloud.charger.id, 513)?.value === 4321);
    const after = await valueOf();
    expect([before.meta.source, after.meta.source]).to.deep.equal(['cache', 'cache']);
    expect(after.meta.ageMs).to.be.at.least(20 * SECOND);
    expect([before.value === '4321', after.value]).to.deep.equal([false, '4321']);
  });

  for (const [situation, options] of [
    ['while push is away', { scenario: 'home' }],
    ['with push, which reads ten chargers at once', { scenario: 'fleet:60' }],
  ] as const) {
    it(`keep nobody waiting for what another node has read first, ${situation}`, async () => {
      await begin(options);
      const isLive = options.scenario !== 'home';
      if (!isLive) cloud.fault('bus-off');
      const { world } = cloud.simulator;
      const [installation] = world.installations.values();
      const installationId = installation!.id;
      cloud.open();
      if (isLive) await cloud.live();
      const ids = [...world.chargers.values()]
        .filter((one) => one.installationId === installationId)
        .map(({ id }) => id);
      await cloud.clock.until(Promise.all(ids.map((id) => cloud.client.chargers.state(id))));
      const startedAt = performance.now();
      await cloud.clock.until(cloud.feed.ready);
      expect(performance.now() - startedAt).to.be.below(20 * SECOND);
    });
  }

  it('read nothing after a short gap, and everything once after a longer one, at most every 15 minutes', async () => {
    await begin();
    cloud.open();
    await cloud.live();
    await cloud.clock.until(cloud.feed.ready);
    await cloud.pass(16 * MINUTE);
    const gap = async (ms: number) => {
      const before = states();
      cloud.fault('bus-auth-error');
      await cloud.until('lost', () => cloud.now.state !== 'live');
      await cloud.pass(ms);
      cloud.fault('bus-auth-error', false);
      await cloud.live(6 * MINUTE);
      await cloud.pass(5 * SECOND);
      return states() - before;
    };
    expect(await gap(5 * SECOND), 'short').to.equal(0);
    await cloud.pass(2 * MINUTE);
    const covered = () => cloud.feed.covers(cloud.charger.id);
    expect(covered()).to.equal(true);
    const polled = await gap(70 * SECOND);
    expect(polled, 'long').to.be.within(size(), 3 * size());
    // What was polled a moment ago is read again when its floor allows.
    await cloud.until('up to date', covered, 11 * MINUTE);
    await cloud.pass(MINUTE);
    const again = await gap(70 * SECOND);
    expect(again, 'again too soon').to.be.below(2 * size() + 1);
    await cloud.until('caught up by the floors', covered, 11 * MINUTE);
  });

  it('poll the state within the floors while the stream is away, and events still come', async () => {
    await begin({ speed: 1 });
    cloud.fault('bus-off');
    cloud.open();
    await cloud.until('unavailable', () => cloud.now.state === 'unavailable');
    expect(cloud.now.code).to.equal('BUS_NOT_ENABLED');
    expect(cloud.now.remedy).to.match(/portal/);
    await cloud.until('polls', () => cloud.now.via === 'poll');
    await cloud.pass(2 * MINUTE);
    const before = states(cloud.charger.id);
    await cloud.pass(10 * MINUTE);
    expect(states(cloud.charger.id) - before, 'charging').to.be.within(8, 10);
    cloud.simulator.world.unplug(cloud.charger.id);
    await cloud.until('event', () => cloud.events.some(({ event }) => event === 'unplugged'), 2 * MINUTE);
    await cloud.pass(MINUTE);
    const idle = states(cloud.charger.id);
    await cloud.pass(30 * MINUTE);
    expect(states(cloud.charger.id) - idle, 'idle').to.be.within(2, 4);
    expect(cloud.simulator.audit.clean()).to.equal(true);
    cloud.fault('bus-off', false);
    await cloud.live(20 * MINUTE);
  });

  it('stay few for an account without the role, which gets a remedy', async () => {
    await begin();
    cloud.client.close();
    cloud.client = cloud.connection('user');
    cloud.open();
    await cloud.until('unavailable', () => cloud.now.state === 'unavailable');
    expect(cloud.now).to.include({ code: 'BUS_NO_ROLE', via: 'none' });
    expect(cloud.now.remedy).to.match(/owner or service role/);
    await cloud.clock.until(cloud.feed.ready);
    const before = cloud.simulator.requests.length;
    await cloud.pass(60 * MINUTE);
    expect(cloud.simulator.requests.length - before).to.be.below(40);
  });

  it('lead to the suspicion of a second consumer after several missed changes, with a remedy', async () => {
    await begin({ speed: 1 });
    cloud.open({}, { auditMs: 10 * MINUTE });
    await cloud.live();
    await cloud.clock.until(cloud.feed.ready);
    cloud.fault('bus-thief');
    for (let minute = 0; minute < 90 && !cloud.now.suspicion; minute += 1) {
      await cloud.pass(MINUTE);
      if (minute % 2) cloud.simulator.world.unplug(cloud.charger.id);
      else cloud.simulator.world.plug(cloud.charger.id);
    }
    expect(cloud.now).to.include({ state: 'live', suspicion: 'second-consumer' });
    expect(cloud.now.remedy).to.match(/one program only/);
    expect(cloud.feed.covers(cloud.charger.id), 'the store is not reliable').to.equal(false);
    cloud.fault('bus-thief', false);
    await cloud.until('trust again', () => !cloud.now.suspicion, 60 * MINUTE);
  });
});

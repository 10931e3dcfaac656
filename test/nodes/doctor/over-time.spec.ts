import { expect } from 'chai';
import { doctor, flow, request, sink, subscribe, updateCurrent, type FlowNode } from '../../support/node-red/builder';
import { expectFinding, findingsOf } from '../../support/node-red/findings';
import { ask, helper, loadAt, send, status, useNodeRed, type Message } from '../../support/node-red/harness';
import { FeedCloud } from '../../support/feed/feed-cloud';

const MINUTE = 60_000;

/** In a real Node-RED, in virtual time. */
describe('the doctor node finds, after a while,', function () {
  this.timeout(60_000);
  before(() => helper.settings({ contextStorage: { default: { module: 'localfilesystem' } } }));
  useNodeRed();
  let cloud: FeedCloud;
  afterEach(() => cloud.stop());
  after(() => helper.settings({}));

  const start = async (nodes: FlowNode[], settings: Parameters<typeof doctor>[0] = {}) => {
    cloud = await FeedCloud.start({ speed: 1 });
    // What lingers of the tests before has servers that are gone.
    cloud.clock.patienceMs = 1_000;
    for (const { firmware } of cloud.simulator.world.chargers.values()) firmware.current = firmware.available;
    await loadAt(cloud.simulator, flow(doctor(settings), nodes));
  };
  const live = () => cloud.clock.until(status('subscribe', /^live/));
  const examined = (): Promise<Message> => cloud.clock.until(ask('doctor'));
  const feed = (over = {}) => [subscribe({ emit: 'snapshots', wires: [[], []], ...over })];

  it('a stream that is open and brings nothing', async () => {
    await start(feed(), { silence: 40 });
    await live();
    expect(findingsOf(await examined()).map(({ check }) => check)).to.deep.equal([]);
    for (const { id } of cloud.simulator.world.chargers.values()) cloud.simulator.world.setOnline(id, false);
    await cloud.pass(60 * MINUTE);
    const message = await examined();
    expectFinding(
      message,
      {
        check: 'push-silence',
        severity: 'warning',
        code: 'PUSH_SILENT',
        found: /brings no messages: Home \(silent for [56]\d minutes\)/,
        remedy: /Load connection details/,
      },
      ['offline'],
    );
  });

  it('a feed that stays away', async () => {
    await start(feed());
    await live();
    cloud.fault('bus-cut');
    await cloud.pass(10 * MINUTE);
    expectFinding(await examined(), {
      check: 'push',
      severity: 'warning',
      code: 'BUS_CUT',
      found: /cut \(Home, since /,
      remedy: /tried again by itself/,
    });
  });

  it('a second consumer', async () => {
    await start(feed());
    await live();
    cloud.fault('bus-thief');
    const { world } = cloud.simulator;
    const suspects = async () => findingsOf(await examined()).some(({ check }) => check === 'second-consumer');
    for (let minute = 0; minute < 240 && !(minute % 10 === 0 && (await suspects())); minute += 1) {
      await cloud.pass(MINUTE);
      if (minute % 2) world.unplug(cloud.charger.id);
      else world.plug(cloud.charger.id);
    }
    expectFinding(await examined(), {
      check: 'second-consumer',
      severity: 'error',
      code: 'SECOND_CONSUMER',
      found: /another program seems to read the same subscription/,
      remedy: /Stop the other one/,
    });
  });

  it('somebody else who sets the current', async () => {
    await start([updateCurrent({ foreign: 'report' }), sink('decisions')]);
    const { world } = cloud.simulator;
    world.setAvailableCurrent(cloud.site.id, [10, 10, 10]);
    send('current', { payload: 8 });
    await cloud.clock.until(status('current', '8 A'));
    expect(findingsOf(await examined()).map(({ check }) => check)).to.deep.equal([]);
    await cloud.pass(10 * MINUTE);
    world.setAvailableCurrent(cloud.site.id, [12, 12, 12]);
    await cloud.clock.until(Promise.all([status('current', 'foreign: 12 A'), cloud.pass(90 * MINUTE)]));
    const { about } = expectFinding(await examined(), {
      check: 'foreign-current',
      severity: 'warning',
      code: 'FOREIGN_CHANGE',
      found: /Somebody else changes the current: Home \(1 change, the last one 2026-/,
      remedy: /let only one of you set the current/,
    });
    expect(about[0].id).to.equal(cloud.site.id);
  });

  it('a flow that sends many requests, and which node it is', async () => {
    await start([request({ name: 'eager', path: 'path', pathType: 'msg', undocumented: true, wires: [[]] })]);
    for (let minute = 0; minute < 15; minute += 1) {
      for (let times = 0; times < 70; times += 1) send('request', { path: `/api/number/${minute * 100 + times}` });
      await cloud.pass(MINUTE);
    }
    const { about } = expectFinding(await examined(), {
      check: 'requests',
      severity: 'warning',
      code: 'MANY_REQUESTS',
      found: /a minute over 15 minutes; most by eager \(zaptec-request\).*that is much/,
      remedy: /subscribe instead of reading/,
    });
    expect(about[0]).to.include({ id: 'request', name: 'eager (zaptec-request)' });
  }).timeout(120_000);
});

import { expect } from 'chai';
import { clock as productClock } from '../../src/time/clock';
import { request, sink, updateCurrent } from '../support/node-red/builder';
import { ask, send, siteOf, status, until, useNodeRed, type Simulator } from '../support/node-red/harness';
import { VirtualCloud } from '../support/node-red/virtual-cloud';
import type { VirtualClock } from '../support/virtual-clock';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const TOKEN_S = 1_200;
const STEPS: readonly (readonly [name: string, ms: number])[] = [
  ['back by 90 s', -90 * SECOND],
  ['forward by 90 s', 90 * SECOND],
  ['back by an hour', -HOUR],
  ['forward by an hour', HOUR],
  ['back by a day', -24 * HOUR],
  ['forward by a day', 24 * HOUR],
];

describe('Node-RED whose wall clock is set', () => {
  useNodeRed();
  let virtual: VirtualCloud;
  let time: VirtualClock;
  let cloud: Simulator;
  const nodes = [
    updateCurrent({ id: 'solar' }),
    updateCurrent({ id: 'fuse', role: 'limit' }),
    request({ path: 'path', pathType: 'msg' }),
    sink('decisions'),
  ];
  const startedLoading = async () => {
    virtual = new VirtualCloud();
    await virtual.startSimulator({ tokenLifetimeS: TOKEN_S });
    ({ time, cloud } = virtual);
    return { loading: virtual.load(...nodes) };
  };
  const started = async () => {
    virtual = new VirtualCloud();
    await virtual.start(nodes, { tokenLifetimeS: TOKEN_S });
    ({ time, cloud } = virtual);
  };
  afterEach(() => virtual.stop());
  const available = () => siteOf(cloud).availableCurrent[0];
  const writes = () => cloud.requests.filter(({ method, path }) => method === 'POST' && path.endsWith('/update'));
  const refusedTokens = () => cloud.requests.filter((record) => record.status === 401);

  for (const [name, ms] of STEPS) {
    it(`${name}: logs in and answers queued requests as fast as otherwise`, async () => {
      const { loading } = await startedLoading();
      await loading;
      time.setWallClock(ms);
      await time.until(status('connection', 'connected'));
      const beganAt = productClock.steady();
      let answers = 0;
      const all = until('out', () => (answers += 1) === 40);
      for (let user = 10; user < 50; user += 1) {
        const UserId = `00000000-0000-4000-8000-0000000000${user}`;
        send('request', { path: `/api/chargehistory?UserId=${UserId}` });
      }
      await time.pass(400);
      time.setWallClock(ms);
      await time.until(all);
      // 40 requests at 10 a second.
      expect(productClock.steady() - beganAt).to.be.within(3_000, 4_500);
    }).timeout(60_000);

    it(`${name}: lowers no limit later, and none before the cooldown is over`, async () => {
      await started();
      await time.until(ask('fuse', { payload: 20 }));
      await time.pass(30 * SECOND, 5 * SECOND);
      time.setWallClock(ms);
      send('fuse', { payload: 10 });
      await time.pass(25 * SECOND, SECOND);
      expect(available()).to.equal(20);
      await time.pass(10 * SECOND, SECOND);
      expect(available()).to.equal(10);
    }).timeout(60_000);

    it(`${name}: raises neither early nor late`, async () => {
      await started();
      await time.until(ask('solar', { payload: 10 }));
      await time.pass(5 * MINUTE, 30 * SECOND);
      send('solar', { payload: 16 });
      await time.network();
      time.setWallClock(ms);
      await time.pass(9.5 * MINUTE, 30 * SECOND);
      expect([available(), writes().length]).to.deep.equal([10, 1]);
      await time.pass(2 * MINUTE, 10 * SECOND);
      expect([available(), writes().length]).to.deep.equal([16, 2]);
    }).timeout(60_000);

    it(`${name}: uses no token past its life`, async () => {
      await started();
      await time.pass(5 * MINUTE, 30 * SECOND);
      time.setWallClock(ms);
      for (let minute = 0; minute < 25; minute += 1) {
        await time.pass(MINUTE, 30 * SECOND);
        await time.until(ask('request', { path: `/api/chargehistory?PageIndex=${minute}` }));
      }
      expect(refusedTokens()).to.deep.equal([]);
    }).timeout(60_000);
  }
});

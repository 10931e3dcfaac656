import { expect } from 'chai';
import type { FeedStatus } from '../../../src/feed/types';
import type { FaultName } from '../../../simulator/index';
import { flow, sink, subscribe } from '../../support/node-red/builder';
import { expectSchema, get, loadAt, useNodeRed } from '../../support/node-red/harness';
import { FeedCloud } from '../../support/feed/feed-cloud';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const SILENCE = 30 * MINUTE;

/** In a real Node-RED, in virtual time. */
describe('the second output of a subscribe node reports', () => {
  useNodeRed();
  let cloud: FeedCloud;
  let reported: FeedStatus[];

  const start = async (faults: readonly FaultName[] = []) => {
    reported = [];
    cloud = await FeedCloud.start({ speed: 1 });
    for (const fault of faults) cloud.fault(fault);
    // Loading takes real time, in which the pretend one must stand still.
    await loadAt(cloud.simulator, flow(subscribe({ emit: 'snapshots' }), sink('feed')));
    get('feed').on('input', ({ payload }) => reported.push(payload as FeedStatus));
  };
  const live = async () => {
    await cloud.until('live', () => reported.at(-1)?.state === 'live', 10 * MINUTE);
    // A stream that has only just begun is given less credit.
    await cloud.pass(2 * MINUTE);
    reported = [];
  };
  afterEach(() => cloud.stop());

  const within = async (ms: number, code: RegExp): Promise<void> => {
    await cloud.until(`reported ${code}`, () => reported.some((status) => code.test(status.code ?? '')), ms);
    const status = reported.find((each) => code.test(each.code ?? ''));
    expectSchema('feed', status);
    expect(status).to.include.keys('text', 'remedy');
    expect(status!.state).not.to.equal('live');
  };

  const rows = [
    ['a cut', 'bus-cut', /^BUS_CUT$/],
    ['a key that is refused', 'bus-auth-error', /^BUS_AUTH$/],
    ['a subscription that was removed', 'bus-removed', /^BUS_REMOVED$/],
  ] as const;
  for (const [what, fault, code] of rows) {
    it(`${what}, within 10 s, and that it is over`, async () => {
      await start();
      await live();
      cloud.fault(fault);
      await within(10 * SECOND, code);
      cloud.fault(fault, false);
      await live();
    });
  }

  it('details that fail with 5xx at the start, within 10 s', async () => {
    await start(['bus-details-5xx']);
    await within(10 * SECOND, /^BUS_(SLOW|NO_DETAILS)$/);
    await within(2 * MINUTE, /^BUS_NO_DETAILS$/);
    cloud.fault('bus-details-5xx', false);
    await live();
  });

  it('details that fail with 5xx after a cut, within 10 s of the first try', async () => {
    await start();
    await live();
    cloud.fault('bus-details-5xx');
    cloud.fault('bus-cut', true);
    await within(10 * SECOND, /^BUS_CUT$/);
    cloud.fault('bus-cut', false);
    await within(10 * SECOND, /^BUS_(SLOW|NO_DETAILS)$/);
    cloud.simulator.faults.clear();
    await live();
  });

  it('a stream that is silently dead, within the time of the watchdog and 10 s', async () => {
    await start();
    await live();
    cloud.fault('bus-stall');
    cloud.simulator.world.unplug(cloud.charger.id);
    await within(SILENCE + 10 * SECOND, /^BUS_SILENT$/);
  });
});

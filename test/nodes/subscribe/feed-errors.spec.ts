import { expect } from 'chai';
import { flow, sink, subscribe } from '../../support/node-red/builder';
import {
  collect,
  expectSchema,
  helper,
  loadAt,
  nextStatus,
  status,
  until,
  useCloud,
  useNodeRed,
  type Message,
} from '../../support/node-red/harness';

const CLOSING_MS = 5_000;

describe('a feed with an error', () => {
  useNodeRed();
  const cloud = useCloud({ scenario: 'home' });
  const load = (over: Parameters<typeof subscribe>[0] = {}, role = 'owner') =>
    loadAt(cloud(), flow(subscribe(over), sink('feed')), { role });
  const feed = (fits: (payload: Message) => boolean) => until('feed', ({ payload }) => fits(payload));
  afterEach(() => cloud().faults.clear());

  it('gives a remedy when the account has no role', async () => {
    await load({}, 'user');
    const { payload } = await feed(({ state }) => state === 'unavailable');
    expectSchema('feed', payload);
    expect(payload).to.include({ code: 'BUS_NO_ROLE' });
    expect(payload.remedy).to.match(/role/);
    await status('subscribe', 'no push: role');
  });

  it('reports a cut, reads the states meanwhile, and is live again by itself', async () => {
    await load({ emit: 'snapshots', initial: false });
    await feed(({ state }) => state === 'live');
    const away = feed(({ state }) => state === 'polling');
    const yellow = nextStatus('subscribe', 'polling');
    cloud().faults.set('bus-cut', { on: true });
    const { payload } = await away;
    await yellow;
    expectSchema('feed', payload);
    const back = feed(({ state }) => state === 'live');
    cloud().faults.clear();
    expect((await back).payload).to.include({ via: 'push' });
  }).timeout(40_000);

  it('closes at once although the bus does not answer', async () => {
    await load({ emit: 'snapshots' });
    await collect(2);
    cloud().faults.set('bus-half-open', { on: true });
    const began = Date.now();
    await helper.unload();
    expect(Date.now() - began).to.be.below(CLOSING_MS);
  });
});

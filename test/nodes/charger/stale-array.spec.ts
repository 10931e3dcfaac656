import { expect } from 'chai';
import sinon from 'sinon';
import { charger, flow, sink, subscribe } from '../../support/node-red/builder';
import { ask, chargersOf, loadAt, until, useCloud, useNodeRed, type Message } from '../../support/node-red/harness';

const MINUTE = 60_000;

describe('msg.zaptec of an array', () => {
  useNodeRed();
  // With two installations, of which one is subscribed to: the feed knows the first, a request reads the second.
  const cloud = useCloud({ scenario: 'housing', speed: 0 });
  const firstOf = (name: string, isOnline = true) => {
    const site = [...cloud().world.installations.values()].find((one) => one.name === name)!;
    return chargersOf(cloud()).find(({ installationId, online }) => installationId === site.id && online === isOnline)!
      .id;
  };
  const ids = () => ({ known: firstOf('Riverside Guests'), read: firstOf('Riverside') });
  const load = async () => {
    const guests = subscribe({ installation: 'Riverside Guests', emit: 'snapshots', wires: [['known'], ['feed']] });
    await loadAt(cloud(), flow(charger({ action: 'state' }), guests, sink('feed'), sink('known')));
    await until('feed', ({ payload }) => payload.state === 'live');
    await ask('subscribe', { payload: 'snapshot' }, 'known');
  };
  const facts = async (wanted: string | string[], more = {}) =>
    (await ask('charger', { charger: wanted, ...more })).zaptec as Message;
  afterEach(() => sinon.restore());

  it('has the source of the oldest element, and none of a request that was not made', async () => {
    await load();
    const { known, read } = ids();
    const parts = [await facts(known), await facts(read)];
    expect(parts.map(({ source }) => source)).to.deep.equal(['store', 'rest']);
    const oldest = parts[0]!['time'] < parts[1]!['time'] ? parts[0]! : { ...parts[1], source: 'cache' };
    const whole = await facts([read, known]);
    expect(whole).to.include({ source: oldest['source'], time: oldest['time'], stale: false });
    expect(whole['source']).to.equal((await facts([known, read]))['source']);
  });

  it('is stale when one of its chargers is offline', async () => {
    await load();
    const { known } = ids();
    const read = firstOf('Riverside', false);
    expect(await facts(read)).to.include({ stale: true });
    expect(await facts([known, read])).to.include({ stale: true });
    expect(await facts([known])).to.include({ stale: false });
    for (const action of ['get', 'list'])
      expect(await facts([known, read], { action }), action).to.include({ stale: true });
  });

  it('is not stale when a live feed had no message for long', async () => {
    await load();
    const { known } = ids();
    await facts([known]);
    const later = async (ms: number): Promise<Message[]> => {
      const { length } = cloud().requests;
      const now = Date.now() + ms;
      sinon.useFakeTimers({ now, toFake: ['Date'] });
      const both = [await facts(known), await facts([known])];
      sinon.restore();
      // An answer of the cloud shows that the clock was set and that no time has passed.
      return cloud().requests.length === length ? both : later(ms + 20 * MINUTE);
    };
    const [one, whole] = (await later(20 * MINUTE)) as [Message, Message];
    expect(one['ageMs']).to.be.above(15 * MINUTE);
    expect(one).to.include({ source: 'store', stale: false });
    expect(whole).to.include({ source: 'store', stale: false });
  });
});

import type { EventEmitter } from 'node:events';
import { expect } from 'chai';
import { charger, connection, flow, sink, subscribe } from '../../support/node-red/builder';
import {
  accountOf,
  ask,
  chargersOf,
  collect,
  deploy,
  expectMessage,
  expectSchema,
  failing,
  get,
  loadAt,
  logLines,
  send,
  siteOf,
  status,
  until,
  useCloud,
  useNodeRed,
  type Message,
} from '../../support/node-red/harness';

describe('the subscribe node', () => {
  useNodeRed();
  const cloud = useCloud({ scenario: 'home' });
  const named = (name: string) => chargersOf(cloud()).find((one) => one.name === name)!;
  const load = (...nodes: Parameters<typeof flow>) => loadAt(cloud(), flow(...nodes, sink('feed')));
  const live = () => until('feed', ({ payload }) => payload.state === 'live');
  const everything = (id = 'out'): Message[] => {
    const all: Message[] = [];
    void until(id, (message) => all.push(message) < 0);
    return all;
  };
  const warned = (id: string) => new Promise((resolve) => (get(id) as EventEmitter).once('call:warn', resolve));
  const plug = (name: string) => cloud().world.plug(named(name).id);
  const unplug = (name: string) => cloud().world.unplug(named(name).id);

  it('sends the known values after a deploy, with the store as their source', async () => {
    await load(subscribe({ emit: 'snapshots' }));
    const messages = await collect(2);
    for (const message of messages) {
      expectMessage(message, 'state');
      expect(message.zaptec).to.include({ source: 'store', stale: false, account: 'Test' });
      expect(message.topic).to.match(/^zaptec\/Home\/(Garage|Carport)\/state$/);
    }
    expect(messages.map(({ payload }) => payload.name)).to.have.members(['Garage', 'Carport']);
  });

  it('shows the state of the feed on its second output and in its status', async () => {
    await load(subscribe({ initial: false }));
    const { payload, topic, zaptec } = await live();
    expectSchema('feed', payload);
    expectSchema('meta', zaptec);
    expect(topic).to.equal('zaptec/Home/feed');
    expect(payload).to.include({ via: 'push' });
    expect(zaptec.installation).to.deep.equal({ id: siteOf(cloud()).id, name: 'Home' });
    await status('subscribe', /^live/);
  });

  it('sends each value of the chosen charger and observations as it changes', async () => {
    const wanted = { emit: 'observations', chargers: ['carport'], observations: ['ChargerOperationMode', 507] };
    await load(subscribe({ ...wanted, initial: false }));
    await live();
    const all = everything();
    const mode = until('out', ({ payload }) => payload.value === 'requesting' || payload.value === 'charging');
    plug('Garage');
    plug('Carport');
    const message = await mode;
    expectMessage(message, 'observation');
    expect(message.payload).to.include({ id: 710, name: 'ChargerOperationMode' });
    expect(message.topic).to.equal('zaptec/Home/Carport/ChargerOperationMode');
    expect(message.zaptec).to.include({ source: 'push', stale: false });
    expect(message.zaptec.charger).to.include({ name: 'Carport' });
    expect(new Set(all.map(({ topic }) => topic.split('/')[2]))).to.deep.equal(new Set(['Carport']));
    for (const { payload } of all) expect([710, 507]).to.include(payload.id);
  });

  it('sends events, and none again after a deploy', async () => {
    const nodes = (id: string) => [
      connection({ cloud: 'custom', baseUrl: cloud().baseUrl }),
      ...flow(subscribe({ id, emit: 'events' }), sink('feed')),
    ];
    await load(subscribe({ emit: 'events' }));
    await live();
    const gone = until('out', ({ payload }) => payload.event === 'unplugged');
    unplug('Carport');
    const event = await gone;
    expectMessage(event, 'event');
    expect(event.payload).to.include({ name: 'Carport', mode: 'disconnected' });
    expect(event.topic).to.equal('zaptec/Home/Carport/event');

    await deploy(nodes('subscribe'), 'full', accountOf(cloud()));
    const again = everything();
    await live();
    expect(again, 'old events').to.deep.equal([]);
    const next = until('out', ({ payload }) => payload.event === 'plugged-in');
    plug('Carport');
    await next;
    expect(again.filter(({ payload }) => payload.event === 'plugged-in')).to.have.length(1);
  });

  it('sends only the events that were chosen', async () => {
    await load(subscribe({ emit: 'events', events: ['unplugged'], chargers: [named('Carport').deviceId] }));
    await live();
    const all = everything();
    const gone = until('out', () => true);
    unplug('Garage');
    plug('Garage');
    unplug('Carport');
    await gone;
    expect(all.map(({ payload }) => `${payload.name} ${payload.event}`)).to.deep.equal(['Carport unplugged']);
  });

  it('sends each session that has ended once, to every node that listens', async () => {
    await load(
      subscribe({ emit: 'sessions' }),
      subscribe({ id: 'second', emit: 'sessions', wires: [['out2'], []] }),
      subscribe({ id: 'events', emit: 'events', events: ['session-finished'], wires: [['told'], []] }),
      sink('out2'),
      sink('told'),
    );
    await live();
    cloud().world.advance(60_000);
    const messages = [until('out', () => true), until('out2', () => true), until('told', () => true)] as const;
    const all = everything();
    unplug('Garage');
    const [session, other, event] = await Promise.all(messages);
    expectMessage(session, 'session');
    expect(session.payload).to.include({ chargerName: 'Garage' });
    expect(session.topic).to.equal('zaptec/Home/Garage/session');
    expect(other.payload).to.deep.equal(session.payload);
    expectMessage(event, 'event');
    expect(event.payload).to.include({ event: 'session-finished', sessionId: session.payload.id });
    expect(all).to.have.length(1);
  });

  it('gets the sessions that ended while it was disabled, but none from before it was there', async () => {
    const observations = subscribe({ id: 'values', emit: 'observations', wires: [['out2'], ['feed']] });
    const sessions = (more = {}) => subscribe({ emit: 'sessions', wires: [['out'], []], ...more });
    const nodes = (...some: Parameters<typeof flow>) => [
      connection({ cloud: 'custom', baseUrl: cloud().baseUrl }),
      ...flow(observations, ...some, sink('out2'), sink('feed')),
    ];
    const session = async () => {
      const before = cloud().world.history.length;
      unplug('Garage');
      plug('Garage');
      cloud().world.advance(60_000);
      unplug('Garage');
      const ids = cloud()
        .world.history.slice(before)
        .map(({ id }) => id);
      await until('out2', ({ payload }) => payload.id === 723 && payload.value.sessionId === ids.at(-1));
      return ids;
    };
    await loadAt(cloud(), flow(observations, sink('out2'), sink('feed')));
    await live();
    const early = await session();
    await deploy(nodes(sessions()), 'nodes');
    const seen = collect(1);
    const during = await session();
    await seen;
    await deploy(nodes(sessions({ d: true })), 'nodes');
    const missed = await session();
    await deploy(nodes(sessions()), 'nodes');
    const all: string[] = [];
    await until('out', ({ payload }) => all.push(payload.id) >= missed.length);
    expect(all).to.have.members(missed);
    expect(all).not.to.include.members([...early, ...during]);
  });

  it('shares one receiver among all nodes', async () => {
    const readers = Array.from({ length: 5 }, (_, index) =>
      subscribe({ id: `reader${index}`, emit: 'events', wires: [['out'], ['feed']] }),
    );
    await load(...readers);
    await live();
    expect(cloud().bus.stats()).to.include({ receivers: 1, connections: 1 });
  });

  it('answers "snapshot" with the present state of every charger, on the message that asked', async () => {
    await load(subscribe({ emit: 'events' }));
    const answers = collect(2);
    send('subscribe', { payload: 'snapshot', custom: 7, observations: true });
    for (const message of await answers) {
      expectMessage(message, 'state');
      expect(message).to.include({ custom: 7 });
      expect(message.payload.observations).to.include.keys('ChargerOperationMode');
      expect(message.parts).to.include({ count: 2 });
    }
    expect(await failing('subscribe', { payload: 'reconnect' })).to.include({ code: 'INPUT_INVALID' });
  });

  it('carries along those observations that a snapshot is asked for', async () => {
    await load(subscribe({ emit: 'snapshots', observations: ['ChargerOperationMode'], chargers: ['Garage'] }));
    const [{ payload } = {}] = await collect(1);
    expect(Object.keys(payload.observations)).to.deep.equal(['ChargerOperationMode']);
  });

  it('names a charger that nobody is, and an installation that is not there', async () => {
    await load(subscribe({ chargers: ['Garage', 'Shed'] }), subscribe({ id: 'other', installation: 'Elsewhere' }));
    await Promise.all([warned('subscribe'), status('other', 'NOT_FOUND')]);
    expect(JSON.stringify(logLines())).to.include('No charger is called shed');
  });

  it('lets the charger node answer from what came by push, without a request', async () => {
    await load(subscribe({ initial: false }), charger({ action: 'state' }));
    await live();
    const states = () => cloud().requests.filter(({ path }) => path.endsWith('/state')).length;
    const before = states();
    for (let times = 0; times < 8; times += 1) {
      const message = await ask('charger', { charger: 'Garage' });
      expectMessage(message, 'state');
      expect(message.zaptec).to.include({ source: 'store' });
    }
    const all = await ask('charger', { charger: 'all', observations: true });
    expect(all.zaptec).to.include({ source: 'store' });
    for (const payload of all.payload) {
      expectSchema('state', payload);
      expect(payload.observations).to.include.keys('ChargerOperationMode');
    }
    expect(states(), 'requests').to.equal(before);
    const read = await ask('charger', { charger: 'Garage', refresh: true });
    expect(read.zaptec.source).to.be.oneOf(['rest', 'cache']);
  });

  it('breaks no rule of the guidelines', () => {
    const broken = cloud()
      .audit.report()
      .flatMap(({ verdicts }) => verdicts.filter(({ ok }) => !ok));
    expect(broken).to.deep.equal([]);
  });
});

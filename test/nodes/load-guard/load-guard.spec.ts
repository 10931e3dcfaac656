import { expect } from 'chai';
import { catchAll, flow, loadGuard, sink, subscribe, updateCurrent } from '../../support/node-red/builder';
import {
  busyAndIdle,
  chargersOf,
  expectMessage,
  failing,
  get,
  load,
  loadAt,
  next,
  send,
  siteOf,
  status,
  until,
  useCloud,
  useNodeRed,
  type Message,
} from '../../support/node-red/harness';

const all = (ampere: number) => ({ phase1: ampere, phase2: ampere, phase3: ampere });

describe('the load guard node', () => {
  useNodeRed();
  const start = (over: Parameters<typeof loadGuard>[0] = {}) => load(flow(loadGuard(over), sink('loads'), catchAll()));
  const both = async (message: object): Promise<{ limit: Message; decision: Message }> => {
    const [limit, decision] = [next(), next('loads')];
    send('guard', message);
    return { limit: await limit, decision: await decision };
  };

  it('answers a value of the meter with a limit for update-current, and with its reason', async () => {
    await start();
    const { limit, decision } = await both({ payload: { phase1: 4, phase2: 10, phase3: 2.5 }, keep: 'me' });
    expect(limit).to.deep.include({ keep: 'me', topic: 'zaptec/limit' });
    expect(limit['payload']).to.deep.equal({ kind: 'limit', unit: 'A', phase1: 20, phase2: 14, phase3: 21.5 });
    expectMessage(decision, 'load-guard');
    expect(decision['payload']).to.deep.include({ code: 'raised', totalA: { phase1: 4, phase2: 10, phase3: 2.5 } });
  });

  it('takes the cars of messages out of the total', async () => {
    await start();
    send('guard', { payload: { id: '1', name: 'Garage', mode: 'charging', currentA: all(10) } });
    const decision = until('loads', ({ payload }) => payload.code !== 'starts');
    send('guard', { payload: all(14) });
    expect((await decision)['payload']).to.deep.include({ limit: all(20), carsA: all(10) });
  });

  for (const [name, state] of [
    ['currents that are no numbers', { currentA: { phase1: 3n, phase2: Symbol('A'), phase3: {} } }],
    ['a current as text', { currentA: { phase1: '10', phase2: 'x', phase3: '' } }],
    ['a name that is no text', { name: {}, deviceId: 7 }],
  ] as const) {
    it(`goes on with the meter after the state of a charger with ${name}`, async () => {
      await start({ rotation: 'Garage: L2 L3 L1' });
      await both({ payload: all(4) });
      send('guard', { payload: { id: '1', name: 'Garage', mode: 'charging', ...state } });
      expect((await both({ payload: all(5) })).limit['payload']).to.include.keys('phase1', 'phase2', 'phase3');
    });
  }

  it('takes a list of chargers with holes for none', async () => {
    await start();
    const error = await failing('guard', { payload: new Array(3) });
    expect(error.code).to.equal('INPUT_INVALID');
  });

  it('reports a bad value once, and is well again after a good one', async () => {
    await start();
    await both({ payload: all(4) });
    const error = await failing('guard', { payload: { ...all(4), phase2: null } });
    expect(error['message']).to.match(/^Meter: phase2 is null\./);
    send('guard', { payload: 'unavailable' });
    const { limit } = await both({ payload: all(4) });
    expect(limit['payload']).to.deep.include(all(20));
    expect((await failing('guard', { payload: null }))['message']).to.match(/^Meter: /);
  });

  it('takes an order of an inject node, whose payload is the time', async () => {
    await start();
    await both({ payload: all(4) });
    const errors: unknown[] = [];
    get('caught').on('input', ({ error }: Message) => void errors.push(error?.message));
    for (const payload of [Date.now(), 'off', '', true, { topic: 'a button' }]) {
      send('guard', { override: 'off', payload });
    }
    const lifted = until('out', ({ payload }) => payload.phase1 === 20);
    send('guard', { payload: all(4), override: 'auto' });
    await lifted;
    expect(errors).to.deep.equal([]);
  });

  it('says so where a meter has the power of all phases alone', async () => {
    await start();
    const error = await failing('guard', { payload: { power: 2_500 } });
    expect(error['message']).to.match(
      /^Meter: it gives the power of all phases alone, and a fuse needs each phase\. Remedy: Send/,
    );
  });

  it('takes other settings by message, and keeps a capacity tariff', async () => {
    await start({ fuseA: '35', unit: 'kW' });
    const { decision } = await both({ payload: 2, config: { mode: 'tariff', limitKw: 8, reserveA: '0' } });
    expectMessage(decision, 'load-guard');
    expect(decision['payload'].period).to.include({ limitKw: 8 });
    const off = await both({ payload: 2, override: 'off' });
    expect(off.limit['payload']).to.deep.include(all(0));
  });

  it('sends no limit in a dry run', async () => {
    await start({ dryRun: true });
    const decision = next('loads');
    send('guard', { payload: all(4) });
    expect((await decision)['payload']).to.deep.include({ dryRun: true, limit: all(20) });
  });

  describe('with an update-current node', () => {
    const cloud = useCloud({ scenario: 'home' });

    it('has its limit set', async () => {
      const guard = loadGuard({ connection: 'connection', wires: [['current'], ['loads']] });
      await loadAt(cloud(), flow(guard, updateCurrent({ role: 'limit' }), sink('loads'), sink('decisions')));
      const applied = next();
      send('guard', { payload: { id: 'a', mode: 'disconnected' } });
      send('guard', { payload: { phase1: 15, phase2: 10, phase3: 12 } });
      expect((await applied)['payload'].applied).to.deep.equal({ phase1: 9, phase2: 14, phase3: 12 });
      expect([...siteOf(cloud()).availableCurrent]).to.deep.equal([9, 14, 12]);
    });
  });

  describe('with a subscribe node', () => {
    const cloud = useCloud({ scenario: 'home' });

    it('does not take a car that charges for the house before the feed says so', async () => {
      const { busy } = busyAndIdle(cloud());
      const guard = loadGuard({ connection: 'connection', wires: [['out'], ['loads']] });
      const feed = subscribe({ emit: 'snapshots', wires: [['guard'], []] });
      const decisions: Message[] = [];
      await loadAt(cloud(), flow(guard, feed, sink('loads')));
      get('loads').on('input', (message: Message) => void decisions.push(message));
      const limit = next();
      const total = all(18);
      send('guard', { payload: total });
      const meter = setInterval(() => send('guard', { payload: total }), 500);
      const { payload } = await limit;
      clearInterval(meter);
      const taken = chargersOf(cloud()).find(({ id }) => id === busy)!.currents[0];
      expect(payload.phase1).to.be.closeTo(24 - (18 - taken), 1);
      expect(decisions[0]!['payload']).to.include({ code: 'starts', reason: 'Waits for what the cars take' });
      await status('guard', /waits for cars$/);
    });
  });
});

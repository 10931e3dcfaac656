import { expect } from 'chai';
import { flow, sink, subscribe } from '../../support/node-red/builder';
import {
  ask,
  chargersOf,
  collect,
  expectMessage,
  loadAt,
  until,
  useCloud,
  useNodeRed,
} from '../../support/node-red/harness';

describe('the payload of a subscribe node', () => {
  useNodeRed();
  const cloud = useCloud({ scenario: 'home' });
  const load = (...nodes: Parameters<typeof flow>) => loadAt(cloud(), flow(...nodes, sink('feed')));

  it('is flat in snapshots and events where that is chosen, and in the states that a message asks for', async () => {
    await load(
      subscribe({ emit: 'snapshots', format: 'flat', chargers: ['Garage'] }),
      subscribe({ id: 'events', emit: 'events', format: 'flat', chargers: ['Carport'], wires: [['happened'], []] }),
      sink('happened'),
    );
    const [first] = await collect(1);
    expectMessage(first!, 'state-flat');
    expect(first!.payload).to.include.keys('currentA1', 'voltageV3', 'powerW', 'lastSeen');
    const { id } = chargersOf(cloud()).find(({ name }) => name === 'Carport')!;
    const happened = until('happened', ({ payload }) => payload.event !== undefined);
    if (cloud().world.chargers.get(id)?.car) cloud().world.unplug(id);
    else cloud().world.plug(id);
    const event = await happened;
    expectMessage(event, 'state-flat');
    expect(event.zaptec.lastSeen).to.equal(event.payload.lastSeen);
    expectMessage(await ask('subscribe', { payload: 'snapshot' }), 'state-flat');
  });

  it('has the age of each value where that is chosen', async () => {
    await load(subscribe({ emit: 'snapshots', format: 'ages', chargers: ['Garage'] }));
    const [first] = await collect(1);
    expectMessage(first!, 'state');
    expect(first!.payload.agesMs.mode).to.be.at.least(0);
    expect(first!.payload.lastSeen).to.match(/Z$/);
  });
});

import { expect } from 'chai';
import { flat } from '../../../nodes/shared/snapshot-format';
import { charger, flow } from '../../support/node-red/builder';
import { ask, busyAndIdle, expectMessage, loadAt, useCloud, useNodeRed } from '../../support/node-red/harness';

describe('the payload of a state', () => {
  useNodeRed();
  const cloud = useCloud({ scenario: 'home' });
  let id: string;
  const load = async (over: Parameters<typeof charger>[0] = {}) => {
    id = busyAndIdle(cloud()).busy;
    await loadAt(cloud(), flow(charger({ action: 'state', charger: id, ...over })));
  };

  it('is nested without ages unless the node asks for more; msg.zaptec says when the charger was seen', async () => {
    await load();
    const message = await ask('charger');
    expectMessage(message, 'state');
    expect(message.payload).not.to.have.any.keys('agesMs', 'lastSeen', 'currentA1');
    // The clock of the process and the wall clock are up to a millisecond apart.
    expect(Date.parse(message.zaptec.lastSeen)).to.be.at.most(Date.now() + 1);
  });

  it('has the age of each value', async () => {
    await load({ format: 'ages' });
    const { payload, zaptec } = await ask('charger');
    expectMessage({ payload, zaptec }, 'state');
    expect(payload.agesMs).to.include.keys('mode', 'powerW', 'currentA');
    expect(payload.lastSeen).to.equal(zaptec.lastSeen);
    expect(payload.currentA).to.have.property('phase1');
  });

  it('is flat: one plain value for each name, also for several chargers and with observations', async () => {
    await load({ format: 'flat' });
    const one = await ask('charger', { observations: true });
    expectMessage(one, 'state-flat');
    expect(one.payload).to.include.keys('powerW', 'currentA1', 'voltageV1', 'lastSeen', 'TotalChargePower');
    const all = await ask('charger', { charger: 'all' });
    expect(all.payload).to.have.length(2);
    for (const payload of [one.payload, ...all.payload]) {
      for (const [name, value] of Object.entries(payload)) expect(value, name).not.to.be.an('object');
    }
  });

  it('has lists as text, and no objects, which may say who charged', () => {
    const warnings = [{ name: 'OverTemperature', bit: 3 }, { name: 'WARNING_UNKNOWN' }];
    const observations = { Warnings: ['a', 'b'], CompletedSession: { UserName: 'Eve' } };
    const payload = flat({
      id: 'x',
      mode: 'charging',
      currentA: { phase2: 6 },
      observations,
      ...{ warnings },
    } as never);
    expect(payload).to.deep.equal({
      ...{ id: 'x', mode: 'charging', currentA2: 6 },
      ...{ Warnings: 'a,b', warnings: 'OverTemperature,WARNING_UNKNOWN' },
    });
  });
});

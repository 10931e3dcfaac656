import { expect } from 'chai';
import { checkOcmf } from '../../src/client';
import { SessionCloud, sessionsOf } from '../support/session-cloud';

describe('signed sessions of the cloud', () => {
  let cloud: SessionCloud;
  beforeEach(async () => (cloud = await SessionCloud.start()));
  afterEach(() => cloud.stop());

  it('are valid with the key that their charger has sent, as soon as its state was read', async () => {
    const client = cloud.client();
    const { id: chargerId } = cloud.simulator.world.findCharger('Carport')!;
    const sessions = sessionsOf(await cloud.read(client, { of: { chargerId } }));
    const check = () => {
      const results = sessions.map(({ signed, energyKwh }) => {
        const chargerKey = client.meterKey(chargerId);
        const { result, keySource } = checkOcmf({ signed, energyKwh, chargerKey });
        return `${result} ${keySource}`;
      });
      return [...new Set(results)];
    };
    expect(check()).to.deep.equal(['no-key undefined']);
    await cloud.clock.until(client.chargers.state(chargerId));
    expect(check()).to.deep.equal(['valid charger']);
    expect(sessions.length).to.be.above(100);
  });

  it('are unsigned where the charger does not sign', async () => {
    const { id: chargerId } = cloud.simulator.world.findCharger('Garage')!;
    const [session] = sessionsOf(await cloud.read(cloud.client(), { of: { chargerId } }));
    expect(checkOcmf({ signed: session!.signed })).to.include({ result: 'unsigned' });
  });
});

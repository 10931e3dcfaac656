import { expect } from 'chai';
import { readArguments } from '../../../simulator/cli/arguments';
import { Cloud } from '../../support/simulator/cloud';

describe('the option unusual names', () => {
  let cloud: Cloud;
  beforeEach(async () => (cloud = await Cloud.start({ scenario: 'housing', unusualNames: true })));
  afterEach(() => cloud.simulator.stop());

  it('gives the chargers names with HTML and Unicode, in every answer and after a restart', async () => {
    const names = async () => {
      const { Data } = (await (await cloud.call('/api/chargers?PageSize=100')).json()) as { Data: { Name: string }[] };
      return Data.map(({ Name }) => Name);
    };
    for (const restarted of [false, true]) {
      if (restarted) await cloud.control('/scenario', 'POST', { scenario: 'housing' });
      const all = await names();
      for (const form of [
        /^<b>P\d+<\/b>$/,
        /^P\d+ & "Søn" 'Ærøy'$/,
        /充電器 🚗$/,
        /^<script>alert\("P\d+"\)/,
        /\u200f/,
      ]) {
        expect(all.filter((name) => form.test(name)).length, String(form)).to.be.above(10);
      }
    }
    const state = await cloud.json('/state');
    expect(state.chargers.map(({ name }: { name: string }) => name)).to.include.members(await names());
  });

  it('lets the control API find a charger by its name', async () => {
    for (const charger of [...cloud.simulator.world.chargers.values()].slice(0, 5)) {
      const answer = await cloud.control(`/chargers/${encodeURIComponent(charger.name)}/unplug`, 'POST');
      expect(answer.status, charger.name).to.equal(200);
      expect(((await answer.json()) as { id: string }).id).to.equal(charger.id);
    }
  });

  it('is an argument of the command', () => {
    expect(readArguments(['--unusual-names']).options).to.include({ unusualNames: true });
    expect(readArguments([]).options).not.to.have.property('unusualNames');
  });
});

import { expect } from 'chai';
import { HOME, ScriptedCloud, SITE } from '../../support/scripted-cloud';

describe('what is known of an account without a request', () => {
  let cloud: ScriptedCloud;
  beforeEach(async () => (cloud = await ScriptedCloud.start()));
  afterEach(() => cloud.stop());

  it('is nothing before something was read', () => {
    const { known } = cloud.client;
    expect([known.installations, known.chargers, known.hierarchy(HOME)]).to.deep.equal([
      undefined,
      undefined,
      undefined,
    ]);
    expect(cloud.server.seen).to.deep.equal([]);
  });

  it('is what was read, with its age, however old it is', async () => {
    cloud.routes[`/api/installation/${HOME}/hierarchy`] = { Id: HOME, Circuits: [{ Id: SITE }] };
    const { known, installations, chargers } = cloud.client;
    await cloud.clock.until(installations.list());
    await cloud.clock.until(chargers.list());
    await cloud.clock.until(installations.hierarchy(HOME));
    const sent = cloud.server.seen.length;
    await cloud.clock.advance(7_200_000);
    expect(known.installations?.data.map(({ name }) => name)).to.deep.equal(['Home', 'Site']);
    expect(known.installations?.ageMs).to.be.within(7_200_000, 7_210_000);
    expect(known.chargers?.data.map(({ name }) => name)).to.deep.equal(['Garage', 'Left', 'Left']);
    expect(known.hierarchy(HOME)?.data).to.deep.equal({ id: HOME, circuits: [{ id: SITE }] });
    expect(known.hierarchy(HOME)?.ageMs).to.be.within(7_200_000, 7_210_000);
    expect(known.hierarchy(SITE), 'of another installation').to.equal(undefined);
    expect(cloud.server.seen).to.have.length(sent);
  });

  for (const [form, answer] of [
    ['a list', []],
    ['an object without circuits', { Name: 'Home' }],
    ['an object with other circuits', { Circuits: 'x' }],
    ['a number', 7],
  ] as const) {
    it(`is no hierarchy where somebody has read ${form} from its path`, async () => {
      const path = `/api/installation/${HOME}/hierarchy`;
      cloud.routes[path] = answer;
      await cloud.clock.until(cloud.client.request({ method: 'GET', path }));
      expect(cloud.client.known.hierarchy(HOME)).to.equal(undefined);
    });
  }
});

import { expect } from 'chai';
import { openClient, type CurrentRequest, type Decision, type ZaptecClient } from '../../../src/client';
import { everyPhase } from '../../../src/current/currents';
import { startSimulator, type Simulator } from '../../../simulator/index';
import { settings } from '../../support/governed-world';
import { VirtualClock } from '../../support/virtual-clock';

const MINUTE = 60_000;

describe('two accounts of one installation', () => {
  let clock: VirtualClock;
  let simulator: Simulator;
  let site: string;
  let one: ZaptecClient;
  let other: ZaptecClient;
  beforeEach(async () => {
    clock = new VirtualClock();
    simulator = await clock.until(startSimulator({ scenario: 'home' }));
    site = [...simulator.world.installations.keys()][0]!;
    [one, other] = [open('owner'), open('service')];
  });
  afterEach(async () => {
    one.close();
    other.close();
    await clock.advance(31_000);
    await simulator.stop();
    clock.restore();
  });

  const open = (role: string) => {
    const { username, password } = simulator.accounts.find((account) => account.role === role)!;
    return openClient({ baseUrl: simulator.baseUrl, username, password });
  };
  const send = (client: ZaptecClient, by: string, ampere: number, over: Partial<CurrentRequest> = {}) =>
    client.current.request(site, { ...settings(by), ...over, currents: everyPhase(ampere) });
  const request = (...args: Parameters<typeof send>) => clock.until(send(...args));
  const decisionsOf = (client: ZaptecClient, by: string) => {
    const decisions: Decision[] = [];
    client.current.listen(site, by, (decision) => decisions.push(decision));
    return decisions;
  };
  const cloud = () => simulator.world.installations.get(site)!.availableCurrent;
  const posts = () => simulator.requests.filter(({ method, path }) => method === 'POST' && path.endsWith('/update'));
  const broken = () => simulator.audit.report().filter(({ ok }) => !ok);

  it('keep the interval between their writes', async () => {
    expect((await request(one, 'solar', 10)).decision).to.equal('applied');
    await clock.pass(MINUTE, 10_000);
    const decisions = decisionsOf(other, 'price');
    expect((await request(other, 'price', 16)).decision).to.equal('deferred');
    await clock.pass(14 * MINUTE - 10_000, 10_000);
    expect(cloud()).to.deep.equal([10, 10, 10]);
    await clock.pass(2 * MINUTE, 1_000);
    expect(decisions.at(-1)).to.deep.include({ decision: 'applied', applied: everyPhase(16) });
    expect(posts()).to.have.length(2);
    expect(posts()[1]!.at - posts()[0]!.at).to.be.at.least(15 * MINUTE);
    expect(broken()).to.deep.equal([]);
  });

  it('keep it when both want something in the same moment', async () => {
    const decided = [send(one, 'solar', 10), send(other, 'price', 12)];
    const [first, second] = await clock.until(Promise.all(decided));
    expect([first!.decision, second!.decision].filter((decision) => decision === 'applied')).to.have.length(1);
    await clock.pass(20 * MINUTE, 10_000);
    expect(posts().length).to.be.within(1, 2);
    expect(broken()).to.deep.equal([]);
  });

  it('hold a limit of the one over a target of the other', async () => {
    expect((await request(other, 'solar', 20)).decision).to.equal('applied');
    const limit = { role: 'limit' as const };
    const { decision } = await request(one, 'fuse', 8, limit);
    expect(decision).to.be.oneOf(['deferred', 'lowered-early']);
    await clock.pass(2 * MINUTE, 1_000);
    expect(cloud()).to.deep.equal([8, 8, 8]);
    await clock.pass(16 * MINUTE, 10_000);
    const { applied } = await request(other, 'solar', 25);
    expect(applied).to.deep.equal(everyPhase(8));
    await clock.pass(40 * MINUTE, 10_000);
    expect(cloud()).to.deep.equal([8, 8, 8]);
    one.current.withdraw(site, 'fuse');
    await clock.pass(16 * MINUTE, 10_000);
    expect(cloud(), 'without the limit').to.deep.equal([25, 25, 25]);
    expect(broken()).to.deep.equal([]);
  });

  it('take the newest target of both', async () => {
    const decisions = decisionsOf(one, 'solar');
    await request(one, 'solar', 10);
    await clock.pass(16 * MINUTE, 10_000);
    expect((await request(other, 'price', 14)).decision).to.equal('applied');
    await clock.pass(5 * MINUTE, 10_000);
    expect(decisions.map(({ decision }) => decision)).to.not.include('foreign-change');
    expect(cloud()).to.deep.equal([14, 14, 14]);
    await clock.pass(15 * MINUTE, 10_000);
    expect((await request(one, 'solar', 12)).decision).to.equal('applied');
    expect(cloud()).to.deep.equal([12, 12, 12]);
    expect(broken()).to.deep.equal([]);
  });
});

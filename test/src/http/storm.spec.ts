import { expect } from 'chai';
import { openClient, type ZaptecClient } from '../../../src/client';
import { startSimulator, type RequestRecord, type Simulator } from '../../../simulator/index';
import { VirtualClock } from '../../support/virtual-clock';

const CALLS = 200;

describe('two hundred calls at once', () => {
  let clock: VirtualClock;
  let simulator: Simulator;
  let client: ZaptecClient;

  beforeEach(async () => {
    clock = new VirtualClock();
    simulator = await clock.until(startSimulator({ scenario: 'fleet:250', limitModel: 'sliding' }));
    const [{ username, password } = { username: '', password: '' }] = simulator.accounts;
    client = openClient({ baseUrl: simulator.baseUrl, username, password });
    await clock.until(client.verify());
    simulator.clearRecords();
  });
  afterEach(async () => {
    client.close();
    await simulator.stop();
    clock.restore();
  });

  const chargerIds = () => [...simulator.world.chargers.keys()].slice(0, CALLS);
  const own = () => simulator.requests.filter(({ userAgent }) => userAgent?.startsWith('node-red-contrib-zaptec'));
  const calls = () => {
    const byPath = new Map<string, RequestRecord[]>();
    for (const record of own()) byPath.set(record.path, [...(byPath.get(record.path) ?? []), record]);
    return byPath;
  };

  it('are all answered without a 429, never more than ten in a second', async () => {
    const startedAt = Date.now();
    const answers = await clock.until(Promise.all(chargerIds().map((id) => client.chargers.state(id))));
    expect(answers).to.have.length(CALLS);
    expect(own().filter(({ status }) => status === 429)).to.have.length(0);
    expect(own()).to.have.length(CALLS);
    expect(Date.now() - startedAt).to.be.below((19_000 / 0.9) | 0);
    expect(simulator.audit.clean()).to.equal(true);
  });

  it('beside a second program that takes half of the limit are all answered, in at most five tries with growing gaps', async () => {
    const [{ username, password } = { username: '', password: '' }] = simulator.accounts;
    const stranger = new Stranger(simulator.baseUrl, username, password);
    await clock.until(stranger.logIn());
    const stop = stranger.ask(5);
    const answers = await clock.until(Promise.all(chargerIds().map((id) => client.chargers.state(id))));
    stop();

    expect(answers).to.have.length(CALLS);
    expect(
      own().some(({ status }) => status === 429),
      'the stranger got in the way',
    ).to.equal(true);
    for (const [path, tries] of calls()) {
      expect(tries.length, path).to.be.at.most(5);
      const gaps = tries.slice(1).map(({ at }, index) => at - tries[index]!.at);
      for (const [index, gap] of gaps.slice(1).entries()) expect(gap, path).to.be.above(gaps[index]!);
    }
  });

  it('with tokens revoked in the middle are all answered, with one login', async () => {
    const answers = Promise.all(
      chargerIds()
        .slice(0, 50)
        .map((id) => client.chargers.state(id)),
    );
    const off = simulator.onRequest(() => {
      if (own().length !== 15) return;
      off();
      simulator.revokeTokens();
    });
    expect(await clock.until(answers)).to.have.length(50);
    expect(own().filter(({ path }) => path === '/oauth/token')).to.have.length(1);
    expect(
      own().some(({ status }) => status === 401),
      'tokens were revoked under way',
    ).to.equal(true);
  });
});

/** Another program with the same account, which knows no limit. */
class Stranger {
  #token = '';
  constructor(
    private readonly baseUrl: string,
    private readonly username: string,
    private readonly password: string,
  ) {}

  async logIn(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    const body = new URLSearchParams({ grant_type: 'password', username: this.username, password: this.password });
    const answer = await fetch(`${this.baseUrl}/oauth/token`, {
      method: 'POST',
      body,
      headers: { 'User-Agent': 'stranger/1.0' },
    });
    ({ access_token: this.#token } = (await answer.json()) as { access_token: string });
  }

  ask(perSecond: number): () => void {
    const headers = { Authorization: `Bearer ${this.#token}`, 'User-Agent': 'stranger/1.0' };
    const timer = setInterval(() => {
      fetch(`${this.baseUrl}/api/constants`, { headers }).then(
        (answer) => answer.body?.cancel(),
        () => undefined,
      );
    }, 1000 / perSecond);
    return () => clearInterval(timer);
  }
}

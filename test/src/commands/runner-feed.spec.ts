import { expect } from 'chai';
import fc from 'fast-check';
import { fanOut } from '../../../nodes/shared/fan-out';
import type { LiveStates } from '../../../src/feed/live';
import { CommandQueue } from '../../../src/commands/command-queue';
import { chargerFacts } from '../../../src/commands/facts';
import { completionOf } from '../../../src/commands/rules';
import { CommandRunner } from '../../../src/commands/runner';
import type { RawObservation } from '../../../src/zaptec/observations';
import { CommandCloud } from '../../support/command-cloud';

/** A feed that is always live: it gets every observation at once, or when the test lets it. */
class PerfectFeed implements LiveStates {
  readonly #listeners = new Map<string, Set<() => void>>();
  readonly #states = new Map<string, RawObservation[]>();
  held = false;

  constructor(private readonly cloud: CommandCloud) {
    cloud.world.onObservation(({ chargerId }) => {
      if (!this.held) this.deliver(chargerId);
    });
  }

  deliver(chargerId: string): void {
    const observations = this.cloud.world.chargers.get(chargerId)?.observations.values() ?? [];
    this.#states.set(chargerId, [...observations].map(rawOf));
    for (const listener of this.#listeners.get(chargerId) ?? []) listener();
  }

  observations(chargerId: string): RawObservation[] | undefined {
    if (!this.#states.has(chargerId)) this.deliver(chargerId);
    return this.#states.get(chargerId);
  }

  onChange(chargerId: string, listener: () => void): () => void {
    const listeners = this.#listeners.get(chargerId) ?? new Set();
    this.#listeners.set(chargerId, listeners.add(listener));
    return () => void listeners.delete(listener);
  }

  get listening(): number {
    return [...this.#listeners.values()].reduce((sum, { size }) => sum + size, 0);
  }
}

const rawOf = ({ chargerId, id, value, at }: { chargerId: string; id: number; value?: string; at: number }) => ({
  chargerId,
  stateId: id,
  timestamp: new Date(at).toISOString(),
  ...(value === undefined ? {} : { valueAsString: value }),
});

describe('a command with a live feed', () => {
  let cloud: CommandCloud;
  let feed: PerfectFeed;
  let runner: CommandRunner;

  const open = async (scenario = 'home') => {
    cloud = await CommandCloud.open(scenario);
    feed = new PerfectFeed(cloud);
    const { chargers } = cloud.client;
    const api = {
      check: () => undefined,
      state: chargers.state.bind(chargers),
      send: chargers.sendCommand.bind(chargers),
    };
    runner = new CommandRunner(api, new CommandQueue(), feed);
  };
  afterEach(() => cloud.close());

  it('costs one request where it changes something and none where it does not', async () => {
    await open();
    cloud.charge();
    const run = (command: 'pause' | 'resume') => cloud.clock.until(runner.run(cloud.charger.id, command, {}));
    const startedAt = Date.now();
    expect(await run('pause')).to.include({ result: 'changed', source: 'push', attempts: 1 });
    expect(await run('pause')).to.include({ result: 'unchanged', reason: 'paused', source: 'store' });
    expect(await run('resume')).to.include({ result: 'changed' });
    expect(Date.now() - startedAt, 'no read of the cloud was waited for').to.be.below(3_000);
    expect(cloud.commands).to.deep.equal([506, 507]);
    expect(cloud.reads).to.equal(0);
    expect(feed.listening).to.equal(0);
  });

  it('waits for the push, and reads only when that does not come', async () => {
    await open();
    cloud.charge();
    feed.held = true;
    const late = runner.run(cloud.charger.id, 'pause', {});
    await cloud.clock.advance(12_000);
    feed.deliver(cloud.charger.id);
    expect(await cloud.clock.until(late)).to.include({ result: 'changed', source: 'push' });
    expect(cloud.reads).to.equal(0);
    const lost = runner.run(cloud.charger.id, 'resume', {});
    await cloud.clock.until(lost);
    expect(cloud.reads).to.be.within(1, 2);
  });

  it('is paced by the limit alone for 130 chargers: none waits for the confirmation of another', async () => {
    await open('housing');
    for (const charger of cloud.world.chargers.values()) {
      if (!charger.online) cloud.world.setOnline(charger.id, true);
      cloud.world.unplug(charger.id);
      cloud.world.plug(charger.id, { charge: 0.1, target: 1 });
      feed.observations(charger.id);
    }
    feed.held = true;
    const ids = [...cloud.world.chargers.keys()].filter((id) => cloud.world.chargers.get(id)?.car);
    const startedAt = Date.now();
    const results = fanOut(ids, (id, onWait) => runner.run(id, 'pause', { onWait }), new AbortController().signal);
    const sent = new Promise<number>((resolve) => {
      cloud.simulator.onRequest(() => {
        if (cloud.commands.length === ids.length) resolve(Date.now());
      });
    });
    const tookMs = (await cloud.clock.until(sent)) - startedAt;
    expect(tookMs).to.be.at.most(((1.05 * (ids.length - 10)) / 10) * 1_000);
    await cloud.clock.advance(2_000);
    for (const id of ids) feed.deliver(id);
    const answers = await cloud.clock.until(results);
    expect(answers.every((answer) => 'value' in answer && answer.value.result === 'changed')).to.equal(true);
    expect(ids.length).to.be.at.least(125);
    expect(cloud.commands).to.have.length(ids.length);
    expect(cloud.reads).to.equal(0);
  });
});

describe('the state between two observations', () => {
  const facts = (values: Record<number, string | undefined>) =>
    chargerFacts(
      'x',
      Object.entries(values).map(([id, value]) => ({
        chargerId: 'x',
        stateId: Number(id),
        ...(value === undefined ? {} : { valueAsString: value }),
      })),
    );
  const CHARGING = { [-2]: '1', 710: '3', 718: '0', 708: '16', 721: '0a1b2c3d-0000-4000-8000-00000000005e' };
  const PAUSED = { ...CHARGING, 710: '5', 718: '1', 708: '0' };
  const RESUMED = { ...CHARGING, 710: '2', 718: '0', 708: '0' };

  const journeys = [
    ['pause', CHARGING, PAUSED],
    ['resume', PAUSED, RESUMED],
  ] as const;
  for (const [command, from, to] of journeys) {
    it(`is not taken for the end of ${command}, in whatever order they come`, () => {
      const changes = Object.entries(to).filter(([id, value]) => from[Number(id) as 710] !== value);
      fc.assert(
        fc.property(fc.shuffledSubarray(changes, { minLength: changes.length }), (order) => {
          const now: Record<number, string> = { ...from };
          const before = facts(now);
          expect(completionOf(command, before, before)).to.equal('no');
          for (const [id, value] of order) {
            now[Number(id)] = value;
            const done = now[710] === to[710] && now[718] === to[718];
            expect(completionOf(command, before, facts(now)) === 'yes').to.equal(done);
          }
        }),
      );
    });
  }

  it('of a charger without observation 718 is good enough when nothing clearer comes', () => {
    expect(completionOf('pause', facts(CHARGING), facts({ ...PAUSED, 718: undefined }))).to.equal('perhaps');
    expect(completionOf('resume', facts(PAUSED), facts({ ...PAUSED, 718: '0' }))).to.equal('perhaps');
  });

  it('with another session shows that the one before has ended', () => {
    const other = { ...CHARGING, 721: '0a1b2c3d-0000-4000-8000-00000000005f' };
    expect(completionOf('deauthorize', facts(CHARGING), facts(CHARGING))).to.equal('no');
    expect(completionOf('deauthorize', facts(CHARGING), facts(other))).to.equal('yes');
    expect(completionOf('deauthorize', undefined, facts(other))).to.equal('no');
    expect(completionOf('deauthorize', facts(CHARGING), facts({ ...CHARGING, 721: undefined }))).to.equal('yes');
  });
});

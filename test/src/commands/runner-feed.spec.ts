import { expect } from 'chai';
import fc from 'fast-check';
import { fanOut } from '../../../nodes/shared/fan-out';
import type { LiveStates } from '../../../src/feed/live';
import { CommandQueue } from '../../../src/commands/command-queue';
import { chargerFacts } from '../../../src/commands/facts';
import { fulfilment } from '../../../src/commands/rules';
import { CommandRunner } from '../../../src/commands/runner';
import type { RawObservation } from '../../../src/zaptec/observations';
import { WishCloud } from '../../support/command-cloud';

/** A feed that is always live: it hears of everything at once, or when it is let. */
class PerfectFeed implements LiveStates {
  readonly #listeners = new Map<string, Set<() => void>>();
  readonly #told = new Map<string, RawObservation[]>();
  held = false;

  constructor(private readonly cloud: WishCloud) {
    cloud.world.onObservation(({ chargerId }) => {
      if (!this.held) this.tell(chargerId);
    });
  }

  tell(chargerId: string): void {
    const observations = this.cloud.world.chargers.get(chargerId)?.observations.values() ?? [];
    this.#told.set(chargerId, [...observations].map(rawOf));
    for (const listener of this.#listeners.get(chargerId) ?? []) listener();
  }

  observations(chargerId: string): RawObservation[] | undefined {
    if (!this.#told.has(chargerId)) this.tell(chargerId);
    return this.#told.get(chargerId);
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

describe('a wish with a live feed', () => {
  let cloud: WishCloud;
  let feed: PerfectFeed;
  let wishes: CommandRunner;

  const open = async (scenario = 'home') => {
    cloud = await WishCloud.open(scenario);
    feed = new PerfectFeed(cloud);
    const { chargers } = cloud.client;
    const door = {
      check: () => undefined,
      state: chargers.state.bind(chargers),
      send: chargers.sendCommand.bind(chargers),
    };
    wishes = new CommandRunner(door, new CommandQueue(), feed);
  };
  afterEach(() => cloud.close());

  it('costs one request where it changes something and none where it does not', async () => {
    await open();
    cloud.charge();
    const wish = (command: 'pause' | 'resume') => cloud.clock.until(wishes.run(cloud.charger.id, command, {}));
    const startedAt = Date.now();
    expect(await wish('pause')).to.include({ result: 'changed', source: 'push', attempts: 1 });
    expect(await wish('pause')).to.include({ result: 'unchanged', reason: 'paused', source: 'store' });
    expect(await wish('resume')).to.include({ result: 'changed' });
    expect(Date.now() - startedAt, 'no look at the cloud was waited for').to.be.below(3_000);
    expect(cloud.commands).to.deep.equal([506, 507]);
    expect(cloud.reads).to.equal(0);
    expect(feed.listening).to.equal(0);
  });

  it('waits for the push, and reads only when that does not come', async () => {
    await open();
    cloud.charge();
    feed.held = true;
    const late = wishes.run(cloud.charger.id, 'pause', {});
    await cloud.clock.advance(12_000);
    feed.tell(cloud.charger.id);
    expect(await cloud.clock.until(late)).to.include({ result: 'changed', source: 'push' });
    expect(cloud.reads).to.equal(0);
    const lost = wishes.run(cloud.charger.id, 'resume', {});
    await cloud.clock.until(lost);
    expect(cloud.reads).to.be.within(1, 2);
  });

  it('paces a hundred and thirty by the limit alone, for the charger is not waited for meanwhile', async () => {
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
    const results = fanOut(ids, (id, onWait) => wishes.run(id, 'pause', { onWait }), new AbortController().signal);
    const sent = new Promise<number>((resolve) => {
      cloud.simulator.onRequest(() => {
        if (cloud.commands.length === ids.length) resolve(Date.now());
      });
    });
    const tookMs = (await cloud.clock.until(sent)) - startedAt;
    expect(tookMs).to.be.at.most(((1.05 * (ids.length - 10)) / 10) * 1_000);
    await cloud.clock.advance(2_000);
    for (const id of ids) feed.tell(id);
    const answers = await cloud.clock.until(results);
    expect(answers.every((answer) => 'value' in answer && answer.value.result === 'changed')).to.equal(true);
    expect(ids.length).to.be.at.least(125);
    expect(cloud.commands).to.have.length(ids.length);
    expect(cloud.reads).to.equal(0);
  });
});

describe('the state between two messages', () => {
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
          expect(fulfilment(command, before, before)).to.equal('no');
          for (const [id, value] of order) {
            now[Number(id)] = value;
            const done = now[710] === to[710] && now[718] === to[718];
            expect(fulfilment(command, before, facts(now)) === 'yes').to.equal(done);
          }
        }),
      );
    });
  }

  it('of a charger that does not tell 718 is good enough when nothing clearer comes', () => {
    expect(fulfilment('pause', facts(CHARGING), facts({ ...PAUSED, 718: undefined }))).to.equal('perhaps');
    expect(fulfilment('resume', facts(PAUSED), facts({ ...PAUSED, 718: '0' }))).to.equal('perhaps');
  });

  it('of a session that began anew tells that the old one was ended', () => {
    const other = { ...CHARGING, 721: '0a1b2c3d-0000-4000-8000-00000000005f' };
    expect(fulfilment('deauthorize', facts(CHARGING), facts(CHARGING))).to.equal('no');
    expect(fulfilment('deauthorize', facts(CHARGING), facts(other))).to.equal('yes');
    expect(fulfilment('deauthorize', undefined, facts(other))).to.equal('no');
    expect(fulfilment('deauthorize', facts(CHARGING), facts({ ...CHARGING, 721: undefined }))).to.equal('yes');
  });
});

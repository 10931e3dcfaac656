import { expect } from 'chai';
import { CurrentConnection } from '../../../src/cluster/current-connection';
import { SharedCurrent, type SharedView } from '../../../src/cluster/shared-current';
import { clock } from '../../../src/time/clock';
import { until } from '../../support/cluster/machines';
import { RedisProxy } from '../../support/cluster/redis-proxy';
import { useRedis } from '../../support/redis-server';

const KEY = 'zaptec:{account}:current:site';
const MB = 1_000_000;
/** Longer than anything that the machines write. */
const HUGE = 'x'.repeat(20 * MB);
const HOUR_MS = 3_600_000;

type Fields = Record<string, string>;

/** Other programs and faults may write anything into the hash of a current. */
describe('a current whose hash at Redis holds what it should not', function () {
  this.timeout(60_000);
  const { redis, store } = useRedis();
  const closing: (() => void)[] = [];

  beforeEach(() => store().flushall());
  afterEach(() => closing.splice(0).forEach((close) => close()));

  const start = (redisUrl = redis().url) => {
    const connection = new CurrentConnection({ id: 'account', redisUrl, onMode: () => undefined });
    let view: SharedView | undefined;
    const shared = new SharedCurrent(connection, 'site', (news) => (view = news));
    const close = () => {
      shared.close();
      connection.close();
    };
    closing.push(close);
    const sees = () => (view?.limits ?? []).map(({ by }) => by).sort();
    return { connection, shared, sees, close, view: () => view };
  };
  const limit = (by: string) => ({ by, at: clock.steady(), value: '{}' });
  /** Two machines with a limit each, and one that is gone and has left its limit. */
  const machines = async (redisUrl?: string) => {
    const [one, two, gone] = [start(redisUrl), start(), start()];
    await Promise.all([one, two, gone].map(({ connection }) => connection.settled()));
    gone.shared.publish([limit('gone')], true);
    await gone.shared.refresh();
    gone.close();
    one.shared.publish([limit('one')], true);
    two.shared.publish([limit('two')], true);
    const now = clock.steady();
    one.shared.know({ id: 'last', at: now, doneAt: now, early: [], value: '{}' });
    two.shared.know({ id: 'last', at: now, doneAt: now, early: [], value: '{}' });
    for (const machine of [one, two, one, two]) await machine.shared.refresh();
    return { one, two, gone };
  };
  const write = async (fields: Fields) => {
    const all = Object.entries(fields);
    for (let from = 0; from < all.length; from += 5_000)
      await store().hset(KEY, ...all.slice(from, from + 5_000).flat());
  };
  /** As after a change, the machines read all that there is. */
  const changed = () => store().hincrby(KEY, 'rev', 1);
  const stored = (over: object) => JSON.stringify({ at: Date.now(), id: 'a', value: '{}', early: [], ...over });
  const limitText = (over: object) => stored({ machine: 'three', by: 'fuse', session: 'session', ...over });
  const many = (count: number, field: (index: number) => [string, string]): Fields =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => field(index)));

  const poisons: Record<string, (gone: string) => Fields> = {
    'a last write of 20 MB': () => ({ record: stored({ value: HUGE }) }),
    'an announced write of 20 MB': () => ({ announced: stored({ value: HUGE }) }),
    'an epoch of 20 MB': () => ({ epoch: HUGE }),
    'a revision of 20 MB': () => ({ rev: '9'.repeat(20 * MB) }),
    'times and a server of 20 MB': () => ({ lastAt: HUGE, grace: HUGE, run: HUGE }),
    'a limit of 20 MB': () => ({ 'limit:three|fuse': limitText({ value: HUGE }) }),
    'a limit of 20 MB in the place of that of a machine that is gone': (gone) => ({
      [`limit:${gone}|gone`]: limitText({ value: HUGE }),
    }),
    'limits whose names have 20 MB': () => ({ [`limit:three|${HUGE}`]: limitText({ by: HUGE }) }),
    'a machine of 20 MB': () => ({ 'seen:three': stored({ session: HUGE }) }),
    'a machine whose name has 20 MB': () => ({ [`seen:${HUGE}`]: stored({ session: 'session' }) }),
    'a hundred thousand limits': () =>
      many(100_000, (index) => [`limit:three|${index}`, limitText({ by: String(index) })]),
    'a hundred thousand machines': () => many(100_000, (index) => [`seen:${index}`, stored({ session: 'session' })]),
    'a hundred thousand fields of another program': () => many(100_000, (index) => [`word ${index}`, 'word']),
    'three hundred limits of 60 kB': () =>
      many(300, (index) => [`limit:three|${index}`, limitText({ by: String(index), value: 'x'.repeat(60_000) })]),
  };
  for (const [what, poison] of Object.entries(poisons)) {
    it(`heals within two questions of each machine after somebody wrote ${what}`, async () => {
      const { one, two, gone } = await machines();
      await write(poison(gone.connection.machine));
      if ((await store().hstrlen(KEY, 'rev')) < 10) await changed();
      for (const machine of [one, two, one, two]) await machine.shared.refresh();
      expect([one.connection.mode, two.connection.mode]).to.deep.equal(['shared', 'shared']);
      const fields = await store().hkeys(KEY);
      expect(fields.length).to.be.lessThan(20);
      for (const field of fields) expect(field.length + (await store().hstrlen(KEY, field))).to.be.lessThan(1_000);
      await one.shared.refresh();
      expect([one.sees(), two.sees()]).to.deep.equal([
        ['gone', 'two'],
        ['gone', 'one'],
      ]);
      expect([one.view()?.record?.id, two.view()?.record?.id]).to.deep.equal(['last', 'last']);
    });
  }

  it('heals where nobody changes anything', async () => {
    const { one, two } = await machines();
    await one.shared.refresh();
    await write({ announced: stored({ value: HUGE }) });
    await one.shared.refresh();
    expect(one.connection.mode).to.equal('shared');
    expect(await store().hstrlen(KEY, 'announced')).to.equal(0);
    await two.shared.refresh();
    expect(two.sees()).to.deep.equal(['gone', 'one']);
  });

  it('is raised by nobody for a while after its last write was lost in that way', async () => {
    const { one } = await machines();
    await write({ record: stored({ value: HUGE }) });
    await one.shared.refresh();
    const raise = await one.shared.announce({ id: 'raise', raises: true, value: '{}' });
    expect(raise.kind).to.equal('wait');
    await one.shared.refresh();
    expect(await one.shared.announce({ id: 'lower', raises: false, value: '{}' })).to.include({ kind: 'granted' });
  });

  it('may be written by nobody else while a machine has the right to, whatever is thrown away', async () => {
    const { one, two } = await machines();
    await one.shared.refresh();
    expect(await one.shared.announce({ id: 'a', raises: false, value: '{}' })).to.include({ kind: 'granted' });
    await write(poisons['a hundred thousand limits']!(''));
    for (let tries = 0; tries < 3; tries += 1) {
      expect(await two.shared.announce({ id: 'b', raises: false, value: '{}' })).to.include({ kind: 'wait' });
    }
    expect(two.view()?.announced?.id).to.equal('a');
  });

  it('keeps a limit that no machine knows where it is another one that is unreadable', async () => {
    const { one, two } = await machines();
    await write({ 'limit:four|other': limitText({ machine: 'four', by: 'other' }), 'limit:three|fuse': HUGE });
    await changed();
    for (const machine of [one, two]) await machine.shared.refresh();
    expect(two.sees()).to.deep.equal(['gone', 'one', 'other']);
  });

  it('forgets machines of over an hour ago, and no limit, where one that keeps nothing is started all the time', async () => {
    const { one } = await machines();
    await write({ 'limit:four|other': limitText({ machine: 'four', by: 'other' }) });
    const old = Date.now() - 2 * HOUR_MS;
    await write(many(6_000, (index) => [`seen:${index}`, stored({ at: old, session: 'session' })]));
    await changed();
    await one.shared.refresh();
    expect(await store().hlen(KEY)).to.be.lessThan(20);
    expect(one.sees()).to.deep.equal(['gone', 'other', 'two']);
  });

  it('is shared by a thousand machines with two limits each', async () => {
    const { one } = await machines();
    const uuid = (index: number) => String(index).padStart(36, '0');
    const value = JSON.stringify({ name: 'Limit of a node', currents: { phase1: 10, phase2: 10, phase3: 10 } });
    await write(
      many(2_000, (index) => {
        const machine = uuid(Math.floor(index / 2));
        const by = `${index}`.padEnd(16, '0');
        return [`limit:${machine}|${by}`, limitText({ machine, by, session: machine, value })];
      }),
    );
    await write(many(1_000, (index) => [`seen:${uuid(index)}`, stored({ session: uuid(index), digest: value })]));
    await changed();
    await one.shared.refresh();
    expect(one.connection.mode).to.equal('shared');
    expect(one.sees()).to.have.length(2_002);
  });

  it('gets the limit of a machine that is gone back, where Redis is emptied again while that is handed over', async () => {
    const proxy = await RedisProxy.open(redis().port);
    closing.push(() => proxy.close());
    const { one, two, gone } = await machines(proxy.url);
    await one.shared.refresh();
    expect(one.sees()).to.deep.equal(['gone', 'two']);
    two.close();
    // What is asked next is lost, and Redis is emptied once more.
    proxy.onQuestion = (question) => {
      if (question.includes('"carried"')) proxy.questions = { isLost: true };
    };
    await store().flushall();
    await until('away', () => one.connection.mode === 'alone');
    await store().flushall();
    proxy.onQuestion = () => undefined;
    proxy.questions = {};
    await until('the limit', async () => (await store().hkeys(KEY)).includes(`limit:${gone.connection.machine}|gone`));
  });
});

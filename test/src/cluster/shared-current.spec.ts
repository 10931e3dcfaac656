import { expect } from 'chai';
import { CurrentConnection } from '../../../src/cluster/current-connection';
import { SharedCurrent, type SharedView } from '../../../src/cluster/shared-current';
import { clock } from '../../../src/time/clock';
import { pause, until } from '../../support/cluster/machines';
import { useRedis } from '../../support/redis-server';

const ANNOUNCED_MS = 60_000;
/** A write leaves so long after it was last announced at the latest, in ms. */
const LEAVES_MS = 5_000;
const KEY = 'zaptec:{account}:current:site';

describe('a current shared through Redis', function () {
  this.timeout(20_000);
  const { redis, store: inspector } = useRedis();
  const closing: (() => void)[] = [];

  beforeEach(() => inspector().flushall());
  afterEach(() => closing.splice(0).forEach((close) => close()));

  const start = (machine?: string) => {
    const connection = new CurrentConnection({ id: 'account', redisUrl: redis().url, onMode: () => undefined });
    if (machine !== undefined) connection.machine = machine;
    const views: SharedView[] = [];
    const shared = new SharedCurrent(connection, 'site', (view) => views.push(view));
    closing.push(
      () => shared.close(),
      () => connection.close(),
    );
    return { connection, shared, views };
  };
  const write = (id: string, raises = false) => ({ id, raises, value: JSON.stringify({ id }) });
  /** The first question of a machine only shows it the state. */
  const known = async (machine: ReturnType<typeof start>) => {
    await machine.shared.announce(write('first look'));
    await machine.shared.refresh();
  };
  const stored = async (field: string) =>
    JSON.parse((await inspector().hget(KEY, field)) ?? 'null') as Record<string, number | string>;
  const age = async (field: string, ms: number) => {
    const value = await stored(field);
    await inspector().hset(KEY, field, JSON.stringify({ ...value, at: Number(value['at']) - ms }));
  };

  it('may be written by one machine at a time, and by none that has not seen the last write', async () => {
    const [one, two] = [start(), start()];
    expect(await one.shared.announce(write('early'))).to.include({ kind: 'wait' });
    expect(await one.shared.announce(write('a'))).to.include({ kind: 'granted' });
    await known(two);
    const wait = await two.shared.announce(write('b'));
    expect(wait).to.include({ kind: 'wait' });
    if (wait.kind === 'wait') expect(wait.until).to.be.closeTo(clock.steady() + ANNOUNCED_MS, 2_000);
    expect(two.views.at(-1)?.announced?.id).to.equal('a');
    const now = clock.steady();
    one.shared.finish('a', { id: 'a', at: now, doneAt: now, early: [], value: '{}' });
    await one.shared.refresh();
    expect(await two.shared.announce(write('c'))).to.include({ kind: 'wait' });
    expect(two.views.at(-1)).to.deep.include({ announced: undefined });
    expect(two.views.at(-1)?.record?.id).to.equal('a');
    expect(await two.shared.announce(write('d'))).to.include({ kind: 'granted' });
  });

  it('counts as sent at the last moment at which it may have left, where its machine fell silent', async () => {
    const [one, two] = [start(), start()];
    await known(one);
    expect(await one.shared.announce(write('a'))).to.include({ kind: 'granted' });
    one.shared.close();
    await known(two);
    await age('announced', ANNOUNCED_MS);
    await two.shared.refresh();
    const { record, announced } = two.views.at(-1)!;
    expect(announced).to.equal(undefined);
    expect(record).to.include({ id: 'a', doneAt: undefined });
    expect(record!.at).to.be.closeTo(clock.steady() - ANNOUNCED_MS + LEAVES_MS, 2_000);
    expect(await two.shared.announce(write('b'))).to.include({ kind: 'granted' });
  });

  it('shows a limit of a machine that was alone to the others only with the write that it has sent', async () => {
    const [one, two] = [start(), start()];
    await Promise.all([known(one), known(two)]);
    redis().freeze();
    try {
      await Promise.all([two.shared.refresh(), one.shared.refresh()]);
      expect(two.connection.mode).to.equal('alone');
      // These wait in the connections; meanwhile the machine sends its write.
      two.shared.publish([{ by: 'fuse', at: clock.steady(), value: '{}' }], true);
      await pause(20);
      void one.shared.refresh();
      await pause(20);
      two.shared.know({ id: 'alone', at: clock.steady(), doneAt: undefined, early: [], value: '{}' });
    } finally {
      redis().thaw();
    }
    const limited = () => one.views.find(({ limits }) => limits.length > 0);
    await until('the limit', async () => {
      await one.shared.refresh();
      return limited() !== undefined;
    });
    expect(limited()?.record?.id).to.equal('alone');
  });

  it('takes the write that was sent under the right to write for the newest, whatever the clocks say', async () => {
    const [one, two] = [start(), start()];
    await known(one);
    const now = clock.steady();
    const done = (id: string, at: number) => ({ id, at, doneAt: at, early: [], value: '{}' });
    expect(await one.shared.announce(write('a'))).to.include({ kind: 'granted' });
    one.shared.finish('a', done('a', now));
    await one.shared.refresh();
    await known(two);
    expect(await two.shared.announce(write('b'))).to.include({ kind: 'granted' });
    two.shared.finish('b', done('b', now - 200));
    await two.shared.refresh();
    await one.shared.refresh();
    const { record } = one.views.at(-1)!;
    expect(record?.id).to.equal('b');
    // Not 200 ms before: how far the clock of Redis is away is known to some ms.
    expect(record!.at).to.be.closeTo(now, 50);
    expect(record!.doneAt).to.equal(record!.at);
  });

  it('is not written by a machine that was stopped between the right to write and the write', async () => {
    const { shared } = start();
    await shared.announce(write('first look'));
    const grant = await shared.announce(write('a'));
    if (grant.kind !== 'granted') throw new Error(grant.kind);
    expect(grant.isValid()).to.equal(true);
    const now = performance.now.bind(performance);
    performance.now = () => now() + LEAVES_MS;
    try {
      expect(grant.isValid()).to.equal(false);
    } finally {
      performance.now = now;
    }
  });

  it('is announced anew while it waits for its permit, and by nobody who was stopped meanwhile', async () => {
    const [one, two] = [start(), start()];
    await Promise.all([known(one), known(two)]);
    const grant = await one.shared.announce(write('a'));
    if (grant.kind !== 'granted') throw new Error(grant.kind);
    const grantedAt = Number((await stored('announced'))['at']);
    await until('a new announcement', async () => Number((await stored('announced'))['at']) > grantedAt);
    const renewed = await stored('announced');
    expect(Number(renewed['at']) - grantedAt).to.be.at.least(900);
    expect(renewed).to.include({ id: 'a' });
    const now = performance.now.bind(performance);
    performance.now = () => now() + LEAVES_MS - 700;
    try {
      expect(grant.isValid()).to.equal(true);
    } finally {
      performance.now = now;
    }
    one.shared.close();
    await two.shared.refresh();
    const left = two.views.at(-1)!.announced!.at + ANNOUNCED_MS - clock.steady();
    expect(left).to.be.greaterThan(ANNOUNCED_MS - 2_000);
  });

  it('counts as sent where Redis is emptied before its machine says how it ended', async () => {
    const [one, two] = [start(), start()];
    await Promise.all([known(one), known(two)]);
    expect(await one.shared.announce(write('a'))).to.include({ kind: 'granted' });
    await two.shared.refresh();
    one.shared.close();
    await inspector().flushall();
    await two.shared.refresh();
    const presumed = two.views.find(({ record }) => record?.id === 'a');
    expect(presumed?.announced).to.equal(undefined);
    expect(presumed!.record!.at).to.be.closeTo(clock.steady() + LEAVES_MS, 2_000);
  });

  it('is raised by nobody while a new Redis does not know yet what was written, and may be lowered', async () => {
    const { shared } = start();
    await shared.announce(write('first look'));
    const raise = await shared.announce(write('raise', true));
    expect(raise).to.include({ kind: 'wait' });
    if (raise.kind === 'wait') expect(raise.until - clock.steady()).to.be.within(1_000, 3_000);
    expect(await shared.announce(write('lower'))).to.include({ kind: 'granted' });
  });

  it('has no write in the future after the clock of Redis was set back', async () => {
    const [one, two] = [start(), start()];
    await known(one);
    const now = clock.steady();
    one.shared.finish('a', { id: 'a', at: now, doneAt: now, early: [], value: '{}' });
    await one.shared.refresh();
    await age('record', -3_600_000);
    await two.shared.refresh();
    expect(two.views.at(-1)?.record?.at).to.be.closeTo(clock.steady(), 2_000);
  });

  it('gets the time of the last write back from a machine that knows it, when the clock of Redis was set forward', async () => {
    const [one, two] = [start(), start()];
    await known(one);
    const now = clock.steady();
    one.shared.finish('a', { id: 'a', at: now, doneAt: now, early: [], value: '{}' });
    await one.shared.refresh();
    await age('record', 3_600_000);
    await inspector().hincrby(KEY, 'rev', 1);
    await one.shared.refresh();
    await one.shared.refresh();
    await two.shared.refresh();
    const { record } = two.views.at(-1)!;
    expect(record!.at).to.be.closeTo(clock.steady(), 2_000);
    expect(record!.doneAt).to.equal(record!.at);
  });

  it('tells two machines apart that are copies of each other', async () => {
    const [one, copy] = [start('same'), start('same')];
    await Promise.all([one, copy].map(({ connection }) => connection.settled()));
    const limit = (by: string) => [{ by, at: clock.steady(), value: '{}' }];
    one.shared.publish(limit('one'), true);
    await one.shared.refresh();
    copy.shared.publish(limit('copy'), true);
    await copy.shared.refresh();
    for (let turns = 0; turns < 3; turns += 1) {
      await one.shared.refresh();
      await copy.shared.refresh();
    }
    expect(one.connection.machine).not.to.equal(copy.connection.machine);
    const fields = await inspector().hkeys(KEY);
    const limits = fields.filter((field) => field.startsWith('limit:')).map((field) => field.split('|')[1]);
    expect([...new Set(limits)].sort()).to.deep.equal(['copy', 'one']);
    expect(one.views.at(-1)?.limits.map(({ by }) => by)).to.include('copy');
    expect(copy.views.at(-1)?.limits.map(({ by }) => by)).to.include('one');
  });
});

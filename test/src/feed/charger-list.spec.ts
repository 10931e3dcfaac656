import { expect } from 'chai';
import type { Api } from '../../../src/api';
import { ChargerList } from '../../../src/feed/charger-list';
import { Store } from '../../../src/state/store';
import { fakeTimers, type FakeTimers } from '../../support/fake-timers';

const [HOME, SITE] = ['01', '02'].map((end) => `0a1b2c3d-0000-4000-8000-0000000000${end}`) as [string, string];
const idOf = (n: number) => `0a1b2c3d-0000-4000-8000-${String(n).padStart(12, '0')}`;
const [GARAGE, LEFT, RIGHT] = [idOf(1), idOf(2), idOf(3)] as [string, string, string];
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

interface Request {
  installationId: string;
  options: { lane?: string; refresh?: boolean };
  /** Seconds since the start of the test. */
  at: number;
}

describe('the list of the chargers of an installation', () => {
  let timers: FakeTimers;
  let store: Store;
  let list: ChargerList;
  let requests: Request[];
  let changes: number;
  /** As whoever is told of a change sees it. */
  let wasTried: boolean;
  /** What the cloud answers; it fails without. */
  let listed: string[] | undefined;
  let ageMs: number;
  let answers: () => Promise<void>;

  beforeEach(() => {
    timers = fakeTimers();
    store = new Store();
    requests = [];
    changes = 0;
    listed = [GARAGE];
    ageMs = 0;
    answers = () => Promise.resolve();
    const startedAt = Date.now();
    const chargers = async (installationId: string, options: Request['options']) => {
      requests.push({ installationId, options, at: (Date.now() - startedAt) / SECOND });
      await answers();
      if (!listed) throw new Error('made up');
      return { data: listed.map((id) => ({ id, installationId, name: `Name of ${id}` })), meta: { ageMs } };
    };
    const api = { installations: { chargers } } as unknown as Api;
    list = new ChargerList(
      HOME,
      store,
      () => api,
      () => {
        changes += 1;
        wasTried = list.wasTried;
      },
    );
  });
  afterEach(() => {
    list.close();
    timers.restore();
  });

  const pass = (ms: number) => timers.tickAsync(ms);
  const begin = async () => {
    list.start();
    await pass(0);
  };
  /** Since the last call, in seconds of the test. */
  const times = () => requests.splice(0).map(({ at }) => at);

  it('is read at the start and each day, behind the requests of people, and from the cache where it is there', async () => {
    expect(list.wasTried).to.equal(false);
    await begin();
    expect([list.wasTried, wasTried]).to.deep.equal([true, true]);
    expect([...list.ids]).to.deep.equal([GARAGE]);
    expect(store.charger(GARAGE)).to.include({ installationId: HOME, name: `Name of ${GARAGE}` });
    expect(requests[0]).to.deep.include({ installationId: HOME });
    expect(requests[0]!.options).to.include({ lane: 'background', refresh: false });
    listed = [LEFT];
    const before = changes;
    await pass(24 * HOUR - 1);
    expect(requests).to.have.length(1);
    await pass(1);
    expect(requests).to.have.length(2);
    expect(requests[1]!.options.refresh).to.equal(false);
    expect([...list.ids]).to.deep.equal([LEFT]);
    expect(changes).to.equal(before + 1);
    await pass(48 * HOUR);
    expect(requests).to.have.length(4);
  });

  it('has the chargers that are remembered of the installation until it is read', async () => {
    store.know([{ id: LEFT, installationId: HOME }, { id: RIGHT, installationId: SITE }, { id: idOf(4) }]);
    list.start();
    expect([...list.ids]).to.deep.equal([LEFT]);
    expect(changes).to.equal(1);
    expect(list.wasTried).to.equal(false);
    await pass(0);
    expect([...list.ids]).to.deep.equal([GARAGE]);
  });

  it('is read ever less often while that fails, and as before once it works', async () => {
    store.know([{ id: LEFT, installationId: HOME }]);
    listed = undefined;
    await begin();
    expect([list.wasTried, changes]).to.deep.equal([true, 2]);
    await pass(2 * HOUR);
    const waits = requests.slice(1).map(({ at }, n) => at - requests[n]!.at);
    expect(waits[0]).to.equal(10);
    for (const [n, wait] of waits.entries()) expect(wait).to.be.at.least(waits[n - 1] ?? 0);
    expect(waits.at(-1)).to.equal(600);
    expect([...list.ids], 'the ones of before').to.deep.equal([LEFT]);
    listed = [GARAGE];
    await pass(10 * MINUTE);
    expect([...list.ids]).to.deep.equal([GARAGE]);
    requests.length = 0;
    listed = undefined;
    await pass(24 * HOUR);
    expect(requests[1]!.at - requests[0]!.at).to.equal(10);
  });

  it('is read afresh ten minutes after the last time where a message names a charger that it lacks, once', async () => {
    await begin();
    await pass(MINUTE);
    list.unlisted(LEFT);
    list.unlisted(LEFT);
    await pass(MINUTE);
    list.unlisted(LEFT);
    expect(times()).to.deep.equal([0]);
    await pass(HOUR);
    expect(requests.map(({ options }) => options.refresh)).to.deep.equal([true]);
    expect(times()).to.deep.equal([600]);
    list.unlisted(LEFT);
    await pass(HOUR);
    expect(times(), 'it was looked for').to.deep.equal([]);
    list.unlisted(RIGHT);
    await pass(0);
    expect(times(), 'the list is old').to.deep.equal([7320]);
    await pass(24 * HOUR);
    expect(times(), 'a day later').to.deep.equal([7320 + 86_400]);
  });

  it('is read again because of a message that is newer than an answer of the cache', async () => {
    await pass(10 * MINUTE);
    list.unlisted(LEFT);
    await pass(MINUTE);
    ageMs = 2 * MINUTE;
    await begin();
    ageMs = 0;
    expect(times()).to.deep.equal([660]);
    await pass(HOUR);
    expect(times()).to.deep.equal([1_260]);
  });

  it('is not read more often because of a message while it fails', async () => {
    listed = undefined;
    await begin();
    list.unlisted(LEFT);
    await pass(9 * SECOND);
    expect(times()).to.deep.equal([0]);
    await pass(SECOND);
    expect(times()).to.deep.equal([10]);
  });

  it('is not read because of more than a thousand chargers that it lacks', async () => {
    await begin();
    await pass(1);
    for (let n = 10; n < 1_011; n += 1) list.unlisted(idOf(n));
    await pass(HOUR);
    expect(times()).to.deep.equal([0, 600]);
    list.unlisted(RIGHT);
    await pass(HOUR);
    expect(times()).to.deep.equal([]);
  });

  it('stays as it is after its end, whatever is still answered', async () => {
    let answer: () => void = () => undefined;
    answers = () => new Promise((resolve) => (answer = resolve));
    await begin();
    const before = changes;
    list.close();
    answer();
    await pass(48 * HOUR);
    expect([...list.ids]).to.deep.equal([]);
    expect(changes).to.equal(before);
    expect(store.charger(GARAGE)).to.equal(undefined);
    list.unlisted(LEFT);
    await pass(HOUR);
    expect(requests).to.have.length(1);
  });
});

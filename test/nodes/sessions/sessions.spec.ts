import { expect } from 'chai';
import { catchAll, connection, flow, sessions, sink, type FlowNode } from '../../support/node-red/builder';
import {
  accountOf,
  ask,
  coreNode,
  expectSchema,
  failing,
  get,
  helper,
  load,
  next,
  send,
  siteOf,
  status,
  statusesOf,
  useNodeRed,
  type Message,
} from '../../support/node-red/harness';
import { VirtualCloud } from '../../support/node-red/virtual-cloud';

const DAY = 86_400_000;
const HOUR = 3_600_000;
const OSLO = 'Europe/Oslo';
const at = (text: string) => Date.parse(text);
/** The virtual clock begins on 4 May 2026. */
const APRIL = { from: at('2026-04-01T00:00+02:00'), to: at('2026-05-01T00:00+02:00') };
const sum = (rows: Message[], column: string) =>
  Math.round(rows.reduce((all, row) => all + Number(row[column]), 0) * 1e6) / 1e6;
const wh = (rows: Message[]) => Math.round(sum(rows, 'energyKwh') * 1000);

describe('the sessions node', () => {
  useNodeRed();
  let virtual: VirtualCloud;
  const start = (over: Parameters<typeof sessions>[0] = {}, ...more: (FlowNode | FlowNode[])[]) =>
    virtual.start([sessions(over), ...more], { scenario: 'home', speed: 0 });
  const again = async (over: Parameters<typeof sessions>[0]) => {
    await helper.unload();
    await virtual.stop();
    virtual = new VirtualCloud();
    await start(over);
  };
  const rowsOf = async (message: object = {}): Promise<Message[]> =>
    (await virtual.time.until(ask('sessions', message))).payload as Message[];
  const refused = (message: object = {}) => virtual.time.until(failing('sessions', message));
  const world = () => virtual.cloud.world;
  beforeEach(() => {
    virtual = new VirtualCloud();
  });
  afterEach(() => virtual.stop());

  it('sends the sessions of the last month of the installation, one flat row each', async () => {
    await start();
    const message = await virtual.time.until(ask('sessions', { keep: 'me' }));
    const rows = message.payload as Message[];
    expect(message).to.include({ keep: 'me', topic: 'zaptec/Home/sessions' });
    expectSchema('meta', message.zaptec);
    expect(message.zaptec).to.include({ from: '2026-04-01T00:00:00+02:00', to: '2026-05-01T00:00:00+02:00' });
    expect(message.zaptec).not.to.have.property('batch');
    const [truth] = Object.values(world().archive.sums({ by: 'month', zone: OSLO, ...APRIL }));
    expect(rows.length).to.equal(truth?.sessions).and.to.be.above(20);
    expect(wh(rows)).to.equal(truth?.wh);
    for (const row of rows) {
      expectSchema('session-row', row);
      expect(Object.keys(row)).to.deep.equal(Object.keys(rows[0]!));
      expect(
        Object.values(row).every((value) => typeof value !== 'object'),
        'flat',
      ).to.equal(true);
      expect(row.day).to.match(/^2026-04-\d\d$/);
    }
    expect(rows.map(({ end }) => end)).to.deep.equal(rows.map(({ end }) => end).sort());
    await virtual.time.until(status('sessions', `${rows.length} found`));
  });

  it('sends one message for each row, of which the last one knows the number, without the prices', async () => {
    const join: FlowNode = {
      id: 'join',
      z: 'tab',
      type: 'join',
      mode: 'auto',
      build: 'object',
      property: 'payload',
      propertyType: 'msg',
      key: 'topic',
      joiner: '\\n',
      joinerType: 'str',
      wires: [['out']],
    };
    await virtual.startSimulator({ speed: 0 });
    const nodes = flow(
      sessions({ output: 'each', spot: true, perSession: '1', wires: [['join', 'each']] }),
      join,
      sink('each'),
    );
    const cloud = connection({ cloud: 'custom', baseUrl: virtual.cloud.baseUrl });
    await virtual.time.until(load([cloud, ...nodes], accountOf(virtual.cloud), [coreNode('sequence/17-split')]));
    const each: Message[] = [];
    get('each').on('input', (message: Message) => void each.push(message));
    const prices = [{ start: '2026-04-01T00:00+02:00', end: '2026-05-01T00:00+02:00', price: 1 }];
    const joined = await virtual.time.until(ask('sessions', { prices, keep: 'me', parts: { id: 'outer', index: 0 } }));
    expect(each.length)
      .to.equal((joined.payload as Message[]).length)
      .and.to.be.above(20);
    expect(each.slice(0, -1).every(({ parts }) => !('count' in parts))).to.equal(true);
    expect(each.at(-1)?.['parts']).to.include({ count: each.length, index: each.length - 1 });
    expect(each[0]).to.include({ keep: 'me' }).and.not.to.have.property('prices');
    for (const { payload, zaptec, topic } of each) {
      expectSchema('session-row', payload);
      expectSchema('meta', zaptec);
      expect(topic).to.match(/^zaptec\/Home\/.+\/session$/);
    }
    expect(joined['parts'], 'the outer sequence is back').to.deep.equal({ id: 'outer', index: 0 });
  });

  for (const [rows, by] of [
    ['user', 'userId'],
    ['charger', 'chargerId'],
    ['day', 'day'],
    ['month', 'month'],
  ] as const) {
    it(`sends totals by ${rows}`, async () => {
      await start({ rows, period: 'between', from: '2026-01', to: '2026-04' });
      const totals = await rowsOf();
      const period = { from: at('2026-01-01T00:00+01:00'), to: APRIL.to };
      const truth = world().archive.sums({ by: rows, zone: OSLO, ...period });
      const found: Record<string, { wh: number; sessions: number }> = {};
      for (const total of totals) {
        expectSchema('session-total', total);
        const key = total[by] as string;
        const before = found[key] ?? { wh: 0, sessions: 0 };
        // Sessions without a user are told apart by their tag.
        found[key] = {
          wh: before.wh + Math.round(total['energyKwh'] * 1000),
          sessions: before.sessions + (total['sessions'] as number),
        };
      }
      expect(found).to.deep.equal(truth);
      const keys = totals.map((total) => total[by] as string);
      if (by === 'day' || by === 'month') expect(keys).to.deep.equal([...keys].sort());
    });
  }

  it('leaves out voided and replaced sessions unless it is told otherwise', async () => {
    await start({ period: 'last-month', corrected: true, tariff: 'flat', price: '2' });
    const [first, second] = world().archive.ended({ ...APRIL }, 2);
    Object.assign(first!, { voided: true });
    Object.assign(second!, { replacedBy: first!.id });
    const all = await rowsOf();
    const row = (id: string) => all.find((one) => one['id'] === id)!;
    expect(row(first!.id)).to.include({ voided: true, billable: false, cost: '' });
    expect(row(second!.id)).to.include({ replacedBy: first!.id, billable: false, cost: '' });
    const billable = all.filter((one) => one['billable'] === true);
    expect(wh(billable)).to.equal(world().archive.sums({ by: 'month', zone: OSLO, ...APRIL })['2026-04']!.wh);
  });

  it('takes place, user and time by message, unless it is locked', async () => {
    await start();
    const [session] = world().archive.ended({ ...APRIL }, 1);
    const byCharger = await rowsOf({ charger: session!.chargerId });
    expect(byCharger.length).to.be.above(0);
    expect(byCharger.every(({ chargerId }) => chargerId === session!.chargerId)).to.equal(true);
    const withUser = world().archive.all.find(({ user, endedAt }) => user !== undefined && endedAt >= APRIL.from)!;
    const { id, email, name } = withUser.user!;
    const ofUser = await rowsOf({ user: id, from: '2026-04' });
    expect(ofUser.length).to.be.above(0);
    for (const user of [email.toUpperCase(), name]) {
      expect((await rowsOf({ user, from: '2026-04' })).map((row) => row['id'])).to.deep.equal(
        ofUser.map((row) => row['id']),
      );
    }
    const day = await rowsOf({ installation: 'Home', from: '2026-04-07', to: '2026-04-07' });
    const truth = world().archive.sums({ by: 'day', zone: OSLO, ...APRIL })['2026-04-07'];
    expect(wh(day)).to.equal(truth?.wh ?? 0);
    const march = await rowsOf({ period: 'between', from: '2026-03-01', to: '2026-03-31' });
    expect(wh(march)).to.equal(world().archive.sums({ by: 'month', zone: OSLO })['2026-03']?.wh);
    await again({ lockOverrides: true });
    expect((await rowsOf({ charger: 'nobody', user: 'nobody', period: 'nothing', from: 'never' })).length).to.be.above(
      byCharger.length,
    );
  });

  it('refuses a place or a user in which a flow has found nothing, which is not everybody', async () => {
    await start();
    for (const what of ['charger', 'installation', 'user']) {
      const nothing = [' ', { id: '' }, ...(what === 'user' ? [] : [[], [null], ['', ' '], [{ id: ' ' }]])];
      for (const value of nothing) {
        const { code, message } = await refused({ [what]: value });
        expect(code, JSON.stringify({ [what]: value })).to.equal('INPUT_INVALID');
        expect(message).to.include(what);
      }
    }
    expect((await rowsOf({ charger: ['all'], installation: null, user: '' })).length).to.be.above(0);
  });

  it('hides who charged', async () => {
    await start({ who: 'hash', details: true, period: 'this-year' });
    const rows = await rowsOf();
    const { users } = names();
    for (const row of rows) {
      expectSchema('session-row', row);
      const text = JSON.stringify(row);
      for (const user of users) expect(text).not.to.contain(user);
      expect(row['signed']).to.equal('');
    }
    const hashes = new Set(rows.map((row) => row['userId'] as string).filter((id) => id !== ''));
    expect(hashes.size).to.equal(
      Object.keys(world().archive.sums({ by: 'user', ...thisYear() })).filter(Boolean).length,
    );
    await again({ who: 'omit', unknown: 'null', period: 'this-year' });
    const [row] = await rowsOf();
    expect(row).to.deep.include({ userId: null, userName: null, userEmail: null, token: null, tokenName: null });
  });

  const thisYear = () => ({ from: at('2026-01-01T00:00+01:00'), to: world().now });
  const names = () => ({
    users: [...new Set(world().archive.all.flatMap(({ user }) => (user ? [user.id, user.name, user.email] : [])))],
  });

  it('adds prices, a tariff and a fixed part, and totals that are the sums of the rows', async () => {
    const costs = {
      spot: true,
      pricePer: 'MWh',
      tariff: 'high-low',
      highPrice: '0,5',
      lowPrice: '0.2',
      perSession: '3',
    };
    await start(costs);
    const prices = hourly(APRIL.from - 3 * DAY, APRIL.to, (hour) => 100 + ((hour * 37) % 900));
    const rows = await rowsOf({ prices });
    for (const row of rows) {
      expectSchema('session-row', row);
      expect(row['unpricedKwh']).to.equal(0);
      expect(row['cost']).to.be.closeTo(
        sum([row], 'costSpot') + sum([row], 'costTariff') + sum([row], 'costFixed'),
        1e-9,
      );
      expect(row['costFixed']).to.equal(3);
    }
    await again({ ...costs, rows: 'month' });
    const [total] = await rowsOf({ prices });
    for (const column of ['cost', 'costSpot', 'costTariff', 'costFixed']) {
      expect(total?.[column], column).to.equal(Math.round(sum(rows, column) * 100) / 100);
    }
  });

  it('says for how much energy there is no price, and knows no cost then', async () => {
    await start({ spot: true, perSession: '1' });
    const prices = hourly(at('2026-04-15T00:00+02:00'), APRIL.to, () => 1);
    const rows = await rowsOf({ prices });
    const early = rows.filter((row) => row['day'] < '2026-04-14' && row['energyKwh'] > 0);
    expect(early.length).to.be.above(0);
    for (const row of early) expect(row).to.include({ cost: '', costSpot: 0, unpricedKwh: row['energyKwh'] });
    const late = rows.filter((row) => row['day'] > '2026-04-20' && row['energyKwh'] > 0);
    for (const row of late) expect(row['costSpot']).to.be.closeTo(row['energyKwh'], 0.0051);
  });

  const hourly = (from: number, to: number, price: (hour: number) => number) =>
    Array.from({ length: (to - from) / HOUR }, (_, hour) => ({
      start: new Date(from + hour * HOUR).toISOString(),
      price: price(hour),
    }));

  for (const [title, over, message, text] of [
    ['an unknown period', {}, { period: 'fortnight' }, /period is "fortnight"/],
    ['a time that is none', {}, { from: 'monday' }, /from is "monday"/],
    ['an end without a begin', {}, { to: '2026-04-01' }, /msg\.to has no msg\.from/],
    ['an end before the begin', {}, { from: '2026-04-02', to: '2026-04-01' }, /to is "2026-04-01"/],
    ['an unknown installation', {}, { installation: 'Nowhere' }, /No installation is called "Nowhere"/],
    ['an unknown charger', {}, { charger: ['Garage', 'Nowhere'] }, /No charger is called "Nowhere"/],
    ['an installation of no kind', {}, { installation: { name: 'Home' } }, /installation is neither/],
    ['no prices', { spot: true }, {}, /msg prices, which holds nothing/],
    ['prices that cannot be read', { spot: true }, { prices: { price: 'cheap' } }, /prices cannot be read/],
    ['an acknowledgement that nobody waits for', {}, { ack: 'x' }, /msg\.ack is "x"/],
    ['no begin', { period: 'since' }, {}, /from is blank/],
  ] as const) {
    it(`refuses ${title}`, async () => {
      await start(over);
      const error = await refused(message);
      expect(error.message).to.match(text);
      expect(error.code).to.be.oneOf(['INPUT_INVALID', 'NOT_FOUND']);
      expect(error.cause.remedy).not.to.equal('');
    });
  }

  for (const [title, over, text] of [
    ['a price that is no number', { tariff: 'flat', price: 'cheap' }, /price is "cheap", no number/],
    ['no price', { tariff: 'flat' }, /price is "", no number/],
    ['a time zone that is none', { timeZone: 'Oslo' }, /"Oslo" is no time zone/],
    ['a time of day that is none', { tariff: 'high-low', highPrice: '1', lowPrice: '1', highTo: 'night' }, /"night"/],
    ['a look-back of nothing', { lookback: 0 }, /look-back is 0 days/],
    ['totals of nobody', { rows: 'user', who: 'omit' }, /Totals by user/],
    ['a fixed part that is no number', { perSession: '1 NOK' }, /fixed part is "1 NOK"/],
  ] as const) {
    it(`stays on the canvas with ${title}, and refuses`, async () => {
      await virtual.startSimulator({ speed: 0 });
      await virtual.time.until(virtual.load(sessions(over), catchAll()));
      await virtual.time.until(status('sessions', 'bad settings'));
      const caught = next('caught');
      send('sessions', {});
      expect((await virtual.time.until(caught)).error.message).to.match(text);
    });
  }

  it('flags odd sessions', async () => {
    await start({ odd: true, from: '2025-05', period: 'since' });
    const rows = await rowsOf();
    const reasons = new Set(rows.flatMap((row) => (row['odd'] as string).split(' ')));
    expect([...reasons]).to.include.members(['', 'overlapping', 'clock-unreliable']);
    for (const row of rows) {
      expectSchema('session-row', row);
      expect(row['odd'] === '').to.equal(row['oddText'] === '');
    }
  });

  it('checks signed texts, with the key of somebody, of the charger, or none', async () => {
    await start({ ocmf: true, period: 'this-year' });
    const results = (rows: Message[]) => new Set(rows.map((row) => `${row['ocmf']} ${row['ocmfKeySource']}`));
    const rows = await rowsOf({ charger: 'Carport' });
    for (const row of rows) expectSchema('session-row', row);
    expect([...results(rows)].every((one) => /^(no-key|unsigned) $/.test(one))).to.equal(true);
    const { chargers } = (await (await fetch(`${virtual.cloud.baseUrl}/simulator/state`)).json()) as {
      chargers: { name: string; meterPublicKey?: string }[];
    };
    const key = chargers.find(({ name }) => name === 'Carport')?.meterPublicKey ?? '';
    await again({ ocmf: true, period: 'this-year', publicKey: 'keys', publicKeyType: 'msg' });
    expect([...results(await rowsOf({ charger: 'Carport', keys: { Carport: key } }))]).to.include('valid user');
    expect((await refused({ keys: 'no key' })).message).to.match(/key/i);
    expect((await refused({ keys: 7 })).message).to.match(/public key is a value of type number/);
  });

  it('says so when the account may not read the archive, and reads the old history', async () => {
    await virtual.startSimulator({ speed: 0 });
    virtual.cloud.faults.set('archive-403', { on: true });
    await virtual.time.until(virtual.load(sessions()));
    const rows = await rowsOf();
    expect(rows.length).to.be.above(20);
    expect(new Set(rows.map(({ source }) => source as string))).to.deep.equal(new Set(['history']));
    const warned = (get('sessions') as unknown as { warn: { args: [string][] } }).warn.args.flat();
    expect(warned.filter((text) => /may not read the archive/.test(text))).to.have.lengthOf(1);
  });

  it('answers one message after the other, and ends them all with msg.stop', async () => {
    await virtual.startSimulator({ speed: 0, scenario: 'housing', sessionsPerDay: 0.2 });
    await virtual.time.until(virtual.load(sessions({ period: 'this-year', output: 'each' })));
    const seen: Message[] = [];
    const site = siteOf(virtual.cloud);
    const stopped = status('sessions', 'stopped');
    get('out').on('input', (message: Message) => {
      if (seen.push(message) === 150) send('sessions', { stop: true });
    });
    send('sessions', { n: 1 });
    send('sessions', { n: 2 });
    await virtual.time.until(stopped);
    await virtual.time.advance(5_000);
    expect(new Set(seen.map(({ n }) => n as number))).to.deep.equal(new Set([1]));
    expect(seen.filter(({ parts }) => 'count' in parts)).to.deep.equal([]);
    expect(seen.length).to.be.below(800);
    expect(statusesOf('sessions').some(({ text = '' }) => /^\d+ %, \d+$/.test(text))).to.equal(true);
    const calls = virtual.cloud.requests.filter(({ path }) => path === '/api/sessions/archived');
    expect(calls.length).to.be.below(9);
    const done = status('sessions', / found$/);
    send('sessions', { n: 3, period: 'yesterday', installation: site.id });
    await virtual.time.until(done);
  });
});

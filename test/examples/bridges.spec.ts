import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { chargersOf, get, type Message, next, siteOf, until, useCloud, useNodeRed } from '../support/node-red/harness';
import { exampleNodes, loadExample } from '../support/node-red/examples';

/** A line of InfluxDB's line protocol, read as its reference says. */
function readLine(line: string): { tags: Record<string, string>; fields: Record<string, string>; time: number } {
  const [, head = '', body = '', time = ''] = /^((?:\\.|[^ \\])+) (.+) (\d+)$/.exec(line) ?? [];
  const pairs = (text: string, value: RegExp) =>
    Object.fromEntries([...text.matchAll(value)].map(([, key = '', found = '']) => [key, found]));
  const unescaped = (text: string) => text.replace(/\\(.)/g, '$1');
  const tags = pairs(head, /,((?:\\.|[^=,\\])+)=((?:\\.|[^,\\])+)/g);
  return {
    tags: Object.fromEntries(Object.entries(tags).map(([key, value]) => [key, unescaped(value)])),
    fields: pairs(body, /(?:^|,)(\w+)=("(?:\\.|[^"\\])*"|[^,"]+)/g),
    time: Number(time),
  };
}

describe('the examples for other systems', () => {
  useNodeRed();
  const cloud = useCloud({ scenario: 'home' });
  const emit = (id: string, message: object) => get(id).send(message as never);

  describe('influxdb-grafana', () => {
    it('writes a line for each charger, with its names in tags and its values in fields', async () => {
      const [garage, carport] = chargersOf(cloud());
      garage!.name = 'Garage, left = "mine"';
      try {
        await loadExample(cloud(), 'influxdb-grafana');
        const { payload } = await until('influx-influxdb', (message) => message['payload'].includes('\n'));
        const lines = (payload as string).split('\n').map(readLine);
        expect(lines.map(({ tags }) => tags)).to.deep.include.members([
          { installation: 'Home', charger: garage!.name },
          { installation: 'Home', charger: carport!.name },
        ]);
        const { fields, time } = lines.find(({ tags }) => tags['charger'] === garage!.name)!;
        expect(Number(fields['powerW'])).to.be.above(1000);
        expect(fields).to.include({ mode: '"charging"', online: 'true' });
        expect(fields).to.not.have.any.keys('id', 'name', 'lastSeen');
        expect(time).to.be.closeTo(cloud().world.now, 60_000);
      } finally {
        garage!.name = 'Garage';
      }
    });

    it('has a dashboard whose queries ask for what is written', async () => {
      const { panels, templating } = JSON.parse(readFileSync('docs/grafana-zaptec.json', 'utf8')) as {
        panels: { title: string; targets?: { query: string }[] }[];
        templating: { list: { name: string }[] };
      };
      const queries = panels.flatMap(({ targets = [] }) => targets.map(({ query }) => query));
      expect(queries).to.have.lengthOf.above(4);
      const known = Object.keys(JSON.parse(readFileSync('docs/schema/state-flat.schema.json', 'utf8')).properties);
      for (const query of queries) {
        expect(query).to.include('FROM "zaptec" WHERE').and.to.include('$timeFilter');
        const fields = [...query.matchAll(/\("(\w+)"\)/g)].map(([, field]) => field);
        expect(fields, query).to.not.deep.equal([]);
        expect(known, query).to.include.members(fields);
      }
      expect(templating.list.map(({ name }) => name)).to.include.members(['datasource', 'installation', 'charger']);
    });
  });

  describe('charger-page-flowfuse', () => {
    const start = async () => {
      await loadExample(cloud(), 'charger-page-flowfuse');
      const pick = next('page-pick');
      emit('page-start', { payload: 1 });
      return pick;
    };

    it('offers each charger in the list, and chooses the first', async () => {
      const chargers = chargersOf(cloud());
      const { ui_update: update, payload } = await start();
      expect(update.options).to.have.deep.members(chargers.map(({ id, name }) => ({ label: name, value: id })));
      expect(payload).to.equal(update.options[0].value);
    });

    it('shows the chosen charger, and sends its commands there', async () => {
      await start();
      const [garage] = chargersOf(cloud());
      const [power, state] = [next('page-gauge'), next('page-state')];
      emit('page-pick', { payload: garage!.id });
      expect((await power)['payload']).to.be.above(1);
      expect((await state)['payload']).to.match(/^charging, [\d.]+ kWh|^charging$/);
      const done = next('page-result');
      emit('page-pause', { payload: 'pause' });
      expect((await done)['payload']).to.include({ command: 'pause' });
      const back = next('page-result');
      emit('page-resume', { payload: 'resume' });
      await back;
    });

    it('sets the target of the installation by the slider, and says what counts', async () => {
      await start();
      const said = next('page-applied');
      emit('page-slider', { payload: 12, topic: '' });
      expect((await said)['payload']).to.equal('12 A');
      expect(siteOf(cloud()).availableCurrent).to.deep.equal([12, 12, 12]);
      const waits = next('page-applied');
      emit('page-slider', { payload: 16, topic: '' });
      expect((await waits)['payload']).to.match(/^12 A, deferred until \d{4}-/);
    });

    it('shows 0 A of an installation that is paused', async () => {
      const { id, availableCurrent } = siteOf(cloud());
      cloud().world.setAvailableCurrent(id, [0, 0, 0]);
      try {
        await start();
        const shown = next('page-slider');
        emit('page-pick', { payload: chargersOf(cloud())[0]!.id });
        expect((await shown)['payload']).to.equal(0);
      } finally {
        cloud().world.setAvailableCurrent(id, availableCurrent);
      }
    });
  });

  describe('charger-victron', () => {
    it('sends numbers by the paths of an EV charger', async () => {
      await loadExample(cloud(), 'charger-victron');
      const { payload } = await next('victron-device');
      expect(payload).to.have.all.keys([
        ...['Ac/Power', 'Ac/Energy/Forward', 'Connected'],
        ...[1, 2, 3].flatMap((n) => ['Current', 'Voltage', 'Power'].map((what) => `Ac/L${n}/${what}`)),
      ]);
      for (const [path, value] of Object.entries(payload)) expect(value, path).to.be.a('number');
      const sum = [1, 2, 3].reduce((all, n) => all + Number(payload[`Ac/L${n}/Power`]), 0);
      expect(sum).to.be.closeTo(payload['Ac/Power'], 1);
    });
  });

  describe('prices-power-saver', () => {
    it('plans with the prices of ps-receive-price, and follows what ps-strategy-lowest-price says', async () => {
      const nodes = await loadExample(cloud(), 'prices-power-saver');
      const received = next('saver-receive');
      // Only the built-in simulator answers a request node for prices.
      const market = await fetch(`${cloud().baseUrl}${String(nodes.find(({ name }) => name === 'market')?.['path'])}`);
      emit('saver-prices', { payload: await market.json() });
      const { viewer } = (await received)['payload'] as Message;
      const { today } = (viewer as Message)['homes'][0].currentSubscription.priceInfo;
      expect(today).to.have.lengthOf(24);
      const priceData = today.map(({ total, startsAt }: Message) => ({ value: total, start: startsAt }));
      const planned = until(
        'saver-planned',
        (message) => message['payload'].slots?.length > 0 || message['payload'].code,
      );
      emit('saver-receive', { payload: { priceData, source: 'Tibber' } });
      expect((await planned)['payload'].code).to.not.equal('no-prices');
      const carport = chargersOf(cloud())[1]!;
      const { world } = cloud();
      world.plug(carport.id, { batteryKwh: 80, charge: 0.2, target: 1, maxA: 16, phases: 3 });
      world.authorise(carport.id);
      world.advance(60_000);
      const off = until('saver-result-carport', ({ payload }) => payload.command === 'pause');
      emit('saver-lowest', [null, { payload: false }, null]);
      await off;
      const on = until('saver-result-carport', ({ payload }) => payload.command === 'resume');
      emit('saver-lowest', [{ payload: true }, null, null]);
      await on;
    });
  });

  describe('authorisation-webhook', () => {
    const password = (word: string) => ({ authorization: `Basic ${Buffer.from(`zaptec:${word}`).toString('base64')}` });
    beforeEach(() => loadExample(cloud(), 'authorisation-webhook'));
    const answer = async (id: string, message: object) => {
      const said = next('hook-answer');
      emit(id, message);
      const { statusCode, payload } = await said;
      return { statusCode, payload };
    };

    it('gives a known card a new session id, and refuses a stranger', async () => {
      const known = { payload: { token: 'nfc-04A1B2C3' }, req: { headers: password('change me') }, trial: true };
      const first = await answer('hook-known', known);
      expect(first.statusCode).to.equal(200);
      expect(first.payload.sessionId).to.match(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
      expect((await answer('hook-known', known)).payload.sessionId).to.not.equal(first.payload.sessionId);
      const stranger = await answer('hook-stranger', { ...known, payload: { token: 'nfc-1' } });
      expect(stranger).to.deep.equal({ statusCode: 401, payload: {} });
    });

    it('refuses everything from outside while the password is the one of the example', async () => {
      const body = { payload: { token: 'nfc-04A1B2C3' } };
      for (const req of [{ headers: {} }, { headers: password('guessed') }, { headers: password('change me') }]) {
        expect((await answer('hook-start', { ...body, req })).statusCode).to.equal(401);
      }
      expect((await answer('hook-start', { payload: '', req: { headers: {} } })).statusCode).to.equal(401);
    });

    it('answers the end of a session, and has its buttons ask what Zaptec would', async () => {
      const ended = await answer('hook-end', {
        payload: { sessionId: '1' },
        req: { headers: password('change me') },
        trial: true,
      });
      expect(ended).to.deep.equal({ statusCode: 200, payload: {} });
      const nodes = exampleNodes('authorisation-webhook');
      const settings = nodes.find(({ name }) => name === 'settings') as Message;
      const known = nodes.find(({ name }) => name === 'a known card') as Message;
      expect(settings['rules'][0]).to.include({ p: 'password', to: 'change me' });
      expect(settings['rules'][1].to).to.include(JSON.parse(known['payload']).token);
    });
  });
});

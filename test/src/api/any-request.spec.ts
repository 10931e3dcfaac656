import { expect } from 'chai';
import { undocumentedWarning } from '../../../src/api/unknown-query';
import { GARAGE, HOME, ScriptedCloud } from '../../support/scripted-cloud';
import { answers } from '../../support/scripted-server';

describe('a request to any endpoint', () => {
  let cloud: ScriptedCloud;
  beforeEach(async () => (cloud = await ScriptedCloud.start()));
  afterEach(() => cloud.stop());

  const ask = (method: string, path: string, more = {}) => cloud.client.request({ method, path, ...more });

  it('gets an answer with camelCase names and without secrets', async () => {
    cloud.routes[`/api/installation/${HOME}/messagingConnectionDetails`] = {
      Host: 'h',
      Password: 'planted-sas-key',
      Topic: 't',
    };
    const { data } = await cloud.clock.until(ask('get', `/api/installation/${HOME}/messagingConnectionDetails`));
    expect(data).to.deep.equal({ host: 'h', topic: 't' });
  });

  it('follows the pages of a list', async () => {
    const { data } = await cloud.clock.until(ask('GET', '/api/chargers?PageSize=3&NameFilter=x', { pages: true }));
    expect(data).to.have.length(3);
    expect(cloud.server.seen[0]!.url).to.match(/NameFilter=x.*PageSize=100/);
  });

  it('follows the cursor of the archive', async () => {
    cloud.server.handler = answers(
      { status: 200, body: '{"sessions":[{"id":1}],"cursor":"c1","hasMore":true}' },
      { status: 200, body: '{"sessions":[{"id":2}],"cursor":"c2","hasMore":false}' },
    );
    const { data, meta } = await cloud.clock.until(
      ask('GET', `/api/sessions/archived?ChargerId=${GARAGE}`, { pages: true }),
    );
    expect(data).to.deep.equal([{ id: 1 }, { id: 2 }]);
    expect(meta.attempts).to.equal(2);
    expect(cloud.server.seen[1]!.url).to.contain('Cursor=c1');
  });

  it('ends at a cursor that does not move', async () => {
    cloud.server.handler = answers({ status: 200, body: '{"sessions":[],"cursor":"c1","hasMore":true}' });
    await cloud.clock.until(ask('GET', `/api/sessions/archived?ChargerId=${GARAGE}`, { pages: true }));
    expect(cloud.server.seen).to.have.length(2);
  });

  it('is refused where Zaptec does not document the endpoint, unless that is allowed', async () => {
    expect((await cloud.failing(ask('GET', `/api/chargers/${GARAGE}/live`))).code).to.equal('UNDOCUMENTED');
    cloud.routes[`/api/chargers/${GARAGE}/live`] = { Power: 1 };
    expect(
      (await cloud.clock.until(ask('GET', `/api/chargers/${GARAGE}/live`, { undocumented: true }))).data,
    ).to.deep.equal({
      power: 1,
    });
    expect((await cloud.failing(ask('BREW', '/api/chargers'))).message).to.contain('method "BREW" is unknown');
  });

  it('to an undocumented endpoint is sent for some different queries at once, and then no more', async () => {
    cloud.routes['/api/live'] = {};
    const live = (n: number) => ask('GET', `/api/live?at=${n}`, { undocumented: true });
    for (let n = 0; n < 10; n += 1) await cloud.clock.until(live(n));
    expect((await cloud.failing(live(10))).code).to.equal('TOO_SOON');
    await cloud.clock.advance(15_000);
    await cloud.clock.until(live(11));
    expect(cloud.server.seen).to.have.length(11);
  });

  it('is refused where Zaptec does not document a parameter, unless that is allowed', async () => {
    const error = await cloud.failing(ask('GET', `/api/chargers/${GARAGE}/state?_=1`));
    expect(error.code).to.equal('UNDOCUMENTED');
    expect(error.message).to.match(/parameter "_" of GET \/api\/chargers\/\{id\}\/state.*Leave it out, or allow/);
    const listed = await cloud.failing(ask('GET', '/api/chargers?PageSizes=1', { pages: true }));
    expect(listed.message).to.match(/"PageSizes".*Leave it out, use .*PageSize, /);
    expect((await cloud.failing(ask('POST', `/api/chargers/${GARAGE}/update?x=1`, { body: {} }))).code).to.equal(
      'UNDOCUMENTED',
    );
    expect(cloud.server.seen).to.have.length(0);
  });

  it('gets below the polling floor with no parameter, and never gets the answer to another query', async () => {
    cloud.routes[`/api/chargers/${GARAGE}/state`] = [{ StateId: 710, ValueAsString: '1' }];
    const told = (_: number, more = {}) =>
      cloud.clock.until(
        Promise.resolve(
          cloud.client.request(
            { method: 'GET', path: `/api/chargers/${GARAGE}/state?_=${_}`, undocumented: true },
            { refresh: false, ...more },
          ),
        ).catch((error: unknown) => error as Error & { code: string }),
      );
    const answer = await told(1);
    expect(answer).to.deep.include({ data: [{ stateId: 710, valueAsString: '1' }] });
    for (let second = 2; second < 7; second += 1) {
      await cloud.clock.advance(1_000);
      expect(await told(second)).to.include({ code: 'TOO_SOON' });
    }
    expect(await told(1), 'the same again').to.have.nested.property('meta.source', 'cache');
    expect(cloud.server.seen).to.have.length(1);
    expect(await told(7))
      .to.have.property('message')
      .that.matches(/one question is sent every 10 minutes/);
    await cloud.clock.advance(15_000);
    expect(await told(8, { refresh: true })).to.have.nested.property('meta.source', 'rest');
    await cloud.clock.advance(600_000);
    expect(await told(9)).to.have.nested.property('meta.source', 'rest');
    expect(cloud.server.seen.map(({ url }) => url.split('=')[1])).to.deep.equal(['1', '8', '9']);
  });

  it('says once a minute of an endpoint that is read so often', async () => {
    cloud.routes[`/api/chargers/${GARAGE}/state`] = [{ StateId: 710, ValueAsString: '3' }];
    const session = `/api/session/${HOME}`;
    cloud.routes[session] = { Id: HOME };
    const asked = (path: string) => ask('GET', path, { undocumented: true });
    await cloud.clock.until(asked(`${session}?_=1`));
    const error = await cloud.failing(asked(`${session}?_=2`));
    expect(error.code).to.equal('TOO_SOON');
    expect(error.message).to.match(
      /"_" of GET \/api\/session\/\{id\} one question is sent every minute.*Leave the parameter out/,
    );
  });

  it('gets below the polling floor with no spelling, nor with an unknown parameter of a list', async () => {
    for (const path of ['/api/chargers?PageSize=3', '/api/chargers?pagesize=3', '/API/chargers?PAGESIZE=3']) {
      await cloud.clock.until(ask('GET', path));
    }
    expect(cloud.server.seen).to.have.length(1);
    const told = (path: string) => ask('GET', path, { pages: true, undocumented: true });
    await cloud.clock.until(told('/api/chargers?NameFilter=x&_=1'));
    expect(cloud.server.seen[1]!.url).to.match(/NameFilter=x&_=1&PageSize=100/);
    const every = await cloud.failing(told('/api/chargers?NameFilter=x&_=2'));
    expect(every.message).to.match(/"_" of GET \/api\/chargers one question is sent every 60 minutes/);
    await cloud.clock.until(told('/api/chargers?NameFilter=y&_=2'));
    expect(cloud.server.seen).to.have.length(3);
  });

  it('is refused where it may interrupt people', async () => {
    for (const path of [
      'sendCommand/102',
      'sendCommand/103',
      'sendCommand/708',
      'SENDCOMMAND/200/',
      'sendCommand/0010001',
      'sendCommand/%31%30%32',
    ]) {
      const asked = ask('POST', `/api/chargers/${GARAGE}/${path}`, { undocumented: true });
      expect((await cloud.failing(asked)).code, path).to.be.oneOf(['DESTRUCTIVE', 'ID_INVALID']);
    }
    cloud.routes[`/api/chargers/${GARAGE}/sendCommand/506`] = null;
    await cloud.clock.until(ask('POST', `/api/chargers/${GARAGE}/sendCommand/506`));
    expect(cloud.server.seen).to.have.length(1);
  });

  it('reads a meter from a simulator only', async () => {
    expect((await cloud.failing(ask('GET', '/simulator/meter'))).code).to.equal('UNDOCUMENTED');
    const simulated = cloud.open({ simulator: true });
    cloud.routes['/simulator/meter'] = { house: { powerW: 1 } };
    expect(
      (await cloud.clock.until(simulated.request({ method: 'GET', path: '/simulator/meter' }))).data,
    ).to.deep.equal({
      house: { powerW: 1 },
    });
    simulated.close();
  });

  it('sets the sun of a simulator only, as often as wanted', async () => {
    expect((await cloud.failing(ask('POST', '/simulator/sun'))).code).to.equal('UNDOCUMENTED');
    const simulated = cloud.open({ simulator: true });
    cloud.routes['/simulator/sun'] = { sunW: 5 };
    for (const watts of [5, 6]) {
      const set = simulated.request({ method: 'POST', path: '/simulator/sun', body: { watts } });
      expect((await cloud.clock.until(set)).data).to.deep.equal({ sunW: 5 });
    }
    const faults = simulated.request({ method: 'PUT', path: '/simulator/faults/hang', body: { on: true } });
    expect((await cloud.failing(faults)).code, 'no more than that').to.equal('UNDOCUMENTED');
    simulated.close();
  });
});

describe('the warning for a request', () => {
  for (const [method, path, warning] of [
    ['GET', '/api/chargers', undefined],
    ['GET', '/api/chargers?NameFilter=x', undefined],
    ['POST', `/api/chargers/${GARAGE}/sendCommand/506`, undefined],
    [
      'GET',
      '/api/live',
      /^GET \/api\/live is no documented endpoint: Zaptec asks not to use it and may close it at any time$/,
    ],
    [
      'GET',
      '/api/chargers?_=1&x=2',
      /^Zaptec does not document the query parameter "_", "x" of GET \/api\/chargers and may refuse or ignore it at any time$/,
    ],
    ['GET', `/api/chargers?${'x'.repeat(99)}=2`, /parameter "x{60}" of/],
  ] as const) {
    it(`to ${method} ${path.slice(0, 60)} is ${warning === undefined ? 'none' : 'what may happen'}`, () => {
      const found = undocumentedWarning(method, path);
      if (warning === undefined) expect(found).to.equal(undefined);
      else expect(found).to.match(warning);
    });
  }

  it('to what is no path of the API is an error', () => {
    expect(() => undocumentedWarning('GET', 'chargers'))
      .to.throw()
      .with.property('code', 'INPUT_INVALID');
  });
});

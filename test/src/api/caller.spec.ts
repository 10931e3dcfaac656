import { getEventListeners } from 'node:events';
import { expect } from 'chai';
import { CHARGERS, GARAGE, HOME, ScriptedCloud } from '../../support/scripted-cloud';
import { answers } from '../../support/scripted-server';

const DETAILS = `/api/chargers/${GARAGE}`;
const COMMAND = `${DETAILS}/sendCommand/506`;

describe('the requests of a client', () => {
  let cloud: ScriptedCloud;
  beforeEach(async () => (cloud = await ScriptedCloud.start()));
  afterEach(() => cloud.stop());

  const ask = (method: string, path: string, more = {}) => cloud.client.request({ method, path, ...more });

  for (const [form, body] of [
    ['HTML', '<html>'],
    ['half of a JSON text', '{"Id":'],
    ['two JSON texts', '{}{}'],
  ] as const) {
    it(`fail with the endpoint and the status where the answer is ${form}`, async () => {
      cloud.server.handler = answers({ status: 200, body });
      const error = await cloud.failing(cloud.client.chargers.get(GARAGE));
      expect(error.code).to.equal('BAD_ANSWER');
      expect(error.message).to.contain('GET /api/chargers/{id} answered 200 with a body that is no JSON');
      expect(error.cause).to.include({ status: 200, attempts: 1 });
    });
  }

  for (const body of ['', ' \r\n', 'null']) {
    it(`take ${JSON.stringify(body)} for an answer without data`, async () => {
      cloud.server.handler = answers({ status: 200, body });
      const { data, meta } = await cloud.clock.until(ask('POST', COMMAND));
      expect(data).to.equal(null);
      expect(meta).to.include({ source: 'rest', ageMs: 0, attempts: 1 });
      expect(Date.parse(meta.time)).to.be.closeTo(Date.now(), 60_000);
    });
  }

  it('check the form of an answer also where somebody has read it without a check', async () => {
    cloud.routes[DETAILS] = { Name: 'no id' };
    expect((await cloud.clock.until(ask('GET', DETAILS))).data).to.deep.equal({ name: 'no id' });
    const error = await cloud.failing(cloud.client.chargers.get(GARAGE));
    expect(error.message).to.contain('no usable text in the field Id');
    expect(cloud.server.seen).to.have.length(1);
  });

  it('of a form that anybody may read come from the cache as they are', async () => {
    cloud.routes[DETAILS] = CHARGERS[0];
    const { data } = await cloud.clock.until(cloud.client.chargers.get(GARAGE));
    expect((await cloud.clock.until(ask('GET', DETAILS))).data).to.equal(data);
    expect((await cloud.clock.until(cloud.client.chargers.get(GARAGE))).data).to.equal(data);
  });

  it('name the endpoint that a read-only client does not write to, and read nevertheless', async () => {
    const client = cloud.open({ readOnly: true });
    const error = await cloud.failing(client.request({ method: 'POST', path: COMMAND }));
    expect(error.code).to.equal('READ_ONLY');
    expect(error.message).to.match(
      /^POST \/api\/chargers\/\{id\}\/sendCommand\/.* was not sent: the connection is read-only/,
    );
    const path = '/api/chargehistory/installationreport';
    cloud.routes[path] = {};
    const report = client.request({ method: 'POST', path, body: { InstallationId: HOME } });
    expect((await cloud.clock.until(report)).data, 'a read that Zaptec made a POST').to.deep.equal({});
    expect(cloud.paths()).to.deep.equal([`POST ${path}`]);
    client.close();
  });

  describe('about to end', () => {
    const hang = () => {
      let arrived = (): void => undefined;
      const isThere = new Promise<void>((resolve) => (arrived = resolve));
      cloud.server.handler = () => arrived();
      return isThere;
    };

    it('end with the signal of the caller, and only those', async () => {
      const controller = new AbortController();
      const isThere = hang();
      const failing = cloud.failing(
        cloud.client.request({ method: 'POST', path: COMMAND }, { signal: controller.signal }),
      );
      await isThere;
      controller.abort();
      expect((await failing).code).to.equal('ABORTED');
      cloud.server.handler = answers({ status: 200, body: '[]' });
      expect((await cloud.clock.until(cloud.client.chargers.state(GARAGE))).data).to.deep.equal([]);
    });

    it('end with the client', async () => {
      const client = cloud.open();
      const isThere = hang();
      const failing = cloud.failing(client.request({ method: 'POST', path: COMMAND }));
      await isThere;
      client.close();
      expect((await failing).code).to.equal('ABORTED');
    });

    it('leave nothing behind at a signal that any number of them have, and no warning', async () => {
      const { signal } = new AbortController();
      const warnings: string[] = [];
      const onWarning = ({ name }: Error) => warnings.push(name);
      process.on('warning', onWarning);
      try {
        const ids = Array.from({ length: 12 }, (_, index) => `${GARAGE.slice(0, -2)}${10 + index}`);
        const send = (id: string) =>
          cloud.client.request({ method: 'POST', path: `/api/chargers/${id}/sendCommand/507` }, { signal });
        cloud.server.handler = (_seen, response) => response.end();
        await cloud.clock.until(Promise.all(ids.map(send)));
        expect(getEventListeners(signal, 'abort')).to.deep.equal([]);
        expect(warnings).to.deep.equal([]);
      } finally {
        process.off('warning', onWarning);
      }
    });

    it('are not sent where the client is closed, or the signal is given already', async () => {
      const client = cloud.open();
      client.close();
      expect((await cloud.failing(client.chargers.state(GARAGE))).code).to.equal('ABORTED');
      const given = { signal: AbortSignal.abort() };
      expect((await cloud.failing(cloud.client.chargers.state(GARAGE, given))).code).to.equal('ABORTED');
      expect(cloud.server.seen).to.deep.equal([]);
    });

    it('do not wait for a right that was just granted once the client is closed', async () => {
      const others = cloud.server.handler;
      cloud.server.handler = (seen, response, socket) => {
        if (seen.url.endsWith('/hierarchy')) response.writeHead(204).end(() => cloud.client.close());
        else others(seen, response, socket);
      };
      expect((await cloud.failing(cloud.client.installations.hierarchy(HOME))).code).to.equal('ABORTED');
      expect(cloud.paths().filter((path) => path.endsWith('/hierarchy'))).to.have.length(1);
    });
  });

  for (const [situation, status] of [
    ['anew after a write that may have acted', 500],
    ['anew after a write that Zaptec refused', 400],
  ] as const) {
    it(`read ${situation}`, async () => {
      const others = cloud.server.handler;
      cloud.routes[`${DETAILS}/state`] = [];
      cloud.server.handler = (seen, response, socket) => {
        if (seen.method === 'POST') response.writeHead(status).end();
        else others(seen, response, socket);
      };
      await cloud.clock.until(cloud.client.chargers.state(GARAGE));
      await cloud.failing(ask('POST', COMMAND));
      expect((await cloud.clock.until(cloud.client.chargers.state(GARAGE))).meta.source).to.equal('rest');
    });
  }

  it('read from the cache after a write that was never sent', async () => {
    cloud.routes[`${DETAILS}/state`] = [];
    await cloud.clock.until(cloud.client.chargers.state(GARAGE));
    const given = { signal: AbortSignal.abort() };
    await cloud.failing(cloud.client.request({ method: 'POST', path: COMMAND }, given));
    expect((await cloud.clock.until(cloud.client.chargers.state(GARAGE))).meta.source).to.equal('cache');
  });
});

import { expect } from 'chai';
import { openClient, type ZaptecClient } from '../../../src/client';
import { failureOf } from '../../support/failure';
import { ScriptedServer } from '../../support/scripted-server';
import { VirtualClock } from '../../support/virtual-clock';

const ID = '0a1b2c3d-0000-4000-8000-0000000000a1';
const MB = 1024 * 1024;

describe('the size of an answer', () => {
  const server = new ScriptedServer();
  let clock: VirtualClock;
  let client: ZaptecClient;
  before(() => server.start());
  after(() => server.stop());
  beforeEach(() => {
    clock = new VirtualClock();
    client = openClient({ baseUrl: server.url, username: 'size@example.org', password: 'planted-password' });
  });
  afterEach(() => {
    client.close();
    clock.restore();
  });

  /** A list of one object that has a logo of so many bytes. */
  const answer = (bytes: number) => {
    const body = JSON.stringify({
      Pages: 1,
      Data: [{ Id: ID, Name: 'Home', SupportGroup: { LogoBase64: 'x'.repeat(bytes) } }],
    });
    server.handler = (_seen, response) => {
      response.on('error', () => undefined);
      response.end(body);
    };
  };
  const WITH_LOGOS: Record<string, () => Promise<unknown>> = {
    'the list of installations': () => client.installations.list({ refresh: true }),
    'an installation': () => client.installations.get(ID, { refresh: true }),
    'the report': () => client.request({ method: 'POST', path: '/api/chargehistory/installationreport', body: {} }),
  };
  const OTHERS: Record<string, () => Promise<unknown>> = {
    'the list of chargers': () => client.chargers.list({ refresh: true }),
    'a session': () => client.request({ method: 'GET', path: `/api/session/${ID}` }, { refresh: true }),
    'an undocumented endpoint': () => client.request({ method: 'GET', path: '/api/x', undocumented: true }),
  };

  for (const [what, read] of Object.entries(WITH_LOGOS)) {
    it(`is up to 16 MB for ${what}, whose installations bring their logos`, async () => {
      answer(15 * MB);
      await clock.until(read());
      answer(16 * MB);
      await clock.advance(60_000);
      const { code, message } = await clock.until(failureOf(read()));
      expect(code).to.equal('TOO_LARGE');
      expect(message).to.contain('larger than 16 MB');
    });
  }
  for (const [what, read] of Object.entries(OTHERS)) {
    it(`is up to 4 MB for ${what}`, async () => {
      answer(3.9 * MB);
      await clock.until(read());
      answer(4 * MB);
      await clock.advance(60_000);
      const { code, message } = await clock.until(failureOf(read()));
      expect(code).to.equal('TOO_LARGE');
      expect(message).to.contain('larger than 4 MB');
    });
  }

  it('is not all that counts: so do its values', async () => {
    server.handler = (_seen, response) => response.end(`[${'{},'.repeat(100_000)}{}]`);
    const { code, message, cause } = await clock.until(failureOf(client.chargers.get(ID)));
    expect(code).to.equal('TOO_LARGE');
    expect(message).to.match(/GET \/api\/chargers\/\{id\} answered 200 with 200002 values that take \d+ times/);
    expect(cause).to.include({ status: 200, attempts: 1 });
  });

  it('does not matter where the answer is an error', async () => {
    server.handler = (_seen, response) => response.writeHead(400).end(`{"Code":528,"x":[${'{},'.repeat(100_000)}{}]}`);
    const { code } = await clock.until(failureOf(client.chargers.sendCommand(ID, 'pause')));
    expect(code).to.equal('HTTP_400');
  });
});

import { expect } from 'chai';
import fc from 'fast-check';
import { openClient } from '../../../src/client';
import { answers, ScriptedServer } from '../../support/scripted-server';
import { failureOf } from '../../support/failure';
import { VirtualClock } from '../../support/virtual-clock';
import { draws } from '../../support/draws';

const PASSWORD = 'planted-password-&+%" ä';
const FIELDS = ['Password', 'Pin', 'OcppInitialChargePointPassword', 'PropertyOcppPassword'];
const CHARGER = '0a1b2c3d-0000-4000-8000-0000000000a1';

/** Everything that a caller could print of an outcome. */
function allOf(value: unknown): string {
  if (value instanceof Error) {
    const { message, stack, cause, ...own } = value as Error & { cause: unknown };
    return [message, stack, JSON.stringify(cause), JSON.stringify(own), String(value)].join('\n');
  }
  return value === undefined ? '' : JSON.stringify(value);
}

describe('secrets', () => {
  const server = new ScriptedServer();
  let clock: VirtualClock;

  before(() => server.start());
  after(() => server.stop());
  beforeEach(() => (clock = new VirtualClock()));
  afterEach(() => clock.restore());

  it('are in no error, and their fields in no answer, whatever the server says', async () => {
    const client = openClient({ baseUrl: server.url, username: 'secrets@example.org', password: PASSWORD });
    await clock.until(client.verify());
    const token = 'planted-token-1';
    const mark = fc.constantFrom(PASSWORD, token, `Bearer ${token}`, encodeURIComponent(PASSWORD), 'harmless');
    const planted = fc.dictionary(
      fc.constantFrom(...FIELDS, ...FIELDS.map((f) => f.toLowerCase())),
      fc.constant('planted-field'),
    );
    const leaf = fc.oneof(mark, fc.integer(), planted);
    const body = fc.oneof(
      fc.dictionary(
        fc.constantFrom('Code', 'Details', 'message', 'title', 'errors', 'Data', 'Name'),
        fc.oneof(leaf, fc.array(leaf)),
      ),
      fc.array(fc.oneof(leaf, planted)),
      leaf,
    );
    const status = fc.constantFrom(200, 400, 403, 404, 500);
    const call = fc.constantFrom<() => Promise<unknown>>(
      () => client.chargers.get(CHARGER, { refresh: true }),
      () => client.chargers.sendCommand(CHARGER, 'pause'),
      () => client.request({ method: 'POST', path: '/api/chargehistory/installationreport', body: {} }),
    );
    try {
      await fc.assert(
        fc.asyncProperty(body, status, call, fc.boolean(), async (answer, code, send, raw) => {
          await clock.advance(60_000);
          const text = raw ? JSON.stringify(answer).slice(1) : JSON.stringify(answer);
          server.handler = answers({ status: code, body: text });
          const outcome: unknown = await clock.until(send().catch((error: unknown) => error));
          const said = allOf(outcome);
          expect(said).not.to.contain('planted-field');
          // What a server puts into a good answer is its data: a password may be the name of a charger.
          if (!(outcome instanceof Error)) return;
          for (const secret of [
            PASSWORD,
            JSON.stringify(PASSWORD).slice(1, -1),
            encodeURIComponent(PASSWORD),
            'planted-token',
          ]) {
            expect(said).not.to.contain(secret);
          }
        }),
        { numRuns: draws(300) },
      );
    } finally {
      client.close();
    }
  });

  for (const password of ['Garage', '2026-05', 'Zaptec Home']) {
    it(`leave good answers alone where the password is a common word such as "${password}"`, async () => {
      const charger = {
        Id: CHARGER,
        Name: `The ${password}`,
        InstallationName: password,
        CreatedOnDate: '2026-05-04T10:00:00',
      };
      server.handler = answers({ status: 200, body: JSON.stringify(charger) });
      const client = openClient({ baseUrl: server.url, username: `${password}@example.org`, password });
      const { data } = await clock.until(client.chargers.get(CHARGER));
      expect(data).to.include({
        name: `The ${password}`,
        installationName: password,
        createdOnDate: '2026-05-04T10:00:00.000Z',
      });
      server.handler = answers({ status: 400, body: JSON.stringify({ title: `no ${password}` }) });
      const { message } = await clock.until(failureOf(client.chargers.sendCommand(CHARGER, 'pause')));
      client.close();
      expect(message).to.contain('no [removed]');
    });
  }

  it('are not in the error of a login that echoes them', async () => {
    server.login = (seen, response) =>
      response.writeHead(400).end(JSON.stringify({ error: 'invalid_grant', error_description: seen.body + PASSWORD }));
    const client = openClient({ baseUrl: server.url, username: 'echo@example.org', password: PASSWORD });
    const said = allOf(await clock.until(failureOf(client.verify())));
    client.close();
    expect(said).not.to.contain('planted-password');
  });
});

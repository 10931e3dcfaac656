import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { X509Certificate } from 'node:crypto';
import { expect } from 'chai';
import { readArguments } from '../../../simulator/cli/arguments';
import { startSimulator, type Simulator } from '../../../simulator/index';
import { makeCertificate } from '../../../simulator/tls/certificate';

const run = promisify(execFile);
const NAME = 'api.zaptec.example';

describe('the simulator with TLS', () => {
  let simulator: Simulator;
  let folder: string;
  before(() => (folder = mkdtempSync(path.join(tmpdir(), 'zaptec-tls-'))));
  after(() => rmSync(folder, { recursive: true }));
  beforeEach(async () => (simulator = await startSimulator({ tls: true, hostNames: [NAME] })));
  afterEach(() => simulator.stop());

  const port = () => Number(new URL(simulator.baseUrl).port);

  /** A client that trusts the certificate, under one of its names. */
  const call = (method: string, target: string, { host = '127.0.0.1', token = '', body = '' } = {}) =>
    new Promise<{ status: number; body: string }>((resolve, reject) => {
      const headers = {
        Host: host,
        ...(token === '' ? {} : { Authorization: `Bearer ${token}` }),
        ...(body === '' ? {} : { 'Content-Type': 'application/x-www-form-urlencoded' }),
      };
      const own = { host: '127.0.0.1', port: port(), servername: host === '127.0.0.1' ? '' : host };
      const sent = request({ ...own, method, path: target, headers, ca: simulator.certificate }, (answer) => {
        let text = '';
        answer.on('data', (part: Buffer) => (text += part.toString()));
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body: text }));
      });
      sent.on('error', reject);
      sent.end(body);
    });
  const login = async () => {
    const { username, password } = simulator.accounts[0]!;
    const body = new URLSearchParams({ grant_type: 'password', username, password }).toString();
    const answer = JSON.parse((await call('POST', '/oauth/token', { body })).body) as { access_token: string };
    return answer.access_token;
  };

  it('says to a request that is not encrypted that it speaks HTTPS', async () => {
    const answer = await fetch(`http://127.0.0.1:${port()}/api/constants`);
    expect(answer.status).to.equal(400);
    expect(await answer.json()).to.deep.equal({ error: 'This port speaks HTTPS: use https:// in the address' });
  });

  it('answers HTTPS under loopback and under each given name, with a certificate for them', async () => {
    expect(simulator.baseUrl).to.match(/^https:\/\/127\.0\.0\.1:\d+$/);
    for (const host of ['127.0.0.1', 'localhost', NAME]) {
      expect((await call('GET', '/api/constants', { host })).status, host).to.equal(200);
    }
    const certificate = new X509Certificate(simulator.certificate!);
    expect([NAME, 'localhost', 'other.example'].map((name) => certificate.checkHost(name) !== undefined)).to.deep.equal(
      [true, true, false],
    );
    expect((await call('GET', '/simulator/certificate')).body).to.equal(simulator.certificate);
    const named = await call('GET', '/.well-known/openid-configuration', { host: NAME });
    expect(JSON.parse(named.body)).to.include({ issuer: `https://${NAME}/` });
  });

  it('is not trusted without its certificate', async () => {
    const refused = await fetch(`${simulator.baseUrl}/api/constants`).then(
      () => 'answered',
      (error: unknown) => ((error as Error).cause as { code: string }).code,
    );
    expect(refused).to.match(/SELF_SIGNED|UNABLE_TO_VERIFY/);
  });

  it('resets connections under a fault', async () => {
    const token = await login();
    simulator.faults.set('drop-before', { on: true });
    const outcome = await call('GET', '/api/chargers', { token }).then(
      () => 'answered',
      (error: unknown) => (error as NodeJS.ErrnoException).code,
    );
    expect(outcome).to.equal('ECONNRESET');
  });

  it('serves the bus to the unchanged official client', async function () {
    this.timeout(60_000);
    const token = await login();
    const [site] = [...simulator.world.installations.keys()];
    const details = JSON.parse(
      (await call('GET', `/api/installation/${site}/messagingConnectionDetails`, { token })).body,
    ) as Record<string, string>;
    expect(details).to.include({ UseSSL: true, Port: simulator.amqpPort });
    const file = path.join(folder, 'simulator.pem');
    writeFileSync(file, simulator.certificate!);
    const key = `SharedAccessKeyName=${details['Username']};SharedAccessKey=${details['Password']}`;
    const script = `
      const { ServiceBusClient } = require('@azure/service-bus');
      const client = new ServiceBusClient('Endpoint=sb://localhost:${simulator.amqpPort}/;${key}');
      const receiver = client.createReceiver('${details['Topic']}', 'default', { receiveMode: 'receiveAndDelete' });
      receiver.receiveMessages(1, { maxWaitTimeInMs: 20000 }).then(async (messages) => {
        process.stdout.write(String(messages.length));
        await client.close();
        process.exit();
      });`;
    const child = run(process.execPath, ['-e', script], { env: { ...process.env, NODE_EXTRA_CA_CERTS: file } });
    simulator.world.unplug([...simulator.world.chargers.keys()][0]!);
    expect((await child).stdout).to.equal('1');
  });

  it('takes a certificate and its key from files', async () => {
    const { cert, key } = await makeCertificate(['other.example']);
    const [certFile, keyFile] = ['c.pem', 'k.pem'].map((name) => path.join(folder, name)) as [string, string];
    writeFileSync(certFile, cert);
    writeFileSync(keyFile, key);
    const { options } = readArguments(['--tls-cert', certFile, '--tls-key', keyFile]);
    expect(options.tls).to.deep.equal({ cert, key });
    await simulator.stop();
    simulator = await startSimulator(options);
    expect(simulator.certificate).to.equal(cert);
    expect((await call('GET', '/api/constants')).status).to.equal(200);
    const refusal = (...argv: string[]) => {
      try {
        readArguments(argv);
      } catch (error) {
        return (error as Error).message;
      }
      return 'accepted';
    };
    expect(refusal('--tls')).to.equal('accepted');
    expect(refusal('--tls-cert', certFile)).to.match(/^--tls-key: it is missing; /);
    expect(refusal('--tls-key', keyFile)).to.match(/^--tls-cert: it is missing; /);
    expect(refusal('--tls-cert', 'none.pem', '--tls-key', keyFile)).to.match(/^--tls-cert: "none.pem" cannot be read/);
    expect(refusal('--tls-cert', keyFile, '--tls-key', keyFile)).to.match(/^--tls-cert: .* use a pair in PEM/);
  });
});

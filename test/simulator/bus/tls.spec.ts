import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect as connectPlain } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { connect, type TLSSocket } from 'node:tls';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { startBus, type Bus } from '../../../simulator/bus/index';
import { Faults } from '../../../simulator/faults/state';
import { makeCertificate, type Certificate } from '../../../simulator/tls/certificate';
import { World } from '../../../simulator/world/world';
import { program } from '../../support/program';
import { until } from '../../support/simulator/bus-cloud';
import { ManualClock } from '../../support/simulator/manual-clock';
import { protonOrSkip, runProton } from '../../support/simulator/proton';

const run = promisify(execFile);
const CLIENT = path.join(__dirname, '../../support/simulator/tls-client.ts');
const AMQP = Buffer.from([...Buffer.from('AMQP'), 0, 1, 0, 0]);

describe('the bus over TLS', () => {
  let bus: Bus;
  let world: World;
  let faults: Faults;
  let certificate: Certificate;
  let folder: string;
  before(async () => {
    certificate = await makeCertificate([]);
    folder = mkdtempSync(path.join(tmpdir(), 'zaptec-bus-tls-'));
    writeFileSync(trusted(), certificate.cert);
  });
  after(() => rmSync(folder, { recursive: true }));
  beforeEach(async () => {
    const clock = new ManualClock();
    world = new World({ clock, scenario: 'home', seed: 1, speed: 0 });
    faults = new Faults(1);
    bus = await startBus({ world, clock, faults, port: 0, certificate, hostNames: [] });
  });
  afterEach(() => bus.stop());
  /** The file of the certificate that clients trust. */
  const trusted = () => path.join(folder, 'simulator.pem');
  const details = () => bus.details('installation', [...world.installations.keys()][0]!);
  const publish = (count: number) => {
    const charger = world.findCharger('Garage')!;
    for (let index = 0; index < count; index++) {
      bus.publish({ chargerId: charger.id, id: 513, at: world.now, value: String(index) }, charger);
    }
  };
  /** The output of the official client. */
  const official = async (transport: 'amqp' | 'websocket', trusts = true) => {
    const { Port, Username, Password, Topic } = details();
    publish(3);
    const endpoint = `Endpoint=sb://localhost:${Port};SharedAccessKeyName=${Username};SharedAccessKey=${Password}`;
    const args = [program(CLIENT), endpoint, Topic, '3', transport];
    const env = { ...process.env, ...(trusts && { NODE_EXTRA_CA_CERTS: trusted() }) };
    return (await run(process.execPath, args, { env })).stdout;
  };
  const secured = async (): Promise<TLSSocket> => {
    const socket = connect({ port: bus.port, host: '127.0.0.1', servername: 'localhost', ca: certificate.cert });
    socket.on('error', () => undefined);
    await new Promise((resolve) => socket.once('secureConnect', resolve));
    return socket;
  };
  const firstBytes = (socket: { once(event: 'data', listener: (bytes: Buffer) => void): unknown }) =>
    new Promise<Buffer>((resolve) => socket.once('data', resolve));

  it('says so in the connection details', () => {
    expect(details()).to.include({ UseSSL: true, Port: bus.port });
  });

  it('delivers to the official client', async () => {
    expect(await official('amqp')).to.equal('3');
    expect(bus.stats()).to.include({ completed: 3, locked: 0 });
  });

  it('delivers to the official client over an encrypted WebSocket', async () => {
    expect(await official('websocket')).to.equal('3');
    expect(bus.stats()).to.include({ completed: 3, locked: 0 });
  });

  it('delivers to Qpid Proton', async function () {
    const python = await protonOrSkip(this);
    const { Port, Username: user, Password: password, Topic } = details();
    const address = `${Topic}/Subscriptions/default`;
    const task = { host: 'localhost', address, user, password, login: 'plain', now: 0, count: 3 } as const;
    publish(3);
    const seen = await runProton(python, { ...task, url: `amqps://localhost:${Port}`, trust: trusted() });
    expect(seen.errors).to.deep.equal([]);
    expect(seen.messages).to.have.length(3);
  });

  it('does not reach a client that does not trust the certificate', async () => {
    const error: unknown = await official('amqp', false).catch((reason: unknown) => reason);
    expect(String(error)).to.match(/self-signed certificate/);
  });

  it('serves AMQP without TLS on the same port', async () => {
    const socket = connectPlain(bus.port, '127.0.0.1');
    socket.write(AMQP);
    expect((await firstBytes(socket)).subarray(0, 4).toString()).to.equal('AMQP');
    socket.destroy();
  });

  it('resets connections for bus-cut, and stops their traffic for bus-half-open', async () => {
    const socket = await secured();
    faults.set('bus-half-open', { on: true });
    let answered = 0;
    socket.on('data', (bytes: Buffer) => (answered += bytes.length));
    socket.write(AMQP);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(answered).to.equal(0);
    faults.set('bus-half-open', { on: false });
    await until(() => answered > 0);
    const closed = new Promise((resolve) => socket.once('close', resolve));
    faults.set('bus-cut', { on: true });
    await closed;
    await until(() => bus.stats().connections === 0);
  });

  it('stops at once while a client is connected', async () => {
    const socket = await secured();
    const closed = new Promise((resolve) => socket.once('close', resolve));
    await bus.stop();
    await closed;
  });

  it('drops what is neither TLS nor AMQP nor a WebSocket', async () => {
    for (const bytes of [Buffer.alloc(64, 0x16), Buffer.alloc(64, 'x')]) {
      const socket = connectPlain(bus.port, '127.0.0.1');
      socket.on('error', () => undefined);
      const closed = new Promise((resolve) => socket.once('close', resolve));
      socket.resume().write(bytes);
      await closed;
      await until(() => bus.stats().connections === 0);
    }
  });
});

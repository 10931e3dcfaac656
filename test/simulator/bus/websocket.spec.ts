import { connect } from 'node:net';
import { ServiceBusClient } from '@azure/service-bus';
import { expect } from 'chai';
import { WebSocket } from 'ws';
import { BusCloud, connectionString, until } from '../../support/simulator/bus-cloud';
import { RETRY } from '../../support/simulator/one-try';

const NAME = 'bus.zaptec.example';
const PATH = '/$servicebus/websocket';
/** What every request for a WebSocket has, but for its protocol. */
const UPGRADE = [
  'Upgrade: websocket',
  'Connection: Upgrade',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  'Sec-WebSocket-Version: 13',
];
const PROTOCOL = 'Sec-WebSocket-Protocol: AMQPWSB10';

/** The official client knows encrypted WebSockets only. */
class PlainWebSocket extends WebSocket {
  constructor(url: string, protocols?: string | string[]) {
    super(url.replace(/^wss:/, 'ws:'), protocols);
    this.on('error', () => undefined);
  }
}

describe('the bus over WebSocket', () => {
  let bus: BusCloud;
  const clients: ServiceBusClient[] = [];
  beforeEach(async () => {
    bus = await BusCloud.start({ hostNames: [NAME] });
  });
  afterEach(async () => {
    // Ends the connections first: the client may wait for minutes under a fault.
    await bus.stop();
    await Promise.race([
      Promise.allSettled(clients.splice(0).map((client) => client.close())),
      new Promise((resolve) => setTimeout(resolve, 1000)),
    ]);
  });
  const client = async () => {
    const webSocketOptions = { webSocket: PlainWebSocket as never };
    const options = { webSocketOptions, retryOptions: RETRY };
    const made = new ServiceBusClient(connectionString(await bus.details()), options);
    clients.push(made);
    return made;
  };

  it('delivers to the official client, which settles the messages', async () => {
    const received = await bus.listen('peekLock', await client());
    bus.publish(2200);
    await until(() => bus.stats.completed === 2200);
    expect(received.values()).to.deep.equal(Array.from({ length: 2200 }, (_, index) => String(index)));
    expect(received.errors).to.deep.equal([]);
  });

  it('carries messages of every length', async () => {
    const received = await bus.listen('receiveAndDelete', await client());
    const lengths = [1, 200, 70_000];
    for (const length of lengths) bus.publishValue(513, 'x'.repeat(length));
    await until(() => received.messages.length === 3);
    expect(received.values().map(({ length }) => length)).to.deep.equal(lengths);
  });

  it('leaves nothing behind when the client closes', async () => {
    const own = await client();
    const received = await bus.listen('peekLock', own);
    bus.publish();
    await until(() => received.messages.length === 1 && bus.stats.completed === 1);
    await own.close();
    await until(() => bus.stats.connections === 0);
    expect(bus.stats).to.include({ receivers: 0, locked: 0 });
  });

  it('is cut and stops like any other connection', async () => {
    const received = await bus.listen('receiveAndDelete', await client());
    bus.fault('bus-half-open');
    bus.publish();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(received.messages).to.deep.equal([]);
    bus.fault('bus-half-open', { on: false });
    await until(() => received.messages.length === 1);
    bus.fault('bus-cut');
    await until(() => bus.stats.connections === 0 && bus.stats.receivers === 0);
  });

  it('answers a ping', async () => {
    const { Host, Port } = await bus.details();
    const socket = new WebSocket(`ws://${Host}:${Port}${PATH}`, 'AMQPWSB10');
    await new Promise((resolve) => socket.once('open', resolve));
    socket.ping('there?');
    const [answer] = await new Promise<[Buffer]>((resolve) => socket.once('pong', (data) => resolve([data])));
    expect(String(answer)).to.equal('there?');
    socket.close(1000);
    const code = await new Promise<number>((resolve) => socket.once('close', resolve));
    expect(code).to.equal(1000);
  });

  /** The answer to a request. */
  const answerTo = async (path: string, headers: string[], host = 'Host: localhost') => {
    const { Host, Port } = await bus.details();
    const socket = connect(Port, Host);
    socket.write([`GET ${path} HTTP/1.1`, host, ...headers, '\r\n'].join('\r\n'));
    const text = await new Promise<string>((resolve) => socket.once('data', (bytes) => resolve(bytes.toString())));
    socket.destroy();
    return text;
  };
  const statusOf = async (...request: Parameters<typeof answerTo>) =>
    Number(/^HTTP\/1\.1 (\d{3}) /.exec(await answerTo(...request))?.[1]);

  it('speaks the protocol that the client offers', async () => {
    for (const protocol of ['AMQPWSB10', 'amqp']) {
      const answer = await answerTo(PATH, [...UPGRADE, `Sec-WebSocket-Protocol: other, ${protocol}`]);
      expect(answer).to.match(/^HTTP\/1\.1 101 /);
      expect(answer).to.contain(`Sec-WebSocket-Protocol: ${protocol}\r\n`);
    }
  });

  it('refuses another path, another protocol, and what is no WebSocket', async () => {
    expect(await statusOf('/other', [...UPGRADE, PROTOCOL])).to.equal(404);
    expect(await statusOf(PATH, UPGRADE)).to.equal(400);
    expect(await statusOf(PATH, ['Upgrade: other', 'Connection: Upgrade', PROTOCOL])).to.equal(400);
    expect(await statusOf('/', [])).to.equal(426);
  });

  it('opens under loopback names and the given ones, and under no other', async () => {
    const { Port } = await bus.details();
    for (const host of ['127.0.0.1', `localhost:${Port}`, '[::1]:5671', NAME.toUpperCase()]) {
      expect(await statusOf(PATH, [...UPGRADE, PROTOCOL], `Host: ${host}`), host).to.equal(101);
    }
    for (const host of ['evil.example', 'zaptec.example', '127.0.0.1.evil.example', '10.0.0.1:5671']) {
      const reason = `Host: ${host} is not this machine; use 127.0.0.1 or localhost`;
      for (const headers of [[...UPGRADE, PROTOCOL], []]) {
        const answer = await answerTo(PATH, headers, `Host: ${host}`);
        expect(answer).to.match(/^HTTP\/1\.1 403 /);
        expect(answer).to.contain(reason);
      }
    }
    await until(() => bus.stats.connections === 0);
  });

  it('opens for no page of another host', async () => {
    expect(await statusOf(PATH, [...UPGRADE, PROTOCOL, 'Origin: http://localhost:1880'])).to.equal(101);
    for (const origin of ['https://evil.example', 'null']) {
      expect(await statusOf(PATH, [...UPGRADE, PROTOCOL, `Origin: ${origin}`]), origin).to.equal(403);
    }
    expect(await statusOf(PATH, [...UPGRADE, PROTOCOL, 'Host: evil.example'])).to.equal(400);
    await until(() => bus.stats.connections === 0);
  });

  it('closes a WebSocket whose frames are not masked, are text, or too long', async () => {
    const { Host, Port } = await bus.details();
    const request = [`GET ${PATH} HTTP/1.1`, 'Host: localhost', ...UPGRADE, PROTOCOL, '\r\n'].join('\r\n');
    for (const [frame, status] of [
      [[0x82, 1, 0], 1002],
      [[0x81, 0x81, 0, 0, 0, 0, 0x41], 1003],
      [[0x82, 0xff, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0], 1009],
    ] as const) {
      const socket = connect(Port, Host);
      const pieces: Buffer[] = [];
      socket.on('data', (bytes) => pieces.push(bytes));
      socket.write(Buffer.concat([Buffer.from(request), Buffer.from(frame)]));
      await new Promise((resolve) => socket.once('close', resolve));
      expect(Buffer.concat(pieces).readUInt16BE(Buffer.concat(pieces).length - 2)).to.equal(status);
    }
  });
});

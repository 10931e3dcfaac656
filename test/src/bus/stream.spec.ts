import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { expect } from 'chai';
import { createWebSocketStream, WebSocketServer } from 'ws';
import type { BusDetails } from '../../../src/bus/details';
import { decodeEnvelope } from '../../../src/bus/envelope';
import { Stream, type Verdict } from '../../../src/bus/stream';
import type { FeedTransport } from '../../../src/bus/feed-types';
import { TIMING, type FeedTiming } from '../../../src/bus/timing';
import { BusCloud } from '../../simulator/bus/support';
import { TcpProxy } from './tcp-proxy';

/** A minute lasts 600 ms here. */
const FASTER = 100;
const SHORT: FeedTiming = {
  ...TIMING,
  retryMs: TIMING.retryMs.map((ms) => ms / FASTER),
  refusedMs: TIMING.refusedMs.map((ms) => ms / FASTER),
  openMs: 3_000,
  settleMs: 20,
  closeMs: 500,
  steadyMs: 50,
};

/** In real time, where the other side is ours. */
describe('a stream', function () {
  this.timeout(30_000);
  let bus: BusCloud;
  let stream: Stream | undefined;
  let loads: number;
  let received: number;
  let told: (string | undefined)[];
  let values: number[];
  const endings: (() => unknown)[] = [];

  beforeEach(async () => {
    bus = await BusCloud.start();
    loads = 0;
    received = 0;
    told = [];
    values = [];
  });
  afterEach(async () => {
    stream?.close();
    await stream?.ended;
    for (const end of endings.splice(0)) await end();
    await bus.stop();
  });

  const open = async (where: { port: number; host?: string; plain?: boolean }, transport: FeedTransport = 'auto') => {
    const wire = await bus.details();
    const load = (): Promise<BusDetails> => {
      loads += 1;
      const { Username: keyName, Password: key, Topic: topic, Subscription: subscription } = wire;
      return Promise.resolve({ host: '127.0.0.1', plain: true, ...where, keyName, key, topic, subscription });
    };
    const world = {
      load,
      message: (body: unknown) => {
        received += 1;
        values.push(Number(decodeEnvelope(body)?.valueAsString));
      },
      inspect: () => Promise.resolve<Verdict>('quiet'),
    };
    const found = { route: { kind: 'installation' as const, id: bus.site.id }, details: await load() };
    const opened = new Stream(found, world, { transport, silenceMs: TIMING.silenceMs, timing: SHORT });
    opened.listen(() => told.push(opened.state.trouble?.code ?? opened.state.kind));
    stream = opened;
    return opened;
  };

  const until = async (what: string, isSo: () => boolean) => {
    for (let turns = 0; !isSo(); turns += 1) {
      if (turns > 2_000) throw new Error(`never: ${what}; ${told.join()}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };

  it('whose broker is gone is told at once, tries ever less often with fresh details, and flows again', async () => {
    const proxy = await TcpProxy.start(bus.simulator.amqpPort);
    endings.push(() => proxy.gone());
    const { state } = await open({ port: proxy.port });
    expect(state.kind).to.equal('connecting');
    await until('live', () => stream?.state.kind === 'live');
    await new Promise((resolve) => setTimeout(resolve, SHORT.steadyMs));
    const before = loads;
    await proxy.gone();
    await until('told', () => /BUS_(UNREACHABLE|CUT)/.test(told.at(-1) ?? ''));
    await until('tried again and again', () => loads >= before + 3);
    bus.publish(3);
    await proxy.open();
    await until('live again', () => stream?.state.kind === 'live');
    await until('messages', () => received === 3);
    expect(stream?.reconnects).to.equal(1);
  });

  it('whose host has no address says so', async () => {
    await open({ port: 5671, host: 'no-such-host.invalid', plain: false }, 'amqp');
    await until('told', () => told.includes('BUS_UNREACHABLE'));
    expect(loads).to.equal(1);
  });

  it('goes through a WebSocket', async () => {
    const server = createServer();
    const sockets = new WebSocketServer({ server, handleProtocols: () => 'AMQPWSB10' });
    const paths: (string | undefined)[] = [];
    sockets.on('connection', (socket, request) => {
      paths.push(request.url);
      const near = createWebSocketStream(socket);
      const far = connect(bus.simulator.amqpPort, '127.0.0.1');
      for (const side of [near, far]) side.on('error', () => undefined);
      near.pipe(far).pipe(near);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    endings.push(() => {
      for (const socket of sockets.clients) socket.terminate();
      server.close();
    });
    await open({ port: (server.address() as AddressInfo).port }, 'websocket');
    await until('live', () => stream?.state.kind === 'live');
    bus.publish(5);
    await until('messages', () => received === 5);
    expect(paths).to.deep.equal(['/$servicebus/websocket']);
    await until('settled', () => bus.simulator.bus.stats().completed === 5);
    for (const socket of sockets.clients) socket.terminate();
    await until('lost', () => stream?.state.kind !== 'live');
    await until('live again', () => stream?.state.kind === 'live');
  });

  it('on a WebSocket that nobody serves does not end the process', async () => {
    await open({ port: 1 }, 'websocket');
    await until('told', () => told.length > 0);
    expect(told[0]).to.match(/BUS_/);
  });

  it('keeps the order, and hands on what came at once', async () => {
    await open({ port: bus.simulator.amqpPort });
    await until('live', () => stream?.state.kind === 'live');
    bus.publish(1_200);
    await until('messages', () => received === 1_200);
    await until('settled', () => bus.simulator.bus.stats().completed === 1_200);
    expect(values).to.deep.equal(values.map((_, index) => index));
    expect(bus.simulator.bus.stats().redelivered).to.equal(0);
  });
});

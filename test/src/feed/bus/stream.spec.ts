import dns from 'node:dns';
import { expect } from 'chai';
import sinon from 'sinon';
import type { BusDetails } from '../../../../src/feed/bus/details';
import type { FeedTransport } from '../../../../src/feed/types';
import { StreamCloud } from '../../../support/feed/stream-cloud';
import { SilentServer, TcpProxy } from '../../../support/feed/tcp-proxy';
import { BusWebSockets } from '../../../support/feed/web-sockets';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

describe('a stream', () => {
  let cloud: StreamCloud;

  beforeEach(async () => {
    cloud = await StreamCloud.start();
  });
  afterEach(async () => {
    sinon.restore();
    await cloud.stop();
  });

  const open = (where: Partial<BusDetails>, transport?: FeedTransport) => cloud.open(where, transport);
  const live = (withinMs?: number) => cloud.until('live', () => cloud.stream.state.kind === 'live', withinMs);
  const proxied = async () => {
    const proxy = await TcpProxy.start(cloud.simulator.amqpPort);
    cloud.endWith(() => proxy.shut());
    cloud.wire.watch(proxy.port);
    return proxy;
  };
  const webSockets = async () => {
    const sockets = await BusWebSockets.start(cloud.simulator.amqpPort);
    cloud.endWith(() => sockets.stop());
    cloud.wire.watch(sockets.port);
    return sockets;
  };

  for (const seconds of [5, 60, 600]) {
    it(`whose bus is gone for ${seconds} s reports it, tries ever less often, and flows again`, async () => {
      const proxy = await proxied();
      open({ port: proxy.port });
      await live();
      await cloud.pass(2 * MINUTE);
      cloud.changes.length = 0;
      const [loads, start] = [cloud.loads, Date.now()];
      await proxy.shut();
      await cloud.pass(seconds * SECOND);
      expect(cloud.changes.at(-1)).to.equal('BUS_UNREACHABLE');
      const tries = (from: number, until: number) =>
        cloud.triesAt(proxy.port).filter((at) => at >= start + from * MINUTE && at < start + until * MINUTE).length;
      await proxy.open();
      await live(6 * MINUTE);
      // Before it, they might have waited for longer than messages live.
      cloud.publish(3);
      await cloud.until('messages', () => cloud.values.length === 3);
      expect(cloud.changes.at(-1)).to.equal('live');
      expect(tries(0, 1)).to.be.at.most(3);
      expect(tries(1, 2)).to.be.at.most(2);
      expect(tries(2, 12)).to.be.at.most(6);
      expect(cloud.loads - loads, 'fresh details each time').to.be.within(1, tries(0, 20));
      expect(cloud.stream.reconnects).to.equal(1);
    });
  }

  it('whose host has no address reports it', async () => {
    const fails = (_host: string, _options: unknown, done: (error: Error) => void) =>
      process.nextTick(done, Object.assign(new Error('getaddrinfo ENOTFOUND bus.invalid'), { code: 'ENOTFOUND' }));
    const lookup = sinon.stub(dns, 'lookup').callsFake(fails as never);
    open({ host: 'bus.invalid' }, 'amqp');
    await cloud.pass(MINUTE);
    expect(cloud.changes).to.deep.equal(['BUS_UNREACHABLE']);
    expect(lookup.callCount).to.be.within(1, 3);
    lookup.resetHistory();
    await cloud.pass(10 * MINUTE);
    expect(lookup.callCount).to.be.within(2, 9);
  });

  it('goes through a WebSocket', async () => {
    const sockets = await webSockets();
    open({ port: sockets.port }, 'websocket');
    await live();
    cloud.publish(5);
    await cloud.until('messages', () => cloud.values.length === 5);
    expect(sockets.paths).to.deep.equal(['/$servicebus/websocket']);
    await cloud.until('settled', () => cloud.simulator.bus.stats().completed === 5);
    sockets.terminate();
    await cloud.until('lost', () => cloud.stream.state.kind !== 'live');
    await live();
  });

  it('on a WebSocket that nobody serves does not end the process', async () => {
    open({ port: 1 }, 'websocket');
    await cloud.until('reported', () => cloud.changes.length > 0);
    expect(cloud.changes[0]).to.match(/BUS_/);
  });

  describe('where port 5671', () => {
    const blocks = [
      ['is refused', 'BUS_UNREACHABLE', () => Promise.resolve({ port: 1, open: 0 })],
      ['leads nowhere', 'BUS_NO_ANSWER', () => SilentServer.start()],
    ] as const;
    for (const [name, code, start] of blocks) {
      it(`${name} uses 443 within half a minute, and stays there`, async () => {
        const blocked = await start();
        const sockets = await webSockets();
        const urls = sockets.serveAll();
        open({ port: blocked.port, plain: false });
        await live(30 * SECOND);
        expect(cloud.changes).to.deep.equal([code, 'live']);
        expect(urls).to.deep.equal(['wss://127.0.0.1:443/$servicebus/websocket']);
        cloud.publish(3);
        await cloud.until('messages', () => cloud.values.length === 3);
        await cloud.pass(2 * MINUTE);
        sockets.terminate();
        await cloud.until('lost', () => cloud.stream.state.kind !== 'live');
        await live(30 * SECOND);
        expect(new Set(urls).size).to.equal(1);
        expect(blocked.open, 'connections left behind').to.equal(0);
      });

      it(`${name} stays away when the transport is AMQP alone`, async () => {
        const blocked = await start();
        const urls = (await webSockets()).serveAll();
        open({ port: blocked.port, plain: false }, 'amqp');
        await cloud.pass(5 * MINUTE);
        expect(cloud.changes).to.deep.equal([code]);
        expect(cloud.stream.state.error?.remedy).to.match(/5671.*WebSocket/);
        expect(urls).to.deep.equal([]);
      });
    }

    it('and 443 are blocked, and a proxy is there, says that push does not use it', async () => {
      const { HTTPS_PROXY, NO_PROXY } = process.env;
      Object.assign(process.env, { HTTPS_PROXY: 'http://proxy.example:3128', NO_PROXY: '' });
      try {
        (await webSockets()).refuseAll();
        open({ port: 1, plain: false });
        await cloud.until('the proxy', () => cloud.changes.includes('BUS_NO_PROXY'), MINUTE);
        const { error } = cloud.stream.state;
        expect(error?.text).to.match(/WebSocket uses the proxy of HTTPS_PROXY/);
        expect(error?.remedy).to.match(/without the proxy to port 443/);
      } finally {
        for (const [name, value] of Object.entries({ HTTPS_PROXY, NO_PROXY })) {
          if (value === undefined) Reflect.deleteProperty(process.env, name);
          else process.env[name] = value;
        }
      }
    });

    it('and 443 are blocked, both are tried in turn, ever less often', async () => {
      const urls = (await webSockets()).refuseAll();
      open({ port: 1, plain: false });
      await cloud.pass(MINUTE);
      expect(cloud.loads).to.be.within(2, 3);
      await cloud.pass(10 * MINUTE);
      expect(cloud.loads).to.be.within(5, 9);
      expect(urls.length).to.be.within(Math.floor(cloud.loads / 2), Math.ceil(cloud.loads / 2));
    });
  });

  it('keeps the order of messages that come at once', async () => {
    open({});
    await live();
    cloud.publish(1_200);
    await cloud.until('messages', () => cloud.values.length === 1_200);
    await cloud.until('settled', () => cloud.simulator.bus.stats().completed === 1_200);
    expect(cloud.values).to.deep.equal(cloud.values.map((_, index) => index));
    expect(cloud.simulator.bus.stats().redelivered).to.equal(0);
  });
});

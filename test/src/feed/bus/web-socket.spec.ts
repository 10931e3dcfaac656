import { expect } from 'chai';
import Module from 'node:module';
import sinon from 'sinon';
import { hasWebSocket, webSocketFor } from '../../../../src/feed/bus/web-socket';
import { FeedFailure, FEED_ERRORS } from '../../../../src/feed/feed-error';
import { BUS_DETAILS } from '../../../support/feed/bus-details';

const URL = 'wss://zap.servicebus.windows.net:443/$servicebus/websocket';

/** A WebSocket that opens nothing. */
class FakeSocket {
  readonly listens: [string, () => void][] = [];

  constructor(
    readonly url: string,
    readonly protocols?: string | string[],
  ) {}

  addEventListener(type: string, listener: () => void) {
    this.listens.push([type, listener]);
  }
}

const shared = globalThis as { WebSocket?: unknown };
const loader = Module as unknown as { _load: (name: string, ...more: unknown[]) => unknown };

describe('the WebSocket to the bus', () => {
  const own = shared.WebSocket;
  let packageOf: () => unknown;

  beforeEach(() => {
    delete shared.WebSocket;
    packageOf = () => expect.fail('the package ws was loaded');
    const load = loader._load.bind(Module);
    sinon.stub(loader, '_load').callsFake((name, ...more) => (name === 'ws' ? packageOf() : load(name, ...more)));
  });
  afterEach(() => {
    sinon.restore();
    if (own === undefined) delete shared.WebSocket;
    else shared.WebSocket = own;
  });

  const open = (details = BUS_DETAILS) => {
    const Socket = webSocketFor(details);
    return new (Socket as unknown as typeof FakeSocket)(URL, ['AMQPWSB10']);
  };

  it("is Node's own where there is one", () => {
    shared.WebSocket = FakeSocket;
    expect(hasWebSocket()).to.equal(true);
    const socket = open();
    expect(socket).to.be.instanceOf(FakeSocket);
    expect([socket.url, socket.protocols]).to.deep.equal([URL, ['AMQPWSB10']]);
  });

  it('is that of the package ws on an older Node', () => {
    packageOf = () => ({ WebSocket: FakeSocket });
    expect(hasWebSocket()).to.equal(true);
    expect(open()).to.be.instanceOf(FakeSocket);
  });

  it('is missing on an older Node without that package, and says what helps', () => {
    packageOf = () => {
      throw new Error("Cannot find module 'ws'");
    };
    expect(hasWebSocket()).to.equal(false);
    expect(() => webSocketFor(BUS_DETAILS))
      .to.throw(FeedFailure)
      .with.property('feedError', FEED_ERRORS.noWebSocket);
  });

  it('does not end the process with an error that comes before the SDK listens', () => {
    shared.WebSocket = FakeSocket;
    const [[type, listener]] = open().listens as [[string, () => void]];
    expect(type).to.equal('error');
    expect(listener).not.to.throw();
  });

  it('goes to the port of a simulator on this machine, without encryption', () => {
    shared.WebSocket = FakeSocket;
    const { url } = open({ ...BUS_DETAILS, host: '127.0.0.1', port: 8080, plain: true });
    expect(url).to.equal('ws://127.0.0.1:8080/$servicebus/websocket');
  });
});

import { expect } from 'chai';
import {
  catchAll,
  charger,
  connection,
  CONNECTION_ID,
  flow,
  installation,
  request,
} from '../../support/node-red/builder';
import {
  accountOf,
  ask,
  chargersOf,
  deploy,
  failing,
  get,
  load,
  loadAt,
  next,
  nextStatus,
  send,
  status,
  statusesOf,
  useCloud,
  useNodeRed,
} from '../../support/node-red/harness';
import { VirtualCloud } from '../../support/node-red/virtual-cloud';
import type { ConnectionNode } from '../../../nodes/shared/connection-api';

/** Longer than this, and the test helper calls a deploy failed. */
const DEADLINE_MS = 300;

/** A client of which nothing works, in one of the ways in which nothing can work. */
function broken(how: () => unknown): never {
  return new Proxy(() => undefined, {
    get: (_, name) => (name === 'then' ? undefined : broken(how)),
    apply: how,
  }) as never;
}

describe('a client whose calls all fail', () => {
  useNodeRed();
  const cloud = useCloud({ scenario: 'home' });
  const unhandled: unknown[] = [];
  const note = (reason: unknown) => unhandled.push(reason);
  before(() => process.on('unhandledRejection', note));
  after(() => process.off('unhandledRejection', note));

  const calls: [string, object][] = [
    ...['list', 'get', 'hierarchy', 'chargers', 'firmware', 'update'].map((action): [string, object] => [
      'installation',
      { action, installation: 'x', payload: {} },
    ]),
    ...['list', 'get', 'state', 'update', 'command', 'prioritize'].map((action): [string, object] => [
      'charger',
      { action, charger: 'x', command: 'pause', payload: { phases: 3, current: 6 } },
    ]),
    ['charger', { action: 'state', charger: 'all' }],
    ['charger', { action: 'prioritize', session: 'x', payload: { phases: 3, current: 6 } }],
    ['request', {}],
  ];
  const ways: [string, () => unknown][] = [
    ['rejects', () => Promise.reject(new Error('rejected'))],
    [
      'throws',
      () => {
        throw new TypeError('thrown');
      },
    ],
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- that is the point
    ['rejects with nothing', () => Promise.reject(undefined)],
    ['answers nonsense', () => Promise.resolve(null)],
  ];

  for (const [name, how] of ways) {
    it(`that ${name}: the error is at the Catch node, and the next message is handled`, async () => {
      await loadAt(cloud(), flow(installation(), charger(), request(), catchAll()));
      const node = get(CONNECTION_ID) as unknown as ConnectionNode;
      const ready = node.ready.bind(node);
      for (const [id, message] of calls) {
        Object.assign(node, { ready: () => Promise.resolve(broken(how)) });
        const caught = next('caught');
        send(id, { ...message, kept: 1 });
        const { error, kept } = await caught;
        expect(error, JSON.stringify(message)).to.have.property('code', 'INTERNAL');
        expect(error.cause).to.include.keys('name', 'retryable', 'attempts', 'remedy');
        expect(error.source.id).to.equal(id);
        expect(kept).to.equal(1);
      }
      Object.assign(node, { ready });
      expect((await ask('charger', { action: 'list' })).payload).to.have.length(2);
      expect(unhandled).to.deep.equal([]);
    });
  }

  it('a connection that cannot be opened fails each message', async () => {
    await loadAt(cloud(), flow(charger({ action: 'list' }), catchAll()));
    Object.assign(get(CONNECTION_ID), { ready: () => Promise.reject(new Error('closed')) });
    const caught = next('caught');
    send('charger', {});
    expect((await caught).error).to.have.property('code', 'INTERNAL');
  });

  it('a listener of the health that throws does no harm', async () => {
    await loadAt(cloud(), flow(charger({ action: 'list' })));
    const node = get(CONNECTION_ID) as unknown as ConnectionNode;
    expect(() => node.register({ node: get('charger'), onHealth: () => undefined })).not.to.throw();
    node.deregister(get('charger'));
    node.deregister(get('charger'));
    expect((await ask('charger')).payload).to.have.length(2);
  });
});

describe('a deploy while a request hangs', () => {
  useNodeRed();
  const cloud = useCloud({ scenario: 'home' });
  afterEach(() => cloud().faults.clear());
  const nodes = () => [
    connection({ cloud: 'custom', baseUrl: cloud().baseUrl }),
    ...flow(
      charger({ action: 'list' }),
      charger({ id: 'other', action: 'list', wires: [['out2']] }),
      { id: 'out2', z: 'tab', type: 'helper', wires: [] },
      catchAll(),
    ),
  ];

  const renamed = () => nodes().map((node) => (node.id === 'charger' ? { ...node, name: 'new' } : node));

  /** Sends a message whose answer does not come, and waits until it is under way. */
  async function hang(id: string): Promise<void> {
    await status(id, 'connected');
    cloud().faults.set('hang', { on: true });
    const arrived = new Promise<void>((resolve) => cloud().onRequest(() => resolve()));
    send(id, { action: 'get', charger: chargersOf(cloud())[0]!.id, refresh: true });
    await arrived;
  }

  it('ends at once when the node is changed', async () => {
    await load(nodes(), accountOf(cloud()));
    await hang('charger');
    const begun = performance.now();
    await deploy(renamed(), 'nodes', accountOf(cloud()));
    expect(performance.now() - begun).to.be.below(DEADLINE_MS);
    cloud().faults.clear();
    expect((await ask('charger')).payload).to.have.length(2);
  });

  it('ends at once when everything is deployed anew, and says nothing of the old message', async () => {
    await load(nodes(), accountOf(cloud()));
    await hang('charger');
    const begun = performance.now();
    await deploy(nodes(), 'full', accountOf(cloud()));
    expect(performance.now() - begun).to.be.below(DEADLINE_MS);
    let received = 0;
    for (const id of ['out', 'caught']) get(id).on('input', () => (received += 1));
    cloud().faults.clear();
    expect((await ask('other', {}, 'out2')).payload).to.have.length(2);
    expect(received).to.equal(0);
  });

  it('ends at once when the connection is removed', async () => {
    await load(nodes(), accountOf(cloud()));
    await hang('charger');
    const begun = performance.now();
    await deploy(nodes().slice(1), 'full');
    expect(performance.now() - begun).to.be.below(DEADLINE_MS);
    await status('charger', 'no connection');
  });

  it('does not end the requests of other nodes', async () => {
    await load(nodes(), accountOf(cloud()));
    await hang('charger');
    const answer = ask('other', {}, 'out2');
    await deploy(renamed(), 'nodes', accountOf(cloud()));
    cloud().faults.clear();
    expect((await answer).payload).to.have.length(2);
  });

  it('shows nothing on the canvas afterwards', async () => {
    await load(nodes(), accountOf(cloud()));
    const node = get('charger');
    await hang('charger');
    const shown: unknown[] = [];
    (node as unknown as NodeJS.EventEmitter).on('call:status', (call: { args: unknown[] }) => shown.push(call.args[0]));
    await node.close(true);
    await new Promise((resolve) => setImmediate(resolve));
    expect(shown.at(-1)).to.deep.equal({});
  });
});

describe('a cloud that drops each request', () => {
  useNodeRed();
  let world: VirtualCloud;
  beforeEach(async () => {
    world = new VirtualCloud();
    await world.start([charger({ action: 'list' }), catchAll()]);
    await world.time.until(ask('charger'));
    world.cloud.faults.set('drop-before', { on: true });
  });
  afterEach(() => world.stop());
  const second = () => chargersOf(world.cloud)[1]!.id;

  it('is reported with the number of tries, and works again afterwards', async () => {
    const error = await world.time.until(failing('charger', { action: 'get', charger: second() }));
    expect(error.code).to.equal('NETWORK');
    expect(error.cause.attempts).to.be.within(2, 5);
    world.cloud.faults.clear();
    const { payload } = await world.time.until(ask('charger', { action: 'get', charger: second() }));
    expect(payload).to.have.property('id');
  });

  it('is noticed by itself when it is back', async () => {
    // A command: nothing of it can come from the cache, which outlives the deploy.
    await world.time.until(failing('charger', { action: 'command', command: 'pause', charger: second() }));
    expect(statusesOf('charger').at(-1)?.text).to.equal('unreachable');
    const recovered = nextStatus('charger', 'connected');
    world.cloud.faults.clear();
    await world.time.until(recovered);
  });
});

import { expect } from 'chai';
import type { Node, NodeAPI } from 'node-red';
import { contextMemory } from '../../../nodes/shared/context-memory';
import { LONGEST_WAIT_MS, valueInTime } from '../../../nodes/shared/value-in-time';
import {
  charger,
  flow,
  loadGuard,
  plan,
  sessions,
  sink,
  surplus,
  updateCurrent,
  type FlowNode,
} from '../../support/node-red/builder';
import {
  failing,
  load,
  loadAt,
  next,
  send,
  useCloud,
  useNodeRed,
  type Failure,
  type Message,
} from '../../support/node-red/harness';
import { fakeTimers, type FakeTimers } from '../../support/fake-timers';

const NEVER = new Promise(() => undefined);
const all = (ampere: number) => ({ phase1: ampere, phase2: ampere, phase3: ampere });
const caught = (promise: Promise<unknown>): Promise<Error> =>
  promise.then(
    (value) => {
      throw new Error(`resolved with ${String(value)}`);
    },
    (error: unknown) => error as Error,
  );

describe('a value that does not come', () => {
  let timers: FakeTimers;
  beforeEach(() => {
    timers = fakeTimers();
  });
  afterEach(() => timers.restore());

  for (const [name, value] of [
    ['a promise that stays open', NEVER],
    ['an object that looks like a promise', { then: () => undefined }],
    ['a promise of a promise that stays open', Promise.resolve({ then: () => undefined })],
    ['a function that looks like a promise', Object.assign(() => undefined, { then: () => undefined })],
  ] as const) {
    it(`is waited for and then refused: ${name}`, async () => {
      const error = caught(valueInTime((found) => found(value)));
      await timers.tickAsync(LONGEST_WAIT_MS);
      expect((await error).message).to.equal('no value came within 5 s');
    });
  }

  it('is not waited for once it is there', async () => {
    expect(await valueInTime((found) => found(7))).to.equal(7);
    expect(await valueInTime((found) => found(Promise.resolve({ a: 1 })))).to.deep.equal({ a: 1 });
    expect((await caught(valueInTime((found) => found(Promise.reject(new Error('no')))))).message).to.equal('no');
    expect(timers.countTimers()).to.equal(0);
  });

  it('does not keep a node from starting whose context store never answers', async () => {
    const node = { context: () => ({ get: () => undefined }) } as unknown as Node;
    const RED = { settings: { contextStorage: { default: 'memory' } } } as unknown as NodeAPI;
    const error = caught(contextMemory(RED, node, 'key', undefined).load());
    await timers.tickAsync(LONGEST_WAIT_MS);
    expect((await error).message).to.equal('no value came within 5 s');
  });
});

describe('a promise in a message', () => {
  useNodeRed();
  const cloud = useCloud({ scenario: 'home' });
  let timers: FakeTimers | undefined;
  afterEach(() => timers?.restore());

  /** Refused after its time, while what is sent behind it is answered. */
  const refused = async (node: FlowNode, broken: object, good: object): Promise<[Failure, Message]> => {
    timers = fakeTimers();
    await load(flow(node, sink('more')));
    const [error, answer] = [failing(node.id, broken), next('more')];
    send(node.id, good);
    await timers.tickAsync(2 * LONGEST_WAIT_MS);
    return [await error, await answer];
  };

  const NO_VALUE = '"payload" (msg) could not be read: no value came within 5 s';
  for (const [name, node, good, text] of [
    ['load guard', loadGuard({ wires: [[], ['more']] }), { payload: all(4) }, NO_VALUE],
    ['plan', plan({ wires: [[], ['more']] }), { payload: '' }, NO_VALUE],
    ['surplus', surplus({ wires: [[], ['more']] }), { payload: -3_000, mode: 'sun' }, 'The meter gives no power'],
  ] as const) {
    it(`does not stop the ${name} node for ever`, async () => {
      const [error, answer] = await refused(node, { payload: NEVER }, good);
      expect(error.code).to.equal('INPUT_INVALID');
      expect(error.message).to.include(text);
      expect(answer.payload.code).to.be.a('string');
    });
  }

  it('does not stop the sessions node for ever', async () => {
    const node = sessions({ spot: true, wires: [['more']] });
    timers = fakeTimers(undefined, ['setTimeout', 'clearTimeout']);
    await loadAt(cloud(), flow(node, sink('more')));
    const first = failing('sessions', { prices: NEVER });
    await timers.tickAsync(LONGEST_WAIT_MS);
    expect((await first).message).to.include('no value came within 5 s');
    expect((await failing('sessions', { prices: '' })).message).to.include('which holds nothing');
  });
});

describe('a promise in a message that keeps its word', () => {
  useNodeRed();
  const cloud = useCloud({ scenario: 'home' });

  it('is waited for where its value comes', async () => {
    await loadAt(cloud(), flow(updateCurrent({ valueType: 'msg', value: 'payload' }), sink('decisions')));
    const answer = next();
    send('current', { payload: Promise.resolve(20) });
    expect((await answer).payload.applied).to.deep.equal(all(20));
  });

  it('that rejects is the mistake of the flow', async () => {
    await loadAt(cloud(), flow(updateCurrent({ valueType: 'msg', value: 'payload' }), sink('decisions')));
    const error = await failing('current', { payload: Promise.reject(new Error('no meter')) });
    expect(error.code).to.equal('INPUT_INVALID');
    expect(error.message).to.include('could not be read: no meter');
  });

  it('names no charger', async () => {
    await loadAt(cloud(), flow(charger({ action: 'state' })));
    const error = await failing('charger', { charger: NEVER });
    expect(error.code).to.equal('INPUT_INVALID');
    expect(error.message).to.include('The charger is neither a text nor an object with an id');
  });
});

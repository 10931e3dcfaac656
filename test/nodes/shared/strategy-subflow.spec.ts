import { expect } from 'chai';
import { catchAll, flow, loadGuard, placed, plan, sink, surplus, type FlowNode } from '../../support/node-red/builder';
import { load, logLines, next, send, useNodeRed, type Message } from '../../support/node-red/harness';
import { fakeTimers, type FakeTimers } from '../../support/fake-timers';

/** Early enough that a plan for 07:00 waits. */
const EVENING = Date.parse('2026-05-04T20:00:30Z');

const all = (ampere: number) => ({ phase1: ampere, phase2: ampere, phase3: ampere });

interface Case {
  node: (over: object) => FlowNode;
  /** The property that comes from the environment of an instance. */
  property: string;
  /** What both instances get, with the order that only one of them takes. */
  message: object;
  /** What the first one must answer, with 20 in its environment, and the second one with 10, which is locked. */
  unlocked: object;
  locked: object;
}

const CASES: { readonly [type: string]: Case } = {
  plan: {
    node: (over) => plan({ timeZone: 'UTC', ...over }),
    property: 'amount',
    message: { payload: '', override: 'off', config: { buffer: 30 } },
    unlocked: { code: 'override-off', needKwh: 20 },
    locked: { code: 'waiting', needKwh: 10 },
  },
  surplus: {
    node: (over) =>
      surplus({
        mode: 'fast',
        grid: 'payload.gridW',
        chargersPower: 'payload.carsW',
        chargersPowerType: 'msg',
        ...over,
      }),
    property: 'maxA',
    message: { payload: { gridW: 500, carsW: 0 }, override: 'off' },
    unlocked: { code: 'override-off', current: 0 },
    locked: { code: 'fast', current: 10 },
  },
  'load guard': {
    node: loadGuard,
    property: 'fuseA',
    message: { payload: all(4), config: { reserveA: 3 } },
    unlocked: { limit: all(13) },
    locked: { limit: all(5) },
  },
};

describe('a strategy in a subflow', () => {
  useNodeRed();

  let timers: FakeTimers;
  beforeEach(() => {
    timers = fakeTimers(EVENING);
  });
  afterEach(() => timers.restore());

  for (const [name, { node, property, message, unlocked, locked }] of Object.entries(CASES)) {
    it(`has the settings and the lock of each instance: ${name}`, async () => {
      const inner = placed(
        node({ id: 'inner', z: 'sub', [property]: '${AMOUNT}', lockOverrides: '${LOCK}', wires: [[], []] }),
      );
      const subflow = {
        id: 'sub',
        type: 'subflow',
        name: 'Strategy',
        in: [{ wires: [{ id: 'inner' }] }],
        out: [{ wires: [{ id: 'inner', port: 0 }] }, { wires: [{ id: 'inner', port: 1 }] }],
        env: ['AMOUNT', 'LOCK'].map((variable) => ({ name: variable, type: 'str', value: '' })),
      };
      const instance = (id: string, amount: string, lock: string): FlowNode => ({
        id,
        z: 'tab',
        type: 'subflow:sub',
        wires: [[], [`from-${id}`]],
        env: [
          { name: 'AMOUNT', type: 'num', value: amount },
          { name: 'LOCK', type: 'bool', value: lock },
        ],
      });
      const nodes = flow(instance('one', '20', 'false'), instance('two', '10', 'true'), catchAll(), [
        sink('from-one'),
        sink('from-two'),
      ]);
      await load([subflow, inner, ...nodes]);
      const answer = async (id: string): Promise<Message> => {
        const report = next(`from-${id}`);
        send(id, structuredClone(message));
        return (await report)['payload'] as Message;
      };
      expect(await answer('one')).to.deep.include(unlocked);
      expect(await answer('two')).to.deep.include(locked);
      expect(logLines().filter(({ level, type }) => level <= 30 && String(type).startsWith('zaptec'))).to.deep.equal(
        [],
      );
    });
  }
});

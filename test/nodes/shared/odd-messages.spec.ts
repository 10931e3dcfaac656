import { expect } from 'chai';
import { charger, flow, sink, surplus, updateCurrent } from '../../support/node-red/builder';
import { ask, failing, loadAt, send, until, useCloud, useNodeRed } from '../../support/node-red/harness';

const LEVELS = 20_000;

/** An object within an object, and so on. */
function nested(): object {
  let value: object = {};
  for (let level = 0; level < LEVELS; level += 1) value = { value };
  return value;
}

const throws = (): never => {
  throw new Error('not for you');
};
const throwing = () => new Proxy({}, { get: throws, has: throws, ownKeys: throws, getPrototypeOf: throws });

describe('a message with a property that nobody can copy', () => {
  useNodeRed();
  const cloud = useCloud({ scenario: 'home' });
  const res = { send: () => undefined };

  for (const [what, odd] of [
    ['nested deeply', nested()],
    ['a proxy that throws', throwing()],
  ] as const) {
    it(`has its value applied, and keeps its response: ${what}`, async () => {
      await loadAt(cloud(), flow(updateCurrent({ role: 'limit' }), sink()));
      const answer = await ask('current', { payload: 9, odd, res, req: res, keep: { me: 1 } });
      expect(answer.payload).to.have.property('applied').that.includes({ phase1: 9 });
      expect(answer.res).to.equal(res);
      expect(answer.req).to.equal(res);
      expect(answer.keep).to.deep.equal({ me: 1 });
      expect(answer.odd === odd).to.equal(true);
    });

    it(`gets each part of its answer: ${what}`, async () => {
      await loadAt(cloud(), flow(charger({ action: 'list', output: 'each' }), sink()));
      const last = until('out', ({ parts }) => parts.index === 1);
      send('charger', { odd, res, keep: { me: 1 } });
      const message = await last;
      expect(message.payload).to.have.property('id');
      expect(message.res).to.equal(res);
      expect(message.keep).to.deep.equal({ me: 1 });
    });

    it(`gets the decision of a strategy: ${what}`, async () => {
      await loadAt(cloud(), flow(surplus(), sink('reports')));
      const answer = await ask('surplus', { payload: -6000, odd, res }, 'reports');
      expect(answer.zaptec).to.have.property('result').that.is.a('string');
      expect(answer.res).to.equal(res);
    });
  }

  it('is refused with the name of what cannot be read, which is no defect of the node', async () => {
    await loadAt(cloud(), flow(updateCurrent({ role: 'limit' }), charger({ action: 'get' }), sink()));
    for (const [node, message] of [
      ['current', { payload: throwing() }],
      [
        'current',
        {
          payload: {
            value: 9,
            get unit() {
              return throws();
            },
          },
        },
      ],
      ['current', { payload: 9, installation: throwing() }],
      ['charger', { charger: throwing() }],
      ['charger', { charger: [throwing()] }],
    ] as const) {
      const { code, message: text } = await failing(node, message);
      expect(code, text).to.equal('INPUT_INVALID');
      expect(text).to.include('could not be read: not for you');
    }
  });
});

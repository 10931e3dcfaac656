import { expect } from 'chai';
import { connection, flow, sink, updateCurrent } from '../../support/node-red/builder';
import {
  accountOf,
  collect,
  deploy,
  load,
  loadAt,
  next,
  send,
  siteOf,
  statusesOf,
  useCloud,
  useNodeRed,
} from '../../support/node-red/harness';

const all = (ampere: number) => ({ phase1: ampere, phase2: ampere, phase3: ampere });
/** The network and the voltage of the installation must be asked for. */
const POWER = { payload: { value: 13, unit: 'kW' }, name: 'power' };

describe('values that come one after the other', () => {
  useNodeRed();
  const cloud = useCloud({ scenario: 'home' });
  const start = () =>
    loadAt(cloud(), flow(updateCurrent({ role: 'limit', wires: [['out'], ['out']] }), sink('decisions')));

  it('count in the order in which they came, whatever each of them takes to be read', async () => {
    await start();
    const both = collect(2);
    send('current', POWER);
    send('current', { payload: 8, name: 'current' });
    const answers = new Map((await both).map((message) => [message['name'], message['payload']]));
    expect(answers.get('power')).to.include({ decision: 'superseded' });
    expect(answers.get('current').applied).to.deep.equal(all(8));
    expect(siteOf(cloud()).availableCurrent).to.deep.equal([8, 8, 8]);
    expect(statusesOf('current').at(-1)).to.include({ fill: 'green' });
  });

  it('end with a newer reset', async () => {
    await start();
    const answer = next();
    send('current', POWER);
    send('current', { reset: true });
    expect((await answer).payload).to.include({ decision: 'superseded' });
    expect(statusesOf('current').at(-1)).to.include({ fill: 'grey' });
  });

  it('make Node.js warn of no leak at a deploy, however many nodes there are', async () => {
    const warnings: string[] = [];
    const onWarning = ({ message }: Error) => void warnings.push(message);
    process.on('warning', onWarning);
    const nodes = (name: string) => [
      connection({ cloud: 'custom', baseUrl: cloud().baseUrl }),
      ...flow(Array.from({ length: 12 }, (_, index) => updateCurrent({ id: `current ${index}`, name }))),
    ];
    await load(nodes('one'), accountOf(cloud()));
    await deploy(nodes('two'), 'full', accountOf(cloud()));
    // A warning comes in the next round.
    await new Promise((resolve) => setImmediate(resolve));
    process.off('warning', onWarning);
    expect(warnings).to.deep.equal([]);
  });
});

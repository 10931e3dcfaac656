import { EventEmitter } from 'node:events';
import { expect } from 'chai';
import type { Node, NodeAPI } from 'node-red';
import { nodeLife } from '../../../nodes/shared/node-life';
import { charger, flow } from '../../support/node-red/builder';
import { failing, load, logLines, statusesOf, useNodeRed } from '../../support/node-red/harness';

const ERROR = 20;

describe('the life of a node', () => {
  useNodeRed();

  it('keeps the name of its connection while a deploy makes that anew', () => {
    const deployed = (label: string) => ({
      label,
      type: 'zaptec-connection',
      isSimulator: false,
      language: 'de',
      condition: { state: 'idle', status: {} },
      register: () => undefined,
      deregister: () => undefined,
    });
    let connection: object | null = deployed('Home');
    const events = new EventEmitter();
    const RED = { events, nodes: { getNode: () => connection }, _: (key: string) => key };
    const node = Object.assign(new EventEmitter(), {
      type: 'zaptec-request',
      status: () => undefined,
      warn: () => undefined,
    });
    const life = nodeLife(RED as unknown as NodeAPI, node as unknown as Node, 'connection');
    expect(life.label()).to.equal('Home');
    const german = life.words('Reload the editor');
    expect(german).not.to.equal('Reload the editor');
    connection = null;
    expect(() => life.connection()).to.throw('This node has no connection');
    expect(life.label()).to.equal('Home');
    expect(life.words('Reload the editor')).to.equal(german);
    connection = deployed('Cabin');
    events.emit('flows:started');
    expect(life.label()).to.equal('Cabin');
  });

  it('has no connection where its settings name a node of another type', async () => {
    await load(flow(charger({ connection: 'out' })));
    expect(statusesOf('charger').at(-1)).to.include({ fill: 'red', text: 'no connection' });
    expect(logLines().filter(({ level }) => level === ERROR)).to.deep.equal([]);
    expect((await failing('charger')).message).to.contain('This node has no connection');
  });
});

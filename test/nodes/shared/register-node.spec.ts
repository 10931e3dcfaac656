import { expect } from 'chai';
import type { NodeAPI } from 'node-red';
import { zaptecError } from '../../../src/client';
import { registerNode, type CreateNode } from '../../../nodes/shared/register-node';
import { charger, flow, type FlowNode } from '../../support/node-red/builder';
import { ask, deploy, load, logLines, useNodeRed } from '../../support/node-red/harness';

const ERROR = 20;

describe('a type of node', () => {
  useNodeRed();

  const of = (id: string): FlowNode => ({ id, type: 'late', z: 'tab', wires: [['out']] });
  const register = (loading: () => CreateNode) => (RED: NodeAPI) => registerNode(RED, 'late', loading);
  const echo: CreateNode = (_RED, node) => {
    node.on('input', (message, send, done) => {
      send(message);
      done();
    });
  };

  it('is loaded when the first of its nodes is made', async () => {
    let loaded = 0;
    const loading = () => {
      loaded += 1;
      return echo;
    };
    await load(flow(charger()), {}, [register(loading)]);
    expect(loaded).to.equal(0);
    await deploy(flow(charger(), of('first')), 'nodes');
    expect(loaded).to.equal(1);
    expect((await ask('first', { payload: 'hello' })).payload).to.equal('hello');
  });

  it('that cannot be loaded is an error in the log, while the other nodes run, and is loaded again by a deploy', async () => {
    let problem: Error | undefined = new Error('Cannot find module ./runtime\nRequire stack:\n- ./late.js');
    const loading = () => {
      if (problem) throw problem;
      return echo;
    };
    await load(flow(of('broken'), charger()), {}, [register(loading)]);
    const errors = logLines().filter(({ level }) => level === ERROR);
    const start =
      'Error: The node cannot start: Error: Cannot find module ./runtime. Remedy: ' +
      'Restart Node-RED; if that does not help, install node-red-contrib-zaptec again';
    expect(errors.map(({ id, type, msg }) => [id, type, String(msg)])).to.deep.equal([['broken', 'late', start]]);
    const failure = await ask('charger').catch((error: unknown) => error as { code: string });
    expect(failure['code'], 'of a charger node without a connection').to.equal('CONFIG_INVALID');
    problem = undefined;
    await deploy(flow(of('broken'), charger()));
    expect((await ask('broken', { payload: 'hello' })).payload).to.equal('hello');
  });

  it('that says itself what to do about it is logged as it is', async () => {
    const problem = zaptecError('INTERNAL', 'Something is wrong', { remedy: 'Mend it' });
    const failing: CreateNode = () => {
      throw problem;
    };
    await load(flow(of('broken')), {}, [register(() => failing)]);
    const errors = logLines().filter(({ level }) => level === ERROR);
    expect(errors.map(({ msg }) => msg)).to.deep.equal([problem]);
  });
});

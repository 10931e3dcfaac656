import { expect } from 'chai';
import type { ConnectionNode } from '../../nodes/shared/connection-api';
import {
  charger,
  connection,
  CONNECTION_ID,
  flow,
  placed,
  request,
  sink,
  subscribe,
  updateCurrent,
  type FlowNode,
} from '../support/node-red/builder';
import {
  accountOf,
  chargersOf,
  deploy,
  get,
  load,
  logLines,
  send,
  status,
  until,
  useCloud,
  useNodeRed,
} from '../support/node-red/harness';

const VARIABLE = 'CONN';
const ENV = [{ name: VARIABLE, type: 'str', value: CONNECTION_ID }];

/** How a node may name its connection: what its own setting is, and the flow around it. */
const WAYS: Readonly<Record<string, (nodes: FlowNode[]) => FlowNode[]>> = {
  'a property of a subflow': (nodes) => [
    {
      id: 'sub',
      type: 'subflow',
      name: 'Wallbox',
      in: [{ wires: nodes.map(({ id }) => ({ id })) }],
      out: [
        { wires: nodes.map(({ id }) => ({ id, port: 0 })) },
        {
          wires: [
            { id: 'subscribe', port: 1 },
            { id: 'current', port: 1 },
          ],
        },
      ],
      env: [{ name: VARIABLE, type: 'zaptec-connection', value: '', ui: { type: 'conf-types' } }],
    },
    ...nodes.map((node) => ({ ...node, z: 'sub', wires: [[], []] })),
    ...flow({
      id: 'instance',
      type: 'subflow:sub',
      z: 'tab',
      wires: [['out'], ['decisions']],
      env: [{ name: VARIABLE, type: 'conf-type', value: CONNECTION_ID }],
    }),
  ],
  'a variable of a tab': (nodes) => [
    { id: 'tab', type: 'tab', label: 'tab', env: ENV },
    ...flow(nodes).filter(({ type }) => type !== 'tab'),
  ],
  'a variable of a group': (nodes) => [
    ...flow(nodes.map((node) => ({ ...node, g: 'group' }))),
    { id: 'group', type: 'group', z: 'tab', nodes: nodes.map(({ id }) => id), env: ENV, x: 0, y: 0, w: 1, h: 1 },
  ],
  'an environment variable': (nodes) => flow(nodes),
};

describe('a connection that alone is deployed anew', () => {
  useNodeRed();
  const cloud = useCloud({ scenario: 'home', speed: 60 });
  before(() => {
    process.env[VARIABLE] = CONNECTION_ID;
  });
  after(() => {
    Reflect.deleteProperty(process.env, VARIABLE);
  });

  for (const [way, around] of Object.entries(WAYS)) {
    it(`keeps every node that names it by ${way}`, async () => {
      const [first] = chargersOf(cloud());
      const named = { connection: `\${${VARIABLE}}` };
      const inner = [
        charger({ ...named, action: 'state', charger: first!.id }),
        request({ ...named, path: '/api/constants' }),
        updateCurrent({ ...named }),
        subscribe({ ...named, emit: 'observations', onChange: false, wires: [['out'], ['decisions']] }),
      ].map(placed);
      const nodes = (name: string) => [
        connection({ cloud: 'custom', baseUrl: cloud().baseUrl, name }),
        ...around(inner),
        placed(sink('decisions')),
      ];
      const account = accountOf(cloud());
      const answers = (name: string) => {
        const from = (fits: (message: Record<string, any>) => boolean) =>
          until('out', (message) => message['zaptec'].account === name && fits(message));
        return Promise.all([
          from(({ payload }) => payload.mode !== undefined),
          from(({ payload }) => payload.observations !== undefined || payload.Observations !== undefined),
          from(({ payload }) => payload.applied !== undefined),
          from(({ topic }) => topic.endsWith('/513') || topic.includes('TotalChargePower')),
        ]);
      };
      const target = () => (way === 'a property of a subflow' ? ['instance'] : ['charger', 'request', 'current']);
      const askAll = () => target().forEach((id) => send(id, { payload: 12 }));

      await load(nodes('one'), account);
      await status(CONNECTION_ID, 'connected');
      const before = answers('one');
      askAll();
      await before;
      const old = get(CONNECTION_ID);
      await deploy(nodes('two'), 'nodes', account);
      const complaints = logLines().map(({ msg }) => String((msg as Error | undefined)?.message ?? msg));
      expect(complaints.filter((text) => text.includes('no connection'))).to.deep.equal([]);
      const renewed = get(CONNECTION_ID) as ConnectionNode;
      expect(renewed).not.to.equal(old);
      const after = answers('two');
      askAll();
      await after;
      expect(Object.values(renewed.users).map(({ type }) => type)).to.have.members(inner.map(({ type }) => type));
      expect(Object.keys((old as ConnectionNode).users)).to.deep.equal([]);
    });
  }
});

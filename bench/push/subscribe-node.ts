import { connection, CONNECTION_ID, flow, subscribe } from '../../test/support/node-red/builder';
import { startNodeRed } from '../node-red';
import { MESSAGES } from './countdown';
import type { OpenReceiver } from './receiver';

const LIVE = 'bench-live';
const DONE = 'bench-done';

/** A node that counts its input messages in the process of Node-RED. */
const COUNTER = `
module.exports = (RED) => {
  RED.nodes.registerType('bench-counter', function (def) {
    RED.nodes.createNode(this, def);
    let left = ${MESSAGES};
    this.on('input', ({ payload }, send, done) => {
      if (payload.state === 'live') console.log('${LIVE}');
      if (payload.name !== undefined) left -= 1;
      if (left === 0) {
        console.log('${DONE}');
        left = ${MESSAGES};
      }
      done();
    });
  });
};
`;
const EDITOR = `<script type="text/javascript">RED.nodes.registerType('bench-counter', { defaults: {}, inputs: 1, outputs: 0 });</script>`;

/** A subscribe node of the built package in a Node-RED of its own, up to the input of the next node. */
export const subscribeNode: OpenReceiver = async ({ baseUrl, username, password }) => {
  const counter = { id: 'counter', type: 'bench-counter', z: 'tab', x: 0, y: 0, wires: [] };
  const wires = [[counter.id], [counter.id]];
  const red = await startNodeRed({
    withPackage: true,
    flow: [
      connection({ cloud: 'custom', baseUrl }),
      ...flow(subscribe({ emit: 'observations', initial: false, wires })).filter(({ type }) => type !== 'helper'),
      counter,
    ],
    credentials: { [CONNECTION_ID]: { username, password } },
    nodes: { 'bench-counter.js': COUNTER, 'bench-counter.html': EDITOR },
  });
  await red.nextLine(LIVE);
  return { round: () => red.nextLine(DONE), close: () => red.stop() };
};

import type { Node, NodeAPI, NodeDef } from 'node-red';
import { asError } from '../shared/errors';
import { onInput } from '../shared/guard';
import { SESSIONS } from '../shared/properties';
import { readSettings } from '../shared/settings';
import { textsOf } from '../shared/status';
import { SessionsNode } from './sessions-node';

export = (RED: NodeAPI): void => {
  function Sessions(this: Node, def: NodeDef): void {
    RED.nodes.createNode(this, def);
    try {
      new SessionsNode(RED, this, readSettings(SESSIONS, def));
    } catch (thrown) {
      // A setting from the environment may make no sense; a node that throws here would vanish from the flow.
      this.error(asError(thrown).message);
      this.status({ fill: 'red', shape: 'ring', text: textsOf(RED, this.type)('bad-settings') });
      onInput(this, () => Promise.reject(asError(thrown)), asError);
    }
  }
  RED.nodes.registerType('zaptec-sessions', Sessions);
};

import type { Node, NodeAPI, NodeDef } from 'node-red';
import { SESSIONS } from '../shared/properties';
import { refuseMessages } from '../shared/refusing-node';
import { readSettings } from '../shared/settings';
import { SessionsNode } from './sessions-node';

export = (RED: NodeAPI): void => {
  function Sessions(this: Node, def: NodeDef): void {
    RED.nodes.createNode(this, def);
    try {
      new SessionsNode(RED, this, readSettings(SESSIONS, def));
    } catch (thrown) {
      refuseMessages(RED, this, def, thrown);
    }
  }
  RED.nodes.registerType('zaptec-sessions', Sessions);
};

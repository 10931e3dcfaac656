import type { Node, NodeAPI, NodeDef } from 'node-red';
import { actionNode } from '../shared/action-node';
import { REQUEST } from '../shared/properties';
import { readSettings } from '../shared/settings';
import { sendRequest } from './send-request';

export = (RED: NodeAPI): void => {
  function RequestNode(this: Node, def: NodeDef): void {
    RED.nodes.createNode(this, def);
    actionNode(RED, this, readSettings(REQUEST, def), sendRequest);
  }
  RED.nodes.registerType('zaptec-request', RequestNode);
};

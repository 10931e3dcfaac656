import type { Node, NodeAPI, NodeDef } from 'node-red';
import { actionNode } from '../shared/action-node';
import { REQUEST } from '../shared/properties';
import { readSettings } from '../shared/settings';
import { ask } from './ask';

export = (RED: NodeAPI): void => {
  function RequestNode(this: Node, def: NodeDef): void {
    RED.nodes.createNode(this, def);
    actionNode(RED, this, readSettings(REQUEST, def), ask);
  }
  RED.nodes.registerType('zaptec-request', RequestNode);
};

import type { Node, NodeAPI, NodeDef } from 'node-red';
import { UPDATE_CURRENT } from '../shared/properties';
import { readSettings } from '../shared/settings';
import { updateCurrentNode } from './update-current-node';

export = (RED: NodeAPI): void => {
  function UpdateCurrent(this: Node, def: NodeDef): void {
    RED.nodes.createNode(this, def);
    updateCurrentNode(RED, this, readSettings(UPDATE_CURRENT, def));
  }
  RED.nodes.registerType('zaptec-update-current', UpdateCurrent);
};

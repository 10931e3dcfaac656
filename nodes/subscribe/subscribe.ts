import type { Node, NodeAPI, NodeDef } from 'node-red';
import { SUBSCRIBE } from '../shared/properties';
import { blankNumbers, readSettings } from '../shared/settings';
import { subscribeNode } from './subscribe-node';

export = (RED: NodeAPI): void => {
  function SubscribeNode(this: Node, def: NodeDef): void {
    RED.nodes.createNode(this, def);
    for (const warning of blankNumbers(SUBSCRIBE, def)) this.warn(warning);
    subscribeNode(RED, this, readSettings(SUBSCRIBE, def));
  }
  RED.nodes.registerType('zaptec-subscribe', SubscribeNode);
};

import type { Node, NodeAPI, NodeDef } from 'node-red';
import { SUBSCRIBE } from '../shared/properties';
import { readSettings } from '../shared/settings';
import { subscribeNode } from './subscribe-node';

export = (RED: NodeAPI): void => {
  function SubscribeNode(this: Node, def: NodeDef): void {
    RED.nodes.createNode(this, def);
    subscribeNode(RED, this, readSettings(SUBSCRIBE, def));
  }
  RED.nodes.registerType('zaptec-subscribe', SubscribeNode);
};

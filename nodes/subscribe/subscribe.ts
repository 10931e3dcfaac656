import type { Node, NodeAPI, NodeDef } from 'node-red';
import { SUBSCRIBE } from '../shared/properties';
import { wordsFor } from '../shared/language/of-flows';
import { blankNumbers, readSettings } from '../shared/settings';
import { SubscribeNode } from './subscribe-node';

export = (RED: NodeAPI): void => {
  function Subscribe(this: Node, def: NodeDef): void {
    RED.nodes.createNode(this, def);
    for (const warning of blankNumbers(SUBSCRIBE, def)) this.warn(wordsFor(RED, def)(warning));
    new SubscribeNode(RED, this, readSettings(SUBSCRIBE, def));
  }
  RED.nodes.registerType('zaptec-subscribe', Subscribe);
};

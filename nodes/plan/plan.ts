import type { Node, NodeAPI, NodeDef } from 'node-red';
import { asError } from '../shared/errors';
import { onInput } from '../shared/guard';
import { PLAN } from '../shared/properties';
import { blankNumbers, readSettings } from '../shared/settings';
import { textsOf } from '../shared/status';
import { PlanNode } from './plan-node';

export = (RED: NodeAPI): void => {
  function Plan(this: Node, def: NodeDef): void {
    RED.nodes.createNode(this, def);
    for (const warning of blankNumbers(PLAN, def)) this.warn(warning);
    try {
      new PlanNode(RED, this, readSettings(PLAN, def));
    } catch (thrown) {
      // A setting from the environment may make no sense; a node that throws here would vanish from the flow.
      this.error(asError(thrown).message);
      this.status({ fill: 'red', shape: 'ring', text: textsOf(RED, this.type)('bad-settings') });
      onInput(this, () => Promise.reject(asError(thrown)), asError);
    }
  }
  RED.nodes.registerType('zaptec-plan', Plan);
};

import type { Node, NodeAPI, NodeDef } from 'node-red';
import type { Strategy, StrategyDecision } from '../../../src/client';
import { asError } from '../errors';
import { onInput } from '../guard';
import { blankNumbers, readSettings } from '../settings';
import { textsOf } from '../status';
import type { StrategyKind, StrategyNodeSettings, StrategyProperties } from './kind';
import { StrategyNode } from './strategy-node';

/** Registers a node that decides by a strategy. @param table the properties of the node */
export function registerStrategy<
  N extends StrategyNodeSettings,
  S extends object,
  D extends StrategyDecision,
  T extends Strategy<S, D>,
>(RED: NodeAPI, type: string, table: StrategyProperties, kind: StrategyKind<N, S, D, T>): void {
  function StrategyOf(this: Node, def: NodeDef): void {
    RED.nodes.createNode(this, def);
    for (const warning of blankNumbers(table, def)) this.warn(warning);
    try {
      new StrategyNode(RED, this, table, kind, readSettings(table, def) as unknown as N);
    } catch (thrown) {
      // A setting from the environment may make no sense; a node that throws here would vanish from the flow.
      this.error(asError(thrown).message);
      this.status({ fill: 'red', shape: 'ring', text: textsOf(RED, this.type)('bad-settings') });
      onInput(this, () => Promise.reject(asError(thrown)), asError);
    }
  }
  RED.nodes.registerType(type, StrategyOf);
}

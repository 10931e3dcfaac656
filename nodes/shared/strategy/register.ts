import type { Node, NodeAPI, NodeDef } from 'node-red';
import type { Strategy, StrategyDecision } from '../../../src/client';
import { wordsFor } from '../language/of-flows';
import { refuseMessages } from '../refusing-node';
import { blankNumbers, readSettings } from '../settings';
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
    for (const warning of blankNumbers(table, def)) this.warn(wordsFor(RED, def)(warning));
    try {
      new StrategyNode(RED, this, table, kind, readSettings(table, def) as unknown as N);
    } catch (thrown) {
      refuseMessages(RED, this, def, thrown);
    }
  }
  RED.nodes.registerType(type, StrategyOf);
}

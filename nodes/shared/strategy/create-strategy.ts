import type { Strategy, StrategyDecision } from '../../../src/client';
import { wordsFor } from '../language/of-flows';
import { refuseMessages } from '../refusing-node';
import type { CreateNode } from '../register-node';
import { blankNumbers, readSettings } from '../settings';
import type { StrategyKind, StrategyNodeSettings, StrategyProperties } from './kind';
import { StrategyNode } from './strategy-node';

/** How a node that decides by a strategy begins. @param table the properties of the node */
export function createStrategy<
  N extends StrategyNodeSettings,
  S extends object,
  D extends StrategyDecision,
  T extends Strategy<S, D>,
>(table: StrategyProperties, kind: StrategyKind<N, S, D, T>): CreateNode {
  return (RED, node, def) => {
    for (const warning of blankNumbers(table, def)) node.warn(wordsFor(RED, def)(warning));
    try {
      new StrategyNode(RED, node, table, kind, readSettings(table, def) as unknown as N);
    } catch (thrown) {
      refuseMessages(RED, node, def, thrown);
    }
  };
}

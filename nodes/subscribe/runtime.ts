import { SUBSCRIBE } from '../shared/properties';
import type { CreateNode } from '../shared/register-node';
import { wordsFor } from '../shared/language/of-flows';
import { blankNumbers, readSettings } from '../shared/settings';
import { SubscribeNode } from './subscribe-node';

export const create: CreateNode = (RED, node, def) => {
  for (const warning of blankNumbers(SUBSCRIBE, def)) node.warn(wordsFor(RED, def)(warning));
  new SubscribeNode(RED, node, readSettings(SUBSCRIBE, def));
};

import { SESSIONS } from '../shared/properties';
import type { CreateNode } from '../shared/register-node';
import { refuseMessages } from '../shared/refusing-node';
import { readSettings } from '../shared/settings';
import { SessionsNode } from './sessions-node';

export const create: CreateNode = (RED, node, def) => {
  try {
    new SessionsNode(RED, node, readSettings(SESSIONS, def));
  } catch (thrown) {
    refuseMessages(RED, node, def, thrown);
  }
};

import type { NodeDef } from 'node-red';
import { actionNode } from '../shared/action-node';
import { dispatch } from '../shared/action-node';
import { overridden } from '../shared/message';
import { INSTALLATION, type InstallationSettings } from '../shared/properties';
import type { CreateNode } from '../shared/register-node';
import { readSettings } from '../shared/settings';
import { inProgress } from '../shared/status';
import { chargers, firmware, get, hierarchy, list } from './actions/reads';
import { update } from './actions/update';

const perform = dispatch<InstallationSettings & NodeDef>({ list, get, hierarchy, chargers, firmware, update });

export const create: CreateNode = (RED, node, def) => {
  const settings = readSettings(INSTALLATION, def);
  actionNode(RED, node, settings, perform, (message) => {
    const action = overridden(message, 'action', settings) ?? settings.action;
    return action === 'update' ? inProgress('changing') : undefined;
  });
};

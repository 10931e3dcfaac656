import type { NodeDef } from 'node-red';
import { actionNode, dispatch } from '../shared/action-node';
import { CHARGER, type ChargerSettings } from '../shared/properties';
import type { CreateNode } from '../shared/register-node';
import { readSettings } from '../shared/settings';
import { command } from './actions/command';
import { prioritize } from './actions/prioritize';
import { get, list, state } from './actions/reads';
import { update } from './actions/update';
import { chargerInProgress } from './in-progress';

const perform = dispatch<ChargerSettings & NodeDef>({ list, get, state, command, update, prioritize });

export const create: CreateNode = (RED, node, def) => {
  const settings = readSettings(CHARGER, def);
  actionNode(RED, node, settings, perform, (message) => chargerInProgress(RED, settings, message));
};

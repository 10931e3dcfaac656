import type { Node, NodeAPI, NodeDef } from 'node-red';
import { actionNode, dispatch } from '../shared/action-node';
import { CHARGER, type ChargerSettings } from '../shared/properties';
import { readSettings } from '../shared/settings';
import { command } from './actions/command';
import { prioritize } from './actions/prioritize';
import { get, list, state } from './actions/reads';
import { update } from './actions/update';
import { chargerInProgress } from './in-progress';

const perform = dispatch<ChargerSettings & NodeDef>({ list, get, state, command, update, prioritize });

export = (RED: NodeAPI): void => {
  function ChargerNode(this: Node, def: NodeDef): void {
    RED.nodes.createNode(this, def);
    const settings = readSettings(CHARGER, def);
    actionNode(RED, this, settings, perform, (message) => chargerInProgress(RED, settings, message));
  }
  RED.nodes.registerType('zaptec-charger', ChargerNode);
};

import type { Node, NodeAPI, NodeDef } from 'node-red';
import { actionNode } from '../shared/action-node';
import { dispatch } from '../shared/action-node';
import { INSTALLATION, type InstallationSettings } from '../shared/properties';
import { readSettings } from '../shared/settings';
import { chargers, firmware, get, hierarchy, list } from './actions/reads';
import { update } from './actions/update';

const perform = dispatch<InstallationSettings & NodeDef>({ list, get, hierarchy, chargers, firmware, update });

export = (RED: NodeAPI): void => {
  function InstallationNode(this: Node, def: NodeDef): void {
    RED.nodes.createNode(this, def);
    actionNode(RED, this, readSettings(INSTALLATION, def), perform);
  }
  RED.nodes.registerType('zaptec-installation', InstallationNode);
};

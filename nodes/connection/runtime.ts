import type { Node } from 'node-red';
import { onClose } from '../shared/guard';
import { CONNECTION } from '../shared/properties';
import type { CreateNode } from '../shared/register-node';
import { wordsIn } from '../shared/language/catalogues';
import { blankNumbers } from '../shared/settings';
import { StatusReducer, textsOf } from '../shared/status';
import { boundAddress } from './binding';
import { connect } from './connect';
import type { ConnectionExtras, Deployed, DeployedConnections } from './deployed-connections';
import { RequestLog } from './request-log';
import {
  addressOf,
  labelOf,
  publicSettings,
  pushOf,
  readConnection,
  spokenLanguage,
  type Credentials,
} from './settings';

/** How a connection begins, among all that are deployed. */
export const createAmong =
  (connections: DeployedConnections): CreateNode =>
  (RED, node, def) => {
    const settings = readConnection(def, (node as Node<Credentials>).credentials);
    const boundTo = boundAddress(RED, node, def, settings);
    const config = { ...settings, id: node.id, boundTo, stateDir: RED.settings.userDir };
    const { language, doubt } = spokenLanguage(config.language);
    if (doubt !== undefined) node.warn(doubt);
    for (const warning of blankNumbers(CONNECTION, def)) node.warn(wordsIn(language)(warning));
    const isSimulator = config.cloud === 'simulator';
    const status = new StatusReducer(
      (shown) => node.status(shown),
      textsOf(node.type, () => language),
      () => isSimulator,
    );
    const { api, close } = connect(node, { ...config, words: wordsIn(language) }, status);
    // Own properties, getters included: Node-RED looks for an own `users`.
    Object.defineProperties(node, Object.getOwnPropertyDescriptors(api));
    const { readOnly } = config;
    const [label, address, push] = [labelOf(config), boundTo ?? addressOf(config), pushOf(config)];
    const requestLog = new RequestLog(node, api.ready);
    const reportsOnce = config.endedSessions === 'once';
    Object.assign(node, { label, isSimulator, language, address, readOnly, push, reportsOnce });
    Object.assign(node, { requestLog, publicSettings: publicSettings(config) } satisfies ConnectionExtras);
    const deployed = node as Deployed;
    connections.add(deployed);
    onClose(node, () => {
      connections.remove(deployed);
      requestLog.close();
      close();
    });
  };

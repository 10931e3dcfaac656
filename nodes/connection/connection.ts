import type { Node, NodeAPI, NodeDef } from 'node-red';
import { onClose } from '../shared/guard';
import { CONNECTION, CONNECTION_CREDENTIALS } from '../shared/properties';
import { wordsIn } from '../shared/language/catalogues';
import { blankNumbers } from '../shared/settings';
import { StatusReducer, textsOf } from '../shared/status';
import { registerRoutes } from './admin/routes';
import { boundAddress } from './binding';
import { connect } from './connect';
import { DeployedConnections, type ConnectionExtras, type Deployed } from './deployed-connections';
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

export = (RED: NodeAPI): void => {
  const connections = new DeployedConnections();
  function Connection(this: Node<Credentials>, def: NodeDef): void {
    RED.nodes.createNode(this, def);
    const settings = readConnection(def, this.credentials);
    const boundTo = boundAddress(RED, this, def, settings);
    const config = { ...settings, id: this.id, boundTo, stateDir: RED.settings.userDir };
    const { language, doubt } = spokenLanguage(config.language);
    if (doubt !== undefined) this.warn(doubt);
    for (const warning of blankNumbers(CONNECTION, def)) this.warn(wordsIn(language)(warning));
    const isSimulator = config.cloud === 'simulator';
    const status = new StatusReducer(
      (shown) => this.status(shown),
      textsOf(this.type, () => language),
      () => isSimulator,
    );
    const { api, close } = connect(this, { ...config, words: wordsIn(language) }, status);
    // Own properties, getters included: Node-RED looks for an own `users`.
    Object.defineProperties(this, Object.getOwnPropertyDescriptors(api));
    const { readOnly } = config;
    const [label, address, push] = [labelOf(config), boundTo ?? addressOf(config), pushOf(config)];
    const requestLog = new RequestLog(this, api.ready);
    const reportsOnce = config.endedSessions === 'once';
    Object.assign(this, { label, isSimulator, language, address, readOnly, push, reportsOnce });
    Object.assign(this, { requestLog, publicSettings: publicSettings(config) } satisfies ConnectionExtras);
    const deployed = this as Deployed;
    connections.add(deployed);
    onClose(this, () => {
      connections.remove(deployed);
      requestLog.close();
      close();
    });
  }
  registerRoutes(RED, connections);
  RED.nodes.registerType('zaptec-connection', Connection, { credentials: { ...CONNECTION_CREDENTIALS } });
};

import type { Node, NodeAPI, NodeDef } from 'node-red';
import { onClose } from '../shared/guard';
import { CONNECTION_CREDENTIALS } from '../shared/properties';
import { StatusReducer } from '../shared/status';
import { textsOf } from '../shared/status';
import { registerRoutes } from './admin/routes';
import { connect } from './connect';
import { addressOf, labelOf, pushOf, readConnection, type Credentials } from './settings';

export = (RED: NodeAPI): void => {
  function Connection(this: Node<Credentials>, def: NodeDef): void {
    RED.nodes.createNode(this, def);
    const wanted = { ...readConnection(def, this.credentials), stateDir: RED.settings.userDir };
    const isSimulator = wanted.cloud === 'simulator';
    const status = new StatusReducer(
      (shown) => this.status(shown),
      textsOf(RED, this.type),
      () => isSimulator,
    );
    const { api, close } = connect(this, wanted, status);
    // Own properties, getters included: Node-RED looks for an own `users`.
    Object.defineProperties(this, Object.getOwnPropertyDescriptors(api));
    const { readOnly } = wanted;
    const [label, address, push] = [labelOf(wanted), addressOf(wanted), pushOf(wanted)];
    Object.assign(this, { label, isSimulator, address, readOnly, push });
    onClose(this, close);
  }
  registerRoutes(RED);
  RED.nodes.registerType('zaptec-connection', Connection, { credentials: { ...CONNECTION_CREDENTIALS } });
};

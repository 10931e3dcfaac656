import type { NodeAPI } from 'node-red';
import { CONNECTION_CREDENTIALS } from '../shared/properties';
import { registerNode } from '../shared/register-node';
import { registerRoutes } from './admin/routes';
import { DeployedConnections } from './deployed-connections';

export = (RED: NodeAPI): void => {
  const connections = new DeployedConnections();
  registerRoutes(RED, connections);
  registerNode(
    RED,
    'zaptec-connection',
    () => (require('./runtime') as typeof import('./runtime')).createAmong(connections),
    { credentials: { ...CONNECTION_CREDENTIALS } },
  );
};

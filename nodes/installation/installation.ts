import type { NodeAPI } from 'node-red';
import { registerNode } from '../shared/register-node';

export = (RED: NodeAPI): void =>
  registerNode(RED, 'zaptec-installation', () => (require('./runtime') as typeof import('./runtime')).create);

import type { NodeAPI } from 'node-red';
import { registerNode } from '../shared/register-node';

export = (RED: NodeAPI): void =>
  registerNode(RED, 'zaptec-load-guard', () => (require('./runtime') as typeof import('./runtime')).create);

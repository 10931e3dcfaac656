import type { NodeAPI } from 'node-red';
import { SURPLUS } from '../shared/properties';
import { registerStrategy } from '../shared/strategy/register';
import { SURPLUS_KIND } from './surplus-kind';

export = (RED: NodeAPI): void => registerStrategy(RED, 'zaptec-surplus', SURPLUS, SURPLUS_KIND);

import type { NodeAPI } from 'node-red';
import { LOAD_GUARD } from '../shared/properties';
import { registerStrategy } from '../shared/strategy/register';
import { LOAD_GUARD_KIND } from './guard-kind';

export = (RED: NodeAPI): void => registerStrategy(RED, 'zaptec-load-guard', LOAD_GUARD, LOAD_GUARD_KIND);

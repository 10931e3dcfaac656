import type { NodeAPI } from 'node-red';
import { PLAN } from '../shared/properties';
import { registerStrategy } from '../shared/strategy/register';
import { PLAN_KIND } from './plan-kind';

export = (RED: NodeAPI): void => registerStrategy(RED, 'zaptec-plan', PLAN, PLAN_KIND);

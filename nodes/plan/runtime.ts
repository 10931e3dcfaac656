import { PLAN } from '../shared/properties';
import { createStrategy } from '../shared/strategy/create-strategy';
import { PLAN_KIND } from './plan-kind';

export const create = createStrategy(PLAN, PLAN_KIND);

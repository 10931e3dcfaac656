import { SURPLUS } from '../shared/properties';
import { createStrategy } from '../shared/strategy/create-strategy';
import { SURPLUS_KIND } from './surplus-kind';

export const create = createStrategy(SURPLUS, SURPLUS_KIND);

import { LOAD_GUARD } from '../shared/properties';
import { createStrategy } from '../shared/strategy/create-strategy';
import { LOAD_GUARD_KIND } from './guard-kind';

export const create = createStrategy(LOAD_GUARD, LOAD_GUARD_KIND);

import { MINUTE } from '../../durations';
import type { Charger } from '../../world/model';
import type { RegisterEndpoints } from '../context';
import { wireState } from '../wire/charger';
import { unknownCharger } from '../wire/errors';
import { route, type Call } from './route';

/** The lifetime of the cloud's cache, in ms of the client's clock. */
const CACHE_MS = 15_000;
const STALE_MS = MINUTE;

interface CachedState {
  at: number;
  state: ReturnType<typeof wireState>;
}

/** docs/zaptec-api.md, "Charger state". */
export const stateEndpoints: RegisterEndpoints = (app, context) => {
  // By charger, not by id: another world may have the same ids.
  const cache = new WeakMap<Charger, CachedState>();
  route(app, context, 'GET', '/api/chargers/:id/state', (call) => Response.json(state(call, cache)));
};

/** A read right after a command answers old data (docs/zaptec-api.md, "Charger state"). */
function state(call: Call, cache: WeakMap<Charger, CachedState>): CachedState['state'] {
  const charger = call.charger(unknownCharger());
  call.requireControl();
  const now = call.context.clock.now();
  const cached = cache.get(charger);
  const maxAge = call.hits('stale-state') ? STALE_MS : CACHE_MS;
  // After the clock was set back, an answer must not stay in the cache for longer.
  if (cached && now >= cached.at && now - cached.at < maxAge) return cached.state;
  const fresh = { at: now, state: wireState(charger, call.hits('charger-offline')) };
  cache.set(charger, fresh);
  return fresh.state;
}

import type { RegisterEndpoints } from '../context';
import { wireConstants } from '../wire/constants';
import { route } from './route';

/** `zaptec-api.md` 2.18; needs no token. */
export const constantsEndpoints: RegisterEndpoints = (app, context) => {
  const headers = { 'Content-Type': 'application/json' };
  route(app, context, 'GET', '/api/constants', () => new Response(wireConstants(), { headers }));
};

import type { RegisterEndpoints } from '../context';
import { wireConstants } from '../wire/constants';
import { route } from './route';

/** docs/zaptec-api.md, "Constants"; needs no token. */
export const constantsEndpoints: RegisterEndpoints = (app, context) => {
  const headers = { 'Content-Type': 'application/json' };
  route(app, context, 'GET', '/api/constants', () => new Response(wireConstants(), { headers }));
};

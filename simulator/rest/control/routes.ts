import type { Context, Hono, MiddlewareHandler } from 'hono';
import { BadInput } from '../../bad-input';
import { DAY } from '../../durations';
import { faultNamed } from '../../faults/state';
import { MAX_SPEED } from '../../options';
import { leap } from '../../world/leap';
import type { Charger } from '../../world/model';
import type { RestEnv } from '../context';
import type { Services } from '../services';
import { registerHouse } from './house-routes';
import { bodyOf, booleanOf, numberOf, textOf } from './input';
import { liveView } from './live-view';
import { worldView } from './world-view';

const MAX_ADVANCE_MS = 366 * DAY;

/** Refuses foreign pages in a browser of this machine. The host was checked before. */
const guard: MiddlewareHandler<RestEnv> = async (c, next) => {
  const host = c.req.header('Host') ?? new URL(c.req.url).host;
  const origin = c.req.header('Origin');
  if (origin !== undefined && !isOwn(origin, host, c.req.header('Sec-Fetch-Site'))) {
    return c.json({ error: `Origin: ${origin} may not control the simulator; use its own page` }, 403);
  }
  return next();
};

/** A proxy may have changed the host; the browser's own header shows the truth. */
const isOwn = (origin: string, host: string, site: string | undefined): boolean =>
  site === 'same-origin' || (URL.canParse(origin) && new URL(origin).host === host);

/** The control API below /simulator. Its requests are not recorded, because the audit is about the cloud's API. */
export function registerControl(app: Hono<RestEnv>, services: Services): void {
  const { world, faults, audit, recorder, bus } = services;
  app.use('/simulator', guard);
  app.use('/simulator/*', guard);
  app.use('/simulator/*', async (_c, next) => {
    services.catchUp();
    await next();
  });

  registerHouse(app, services);
  app.get('/simulator/state', (c) => c.json({ ...worldView(world), requests: ratesOf(services), bus: bus.stats() }));
  app.get('/simulator/live', (c) => c.json(liveView(c, services)));
  app.get('/simulator/audit', (c) => c.json(audit.report()));
  app.get('/simulator/faults', (c) => c.json(faults.list()));
  app.get('/simulator/certificate', (c) => {
    if (!services.certificate) throw new BadInput('certificate: there is none without TLS; start with --tls');
    return c.body(services.certificate.cert, 200, { 'Content-Type': 'application/x-pem-file' });
  });
  app.get('/simulator/requests', (c) => {
    const last = c.req.query('last');
    const count = numberOf('last', last === undefined ? 100 : Number(last), 1, 200_000) ?? 100;
    return c.json(recorder.records.slice(-Math.floor(count)));
  });

  app.post('/simulator/chargers/:ref/:action', (c) => {
    const charger = chargerOf(c, services);
    const action = c.req.param('action');
    if (action === 'plug') world.plug(charger.id);
    else if (action === 'unplug') world.unplug(charger.id);
    else if (action === 'authorise') world.authorise(charger.id);
    else if (action === 'online' || action === 'offline') world.setOnline(charger.id, action === 'online');
    else throw new BadInput(`action: "${action}" is not possible; use plug, unplug, authorise, online or offline`);
    return c.json({ id: charger.id, name: charger.name, mode: charger.mode });
  });

  app.put('/simulator/faults/:name', async (c) => {
    const body = await bodyOf(c, ['on', 'probability', 'match', 'count', 'delayMs']);
    const { name } = faultNamed(c.req.param('name'));
    faults.set(name, {
      on: booleanOf('on', body.on),
      probability: numberOf('probability', body.probability, 0, 1),
      match: textOf('match', body.match),
      count: numberOf('count', body.count, 1, Number.MAX_SAFE_INTEGER),
      delayMs: numberOf('delayMs', body.delayMs, 0, 600_000),
    });
    return c.json(faults.list().find((fault) => fault.name === name));
  });

  app.post('/simulator/clock', async (c) => {
    const body = await bodyOf(c, ['speed', 'advanceMs']);
    const speed = numberOf('speed', body.speed, 0, MAX_SPEED);
    const advanceMs = numberOf('advanceMs', body.advanceMs, 0, MAX_ADVANCE_MS);
    if (speed !== undefined) services.setSpeed(speed);
    if (advanceMs !== undefined) await leap(services, advanceMs);
    services.catchUp();
    return c.json({ time: new Date(world.now).toISOString(), speed: world.speed });
  });

  app.post('/simulator/scenario', async (c) => {
    const body = await bodyOf(c, ['scenario', 'seed']);
    const seed = numberOf('seed', body.seed, 0, 0xffff_ffff) ?? world.seed;
    services.restart(textOf('scenario', body.scenario) ?? services.scenario(), seed);
    return c.json({ scenario: services.scenario(), seed: world.seed, time: new Date(world.now).toISOString() });
  });

  app.all('/simulator/*', (c, next) =>
    /^\/simulator\/?$/.test(c.req.path) ? next() : c.json({ error: unknown(c) }, 404),
  );
}

const unknown = (c: Context): string => `path: there is no ${c.req.method} ${c.req.path}; docs/simulator.md lists them`;

function chargerOf(c: Context, { world }: Services): Charger {
  const ref = c.req.param('ref') ?? '';
  const charger = world.findCharger(ref);
  if (charger) return charger;
  throw new BadInput(`charger: there is no "${ref}"; use an id, serial or name that GET /simulator/state lists`);
}

/** The calls of each account within the last second, beside the limit. */
function ratesOf({ recorder, clock }: Services) {
  const now = clock.now();
  const perSecond: Record<string, number> = {};
  for (let i = recorder.records.length - 1; i >= 0; i--) {
    const record = recorder.records[i];
    if (!record || record.at <= now - 1000) break;
    const account = record.account ?? 'nobody';
    perSecond[account] = (perSecond[account] ?? 0) + 1;
  }
  return { recorded: recorder.records.length, limitPerSecond: 10, perSecond };
}

import type { Context } from 'hono';
import type { Charger, Installation, WorldModel } from '../../world/model';
import type { Live, LiveCharger, LiveMode, LiveSite } from './live-types';
import { namesIn } from './names';
import type { Services } from '../services';
import { sitesOf } from '../../world/trend';
import { numberOf } from './input';
import { liveRequests } from './live-requests';
import { reasonOf } from './charger-reason';
import { MODES } from './world-view';

const MAX_LISTED = 200;
const DEFAULT_LISTED = 25;

/** Everything that the page shows, with one part of the chargers: `?search=&mode=&from=&count=&site=&since=`. */
export function liveView(c: Context, services: Services): Live {
  const { world, faults, audit, trend } = services;
  const chargers = [...world.chargers.values()];
  const queryNumber = (field: string, max: number) => {
    const text = c.req.query(field);
    return text === undefined ? undefined : numberOf(field, Number(text), 0, max);
  };
  const matching = chargers.filter(fits(c.req.query('search') ?? '', c.req.query('mode') ?? '', world));
  const count = Math.floor(queryNumber('count', MAX_LISTED) ?? DEFAULT_LISTED);
  const from = Math.min(
    Math.floor(queryNumber('from', Number.MAX_SAFE_INTEGER) ?? 0),
    lastPage(matching.length, count),
  );
  const { houseW, sunW, chargersW, gridW } = world.power();
  const sites = liveSites(world, chargers);
  const site = c.req.query('site') ?? sites[0]?.id ?? '';
  return {
    time: new Date(world.now).toISOString(),
    scenario: services.scenario(),
    seed: world.seed,
    speed: world.speed,
    meter: { houseW, sunW, chargersW, gridW },
    sites,
    counts: countsOf(chargers),
    chargers: {
      matching: matching.length,
      from,
      list: matching
        .slice(from, from + count)
        .map((charger) => liveCharger(charger, world.installations.get(charger.installationId))),
    },
    trend: trend.since(queryNumber('since', Number.MAX_SAFE_INTEGER) ?? 0, site),
    requests: liveRequests(services),
    timeline: services.timeline.view(),
    bus: busOf(services),
    audit: audit.report().map(({ client, requests, ok, verdicts }) => ({
      client,
      requests,
      ok,
      verdicts: verdicts.map(({ rule, ok: kept, text }) => ({ rule, ok: kept, text })),
    })),
    faults: faults.list(),
  };
}

/** The start of the last page, so that a list that has become shorter is not shown as empty. */
const lastPage = (matching: number, count: number): number =>
  count > 0 ? Math.max(0, Math.ceil(matching / count) - 1) * count : 0;

/** By name, serial, id, model or installation, in any case. */
function fits(search: string, mode: string, { installations }: WorldModel): (charger: Charger) => boolean {
  const wanted = search.trim().toLowerCase();
  return (charger) => {
    if (mode === 'offline' ? charger.online : mode !== '' && mode !== MODES[charger.mode] && mode !== modeOf(charger)) {
      return false;
    }
    const { name, deviceId, id, model, installationId } = charger;
    const site = installations.get(installationId)?.name ?? '';
    return [name, deviceId, id, model, site].some((text) => text.toLowerCase().includes(wanted));
  };
}

function liveSites(world: WorldModel, chargers: readonly Charger[]): LiveSite[] {
  const currents = sitesOf(world);
  return [...world.installations.values()].map((site) => {
    const own = chargers.filter(({ installationId }) => installationId === site.id);
    return {
      id: site.id,
      name: site.name,
      chargers: own.length,
      charging: own.filter(({ mode }) => mode === 3).length,
      maxCurrent: site.maxCurrent,
      availableCurrent: site.availableCurrent,
      availableCurrentMode: site.availableCurrentMode,
      authenticationRequired: site.authenticationRequired,
      usedA: currents.get(site.id)?.used ?? [0, 0, 0],
      powerW: own.reduce((sum, { powerW }) => sum + Math.round(powerW), 0),
    };
  });
}

function countsOf(chargers: readonly Charger[]): Live['counts'] {
  const counts = { all: chargers.length, disconnected: 0, waiting: 0, charging: 0, paused: 0, full: 0, offline: 0 };
  for (const charger of chargers) {
    counts[modeOf(charger)] += 1;
    if (!charger.online) counts.offline += 1;
  }
  return { ...counts, finished: counts.paused + counts.full };
}

/** The cloud has one mode for both; people want to know which. */
function modeOf({ mode, finalStop, scheduledUntil }: Charger): LiveMode {
  const name = MODES[mode];
  if (name !== 'finished') return name;
  return finalStop || scheduledUntil !== undefined ? 'paused' : 'full';
}

function busOf({ bus, world }: Services): Live['bus'] {
  const stats = bus.stats();
  const topics = stats.topics.map((topic) => {
    const about = namesIn(topic.name, world);
    return { ...topic, ...(about === undefined ? {} : { about }) };
  });
  return { ...stats, topics };
}

function liveCharger(charger: Charger, installation: Installation | undefined): LiveCharger {
  const { id, deviceId, name, model, online, authorised, powerW, currents, allocatedA, car, session } = charger;
  return {
    id,
    deviceId,
    name,
    site: installation?.name ?? '',
    model,
    online,
    modeName: modeOf(charger),
    reason: reasonOf(charger, installation),
    authorised,
    powerW: Math.round(powerW),
    currents,
    allocatedA,
    ...(car ? { car } : {}),
    ...(session ? { sessionKwh: session.energyKwh } : {}),
  };
}

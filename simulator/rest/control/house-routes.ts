import type { Context, Hono } from 'hono';
import { BadInput } from '../../bad-input';
import { DAY, MINUTE } from '../../durations';
import { localHour, midnightOf } from '../../world/house/local-day';
import { PATTERN_NAMES } from '../../world/house/market';
import { isDate } from '../../world/house/house-calendar';
import { SEASON_NAMES } from '../../world/house/season';
import type { RestEnv } from '../context';
import type { Services } from '../services';
import { hang } from '../socket';
import { FORECAST_SHAPES, shapedForecast } from './forecast-shapes';
import { bodyOf, numberOf, textOf } from './input';
import { FaultyMeter } from './meter-faults';
import { shaped, SHAPE_NAMES, type PriceSlot } from './price-shapes';

const MAX_LOAD_A = 10_000;
const MAX_W = 10_000_000;
const MAX_KWH = 10_000;
/** When the prices of tomorrow are published, local hour. */
const PUBLISHED_HOUR = 13;
const SLOT_MINUTES: readonly [number, ...number[]] = [15, 5, 30, 60];
/** The forecast is the mean of so many moments of a slot. */
const MOMENTS = 4;

/** The house below /simulator: its meter, what can be set, the prices of electricity and the forecast of its sun. */
export function registerHouse(app: Hono<RestEnv>, { world, faults }: Services): void {
  const meter = new FaultyMeter(faults);
  app.get('/simulator/meter', (c) => (meter.isSilent ? hang(c) : c.json(meter.read(world.meter()))));

  app.post('/simulator/load', async (c) => {
    const body = await bodyOf(c, ['phase1', 'phase2', 'phase3']);
    const ampere = (phase: string) => numberOf(phase, body[phase], 0, MAX_LOAD_A) ?? 0;
    world.setHouseLoad([ampere('phase1'), ampere('phase2'), ampere('phase3')]);
    return c.json(world.meter());
  });

  app.post('/simulator/sun', async (c) => {
    const body = await bodyOf(c, ['watts']);
    world.setSun(numberOf('watts', body.watts, 0, MAX_W));
    return c.json(world.meter());
  });

  app.post('/simulator/season', async (c) => {
    const body = await bodyOf(c, ['season']);
    world.setSeason(chosen('season', textOf('season', body.season), SEASON_NAMES));
    return c.json({ season: world.season });
  });

  app.post('/simulator/date', async (c) => {
    const body = await bodyOf(c, ['date']);
    const date = textOf('date', body.date);
    if (date !== undefined && !isDate(date)) {
      throw new BadInput(`date: "${date.slice(0, 40)}" is not possible; use a date such as 2026-06-21`);
    }
    world.setDate(date);
    return c.json(world.meter());
  });

  app.post('/simulator/battery', async (c) => {
    const body = await bodyOf(c, ['capacityKwh', 'maxW', 'percent']);
    const capacityKwh = numberOf('capacityKwh', body.capacityKwh, 0.1, MAX_KWH);
    const maxW = numberOf('maxW', body.maxW, 0, MAX_W) ?? 5_000;
    const percent = numberOf('percent', body.percent, 0, 100) ?? 50;
    world.setBattery(capacityKwh === undefined ? undefined : { capacityKwh, maxW, percent });
    return c.json(world.meter());
  });

  app.get('/simulator/prices', (c) => {
    const shape = chosen('shape', c.req.query('shape'), SHAPE_NAMES);
    const pattern = chosen('pattern', c.req.query('pattern'), PATTERN_NAMES);
    const slotMs = slotOf(c);
    const start = midnightOf(world.now);
    const day = (from: number): PriceSlot[] =>
      slotsFrom(from, slotMs, DAY).map((at) => ({ start: at, end: at + slotMs, price: world.priceAt(at, pattern) }));
    const isPublished = localHour(world.now) >= PUBLISHED_HOUR && !faults.hits('prices-late');
    return c.json(shaped(shape, { today: day(start), tomorrow: isPublished ? day(start + DAY) : undefined }) as object);
  });

  app.get('/simulator/forecast', (c) => {
    const shape = chosen('shape', c.req.query('shape'), FORECAST_SHAPES);
    const slotMs = slotOf(c);
    const slots = slotsFrom(midnightOf(world.now), slotMs, 2 * DAY).map((start) => {
      const moments = Array.from({ length: MOMENTS }, (_, index) => start + ((index + 0.5) * slotMs) / MOMENTS);
      const sum = moments.reduce((watts, at) => watts + world.forecastAt(at), 0);
      return { start, end: start + slotMs, watts: Math.round(sum / MOMENTS) };
    });
    return c.json(shapedForecast(shape, slots) as object);
  });
}

/** One of the names, the first where none is given. Throws BadInput for another. */
function chosen<T extends string>(field: string, text: string | undefined, names: readonly [T, ...T[]]): T {
  if (text === undefined || text === '') return names[0];
  const name = names.find((one) => one === text);
  if (name !== undefined) return name;
  throw new BadInput(`${field}: "${text}" is not possible; use one of ${names.join(', ')}`);
}

function slotOf(c: Context): number {
  const text = c.req.query('minutes');
  const minutes = text === undefined || text === '' ? SLOT_MINUTES[0] : Number(text);
  if (SLOT_MINUTES.includes(minutes)) return minutes * MINUTE;
  throw new BadInput(`minutes: "${String(text)}" is not possible; use one of ${SLOT_MINUTES.join(', ')}`);
}

const slotsFrom = (from: number, slotMs: number, lengthMs: number): number[] =>
  Array.from({ length: lengthMs / slotMs }, (_, index) => from + index * slotMs);

import {
  type Calendar,
  parsePrices,
  type Pricing,
  Tariff,
  type TariffSettings,
  zaptecError,
  phrase,
} from '../../src/client';
import type { SessionsSettings } from '../shared/properties';

/** A year of prices for each quarter of an hour, and some more. */
const MOST_ROWS = 40_000;
const KWH_PER_MWH = 1_000;

/** What the dialog says of prices; undefined for no costs. Says so before any session is read if it makes no sense. */
export interface PricingSettings {
  tariff: TariffSettings | undefined;
  perSession: number | undefined;
  hasCosts: boolean;
}

/** @throws ZaptecError `INPUT_INVALID` */
export function pricingSettings(settings: SessionsSettings, calendar: Calendar): PricingSettings {
  const tariff = tariffOf(settings);
  if (tariff) new Tariff(tariff, calendar);
  const perSession = settings.perSession.trim() === '' ? undefined : number(settings.perSession, 'The fixed part');
  return { tariff, perSession, hasCosts: settings.spot || tariff !== undefined || perSession !== undefined };
}

function tariffOf(settings: SessionsSettings): TariffSettings | undefined {
  if (settings.tariff === 'flat') return { kind: 'flat', price: number(settings.price, 'The price') };
  if (settings.tariff !== 'high-low') return undefined;
  return {
    kind: 'high-low',
    high: number(settings.highPrice, 'The high price'),
    low: number(settings.lowPrice, 'The low price'),
    from: settings.highFrom,
    to: settings.highTo,
    days: settings.highDays,
  };
}

/**
 * The prices for the sessions of one time zone.
 * @param prices undefined without spot prices.
 * @param from the day of prices without times, ms since 1970.
 * @throws ZaptecError `INPUT_INVALID`
 */
export function pricingIn(
  calendar: Calendar,
  { tariff, perSession }: PricingSettings,
  { prices, pricePer, from }: { prices: unknown; pricePer: string; from: number },
): Pricing {
  const slots = prices === undefined ? undefined : parsePrices(prices, from, calendar, MOST_ROWS);
  const spot = pricePer === 'MWh' ? slots?.map((slot) => ({ ...slot, price: slot.price / KWH_PER_MWH })) : slots;
  return { spot, tariff: tariff && new Tariff(tariff, calendar), perSession };
}

function number(text: string, what: string): number {
  const value = text.trim() === '' ? NaN : Number(text.trim().replace(',', '.'));
  if (Number.isFinite(value)) return value;
  throw zaptecError('INPUT_INVALID', phrase`${what} is "${text.slice(0, 20)}", no number`, {
    remedy: 'Enter a number in the dialog, such as 1.25',
  });
}

import {
  type Batch,
  clock,
  costOf,
  isBillable,
  type Oddity,
  OddSessions,
  type Calendar,
  type Pricing,
  periodOf,
  type SessionChange,
  type SessionRecord,
  type Watermark,
  type ZaptecClient,
  zaptecError,
} from '../../src/client';
import { chargerFacts, topicOf, type Facts } from '../shared/message';
import { withoutWho } from '../shared/privacy';
import type { SessionsSettings } from '../shared/properties';
import { placesOf, type Place } from './places';
import { pricingIn, type PricingSettings } from './pricing';
import type { SessionsQuery } from './query';
import type { Words } from '../shared/language/catalogues';
import { rowOf } from './rows';
import { checkRecord, type readKeys } from './signatures';
import type { Sender } from './sender';
import { TotalRows } from './total-rows';

const DAY_MS = 86_400_000;

/** What one message makes the node do. */
export interface Reading {
  client: ZaptecClient;
  settings: SessionsSettings;
  query: SessionsQuery;
  pricing: PricingSettings;
  /** Undefined without spot prices. */
  prices: unknown;
  /** Undefined if signed texts are not checked. */
  keys: ReturnType<typeof readKeys> | undefined;
  /** Undefined unless only what is new is read. */
  news: { watermark: Watermark; batch: Batch } | undefined;
  sender: Sender;
  signal: AbortSignal;
  /** @param share from 0 to 1. */
  progress: (sessions: number, share: number) => void;
  warn: (text: string) => void;
  words: Words;
}

interface Period {
  from: number;
  to: number;
}

/**
 * Reads the sessions of all places, one page after the other, and hands them to the sender as rows or as totals.
 * @returns how many sessions there were.
 * @throws ZaptecError
 */
export async function read(reading: Reading): Promise<number> {
  const { client, settings, query, sender, signal, news } = reading;
  const options = { signal, lane: 'background' } as const;
  const { places, about } = await placesOf(client, query, settings.timeZone, options);
  const now = clock.wall();
  // Every mistake in a time shows before the first request for sessions.
  const planned = places.map((place) => ({ place, period: periodIn(place, now, reading) }));
  const priced = new Map<Calendar, Pricing>();
  for (const { place, period } of planned) {
    if (!reading.pricing.hasCosts || priced.has(place.calendar)) continue;
    // Prices without times are those of the day for which they were sent.
    priced.set(place.calendar, pricesOf(place.calendar, query.period ? period.from : now, reading));
  }
  const facts: Facts = {
    ...about,
    ...timesOf(planned),
    ...(news && settings.acknowledge ? { batch: news.batch.id } : {}),
  };
  const totals = settings.rows === 'sessions' ? undefined : new TotalRows(settings.rows);
  const oddSessions = new OddSessions();
  let sessions = 0;
  for (const [index, { place, period }] of planned.entries()) {
    const pricing = priced.get(place.calendar);
    for await (const found of pagesOf(place, period, reading)) {
      for (const record of found.sessions) {
        // Each one may overlap another, whoever charged.
        const odd = settings.odd ? oddSessions.of(record) : [];
        if (!isOf(record, query.user)) continue;
        const change = take(place, record, period, reading);
        if (change === 'known' || (!news && !settings.corrected && !isBillable(record))) continue;
        sessions += 1;
        send(reading, { record, place, pricing, facts, totals, change, odd });
      }
      reading.progress(sessions, (index + found.progress) / planned.length);
    }
    news?.watermark.readToEnd(news.batch, place.key, { begin: period.from, now });
  }
  const what = totals ? 'totals' : 'sessions';
  const rows = totals?.rows(settings, reading.pricing.hasCosts) ?? [];
  for (const row of rows) sender.push({ payload: row, facts, topic: topicOf(facts, what) });
  sender.end({ facts, topic: topicOf(facts, what) });
  return sessions;
}

function periodIn({ key, calendar }: Place, now: number, { query, news, settings }: Reading): Period {
  if (query.period) {
    const { start, end } = periodOf(query.period, now, calendar);
    // Nothing has ended after now.
    return { from: start, to: Math.max(start + 1, Math.min(end, now)) };
  }
  const begin =
    query.begin === undefined
      ? now - settings.lookback * DAY_MS
      : periodOf({ period: 'since', from: query.begin }, now, calendar).start;
  return { from: news?.watermark.from(key, begin) ?? begin, to: now };
}

function pricesOf(calendar: Calendar, from: number, { pricing, prices, settings }: Reading): Pricing {
  return pricingIn(calendar, pricing, { prices, pricePer: settings.pricePer, from });
}

async function* pagesOf({ of }: Place, { from, to }: Period, { client, query, signal, warn }: Reading) {
  const userId = query.user !== undefined && GUID.test(query.user) ? { userId: query.user } : {};
  const period = { from: new Date(from), to: new Date(to) };
  const pages = client.sessionRecords.pages({ of, ...period, ...userId }, { signal, lane: 'background' });
  for await (const page of pages) {
    if (signal.aborted) throw zaptecError('ABORTED', 'The reading was stopped');
    if (page.unusable > 0) warn('Zaptec sent sessions without an id or a charger: they are left out');
    if (page.source === 'history') {
      warn('The account may not read the archive of sessions: the old history is read, which ends on 2027-01-01');
    }
    yield page;
  }
}

function take(
  { key }: Place,
  record: SessionRecord,
  { from, to }: Period,
  { news }: Reading,
): SessionChange | 'known' | undefined {
  if (!news) return undefined;
  return news.watermark.take(news.batch, key, record, { begin: from, now: to }) ?? 'known';
}

function send(
  { settings, sender, client, keys, words, pricing: { hasCosts } }: Reading,
  {
    record: known,
    place: { calendar },
    pricing,
    facts,
    totals,
    change,
    odd,
  }: {
    record: SessionRecord;
    place: Place;
    pricing: Pricing | undefined;
    facts: Facts;
    totals: TotalRows | undefined;
    change: SessionChange | undefined;
    odd: readonly Oddity[];
  },
): void {
  const { chargerId: id, chargerName: name, deviceId, installationId, installationName } = known;
  const about = { ...facts, ...chargerFacts(defined({ id, name, deviceId, installationId, installationName })) };
  const record = withoutWho({ payload: known, facts: about, topic: '' }, settings.who).payload as SessionRecord;
  const cost = pricing && isBillable(record) ? costOf(record, pricing) : undefined;
  if (totals) totals.add(record, calendar, cost);
  else {
    // A text that names nobody could not be checked.
    const check = keys && checkRecord(known, keys, client);
    const payload = rowOf({ record, calendar, cost, change, check, odd, words }, settings, hasCosts);
    sender.push({ payload, facts: about, topic: topicOf(about, 'session') });
  }
}

type Known = Parameters<typeof chargerFacts>[0];

function defined(charger: { [K in keyof Known]: Known[K] | undefined } & { id: string }): Known {
  return Object.fromEntries(Object.entries(charger).filter(([, value]) => value !== undefined)) as unknown as Known;
}

const GUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Whether a session is of a user or a tag. */
function isOf({ userId, userName, userEmail, token, tokenName }: SessionRecord, wanted: string | undefined): boolean {
  const user = wanted?.toLowerCase();
  return (
    user === undefined ||
    [userId, userName, userEmail, token, tokenName].some((known) => known?.trim().toLowerCase() === user)
  );
}

/** The time that was asked for; undefined where time zones differ. */
function timesOf(planned: readonly { place: { calendar: Calendar }; period: Period }[]): Facts {
  const texts = planned.map(({ place: { calendar }, period: { from, to } }) => [calendar.iso(from), calendar.iso(to)]);
  const [[from, to] = []] = texts;
  if (from === undefined || to === undefined) return {};
  return texts.every(([a, b]) => a === from && b === to) ? { from, to } : {};
}

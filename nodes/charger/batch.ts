import { type Charger, type CommandResult, zaptecError, type ZaptecError, phrase } from '../../src/client';
import { fanOut, type ItemResult } from '../shared/fan-out';
import {
  anyStale,
  answerFacts,
  chargerFacts,
  joinedMeta,
  topicOf,
  type Facts,
  type ReadingMeta,
  type Item,
} from '../shared/message';
import { errorIn, type Words } from '../shared/language/catalogues';
import type { Outcome } from '../shared/output';
import { found } from '../shared/output';
import type { StatusDescription } from '../shared/status';

/** A failure as plain JSON, for a summary: who, and code, cause and remedy in one text. */
export interface Failure {
  charger: string;
  error: string;
}

function failureOf({ id, name }: Charger, { code, message }: ZaptecError): Failure {
  return { charger: name ?? id, error: `${code}: ${message}` };
}

/**
 * Does the same to every charger. When none succeeded the first error stands for all: an answer that holds nothing
 * but failures would pass a flow that does not look.
 */
export async function toMany<R>(
  chargers: readonly Charger[],
  work: (charger: Charger, startNext: () => void) => Promise<R>,
  signal: AbortSignal,
): Promise<ItemResult<Charger, R>[]> {
  const results = await fanOut(chargers, work, signal);
  const [first] = results;
  if (first && 'error' in first && results.every((result) => 'error' in result)) throw first.error;
  return results;
}

/** What a change did at one of several chargers: `unconfirmed` says why nobody knows. */
export interface ChangeResult {
  result: CommandResult;
  unconfirmed?: string;
}

/**
 * One summary of a change to many: how many took it, how many had nothing to do, and who failed why. Nobody knows of a
 * charger that did not show what was sent to it: it is listed with those that failed, for somebody to look at.
 */
export function summary<R>(
  results: readonly ItemResult<Charger, R>[],
  {
    about,
    what,
    words,
    resultOf = () => ({ result: 'accepted' }),
  }: { about: Facts; what: string; words: Words; resultOf?: (value: R) => ChangeResult },
): Outcome {
  const failed: Failure[] = [];
  const fail = (charger: Charger, error: ZaptecError) => failed.push(failureOf(charger, errorIn(words, error)));
  const counts: Record<CommandResult, number> = { changed: 0, unchanged: 0, accepted: 0, unconfirmed: 0 };
  for (const one of results) {
    if ('error' in one) {
      fail(one.item, one.error);
      continue;
    }
    const { result, unconfirmed = 'The charger did not show it' } = resultOf(one.value);
    counts[result] += 1;
    if (result === 'unconfirmed') fail(one.item, zaptecError('UNCONFIRMED', unconfirmed));
  }
  const { changed, unchanged, accepted } = counts;
  const done = changed + accepted;
  const result = changed > 0 ? 'changed' : accepted > 0 ? 'accepted' : 'unchanged';
  return {
    payload: { done, unchanged, failed },
    facts: { ...about, ...(failed.length === 0 && results.length > 0 ? { result } : {}) },
    topic: topicOf(about, what),
    status: partly(done + unchanged, results.length),
  };
}

/** What readings of many chargers become. */
export interface ReadingOptions {
  about: Facts;
  what: string;
  /** What stands in the place of a charger that could not be read. */
  unread: (charger: Charger) => unknown;
  /** Warns once per node and text. */
  warn: (text: string) => void;
}

/** Joins what was read of several chargers. One that could not be read is warned of, and keeps its place in the array. */
export function readings(
  results: readonly ItemResult<Charger, Reading>[],
  { about, what, unread, warn }: ReadingOptions,
): Outcome {
  const failed = results.flatMap((result) => ('error' in result ? [failureOf(result.item, result.error)] : []));
  for (const { charger, error } of failed) warn(phrase`${charger} could not be read: ${error}`);
  const items = results.map((result): Item => {
    if ('value' in result) return result.value.item;
    const facts = { ...chargerFacts(result.item), stale: true };
    return { payload: unread(result.item), facts, topic: topicOf(facts, what) };
  });
  const meta = joinedMeta(results.flatMap((result) => ('value' in result ? [result.value.meta] : [])));
  return {
    payload: items.map(({ payload }) => payload),
    facts: { ...about, ...(meta ? { ...answerFacts(meta), stale: anyStale(items) } : {}) },
    topic: topicOf(about, what),
    items,
    status: failed.length === 0 ? found(items.length) : partly(items.length - failed.length, items.length),
  };
}

/** What was read of one charger, and how. */
export interface Reading {
  item: Item;
  meta: ReadingMeta;
}

function partly(done: number, all: number): StatusDescription {
  return { fill: done === all ? 'green' : 'yellow', shape: 'dot', key: 'summary', parameters: { done, all } };
}

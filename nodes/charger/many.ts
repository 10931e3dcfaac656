import type { AnswerMeta, Charger } from '../../src/client';
import type { ZaptecError } from '../../src/http/errors';
import { fanOut, type ItemResult } from '../shared/fan-out';
import { answerFacts, chargerFacts, joinedMeta, topicOf, type Facts } from '../shared/message';
import type { Item, Outcome } from '../shared/output';
import { found } from '../shared/outcomes';
import type { Sign } from '../shared/status';

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
  work: (charger: Charger) => Promise<R>,
  signal: AbortSignal,
): Promise<ItemResult<Charger, R>[]> {
  const results = await fanOut(chargers, work, signal);
  const [first] = results;
  if (first && 'error' in first && results.every((result) => 'error' in result)) throw first.error;
  return results;
}

/** One summary of a change to many: how many took it, how many had nothing to do, and who failed why. */
export function summary(results: readonly ItemResult<Charger, unknown>[], about: Facts, what: string): Outcome {
  const failed = results.flatMap((result) => ('error' in result ? [failureOf(result.item, result.error)] : []));
  const done = results.length - failed.length;
  return {
    payload: { done, unchanged: 0, failed },
    facts: { ...about, ...(failed.length === 0 && done > 0 ? { result: 'accepted' } : {}) },
    topic: topicOf(about, what),
    sign: partly(done, results.length),
  };
}

/** What readings of many chargers become. */
export interface ReadingOptions {
  about: Facts;
  what: string;
  /** What stands in the place of a charger that could not be read. */
  unread: (charger: Charger) => unknown;
  /** Told once per node and text. */
  warn: (text: string) => void;
}

/** Readings of many chargers. One that could not be read is told, keeps its place and spoils nothing. */
export function readings(
  results: readonly ItemResult<Charger, Reading>[],
  { about, what, unread, warn }: ReadingOptions,
): Outcome {
  const failed = results.flatMap((result) => ('error' in result ? [failureOf(result.item, result.error)] : []));
  for (const { charger, error } of failed) warn(`${charger} could not be read: ${error}`);
  const items = results.map((result): Item => {
    if ('value' in result) return result.value.item;
    const facts = { ...chargerFacts(result.item), stale: true };
    return { payload: unread(result.item), facts, topic: topicOf(facts, what) };
  });
  const meta = joinedMeta(results.flatMap((result) => ('value' in result ? [result.value.meta] : [])));
  return {
    payload: items.map(({ payload }) => payload),
    facts: { ...about, ...(meta ? answerFacts(meta, failed.length === 0) : {}) },
    topic: topicOf(about, what),
    items,
    sign: failed.length === 0 ? found(items.length) : partly(items.length - failed.length, items.length),
  };
}

/** What was read of one charger, and how. */
export interface Reading {
  item: Item;
  meta: AnswerMeta;
}

function partly(done: number, all: number): Sign {
  return { fill: done === all ? 'green' : 'yellow', shape: 'dot', key: 'summary', parameters: { done, all } };
}

import type { Answer, Charger, Installation } from '../../src/client';
import { anyStale, answerFacts, chargerFacts, installationFacts, topicOf, type Facts } from './message';
import type { Item, Outcome } from './output';
import { STATUSES, type StatusDescription } from './status';

export const found = (n: number): StatusDescription => ({
  fill: 'green',
  shape: 'dot',
  key: 'found',
  parameters: { n },
});

/** An answer about one thing, or about a whole. */
export function answered(
  { data, meta }: Answer<unknown>,
  about: Facts,
  what: string,
  { online, sign = STATUSES.done }: { online?: boolean | undefined; sign?: StatusDescription } = {},
): Outcome {
  return { payload: data, facts: { ...about, ...answerFacts(meta, online) }, topic: topicOf(about, what), sign };
}

/** A list, as an array or one by one. */
export function listed<T>(answer: Answer<readonly T[]>, about: Facts, what: string, item: (thing: T) => Item): Outcome {
  const { facts, ...whole } = answered(answer, about, what, { sign: found(answer.data.length) });
  const items = answer.data.map(item);
  return { ...whole, facts: { ...facts, stale: facts.stale === true || anyStale(items) }, items };
}

export function chargersListed(answer: Answer<Charger[]>, about: Facts): Outcome {
  return listed(answer, about, 'chargers', (charger) => chargerItem(charger, answer.meta));
}

export function chargerItem(charger: Charger, meta: Answer<unknown>['meta']): Item {
  const facts = chargerFacts(charger);
  return {
    payload: charger,
    facts: { ...facts, ...answerFacts(meta, charger.isOnline) },
    topic: topicOf(facts, 'details'),
  };
}

export function installationItem(installation: Installation, meta: Answer<unknown>['meta']): Item {
  const facts = installationFacts(installation);
  return { payload: installation, facts: { ...facts, ...answerFacts(meta) }, topic: topicOf(facts, 'details') };
}

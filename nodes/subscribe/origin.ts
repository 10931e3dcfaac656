import type { KnownCharger } from '../../src/client';
import { chargerFacts, installationFacts, topicOf, type Facts } from '../shared/message';

/** An installation as messages name it. */
export interface Site {
  id: string;
  name?: string;
}

type Whereabouts = Pick<Facts, 'installation' | 'charger'>;

/** What every message of a charger says of it. */
class Place {
  readonly #facts: Whereabouts;
  readonly #topic: string;

  constructor(charger: KnownCharger, site: Site) {
    const facts = chargerFacts(charger);
    // The list of chargers tells only the id of the installation.
    this.#facts = charger.installationId === site.id ? { ...facts, ...installationFacts(site) } : facts;
    this.#topic = topicOf(this.#facts, '');
  }

  /** A copy of its own for each message. */
  facts(): Whereabouts {
    const { installation, charger } = this.#facts;
    const facts: Whereabouts = {};
    if (installation) facts.installation = { ...installation };
    if (charger) facts.charger = { ...charger };
    return facts;
  }

  topic(what: string): string {
    return this.#topic + what;
  }
}

/** They are made once, since a busy feed has thousands of messages a second. */
const places = new WeakMap<Site, WeakMap<KnownCharger, Place>>();

/** @param charger as the store knows it: once it learns more, it is another object. */
export function placeOf(charger: KnownCharger, site: Site): Place {
  return places.get(site)?.get(charger) ?? newPlace(charger, site);
}

function newPlace(charger: KnownCharger, site: Site): Place {
  const place = new Place(charger, site);
  const ofSite = places.get(site) ?? new WeakMap<KnownCharger, Place>();
  places.set(site, ofSite.set(charger, place));
  return place;
}

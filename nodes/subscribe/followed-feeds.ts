import { follow, type FollowContext } from './follow';
import type { InstallationName } from './items';
import { chargersOf } from './latest-values';
import { openFeeds, type ConnectionClient, type Opened } from './open-feeds';
import type { Selection } from './selection';

/** The feeds that one node follows, one for each installation that its settings mean. */
export class FollowedFeeds {
  readonly #opened = new Map<string, Opened>();
  readonly #ends = new Map<string, () => void>();

  get all(): Opened[] {
    return [...this.#opened.values()];
  }

  /**
   * Follows the feeds of installations that are new, and ends those of installations that the account no longer sees.
   * @returns how many feeds are new, and the installations whose feeds have ended.
   * @throws ZaptecError `NOT_FOUND`, `AMBIGUOUS`
   */
  async update(client: ConnectionClient, context: FollowContext): Promise<{ fresh: number; gone: InstallationName[] }> {
    const { fresh, gone } = await openFeeds(this.#opened, client);
    for (const one of fresh) this.#ends.set(one.installation.id, follow(one, context));
    for (const { installation } of gone) {
      this.#ends.get(installation.id)?.();
      this.#ends.delete(installation.id);
    }
    return { fresh: fresh.length, gone: gone.map(({ installation }) => installation) };
  }

  /** Waits until every feed knows the present state of its chargers. */
  async ready(): Promise<void> {
    await Promise.all(this.all.map(({ feed }) => feed.ready));
  }

  /** The names of chargers that no installation has: a mistyped one would never send anything. */
  async missingChargers(selection: Selection): Promise<string[]> {
    await this.ready();
    return selection.missing(this.all.flatMap(({ installation, feed }) => chargersOf(feed.store, installation)));
  }

  /** Ends all of them; the next update opens them anew. */
  end(): void {
    for (const end of this.#ends.values()) end();
    this.#ends.clear();
    this.#opened.clear();
  }
}

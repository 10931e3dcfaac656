import type { TokenSource } from './token';

type Source = Pick<TokenSource, 'current' | 'get' | 'invalidate' | 'isRefused' | 'secrets'>;

/**
 * The credentials that an account uses for what outlives a single client: feeds and the governor. Those that logged in
 * last stay in charge, so that a connection with an outdated password takes nothing over.
 */
export class ActiveTokens implements Source {
  /** In the order in which they were in charge; the last one is. */
  readonly #sources = new Set<Source>();

  /** Somebody uses these. They take over only where there are none, or none that Zaptec accepts. */
  offer(tokens: Source): void {
    if (tokens === this || this.#sources.has(tokens)) return;
    if (this.#inCharge()?.isRefused === false) this.#putFirst(tokens);
    else this.#sources.add(tokens);
  }

  /** These have just logged in. */
  worked(tokens: Source): void {
    if (tokens === this) return;
    this.#sources.delete(tokens);
    this.#sources.add(tokens);
  }

  get current(): string | undefined {
    return this.#inCharge()?.current;
  }

  get isRefused(): boolean {
    return this.#inCharge()?.isRefused ?? false;
  }

  get secrets(): (string | undefined)[] {
    return [...this.#sources].flatMap(({ secrets }) => secrets);
  }

  /** @throws ZaptecError as `TokenSource.get` */
  async get(...options: Parameters<Source['get']>): Promise<string> {
    const tokens = this.#inCharge();
    if (!tokens) throw new Error('No client was opened yet');
    try {
      return await tokens.get(...options);
    } catch (error) {
      // Those in charge have just been refused: there may be others.
      const others = this.#inCharge();
      if (others === undefined || others === tokens) throw error;
      return others.get(...options);
    }
  }

  /** The token may belong to any of them. */
  invalidate(token: string): void {
    for (const source of this.#sources) source.invalidate(token);
  }

  #inCharge(): Source | undefined {
    const newestFirst = [...this.#sources].reverse();
    return newestFirst.find(({ isRefused }) => !isRefused) ?? newestFirst[0];
  }

  #putFirst(tokens: Source): void {
    const others = [...this.#sources];
    this.#sources.clear();
    for (const source of [tokens, ...others]) this.#sources.add(source);
  }
}

import { createHash } from 'node:crypto';
import type { ZaptecClient } from '../../../src/client';
import { asError } from '../../shared/errors';
import { guarded } from '../../shared/guard';
import { ConnectionClient } from '../connection-client';
import type { ConnectionConfig } from '../settings';

/** A dialog is worked on for some minutes, and asks again and again. */
const KEPT_MS = 5 * 60_000;

interface UnsavedClient {
  opener: ConnectionClient;
  leaving: NodeJS.Timeout;
}

/**
 * Clients for settings that are not deployed. Kept for a while, so that searching in a dialog neither logs in each time
 * nor tries a wrong password again and again, for which Zaptec locks accounts. A deploy ends them: a trial holds its
 * account, which would keep the Redis of before however often somebody deploys another one.
 */
export class UnsavedClients {
  readonly #open = new Map<string, UnsavedClient>();
  #watching = false;
  readonly #onceDeployed: (listener: () => void) => void;

  /** @param onceDeployed calls the listener once, when nodes are about to be made. */
  constructor(onceDeployed: (listener: () => void) => void) {
    this.#onceDeployed = onceDeployed;
  }

  /** @throws ZaptecError that tells no secret of these settings. */
  async use<T>(wanted: ConnectionConfig, work: (client: ZaptecClient) => Promise<T>): Promise<T> {
    const key = createHash('sha256').update(JSON.stringify(wanted)).digest('hex');
    const { opener } = this.#keep(key, wanted);
    try {
      const client = await opener.ready();
      // What the account has read already would be answered whatever the password.
      await client.verify();
      return await work(client);
    } catch (thrown) {
      throw asError(thrown, [wanted.password, wanted.redisUrl]);
    }
  }

  #keep(key: string, wanted: ConnectionConfig): UnsavedClient {
    this.#watch();
    const trial = this.#open.get(key) ?? { opener: new ConnectionClient(wanted, () => undefined), leaving: undefined };
    clearTimeout(trial.leaving);
    const end = guarded(
      () => this.#end(key),
      // There is nobody to tell; what was open is let go of.
      () => undefined,
    );
    const kept = { ...trial, leaving: setTimeout(end, KEPT_MS).unref() };
    this.#open.set(key, kept);
    return kept;
  }

  /** Also those that somebody waits for: with them the new nodes would get the account of before. */
  #watch(): void {
    if (this.#watching) return;
    this.#watching = true;
    const end = () => {
      this.#watching = false;
      for (const key of [...this.#open.keys()]) this.#end(key);
    };
    this.#onceDeployed(guarded(end, () => undefined));
  }

  #end(key: string): void {
    const trial = this.#open.get(key);
    this.#open.delete(key);
    clearTimeout(trial?.leaving);
    trial?.opener.close();
  }
}

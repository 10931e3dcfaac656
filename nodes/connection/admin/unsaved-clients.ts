import { createHash } from 'node:crypto';
import type { ZaptecClient } from '../../../src/client';
import { asError } from '../../shared/errors';
import { guarded } from '../../shared/guard';
import { ConnectionClient } from '../connection-client';
import type { ConnectionConfig } from '../settings';

/** Somebody works on a dialog for some minutes, in ms, and the dialog asks again and again. */
const KEPT_MS = 5 * 60_000;

interface UnsavedClient {
  connectionClient: ConnectionClient;
  expiry: NodeJS.Timeout;
}

/**
 * Clients for settings that are not deployed. Kept for a while, so that searching in a dialog neither logs in each time
 * nor tries a wrong password again and again, for which Zaptec locks accounts. A deploy closes them: an open client
 * holds its account, which would keep its Redis however often somebody deploys another one.
 */
export class UnsavedClients {
  readonly #open = new Map<string, UnsavedClient>();
  #waitsForDeploy = false;
  readonly #onceDeployed: (listener: () => void) => void;

  /** @param onceDeployed calls the listener once, when nodes are about to be made. */
  constructor(onceDeployed: (listener: () => void) => void) {
    this.#onceDeployed = onceDeployed;
  }

  /**
   * @param again whether a refused password is tried once more.
   * @throws ZaptecError that holds no secret of these settings.
   */
  async use<T>(config: ConnectionConfig, work: (client: ZaptecClient) => Promise<T>, again = false): Promise<T> {
    const key = createHash('sha256').update(JSON.stringify(config)).digest('hex');
    try {
      const client = await this.#keep(key, config).ready();
      // What the account has read already would be answered whatever the password.
      await client.verify({ again });
      return await work(client);
    } catch (thrown) {
      throw asError(thrown, [config.password, config.redisUrl]);
    }
  }

  #keep(key: string, config: ConnectionConfig): ConnectionClient {
    this.#closeOnDeploy();
    const known = this.#open.get(key);
    clearTimeout(known?.expiry);
    const connectionClient = known?.connectionClient ?? new ConnectionClient(config, () => undefined);
    const close = guarded(
      () => this.#close(key),
      // There is nobody to report to; the client is closed all the same.
      () => undefined,
    );
    this.#open.set(key, { connectionClient, expiry: setTimeout(close, KEPT_MS).unref() });
    return connectionClient;
  }

  /** Closes also those that somebody waits for: with them the new nodes would get the account of before. */
  #closeOnDeploy(): void {
    if (this.#waitsForDeploy) return;
    this.#waitsForDeploy = true;
    const closeAll = () => {
      this.#waitsForDeploy = false;
      for (const key of [...this.#open.keys()]) this.#close(key);
    };
    this.#onceDeployed(guarded(closeAll, () => undefined));
  }

  #close(key: string): void {
    const known = this.#open.get(key);
    this.#open.delete(key);
    clearTimeout(known?.expiry);
    known?.connectionClient.close();
  }
}

import { openClient, zaptecError, type ClientOptions, type ZaptecClient } from '../../src/client';
import { acquireSimulator, type SimulatorUse } from './simulator';
import { nameOf, problemOf, type ConnectionConfig } from './settings';

/** Over a deploy, which closes every node and opens it again. */
const FEED_LINGER_MS = 30_000;

/** Opens the client of one connection node when it is first needed, and closes it with the node. */
export class ConnectionClient {
  private opening: Promise<ZaptecClient> | undefined;
  private use: SimulatorUse | undefined;
  /** Once it is open. */
  client: ZaptecClient | undefined;
  private closed = false;

  /** @param opened called once, with the client, before anybody else gets it. */
  constructor(
    private readonly config: ConnectionConfig,
    private readonly opened: (client: ZaptecClient) => void,
  ) {}

  /** The client. A failure is not remembered: the next message may find the reason gone. */
  readonly ready = (): Promise<ZaptecClient> => {
    this.opening ??= this.open().catch((error: unknown) => {
      this.opening = undefined;
      throw error;
    });
    return this.opening;
  };

  close(): void {
    this.closed = true;
    this.client?.close();
    this.use?.release();
  }

  private async open(): Promise<ZaptecClient> {
    const problem = problemOf(this.config);
    if (problem) throw problem;
    const options = await this.options();
    if (this.closed) {
      this.use?.release();
      throw zaptecError('ABORTED', 'The connection was closed');
    }
    this.client = openClient(options);
    this.opened(this.client);
    return this.client;
  }

  private async options(): Promise<ClientOptions> {
    const { cloud, baseUrl, username, password, readOnly, redisUrl, stateDir } = this.config;
    const common = { readOnly, feedLingerMs: FEED_LINGER_MS, name: nameOf(this.config) };
    if (cloud !== 'simulator') {
      return {
        ...common,
        // The built-in simulator forgets with the process, so that there is nothing to remember of it.
        ...(stateDir === undefined ? {} : { stateDir }),
        username,
        password,
        ...(cloud === 'custom' ? { baseUrl: baseUrl.trim() } : {}),
        ...(redisUrl === '' ? {} : { redisUrl }),
      };
    }
    this.use ??= await acquireSimulator(this.config);
    const { simulator } = this.use;
    const [owner] = simulator.accounts;
    if (!owner) throw zaptecError('INTERNAL', 'The simulator has no account');
    const { username: user, password: word } = owner;
    return { ...common, username: user, password: word, baseUrl: simulator.baseUrl, simulator: true };
  }
}

import {
  openClient,
  type CallOptions,
  type SessionPage,
  type SessionQuery,
  type SessionRecord,
  type ZaptecClient,
} from '../../src/client';
import { startSimulator, type Simulator, type SimulatorOptions } from '../../simulator/index';
import type { Role } from '../../simulator/world/model';
import { VirtualClock } from './virtual-clock';

/** A simulator with a long history whose world stands still, and clients of it in virtual time. */
export class SessionCloud {
  simulator!: Simulator;
  readonly clock = new VirtualClock();
  readonly #clients: ZaptecClient[] = [];

  private constructor() {
    // Not before the clock.
  }

  static async start(options: SimulatorOptions = {}): Promise<SessionCloud> {
    const cloud = new SessionCloud();
    cloud.simulator = await cloud.clock.until(startSimulator({ speed: 0, ...options }));
    return cloud;
  }

  client(role: Role = 'owner'): ZaptecClient {
    const { username = '', password = '' } = this.simulator.accounts.find((account) => account.role === role) ?? {};
    const client = openClient({ baseUrl: this.simulator.baseUrl, username, password });
    this.#clients.push(client);
    return client;
  }

  get places() {
    return [...this.simulator.world.installations.keys()].map((installationId) => ({ installationId }));
  }

  /** The whole time that the simulator has sessions of. */
  get whole() {
    const { now } = this.simulator.world;
    return { from: new Date(now - 500 * 86_400_000), to: new Date(now) };
  }

  /** All pages; the callback sees each when it is there. */
  async read(
    client: ZaptecClient,
    query: Partial<SessionQuery> = {},
    options: CallOptions = {},
    onPage?: (page: SessionPage) => void,
  ): Promise<SessionPage[]> {
    const read = async () => {
      const pages: SessionPage[] = [];
      for await (const page of client.sessionRecords.pages({ of: this.places, ...this.whole, ...query }, options)) {
        onPage?.(page);
        pages.push(page);
      }
      return pages;
    };
    return this.clock.until(read());
  }

  requests(path: string): string[] {
    return this.simulator.requests.filter((record) => record.path === path).map(({ query }) => query);
  }

  async stop(): Promise<void> {
    for (const client of this.#clients) client.close();
    // The accounts linger: a later test whose server gets the same port must not have them, with timers that never fire.
    await this.clock.advance(31_000);
    await this.clock.until(this.simulator.stop());
    this.clock.restore();
  }
}

export const sessionsOf = (pages: readonly SessionPage[]): SessionRecord[] => pages.flatMap(({ sessions }) => sessions);

import { openClient, type ClientOptions, type ZaptecClient } from '../../src/client';
import type { ZaptecError } from '../../src/errors/zaptec-error';
import { failureOf } from './failure';
import { ScriptedServer } from './scripted-server';
import { VirtualClock } from './virtual-clock';

export const HOME = '0a1b2c3d-0000-4000-8000-000000000001';
export const SITE = '0a1b2c3d-0000-4000-8000-000000000002';
export const GARAGE = '0a1b2c3d-0000-4000-8000-0000000000a1';
/** The id of nothing that the lists have. */
export const NOBODY = '0a1b2c3d-0000-4000-8000-0000000000ff';

const INSTALLATIONS = [
  { Id: HOME, Name: 'Home', CurrentUserRoles: 2 },
  { Id: SITE, Name: 'Site', CurrentUserRoles: 1 },
];

export const CHARGERS = [
  {
    Id: GARAGE,
    Name: 'Garage',
    DeviceId: 'ZAP012345',
    InstallationId: HOME,
    InstallationName: 'Home',
    Pin: '1234',
    DeviceType: 4,
  },
  {
    Id: '0a1b2c3d-0000-4000-8000-0000000000a2',
    Name: 'Left',
    DeviceId: 'ZAP012346',
    InstallationId: HOME,
    InstallationName: 'Home',
  },
  {
    Id: '0a1b2c3d-0000-4000-8000-0000000000a3',
    Name: 'Left',
    DeviceId: 'ZAP012347',
    InstallationId: SITE,
    InstallationName: 'Site',
  },
];

/** Two installations with three chargers behind a real server that answers by path, and a client of theirs. */
export class ScriptedCloud {
  readonly server: ScriptedServer;
  readonly clock: VirtualClock;
  readonly client: ZaptecClient;
  /** What a path answers, whatever its query; 404 for any other. */
  readonly routes: Record<string, unknown> = {
    '/api/installation': { Pages: 1, Data: INSTALLATIONS },
    '/api/chargers': { Pages: 1, Data: CHARGERS },
  };

  static async start(): Promise<ScriptedCloud> {
    const server = new ScriptedServer();
    await server.start();
    return new ScriptedCloud(server);
  }

  private constructor(server: ScriptedServer) {
    this.server = server;
    server.handler = (seen, response) => {
      const path = new URL(seen.url, server.url).pathname;
      if (!(path in this.routes)) response.writeHead(404).end();
      else response.end(JSON.stringify(this.routes[path]));
    };
    this.clock = new VirtualClock();
    this.client = this.open();
  }

  /** Another client of the same account. */
  open(options: Partial<ClientOptions> = {}): ZaptecClient {
    const login = { baseUrl: this.server.url, username: 'owner@example.org', password: 'planted-password' };
    return openClient({ ...login, ...options });
  }

  /** Method and path of each request so far, without the query. */
  paths(): string[] {
    return this.server.seen.map(({ method, url }) => `${method} ${url.split('?')[0]}`);
  }

  failing(call: Promise<unknown>): Promise<ZaptecError> {
    return this.clock.until(failureOf(call));
  }

  async stop(): Promise<void> {
    this.client.close();
    this.clock.restore();
    await this.server.stop();
  }
}

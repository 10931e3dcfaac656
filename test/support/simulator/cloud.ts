import type { FaultSetting } from '../../../simulator/faults/setting';
import type { FaultName } from '../../../simulator/faults/table';
import { startSimulator, type Simulator, type SimulatorOptions } from '../../../simulator/index';
import type { Role } from '../../../simulator/world/model';
import { ManualClock } from './manual-clock';

/** A call of the API; the default account is the owner. */
interface Call extends Omit<RequestInit, 'headers'> {
  role?: Role;
  headers?: Record<string, string>;
}

/** A running simulator with a manual clock, and the calls that tests make. */
export class Cloud {
  readonly #tokens = new Map<Role, string>();

  private constructor(
    readonly clock: ManualClock,
    readonly simulator: Simulator,
  ) {}

  static async start(options: SimulatorOptions = {}): Promise<Cloud> {
    const clock = new ManualClock();
    return new Cloud(clock, await startSimulator({ clock, ...options }));
  }

  fault(name: FaultName, setting: Partial<FaultSetting> = {}): void {
    this.simulator.faults.set(name, { on: true, ...setting });
  }

  login(fields: Record<string, string> = {}, init: RequestInit = {}): Promise<Response> {
    const { username, password } = this.simulator.accounts[0]!;
    const form = { grant_type: 'password', username, password, scope: 'offline_access', ...fields };
    const body = new URLSearchParams(form);
    return fetch(`${this.simulator.baseUrl}/oauth/token`, { method: 'POST', body, ...init });
  }

  /** A token for a role; logs in once. */
  async token(role: Role = 'owner'): Promise<string> {
    const known = this.#tokens.get(role);
    if (known !== undefined) return known;
    const account = this.simulator.accounts.find((candidate) => candidate.role === role)!;
    const answer = await this.login({ username: account.username, password: account.password });
    const { access_token: token } = (await answer.json()) as { access_token: string };
    this.#tokens.set(role, token);
    return token;
  }

  async call(path: string, { role = 'owner', ...init }: Call = {}): Promise<Response> {
    const headers = { Authorization: `Bearer ${await this.token(role)}`, 'User-Agent': 'tests/1', ...init.headers };
    return fetch(this.simulator.baseUrl + path, { ...init, headers });
  }

  control(path: string, method = 'GET', body?: unknown): Promise<Response> {
    const init = body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) };
    return fetch(`${this.simulator.baseUrl}/simulator${path}`, { method, ...init });
  }

  async json(path: string): Promise<any> {
    return (await this.control(path)).json();
  }
}

import type { SimulatorClock } from '../../../simulator/clock';
import type { FaultSetting } from '../../../simulator/faults/setting';
import type { FaultName } from '../../../simulator/faults/table';
import { startSimulator, type Simulator, type SimulatorOptions } from '../../../simulator/index';
import type { Role } from '../../../simulator/world/model';

/** Time that moves only when a test says so. */
export class HandClock implements SimulatorClock {
  #now = Date.UTC(2026, 4, 4, 10);
  #timers: { at: number; fn: () => void }[] = [];

  readonly now = (): number => this.#now;

  setTimeout(fn: () => void, ms: number): unknown {
    const timer = { at: this.#now + ms, fn };
    this.#timers.push(timer);
    return timer;
  }

  clearTimeout(handle: unknown): void {
    this.#timers = this.#timers.filter((timer) => timer !== handle);
  }

  get waiting(): number {
    return this.#timers.length;
  }

  advance(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      const [next] = this.#timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
      if (!next) break;
      this.clearTimeout(next);
      this.#now = next.at;
      next.fn();
    }
    this.#now = end;
  }
}

/** A call of the API; by the owner unless told otherwise. */
interface Call extends Omit<RequestInit, 'headers'> {
  role?: Role;
  headers?: Record<string, string>;
}

/** A running simulator with hands on its time, and the calls that tests make. */
export class Cloud {
  readonly #tokens = new Map<Role, string>();

  private constructor(
    readonly clock: HandClock,
    readonly simulator: Simulator,
  ) {}

  static async start(options: SimulatorOptions = {}): Promise<Cloud> {
    const clock = new HandClock();
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

  /** A token of that role, asked for once. */
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

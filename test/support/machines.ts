import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Account, acquireAccount } from '../../src/account';
import { CurrentControl } from '../../src/current/control';
import { everyPhase } from '../../src/current/currents';
import type { CurrentRequest, Decision } from '../../src/current/types';
import { startSimulator, type Simulator } from '../../simulator/index';
import { settings } from './governed-world';
import type { MachineOptions } from './killed/machine';
import { program } from './program';

/** One machine of an account: what a process has of its own, so that several run in one process. */
export class Machine {
  readonly account: Account;
  readonly control: CurrentControl;
  readonly decisions: Decision[] = [];
  readonly #site: string;
  readonly #port: string;
  readonly #waiting = new Set<() => void>();

  constructor(account: Account, simulator: Simulator, directory?: string) {
    this.account = account;
    this.#port = new URL(simulator.baseUrl).port;
    const [{ username, password } = { username: '', password: '' }] = simulator.accounts;
    const tokens = account.tokens({ username, password });
    this.control = new CurrentControl('installation', {
      governors: account.governors,
      tokens,
      readOnly: false,
      directory,
    });
    this.#site = siteOf(simulator);
  }

  /** The id of a node: as in Node-RED, no other account of the process may have a node with it. */
  node(name: string): string {
    return `${name} ${this.#port}`;
  }

  async request(name: string, ampere: number, over: Partial<CurrentRequest> = {}): Promise<Decision> {
    const by = this.node(name);
    this.control.listen(this.#site, by, (decision) => this.#note(decision));
    const decision = await this.control.request(this.#site, { ...settings(by), ...over, currents: everyPhase(ampere) });
    this.#note(decision);
    return decision;
  }

  limit(name: string, ampere: number, over: Partial<CurrentRequest> = {}): Promise<Decision> {
    return this.request(name, ampere, { role: 'limit', ...over });
  }

  /** Resolves with the first decision that is meant, be it one of before. */
  until(isMeant: (decision: Decision) => boolean): Promise<Decision> {
    return new Promise((resolve) => {
      const check = () => {
        const found = this.decisions.find(isMeant);
        if (!found) return;
        this.#waiting.delete(check);
        resolve(found);
      };
      this.#waiting.add(check);
      check();
    });
  }

  /** Resolves when this machine shares currents with the others, or when it goes on alone. */
  sharing(shared: boolean): Promise<void> {
    const { sharing } = this.account.governors;
    return new Promise((resolve) => {
      const end = sharing.listen((state) => {
        if (state.shared !== shared) return;
        end();
        resolve();
      });
      if (sharing.now?.shared !== shared) return;
      end();
      resolve();
    });
  }

  #note(decision: Decision): void {
    this.decisions.push(decision);
    for (const check of [...this.#waiting]) check();
  }
}

/** Before anything is measured: it keeps this process from everything else. */
export const compileMachine = (): string => program(join(__dirname, 'killed', 'machine.ts'));

/** One machine as a process of its own, for what only a process can go through. */
export class MachineProcess {
  readonly process: ChildProcess;
  readonly #decisions: Decision[] = [];
  readonly #waiting = new Set<() => void>();

  constructor(options: MachineOptions) {
    this.process = spawn(process.execPath, [compileMachine(), JSON.stringify(options)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    createInterface({ input: this.process.stdout! }).on('line', (line) => {
      this.#decisions.push(JSON.parse(line) as Decision);
      for (const check of [...this.#waiting]) check();
    });
  }

  /** Resolves with the first decision that is meant, be it one of before. */
  until(isMeant: (decision: Decision) => boolean): Promise<Decision> {
    return new Promise((resolve) => {
      const check = () => {
        const found = this.#decisions.find(isMeant);
        if (!found) return;
        this.#waiting.delete(check);
        resolve(found);
      };
      this.#waiting.add(check);
      check();
    });
  }

  async kill(): Promise<void> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    const ended = new Promise((resolve) => this.process.once('exit', resolve));
    this.process.kill('SIGKILL');
    await ended;
  }
}

/** Several machines on one account of the simulator. */
export class Machines {
  readonly simulator: Simulator;
  readonly redisUrl: string;
  readonly #machines: Machine[] = [];
  readonly #processes: MachineProcess[] = [];

  private constructor(simulator: Simulator, redisUrl: string) {
    this.simulator = simulator;
    this.redisUrl = redisUrl;
  }

  static async open(redisUrl: string): Promise<Machines> {
    return new Machines(await startSimulator({ scenario: 'home' }), redisUrl);
  }

  get site(): string {
    return siteOf(this.simulator);
  }

  /** What is set now, in A. */
  get current(): number {
    return this.simulator.world.installations.get(this.site)?.availableCurrent[0] ?? NaN;
  }

  /** When currents were written, by the log of the simulator, ms since 1970. */
  get writes(): number[] {
    return this.simulator.requests.filter(({ path }) => path.endsWith('/update')).map(({ at }) => at);
  }

  start(directory?: string): Machine {
    const { baseUrl } = this.simulator;
    const machine = new Machine(new Account(this.accountId, baseUrl, this.redisUrl), this.simulator, directory);
    this.#machines.push(machine);
    return machine;
  }

  spawn(options: Pick<MachineOptions, 'by' | 'ampere' | 'over' | 'stateDir' | 'clockOffMs'>): MachineProcess {
    const { baseUrl, accounts } = this.simulator;
    const [{ username, password } = { username: '', password: '' }] = accounts;
    const { redisUrl, site } = this;
    const machine = new MachineProcess({ baseUrl, username, password, redisUrl, site, ...options });
    this.#processes.push(machine);
    return machine;
  }

  /** As a process names the account that it opens. */
  get accountId(): string {
    const { baseUrl, accounts } = this.simulator;
    const { account, release } = acquireAccount(baseUrl, accounts[0]?.username ?? '');
    release();
    return account.id;
  }

  /** Resolves when the next current has been written. */
  written(): Promise<number> {
    return new Promise((resolve) => {
      const off = this.simulator.onRequest(({ path, at }) => {
        if (!path.endsWith('/update')) return;
        off();
        resolve(at);
      });
    });
  }

  async close(): Promise<void> {
    for (const { account } of this.#machines) account.close();
    await Promise.all(this.#processes.map((machine) => machine.kill()));
    await this.simulator.stop();
  }
}

function siteOf({ world }: Simulator): string {
  return [...world.installations.keys()][0] ?? '';
}

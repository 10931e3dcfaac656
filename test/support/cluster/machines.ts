import { fork, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { FeedStatus } from '../../../src/client';
import { isSecretObservation } from '../../../src/zaptec/decode/secrets';
import { startSimulator, type Simulator } from '../../../simulator/index';
import type { SimulatorOptions } from '../../../simulator/index';
import { program } from '../program';
import type { CurrentOrder, MachineOptions, Report, Values } from './machine';

const SCRIPT = path.join(__dirname, 'machine.ts');
const CAR = { batteryKwh: 60, charge: 0.3, target: 1, maxA: 16, phases: 3 } as const;
/** Observations without a value. */
const NOT_COMPARED: ReadonlySet<number> = new Set([-1]);

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Waits until the condition holds. */
export async function until(what: string, isSo: () => boolean | Promise<boolean>, withinMs = 30_000): Promise<number> {
  const startedAt = performance.now();
  while (!(await isSo())) {
    if (performance.now() - startedAt > withinMs) throw new Error(`not within ${withinMs} ms: ${what}`);
    await pause(5);
  }
  return performance.now() - startedAt;
}

/** Before anything is measured: it keeps this process from everything else. */
export const compileMachine = (): string => program(SCRIPT);

/** One machine of the account, as a process. */
export class Machine {
  readonly sessions: string[] = [];
  /** Of its second node. */
  readonly sessionsOnce: { id: string; at: number }[] = [];
  readonly events: string[] = [];
  isReady = false;
  status: FeedStatus | undefined;
  #process: ChildProcess | undefined;
  #onValues: ((values: Values) => void) | undefined;

  constructor(private readonly options: MachineOptions) {}

  /** @param over what is different from its start before */
  start(over: Partial<MachineOptions> = {}): void {
    const child = fork(compileMachine(), [], { execArgv: [] });
    this.#process = child;
    child.on('message', (report: Report) => this.#onReport(report));
    child.send({ ...this.options, ...over });
  }

  order(order: CurrentOrder): void {
    this.#process?.send(order);
  }

  /** What a machine does that is live, and has read the states of the start. */
  get role(): FeedStatus['sharing'] {
    return this.isReady && this.status?.state === 'live' ? this.status.sharing : undefined;
  }

  signal(name: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): void {
    this.#process?.kill(name);
  }

  async kill(): Promise<void> {
    await this.#ended(() => this.signal('SIGKILL'));
  }

  /** As Node-RED ends. */
  async stop(): Promise<void> {
    await this.#ended(() => this.#process?.send('stop'));
  }

  values(): Promise<Values> {
    return new Promise((resolve) => {
      this.#onValues = resolve;
      this.#process?.send('values');
    });
  }

  async #ended(end: () => void): Promise<void> {
    const child = this.#process;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    end();
    await ended;
    this.status = undefined;
    this.isReady = false;
  }

  #onReport(report: Report): void {
    if (report.kind === 'status') this.status = report.status;
    else if (report.kind === 'session') this.sessions.push(report.id);
    else if (report.kind === 'session-once') this.sessionsOnce.push({ id: report.id, at: Date.now() });
    else if (report.kind === 'ready') this.isReady = true;
    else if (report.kind === 'event') this.events.push(report.text);
    else this.#onValues?.(report.values);
  }
}

/** Several machines on one account of a simulator, whose receivers are counted all the time. */
export class Machines {
  readonly #directory = mkdtempSync(path.join(tmpdir(), 'zaptec-machines-'));
  readonly #all: Machine[] = [];
  readonly #counts: { at: number; receivers: number }[] = [];
  readonly #counting = setInterval(() => this.receivers, 5);
  /** Sessions that have ended in the simulator. */
  readonly ended: string[] = [];

  private constructor(
    readonly simulator: Simulator,
    private readonly redisUrl: string | undefined,
  ) {
    simulator.world.onSessionFinished(({ id }) => this.ended.push(id));
  }

  static async start(redisUrl?: string, options: SimulatorOptions = {}): Promise<Machines> {
    const simulator = await startSimulator({ speed: 1, ...options });
    for (const id of simulator.world.chargers.keys()) simulator.world.unplug(id);
    return new Machines(simulator, redisUrl);
  }

  add(options: Partial<MachineOptions> = {}): Machine {
    const machine = this.prepare(options);
    machine.start();
    return machine;
  }

  /** A machine that is not started yet. */
  prepare({ once = false, redisUrl = this.redisUrl, ...over }: Partial<MachineOptions> = {}): Machine {
    const { username, password } = this.simulator.accounts[0]!;
    const machine = new Machine({
      baseUrl: this.simulator.baseUrl,
      ...{ username, password, once, installationId: this.site },
      ...(redisUrl ? { redisUrl } : {}),
      file: path.join(this.#directory, `${this.#all.length}.json`),
      ...over,
    });
    this.#all.push(machine);
    return machine;
  }

  get site(): string {
    return [...this.simulator.world.installations.keys()][0]!;
  }

  /** For what outlives a restart of a machine. */
  get directory(): string {
    return this.#directory;
  }

  get receivers(): number {
    const { receivers } = this.simulator.bus.stats();
    if (receivers !== this.#counts.at(-1)?.receivers) this.#counts.push({ at: performance.now(), receivers });
    return receivers;
  }

  /** Starts machines and waits until one receives for all. @returns that one first */
  async shared(count: number, options: { once?: boolean } = {}): Promise<[Machine, ...Machine[]]> {
    const all = Array.from({ length: count }, () => this.add(options));
    const having = (role: Machine['role']) => all.filter((machine) => machine.role === role);
    await until('shared', () => having('receiver').length === 1 && having('follower').length === count - 1, 60_000);
    return [...having('receiver'), ...having('follower')] as [Machine, ...Machine[]];
  }

  /** For how long there was more than one receiver since a time, in ms. */
  doubledMs(since: number): number {
    return this.doubled.reduce((total, { from, to }) => total + Math.max(0, to - Math.max(from, since)), 0);
  }

  /** When there was more than one receiver, by `performance.now()`. */
  get doubled(): { from: number; to: number }[] {
    const spans: { from: number; to: number }[] = [];
    this.#counts.forEach(({ at, receivers }, index) => {
      if (receivers < 2) return;
      const to = this.#counts[index + 1]?.at ?? performance.now();
      const last = spans.at(-1);
      if (last?.to === at) last.to = to;
      else spans.push({ from: at, to });
    });
    return spans;
  }

  /** A session of a charger begins and ends. */
  async session(name = 'Garage'): Promise<string> {
    const { world } = this.simulator;
    const { id } = world.findCharger(name)!;
    const before = this.ended.length;
    world.plug(id, CAR);
    await pause(200);
    world.unplug(id);
    await until('a session', () => this.ended.length > before);
    return this.ended.at(-1)!;
  }

  /** Values of a machine that differ from those of the simulator. */
  async differences(machine: Machine): Promise<string[]> {
    const values = await machine.values();
    return [...this.simulator.world.chargers.values()].flatMap(({ id, observations }) => {
      // What is undefined comes from another process as null.
      const known = new Map((values[id] ?? []).map(([key, value]) => [key, value ?? undefined]));
      return [...observations.values()]
        .filter((one) => !NOT_COMPARED.has(one.id) && !isSecretObservation(one.id) && known.get(one.id) !== one.value)
        .map((one) => `${one.id} of ${id}: ${known.get(one.id)} instead of ${one.value}`);
    });
  }

  async stop(): Promise<void> {
    clearInterval(this.#counting);
    for (const machine of this.#all) machine.signal('SIGCONT');
    await Promise.all(this.#all.map((machine) => machine.kill()));
    await this.simulator.stop();
    rmSync(this.#directory, { recursive: true, force: true });
  }
}

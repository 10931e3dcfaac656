import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { ClientReport } from '../../simulator/audit';
import type { RequestRecord, SimulatorAccount } from '../../simulator/index';
import type { FaultStatus } from '../../simulator/faults/state';
import { Questions } from './questions';

export interface CloudStart {
  seed: number;
  scenario: string;
}

/** One switch of a fault. */
export interface FaultSwitch {
  name: string;
  on: boolean;
  probability?: number;
  count?: number;
}

/** Something that a person does at a charger. */
export interface Deed {
  what: 'plug' | 'unplug' | 'authorise' | 'online' | 'offline' | 'pause' | 'resume';
  charger: string;
}

/** The state of the world, which no fault changes. */
export interface Truth {
  chargers: { id: string; name: string; mode: number; online: boolean; paused: boolean }[];
  /** A per phase. */
  current: number[] | null;
  /** Sessions that ended since the start; `at` is the time of this machine, ms. */
  ended: { id: string; chargerId: string; at: number }[];
}

export type FaultInfo = Pick<FaultStatus, 'name' | 'group' | 'what' | 'params'>;

/** The simulator in a process of its own. */
export class Cloud {
  readonly baseUrl: string;
  readonly accounts: readonly SimulatorAccount[];
  readonly chargers: readonly { id: string; name: string }[];
  readonly installations: readonly string[];
  readonly #process: ChildProcess;
  readonly #questions: Questions;

  private constructor(process: ChildProcess, questions: Questions, start: Started) {
    this.#process = process;
    this.#questions = questions;
    ({
      baseUrl: this.baseUrl,
      accounts: this.accounts,
      chargers: this.chargers,
      installations: this.installations,
    } = start);
  }

  static async start(options: CloudStart): Promise<Cloud> {
    const child = fork(join(__dirname, 'cloud-process.ts'), [JSON.stringify(options)], {
      execArgv: ['--import', 'tsx'],
    });
    const questions = new Questions(child);
    return new Cloud(child, questions, await questions.ask<Started>('start'));
  }

  faults = (): Promise<FaultInfo[]> => this.#questions.ask('faults');
  /** How often each fault has struck since it was last set. */
  hits = (): Promise<Record<string, number>> => this.#questions.ask('hits');
  fault = (change: FaultSwitch): Promise<void> => this.#questions.ask('fault', change);
  clear = (): Promise<void> => this.#questions.ask('clear');
  act = (deed: Deed): Promise<void> => this.#questions.ask('act', deed);
  audit = (): Promise<ClientReport[]> => this.#questions.ask('audit');
  requests = (count: number): Promise<RequestRecord[]> => this.#questions.ask('requests', count);
  count = (): Promise<number> => this.#questions.ask('count');
  /** The most receivers of one topic. */
  receivers = (): Promise<number> => this.#questions.ask('receivers');
  truth = (): Promise<Truth> => this.#questions.ask('truth');

  async stop(): Promise<void> {
    const ended = once(this.#process, 'exit');
    this.#process.disconnect();
    await ended;
  }
}

type Started = Pick<Cloud, 'baseUrl' | 'accounts' | 'chargers' | 'installations'>;

import { expect } from 'chai';
import sinon from 'sinon';
import type { BusDetails } from '../../../src/feed/bus/details';
import { SharedStream } from '../../../src/feed/bus/shared-stream';
import type { CheckResult } from '../../../src/feed/bus/stream';
import { TIMING } from '../../../src/feed/timing';
import { FeedStore } from '../cluster/feed-store';
import { fakeTimers, type FakeTimers } from '../fake-timers';
import { BUS_DETAILS } from './bus-details';
import { ScriptedBus } from './scripted-bus';

/** When each test begins. */
export const START = Date.UTC(2026, 4, 4, 10);
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const CHARGER = '0a1b2c3d-0000-4000-8000-0000000000a1';
const SOURCE = { kind: 'installation' as const, id: '0a1b2c3d-0000-4000-8000-000000000001' };
/** Shorter than in life: a machine asks the store very often meanwhile. */
export const IDLE_MS = 3 * MINUTE;
/** A machine asks the store this often. */
export const BEAT_MS = 200;
/** A new store gives nobody the lease for so long. */
export const GRACE_MS = SECOND;
/** After so long without an answer a machine goes on alone. */
export const AWAY_MS = 3 * SECOND;

export const message = (value: number): string =>
  JSON.stringify({ chargerId: CHARGER, stateId: 513, valueAsString: String(value) });

export const detailsOf = (subscription: string): BusDetails => ({ ...BUS_DETAILS, subscription });

/** One of the machines. */
export interface Machine {
  stream: SharedStream;
  /** Bodies of messages. */
  got: unknown[];
  changes: string[];
  /** When its details were loaded, ms since the start. */
  loads: number[];
  isOver: boolean;
}

/** Machines in virtual time that share a stream: its bus, its details and its checks do as the test says. */
export class ScriptedMachines {
  readonly store = new FeedStore();
  load: () => Promise<BusDetails> = () => Promise.resolve(detailsOf('again'));
  check: () => Promise<CheckResult> = () => Promise.resolve('quiet');
  readonly #machines: Machine[] = [];

  private constructor(
    readonly bus: ScriptedBus,
    readonly timers: FakeTimers,
  ) {}

  static async start(): Promise<ScriptedMachines> {
    const bus = await ScriptedBus.start();
    const machines = new ScriptedMachines(bus, fakeTimers(START));
    sinon.stub(Math, 'random').returns(0.5);
    sinon.stub(process, 'env').value({});
    return machines;
  }

  /** Closes every machine, and fails where one does not end. */
  async stop(): Promise<void> {
    for (const { stream } of this.#machines) stream.close();
    await this.pass(TIMING.closeMs + SECOND);
    expect(this.#machines.map(({ isOver }) => isOver)).to.deep.equal(this.#machines.map(() => true));
    this.store.stop();
    this.timers.restore();
    this.bus.stop();
    sinon.restore();
  }

  open(name = 'one', position?: string): Machine {
    const [got, changes, loads]: [unknown[], string[], number[]] = [[], [], []];
    const context = {
      receivers: [{ onMessage: (body: unknown) => void got.push(body) }],
      load: () => {
        loads.push(Date.now() - START);
        return this.load();
      },
      check: () => this.check(),
    };
    const stream = new SharedStream({ source: SOURCE, details: detailsOf(name) }, context, {
      ...{ transport: 'amqp', idleMs: IDLE_MS, timing: TIMING, redisUrl: 'redis://made.up' },
      ...{ topic: 'https://api.example', position },
    });
    const machine: Machine = { stream, got, changes, loads, isOver: false };
    stream.listen(() => changes.push(`${stream.sharing.role} ${stream.state.error?.code ?? stream.state.kind}`));
    void stream.ended.then(() => (machine.isOver = true));
    this.#machines.push(machine);
    return machine;
  }

  async openReceiver(): Promise<Machine> {
    const machine = this.open();
    await this.pass(GRACE_MS);
    await this.attach();
    expect([machine.stream.sharing.role, machine.stream.state.kind]).to.deep.equal(['receiver', 'live']);
    return machine;
  }

  async openFollower(status: object = { kind: 'live' }, forMs = 10 * MINUTE): Promise<Machine> {
    this.store.hold(JSON.stringify(status), forMs);
    const machine = this.open();
    await this.pass(0);
    expect(machine.stream.sharing.role).to.equal('follower');
    return machine;
  }

  /** Two machines: the first receives, the second follows. */
  async openBoth(): Promise<readonly [receiver: Machine, follower: Machine]> {
    const one = await this.openReceiver();
    await this.beat();
    const two = this.open('two');
    await this.pass(2 * BEAT_MS);
    expect([two.stream.sharing.role, two.stream.state.kind]).to.deep.equal(['follower', 'live']);
    return [one, two];
  }

  async pass(ms: number): Promise<void> {
    await this.timers.tickAsync(ms);
  }

  async beat(): Promise<void> {
    await this.pass(BEAT_MS);
  }

  async attach(): Promise<void> {
    this.bus.link.attach();
    await this.pass(TIMING.settleMs);
  }

  /** The other machine says something else of its receiver. */
  async report(status: object | string): Promise<void> {
    this.store.status = typeof status === 'string' ? status : JSON.stringify(status);
    await this.beat();
  }

  /** The subscriptions of the links that are open. */
  get openLinks(): unknown[] {
    return this.bus.links.filter(({ isClosed }) => !isClosed).map(({ opened }) => opened[1]);
  }
}

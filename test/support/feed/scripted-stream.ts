import { expect } from 'chai';
import sinon from 'sinon';
import type { BusDetails } from '../../../src/feed/bus/details';
import { Stream, type CheckResult, type MessageReceiver } from '../../../src/feed/bus/stream';
import { TIMING } from '../../../src/feed/timing';
import type { FeedTransport } from '../../../src/feed/types';
import { fakeTimers, type FakeTimers } from '../fake-timers';
import { BUS_DETAILS } from './bus-details';
import { ScriptedBus } from './scripted-bus';

/** When each test begins. */
export const START = Date.UTC(2026, 4, 4, 10);
const SECOND = 1_000;
const SOURCE = { kind: 'installation' as const, id: '0a1b2c3d-0000-4000-8000-000000000001' };

/** The details come in so many ms. */
export async function detailsAfter(ms: number): Promise<BusDetails> {
  await new Promise((resolve) => setTimeout(resolve, ms));
  return BUS_DETAILS;
}

/** One stream in virtual time: its bus, its details and its checks do as the test says. */
export class ScriptedStream {
  stream!: Stream;
  /** Code or, without one, kind of each state. */
  readonly changes: string[] = [];
  /** When the details were loaded, ms since the start. */
  readonly loads: number[] = [];
  load: (signal: AbortSignal) => Promise<BusDetails> = () => Promise.resolve(BUS_DETAILS);
  checks = 0;
  check: () => Promise<CheckResult> = () => Promise.resolve('quiet');
  /** Bodies of messages. */
  readonly bodies: unknown[] = [];
  readonly receivers: MessageReceiver[] = [{ onMessage: (body) => void this.bodies.push(body) }];
  isOver = false;

  private constructor(
    readonly bus: ScriptedBus,
    readonly timers: FakeTimers,
  ) {}

  static async start(): Promise<ScriptedStream> {
    const bus = await ScriptedBus.start();
    const scripted = new ScriptedStream(bus, fakeTimers(START));
    // No wait is shorter or longer than its list says.
    sinon.stub(Math, 'random').returns(0.5);
    sinon.stub(process, 'env').value({});
    return scripted;
  }

  async stop(): Promise<void> {
    this.stream.close();
    await this.timers.tickAsync(TIMING.closeMs);
    this.timers.restore();
    this.bus.stop();
    sinon.restore();
  }

  /** @param details without them they are loaded. */
  async open(details: BusDetails | 'none' = BUS_DETAILS, transport: FeedTransport = 'auto'): Promise<void> {
    const context = {
      receivers: this.receivers,
      load: (_source: unknown, signal: AbortSignal) => {
        this.loads.push(this.#now);
        return this.load(signal);
      },
      check: () => {
        this.checks += 1;
        return this.check();
      },
    };
    const found = details === 'none' ? { source: SOURCE } : { source: SOURCE, details };
    const stream = new Stream(found, context, { transport, idleMs: TIMING.idleMs, timing: TIMING });
    this.stream = stream;
    stream.listen(() => this.changes.push(stream.state.error?.code ?? stream.state.kind));
    void stream.ended.then(() => (this.isOver = true));
    await this.pass(0);
  }

  openUnloaded(): Promise<void> {
    return this.open('none');
  }

  /** Live for so long that the next wait is the shortest. */
  async openStable(...options: Parameters<ScriptedStream['open']>): Promise<void> {
    await this.open(...options);
    await this.attach();
    await this.pass(TIMING.stableMs);
    this.changes.length = 0;
  }

  async pass(ms: number): Promise<void> {
    await this.timers.tickAsync(ms);
  }

  async attach(): Promise<void> {
    this.bus.link.attach();
    await this.pass(TIMING.settleMs);
  }

  async fail(message = 'ECONNREFUSED'): Promise<void> {
    this.bus.link.fail(message);
    await this.pass(0);
  }

  /** Half an hour without a message for a stream that is stable. */
  async idle(): Promise<void> {
    await this.pass(TIMING.idleMs - TIMING.stableMs);
  }

  /** Until the next link is opened. */
  async nextLink(): Promise<void> {
    const { length } = this.bus.links;
    while (this.bus.links.length === length) await this.timers.nextAsync();
  }

  /** The waits until the next links are opened, each of which fails at once, in s. */
  async nextWaits(count: number): Promise<number[]> {
    const waits: number[] = [];
    while (waits.length < count) {
      const from = this.#now;
      await this.nextLink();
      waits.push((this.#now - from) / SECOND);
      await this.fail();
    }
    return waits;
  }

  /** The stream that has just failed is live in so many ms, and has a gap until its details came. */
  async attachAfter(ms: number): Promise<void> {
    this.load = () => detailsAfter(ms - 15 * SECOND - TIMING.settleMs);
    await this.pass(ms - TIMING.settleMs);
    expect(this.stream.gapEndedAt).to.equal(START);
    await this.attach();
    expect(this.stream.gapEndedAt).to.equal(Date.now() - TIMING.settleMs);
  }

  get isLive(): boolean {
    return this.stream.state.kind === 'live';
  }

  /** How many links are open. */
  get openLinks(): number {
    return this.bus.links.filter(({ isClosed }) => !isClosed).length;
  }

  /** Time since the start, ms. */
  get #now(): number {
    return Date.now() - START;
  }
}

import { expect } from 'chai';
import sinon from 'sinon';
import { zaptecError } from '../../../../src/errors/zaptec-error';
import type { BusDetails } from '../../../../src/feed/bus/details';
import { Stream, type CheckResult, type MessageReceiver } from '../../../../src/feed/bus/stream';
import { FeedFailure, FEED_ERRORS } from '../../../../src/feed/feed-error';
import { TIMING } from '../../../../src/feed/timing';
import type { FeedTransport } from '../../../../src/feed/types';
import { fakeTimers, type FakeTimers } from '../../../support/fake-timers';
import { ScriptedBus } from '../../../support/feed/scripted-bus';
import { BUS_DETAILS } from '../../../support/feed/bus-details';

const START = Date.UTC(2026, 4, 4, 10);
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const SOURCE = { kind: 'installation' as const, id: '0a1b2c3d-0000-4000-8000-000000000001' };
const after = async (ms: number) => {
  await new Promise((resolve) => setTimeout(resolve, ms));
  return BUS_DETAILS;
};
const later = <T>() => {
  let resolve!: (value: T) => void;
  const promise = new Promise<T>((settle) => (resolve = settle));
  return { promise, resolve };
};
const NEVER = () => new Promise<never>(() => undefined);
const forbidden = () => zaptecError('HTTP_403', 'made up', { status: 403 });

describe('a stream on a scripted bus', () => {
  let timers: FakeTimers;
  let bus: ScriptedBus;
  let stream: Stream;
  let changes: string[];
  /** When the details were loaded, ms since the start. */
  let loads: number[];
  let load: (signal: AbortSignal) => Promise<BusDetails>;
  let checks: number;
  let check: () => Promise<CheckResult>;
  let receivers: MessageReceiver[];
  let bodies: unknown[];
  let isOver: boolean;

  beforeEach(async () => {
    bus = await ScriptedBus.start();
    timers = fakeTimers(START);
    // No wait is shorter or longer than its list says.
    sinon.stub(Math, 'random').returns(0.5);
    sinon.stub(process, 'env').value({});
    [changes, loads, bodies, checks, isOver] = [[], [], [], 0, false];
    load = () => Promise.resolve(BUS_DETAILS);
    check = () => Promise.resolve('quiet');
    receivers = [{ onMessage: (body) => void bodies.push(body) }];
  });
  afterEach(async () => {
    stream.close();
    await timers.tickAsync(TIMING.closeMs);
    timers.restore();
    bus.stop();
    sinon.restore();
  });

  const now = () => Date.now() - START;
  const pass = (ms: number) => timers.tickAsync(ms);
  const isLive = () => stream.state.kind === 'live';
  const openLinks = () => bus.links.filter(({ isClosed }) => !isClosed).length;
  /** @param details without them they are loaded. */
  const open = async (details: BusDetails | 'none' = BUS_DETAILS, transport: FeedTransport = 'auto') => {
    const context = {
      receivers,
      load: (_source: unknown, signal: AbortSignal) => {
        loads.push(now());
        return load(signal);
      },
      check: () => {
        checks += 1;
        return check();
      },
    };
    const found = details === 'none' ? { source: SOURCE } : { source: SOURCE, details };
    stream = new Stream(found, context, { transport, idleMs: TIMING.idleMs, timing: TIMING });
    stream.listen(() => changes.push(stream.state.error?.code ?? stream.state.kind));
    void stream.ended.then(() => (isOver = true));
    await pass(0);
  };
  const openUnloaded = () => open('none');
  const attach = async () => {
    bus.link.attach();
    await pass(TIMING.settleMs);
  };
  const fail = async (message = 'ECONNREFUSED') => {
    bus.link.fail(message);
    await pass(0);
  };
  /** Live for so long that the next wait is the shortest. */
  const openStable = async (...options: Parameters<typeof open>) => {
    await open(...options);
    await attach();
    await pass(TIMING.stableMs);
    changes.length = 0;
  };
  /** Half an hour without a message for a stream that is stable. */
  const idle = () => pass(TIMING.idleMs - TIMING.stableMs);
  /** The waits until the next links are opened, each of which fails at once, in s. */
  const nextWaits = async (count: number) => {
    const waits: number[] = [];
    while (waits.length < count) {
      const [from, { length }] = [now(), bus.links];
      while (bus.links.length === length) await timers.nextAsync();
      waits.push((now() - from) / SECOND);
      await fail();
    }
    return waits;
  };
  /** The stream that has just failed is live in so many ms, and has a gap until its details came. */
  const attachAfter = async (ms: number) => {
    load = () => after(ms - 15 * SECOND - TIMING.settleMs);
    await pass(ms - TIMING.settleMs);
    expect(stream.gapEndedAt).to.equal(START);
    await attach();
    expect(stream.gapEndedAt).to.equal(Date.now() - TIMING.settleMs);
  };
  const nextLink = async () => {
    const { length } = bus.links;
    while (bus.links.length === length) await timers.nextAsync();
  };

  describe('that is opened', () => {
    it('is connecting until its link has been open for half a second', async () => {
      await open();
      expect(stream.state).to.deep.equal({ kind: 'connecting' });
      bus.link.attach();
      await pass(TIMING.settleMs - 1);
      expect(changes).to.deep.equal([]);
      await pass(1);
      expect(changes).to.deep.equal(['live']);
      expect(stream.state).to.deep.equal({ kind: 'live' });
    });

    it('uses the details that were found, and does not load them again', async () => {
      await open();
      expect(loads).to.deep.equal([]);
      expect(bus.link.opened.slice(0, 2)).to.deep.equal(['installation_1', 'default']);
    });

    it('loads the details where none were found', async () => {
      await openUnloaded();
      expect(loads).to.deep.equal([0]);
      expect(bus.links).to.have.length(1);
    });

    it('says after 8 s that the details take long, and goes on with them when they come', async () => {
      const details = later<BusDetails>();
      load = () => details.promise;
      await openUnloaded();
      await pass(TIMING.openMs - 1);
      expect(changes).to.deep.equal([]);
      await pass(1);
      expect(changes).to.deep.equal(['BUS_SLOW']);
      details.resolve(BUS_DETAILS);
      await pass(0);
      await attach();
      expect(changes).to.deep.equal(['BUS_SLOW', 'live']);
    });

    it('does not say that the details take long where they came, or were refused, in time', async () => {
      load = () => (loads.length === 1 ? Promise.reject(new FeedFailure(FEED_ERRORS.notEncrypted)) : NEVER());
      await openUnloaded();
      await pass(TIMING.openMs);
      expect(changes).to.deep.equal(['BUS_NOT_ENCRYPTED']);
    });

    it('no longer calls a listener that was taken back', async () => {
      await open();
      let calls = 0;
      const forget = stream.listen(() => (calls += 1));
      await attach();
      forget();
      await fail();
      expect(calls).to.equal(1);
      expect(changes).to.deep.equal(['live', 'BUS_UNREACHABLE']);
    });
  });

  describe('that gets messages', () => {
    it('hands each of them to every receiver, counts it and notes its time', async () => {
      const more: unknown[] = [];
      receivers.push({ onMessage: (body) => void more.push(body) });
      await openStable();
      await pass(7 * SECOND);
      void bus.link.send('a');
      void bus.link.send('b');
      expect([bodies, more]).to.deep.equal([
        ['a', 'b'],
        ['a', 'b'],
      ]);
      expect(stream.received).to.equal(2);
      expect(stream.lastMessageAt).to.equal(Date.now());
    });

    it('leaves a message in the bus until the receiver that wants it is done', async () => {
      const done = later<undefined>();
      receivers.unshift({ onMessage: () => done.promise });
      await openStable();
      void bus.link.send('a');
      await pass(0);
      expect(bus.link.completed).to.deep.equal([]);
      done.resolve(undefined);
      await pass(0);
      expect(bus.link.completed).to.deep.equal(['a']);
    });

    it('is live with the first of them, whatever the SDK has reported, and stays it', async () => {
      await open();
      bus.link.attaching();
      void bus.link.send('a');
      expect(changes).to.deep.equal(['live']);
      await pass(2 * TIMING.openMs);
      expect(changes).to.deep.equal(['live']);
      expect(bus.links).to.have.length(1);
    });

    it('says so when numbers are left out between two messages of a link', async () => {
      await openStable();
      void bus.link.send('a', { high: 0, low: 1 });
      void bus.link.send('b', { high: 0, low: 2 });
      expect(stream.skippedAt).to.equal(undefined);
      await pass(SECOND);
      void bus.link.send('c', { high: 0, low: 4 });
      expect(stream.skippedAt).to.equal(Date.now());
      expect(changes, 'the listeners were told').to.deep.equal(['live']);
    });

    it('is not given up where one comes on a link that was opened anew, whatever the SDK has reported', async () => {
      await openStable();
      await idle();
      await pass(SECOND);
      bus.link.attaching();
      void bus.link.send('a');
      await pass(2 * TIMING.openMs);
      expect(changes).to.deep.equal([]);
      expect(bus.links).to.have.length(2);
    });

    it('misses no numbers between the last message of a link and the first of the next one', async () => {
      await openStable();
      void bus.link.send('a', { high: 0, low: 1 });
      await fail();
      await nextLink();
      await attach();
      void bus.link.send('b', { high: 0, low: 9 });
      await pass(TIMING.stableMs);
      bus.link.attach();
      void bus.link.send('c', { high: 0, low: 20 });
      expect(stream.skippedAt).to.equal(undefined);
    });
  });

  describe('that cannot be opened', () => {
    it('says why, and tries again after 15 s, 1 min, 1 min, 2 min, and then every 5 min', async () => {
      await open();
      await fail();
      expect(changes).to.deep.equal(['BUS_UNREACHABLE']);
      expect(stream.state).to.deep.equal({ kind: 'away', error: FEED_ERRORS.unreachable });
      expect(await nextWaits(6)).to.deep.equal([15, 60, 60, 120, 300, 300]);
      expect(changes, 'each state once').to.deep.equal(['BUS_UNREACHABLE']);
      expect(loads, 'fresh details each time').to.have.length(6);
      expect(stream.reconnects, 'none was open').to.equal(0);
    });

    it('is given up where its link does not open within 8 s', async () => {
      await open();
      bus.link.attaching();
      await pass(TIMING.openMs - 1);
      expect(changes).to.deep.equal([]);
      await pass(1);
      expect(changes).to.deep.equal(['BUS_NO_ANSWER']);
      await pass(0);
      expect(openLinks()).to.equal(0);
    });

    it('tries again where the details cannot be loaded', async () => {
      load = () => Promise.reject(zaptecError('HTTP_500', 'made up', { status: 500 }));
      await openUnloaded();
      expect(changes).to.deep.equal(['BUS_NO_DETAILS']);
      await pass(75 * SECOND);
      expect(loads).to.deep.equal([0, 15 * SECOND, 75 * SECOND]);
      load = () => Promise.resolve(BUS_DETAILS);
      await pass(MINUTE);
      await attach();
      expect(isLive()).to.equal(true);
    });

    it('waits for minutes where only a person can help', async () => {
      load = () => Promise.reject(new FeedFailure(FEED_ERRORS.notEncrypted));
      await openUnloaded();
      await pass(35 * MINUTE);
      expect(loads.map((ms) => ms / MINUTE)).to.deep.equal([0, 5, 20, 35]);
    });

    it('ends where Zaptec closes the source', async () => {
      load = () => Promise.reject(forbidden());
      await openUnloaded();
      expect(isOver).to.equal(true);
      expect(stream.state.error?.code).to.equal('BUS_NO_ROLE');
      await pass(60 * MINUTE);
      expect(loads).to.deep.equal([0]);
    });

    it('tries at once when somebody asks for it, and begins the waits anew', async () => {
      await open();
      await fail();
      await nextWaits(3);
      stream.retryNow();
      await pass(0);
      expect(bus.links).to.have.length(5);
      await fail();
      expect(await nextWaits(2)).to.deep.equal([15, 60]);
    });

    it('forgets that somebody asked while there was nothing to wait for', async () => {
      await open();
      await fail();
      await nextLink();
      await attach();
      await pass(TIMING.stableMs);
      stream.retryNow();
      await fail();
      expect(await nextWaits(1)).to.deep.equal([1]);
      stream.retryNow();
      await pass(0);
      expect(bus.links, 'it still can be asked for').to.have.length(4);
    });
  });

  describe('that was lost', () => {
    it('is opened again after 1 s where it was stable, with one receiver at a time', async () => {
      await openStable();
      const first = bus.link;
      await fail('cut');
      expect(changes).to.deep.equal(['BUS_CUT']);
      expect(first.isClosed).to.equal(true);
      await pass(SECOND - 1);
      expect(bus.links).to.have.length(1);
      await pass(1);
      expect([bus.links.length, openLinks()]).to.deep.equal([2, 1]);
      await attach();
      expect(changes).to.deep.equal(['BUS_CUT', 'live']);
      expect(stream.reconnects).to.equal(1);
    });

    it('waits longer where it was open for less than a minute', async () => {
      await open();
      await attach();
      await pass(TIMING.stableMs - TIMING.settleMs - 1);
      await fail();
      expect(await nextWaits(1)).to.deep.equal([15]);
    });

    it('counts as stable after a minute, from the moment in which it opened', async () => {
      await open();
      await attach();
      await pass(TIMING.stableMs - TIMING.settleMs);
      await fail();
      expect(await nextWaits(2)).to.deep.equal([1, 15]);
    });

    it('is not opened before its connection has ended, which takes 3 s at most', async () => {
      await openStable();
      bus.closing = NEVER;
      await fail();
      expect(await nextWaits(1)).to.deep.equal([4]);
    });

    it('stays away when messages come that were on their way', async () => {
      await openStable();
      bus.closing = NEVER;
      await fail();
      void bus.link.send('a');
      load = NEVER;
      await pass(TIMING.closeMs + SECOND);
      void bus.link.send('b');
      expect(bodies).to.deep.equal(['a', 'b']);
      expect(changes).to.deep.equal(['BUS_UNREACHABLE']);
    });

    it('is connecting, with the reason, while the SDK opens its link anew', async () => {
      await openStable();
      bus.link.attaching();
      expect(stream.state).to.deep.equal({ kind: 'connecting', error: FEED_ERRORS.cut });
      bus.link.attach();
      await pass(TIMING.settleMs);
      expect(changes).to.deep.equal(['BUS_CUT', 'live']);
      expect([bus.links.length, stream.reconnects]).to.deep.equal([1, 1]);
    });
  });

  describe('tells since when no message was lost', () => {
    it('from the moment in which it was made where its details were found before', async () => {
      await open();
      expect(stream.gapEndedAt).to.equal(Infinity);
      await pass(5 * SECOND);
      await attach();
      expect(stream.gapEndedAt).to.equal(START);
    });

    it('from the moment in which the details came, which brings back the subscription', async () => {
      load = () => after(2 * SECOND);
      await openUnloaded();
      await pass(2 * SECOND);
      await attach();
      expect(stream.gapEndedAt).to.equal(START + 2 * SECOND);
    });

    /** Loses the stream for so long. */
    const loseFor = async (ms: number) => {
      const loadMs = ms - SECOND - TIMING.settleMs;
      load = () => after(loadMs);
      await fail();
      await pass(SECOND + loadMs);
      await attach();
      expect(isLive()).to.equal(true);
    };

    it('and a short gap changes nothing, since messages wait in the subscription', async () => {
      await openStable();
      await loseFor(TIMING.gapMs);
      expect(stream.gapEndedAt).to.equal(START);
    });

    it('and a longer one counts until its details were loaded', async () => {
      await openStable();
      await loseFor(TIMING.gapMs + 1);
      expect(stream.gapEndedAt).to.equal(Date.now() - TIMING.settleMs);
    });

    it('and several short gaps in a row do not add up', async () => {
      await openStable();
      for (let times = 0; times < 3; times += 1) {
        await loseFor(TIMING.gapMs);
        await pass(TIMING.stableMs);
      }
      expect(stream.gapEndedAt).to.equal(START);
    });

    it('and tries that fail in between do not shorten the gap', async () => {
      await openStable();
      await fail();
      await nextWaits(2);
      await nextLink();
      await attach();
      expect(stream.gapEndedAt).to.equal(START + loads.at(-1)!);
    });

    it('and the sleep of a computer counts where it was longer than a minute', async () => {
      await openStable();
      timers.setWallClock(TIMING.gapMs + 1);
      await fail();
      await nextLink();
      await attach();
      expect(stream.gapEndedAt).to.equal(Date.now());
      const gapEndedAt = stream.gapEndedAt;
      await pass(TIMING.stableMs);
      await fail();
      await nextLink();
      await attach();
      expect(stream.gapEndedAt, 'it counts once').to.equal(gapEndedAt);
    });

    it('and a shorter sleep counts as no gap', async () => {
      await openStable();
      timers.setWallClock(TIMING.gapMs);
      await fail();
      await nextLink();
      await attach();
      expect(stream.gapEndedAt).to.equal(START);
    });

    it('and the messages of a subscription that was removed are lost, however short the gap', async () => {
      await openStable();
      await fail('amqp:not-found');
      expect(changes).to.deep.equal(['BUS_REMOVED']);
      await nextLink();
      await attach();
      expect(stream.gapEndedAt).to.equal(START + loads[0]!);
      const gapEndedAt = stream.gapEndedAt;
      await pass(TIMING.stableMs);
      await fail();
      await nextLink();
      await attach();
      expect(stream.gapEndedAt, 'they are lost once').to.equal(gapEndedAt);
    });
  });

  describe('of which a read shows that it is dead', () => {
    it('is away and opened anew, and is not trusted before its next message', async () => {
      await openStable();
      stream.markDead();
      await pass(0);
      expect(stream.state).to.deep.equal({ kind: 'away', error: FEED_ERRORS.silent });
      await nextLink();
      await attach();
      expect(changes).to.deep.equal(['BUS_SILENT']);
      await pass(5 * MINUTE);
      expect(stream.state.kind).to.equal('away');
      void bus.link.send('a');
      expect(changes).to.deep.equal(['BUS_SILENT', 'live']);
      expect(stream.state).to.deep.equal({ kind: 'live' });
    });

    it('is no better for messages that were on their way when it was given up', async () => {
      await openStable();
      bus.closing = NEVER;
      stream.markDead();
      void bus.link.send('a');
      await pass(0);
      void bus.link.send('b');
      expect(bodies).to.deep.equal(['a', 'b']);
      expect(changes).to.deep.equal(['BUS_SILENT']);
      await pass(TIMING.closeMs + SECOND);
      await attach();
      expect(changes, 'not trusted').to.deep.equal(['BUS_SILENT']);
    });

    it('is trusted for good with its next message', async () => {
      await openStable();
      stream.markDead();
      await nextLink();
      await attach();
      void bus.link.send('a');
      await fail();
      await nextLink();
      await attach();
      expect(changes).to.deep.equal(['BUS_SILENT', 'live', 'BUS_UNREACHABLE', 'live']);
    });

    it('is not trusted where its link was just being opened anew', async () => {
      await openStable();
      load = () => after(SECOND);
      await idle();
      await pass(SECOND);
      expect(bus.links).to.have.length(1);
      stream.markDead();
      await nextLink();
      await attach();
      expect(stream.state).to.deep.equal({ kind: 'away', error: FEED_ERRORS.waiting });
    });

    it('says that it waits for a message where another error came in between', async () => {
      await openStable();
      stream.markDead();
      await nextLink();
      await fail();
      await nextLink();
      await attach();
      expect(stream.state).to.deep.equal({ kind: 'away', error: FEED_ERRORS.waiting });
    });

    it('has lost messages, however short the gap', async () => {
      await openStable();
      stream.markDead();
      await nextLink();
      await attach();
      expect(stream.gapEndedAt).to.equal(START + loads[0]!);
    });

    it('is trusted again after half an hour in which there was nothing to send', async () => {
      await openStable();
      stream.markDead();
      await nextLink();
      await attach();
      await pass(TIMING.idleMs);
      expect(checks).to.equal(1);
      expect(changes).to.deep.equal(['BUS_SILENT', 'live']);
    });

    it('is not trusted again where nobody knows whether there was anything to send', async () => {
      check = () => Promise.resolve('unknown');
      await openStable();
      stream.markDead();
      await nextLink();
      await attach();
      await pass(TIMING.idleMs);
      await attach();
      expect(checks).to.equal(1);
      expect(changes).to.deep.equal(['BUS_SILENT']);
      await nextLink();
      await attach();
      expect(changes).to.deep.equal(['BUS_SILENT']);
    });

    it('is left alone where it is away already', async () => {
      await openStable();
      await fail();
      stream.markDead();
      await nextLink();
      await attach();
      expect(changes).to.deep.equal(['BUS_UNREACHABLE', 'live']);
      expect(stream.gapEndedAt).to.equal(START);
    });
  });

  describe('without a message for half an hour', () => {
    it('checks once, and opens its link anew without a word where nothing has changed', async () => {
      await openStable();
      await idle();
      expect(checks).to.equal(1);
      expect(bus.links[0]!.isClosed).to.equal(true);
      await pass(SECOND);
      await attach();
      expect(changes).to.deep.equal([]);
      expect(bus.links).to.have.length(2);
      expect(stream.gapEndedAt).to.equal(START);
    });

    it('waits an hour for the next check', async () => {
      await openStable();
      await idle();
      await pass(SECOND);
      await attach();
      await pass(2 * TIMING.idleMs - 1);
      expect(checks).to.equal(1);
      await pass(1);
      expect(checks).to.equal(2);
    });

    it('is dead where a charger has changed meanwhile', async () => {
      check = () => Promise.resolve('changed');
      await openStable();
      await idle();
      expect(changes).to.deep.equal(['BUS_SILENT']);
      await pass(SECOND);
      await attach();
      expect(stream.state.kind).to.equal('away');
    });

    it('is checked half an hour after its last message', async () => {
      await openStable();
      void bus.link.send('a');
      await pass(TIMING.idleMs - 1);
      expect(checks).to.equal(0);
      await pass(1);
      expect(checks).to.equal(1);
    });

    it('has a gap from then on where its link cannot be opened anew', async () => {
      await openStable();
      await idle();
      await pass(SECOND);
      bus.link.attaching();
      await pass(TIMING.openMs);
      expect(changes).to.deep.equal(['BUS_NO_ANSWER']);
      await attachAfter(TIMING.gapMs + 1 - SECOND - TIMING.openMs);
    });

    it('leaves alone a link that was opened while the check took long', async () => {
      const result = later<CheckResult>();
      check = () => result.promise;
      await openStable();
      await idle();
      await fail();
      await nextLink();
      await attach();
      result.resolve('changed');
      await pass(0);
      expect(changes).to.deep.equal(['BUS_UNREACHABLE', 'live']);
      expect(bus.link.isClosed).to.equal(false);
    });

    it('is not checked while it has no link', async () => {
      await openStable();
      await fail();
      await nextLink();
      bus.link.attaching();
      bus.closing = NEVER;
      load = NEVER;
      await pass(2 * TIMING.idleMs);
      expect(checks).to.equal(0);
    });
  });

  describe('that has two transports', () => {
    const channels = () => bus.links.map(({ channel }) => channel);

    it('tries them in turn until one opens, and stays with that one', async () => {
      await open();
      await fail();
      await nextWaits(2);
      expect(channels()).to.deep.equal(['amqp', 'websocket', 'amqp']);
      await nextLink();
      await attach();
      await fail();
      await nextLink();
      expect(channels().slice(3)).to.deep.equal(['websocket', 'websocket']);
    });

    it('tries one alone on this machine, which nothing blocks', async () => {
      await open({ ...BUS_DETAILS, host: '127.0.0.1', port: 5672, plain: true });
      load = () => Promise.resolve({ ...BUS_DETAILS, host: '127.0.0.1', port: 5672, plain: true });
      await fail();
      await nextWaits(2);
      expect(channels()).to.deep.equal(['amqp', 'amqp', 'amqp']);
    });

    for (const transport of ['amqp', 'websocket'] as const) {
      it(`tries ${transport} alone where that was chosen`, async () => {
        await open(BUS_DETAILS, transport);
        await fail();
        await nextWaits(2);
        expect(channels()).to.deep.equal([transport, transport, transport]);
      });
    }

    it('changes at once to the one that is chosen, without a word', async () => {
      await openStable();
      stream.useTransport('websocket');
      await pass(0);
      expect(channels()).to.deep.equal(['amqp', 'websocket']);
      expect(openLinks()).to.equal(1);
      await attach();
      expect(changes).to.deep.equal([]);
      expect(stream.gapEndedAt).to.equal(START);
    });

    it('has a gap from a change on where the other one does not open', async () => {
      await openStable();
      stream.useTransport('websocket');
      await pass(0);
      bus.link.attaching();
      await pass(TIMING.openMs);
      expect(changes).to.deep.equal(['BUS_NO_ANSWER']);
      await attachAfter(TIMING.gapMs + 1 - TIMING.openMs);
    });

    it('stays with its own where the choice is the same, or is left open', async () => {
      await openStable(BUS_DETAILS, 'amqp');
      stream.useTransport('amqp');
      stream.useTransport('auto');
      stream.useTransport('amqp');
      await pass(MINUTE);
      expect(channels()).to.deep.equal(['amqp']);
      await fail();
      expect(await nextWaits(1)).to.deep.equal([1]);
    });

    it('tries the one that is chosen at once where it had no connection', async () => {
      load = () => Promise.reject(zaptecError('HTTP_500', 'made up', { status: 500 }));
      await openUnloaded();
      load = () => Promise.resolve(BUS_DETAILS);
      stream.useTransport('websocket');
      await pass(0);
      expect(channels()).to.deep.equal(['websocket']);
    });

    it('tries again at once where it is away and the choice may help', async () => {
      await open(BUS_DETAILS, 'amqp');
      await fail();
      await nextWaits(2);
      stream.useTransport('auto');
      await pass(0);
      expect(bus.links).to.have.length(4);
      stream.useTransport('auto');
      await fail();
      expect(await nextWaits(1), 'the same choice again').to.deep.equal([15]);
    });
  });

  describe('whose environment demands a proxy', () => {
    beforeEach(() => sinon.stub(process, 'env').value({ HTTPS_PROXY: 'http://proxy.example:3128' }));

    it('says that a WebSocket which does not open would not use it', async () => {
      await open(BUS_DETAILS, 'websocket');
      await fail();
      expect(changes).to.deep.equal(['BUS_NO_PROXY']);
    });

    it('says what is wrong with a WebSocket that was open', async () => {
      await openStable(BUS_DETAILS, 'websocket');
      await fail();
      expect(changes).to.deep.equal(['BUS_UNREACHABLE']);
    });

    it('says what is wrong with AMQP, to which a proxy does not matter', async () => {
      await open(BUS_DETAILS, 'amqp');
      await fail();
      expect(changes).to.deep.equal(['BUS_UNREACHABLE']);
    });

    it('says what is wrong with a simulator on this machine', async () => {
      await open({ ...BUS_DETAILS, host: '127.0.0.1', plain: true }, 'websocket');
      await fail();
      expect(changes).to.deep.equal(['BUS_UNREACHABLE']);
    });

    it('says what is wrong with a host that needs none', async () => {
      sinon.stub(process, 'env').value({ HTTPS_PROXY: 'http://proxy.example:3128', NO_PROXY: 'windows.net' });
      await open(BUS_DETAILS, 'websocket');
      await fail();
      expect(changes).to.deep.equal(['BUS_UNREACHABLE']);
    });
  });

  describe('that is closed', () => {
    const expectOver = async (withinMs = 0) => {
      await pass(withinMs);
      expect(isOver, 'ended').to.equal(true);
      const [{ length }, loaded] = [bus.links, loads.length];
      await pass(60 * MINUTE);
      expect([bus.links.length, loads.length]).to.deep.equal([length, loaded]);
      expect(openLinks()).to.equal(0);
      expect(timers.countTimers()).to.equal(0);
      expect(changes).to.deep.equal([]);
    };

    it('ends, with nothing left, while it is live', async () => {
      await openStable();
      stream.close();
      await expectOver();
    });

    it('ends when its connection has ended, or 3 s later', async () => {
      await openStable();
      bus.closing = NEVER;
      stream.close();
      await pass(TIMING.closeMs - 1);
      expect(isOver).to.equal(false);
      bus.link.isClosed = true;
      await expectOver(1);
    });

    it('ends while its details are loaded, and opens nothing', async () => {
      load = (signal) => new Promise((_, reject) => (signal.onabort = () => reject(new Error('aborted'))));
      await openUnloaded();
      stream.close();
      await expectOver();
      expect(bus.links).to.have.length(0);
    });

    it('opens nothing with details that come afterwards', async () => {
      const details = later<BusDetails>();
      load = () => details.promise;
      await openUnloaded();
      stream.close();
      details.resolve(BUS_DETAILS);
      await expectOver();
      expect(bus.links).to.have.length(0);
    });

    it('ends while its link is being opened', async () => {
      await open();
      bus.link.attaching();
      stream.close();
      await expectOver();
    });

    it('ends while it waits for its next try', async () => {
      await open();
      await fail();
      changes.length = 0;
      stream.close();
      await expectOver();
    });

    it('ends while it is being checked', async () => {
      const result = later<CheckResult>();
      check = () => result.promise;
      await openStable();
      await pass(TIMING.idleMs);
      stream.close();
      result.resolve('changed');
      await expectOver();
    });

    it('still hands on the messages that the SDK has received', async () => {
      await openStable();
      stream.close();
      void bus.link.send('a');
      expect(bodies).to.deep.equal(['a']);
      await expectOver();
    });
  });
});

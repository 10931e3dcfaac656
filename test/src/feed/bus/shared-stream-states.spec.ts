import { expect } from 'chai';
import sinon from 'sinon';
import { zaptecError } from '../../../../src/errors/zaptec-error';
import type { BusDetails } from '../../../../src/feed/bus/details';
import { SharedStream } from '../../../../src/feed/bus/shared-stream';
import type { CheckResult } from '../../../../src/feed/bus/stream';
import { FEED_ERRORS } from '../../../../src/feed/feed-error';
import { TIMING } from '../../../../src/feed/timing';
import { FeedStore } from '../../../support/cluster/feed-store';
import { fakeTimers, type FakeTimers } from '../../../support/fake-timers';
import { ScriptedBus, type ScriptedLink } from '../../../support/feed/scripted-bus';

const START = Date.UTC(2026, 4, 4, 10);
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const CHARGER = '0a1b2c3d-0000-4000-8000-0000000000a1';
const SOURCE = { kind: 'installation' as const, id: '0a1b2c3d-0000-4000-8000-000000000001' };
/** Shorter than in life: a machine asks the store very often meanwhile. */
const IDLE_MS = 3 * MINUTE;
/** A machine asks the store this often. */
const BEAT_MS = 200;
/** A new store gives nobody the lease for so long. */
const GRACE_MS = SECOND;
/** After so long without an answer a machine goes on alone. */
const AWAY_MS = 3 * SECOND;

const message = (value: number) => JSON.stringify({ chargerId: CHARGER, stateId: 513, valueAsString: String(value) });

/** One of the machines. */
interface Machine {
  stream: SharedStream;
  /** Bodies of messages. */
  got: unknown[];
  changes: string[];
  /** When its details were loaded, ms since the start. */
  loads: number[];
  isOver: boolean;
}

describe('a stream that machines share in memory', () => {
  let timers: FakeTimers;
  let bus: ScriptedBus;
  let store: FeedStore;
  let machines: Machine[];
  let load: () => Promise<BusDetails>;
  let check: () => Promise<CheckResult>;

  beforeEach(async () => {
    bus = await ScriptedBus.start();
    timers = fakeTimers(START);
    store = new FeedStore();
    machines = [];
    sinon.stub(Math, 'random').returns(0.5);
    sinon.stub(process, 'env').value({});
    load = () => Promise.resolve(detailsOf('again'));
    check = () => Promise.resolve('quiet');
  });
  afterEach(async () => {
    for (const { stream } of machines) stream.close();
    await pass(TIMING.closeMs + SECOND);
    expect(machines.map(({ isOver }) => isOver)).to.deep.equal(machines.map(() => true));
    store.stop();
    timers.restore();
    bus.stop();
    sinon.restore();
  });

  const pass = (ms: number) => timers.tickAsync(ms);
  const beat = () => pass(BEAT_MS);
  const detailsOf = (subscription: string): BusDetails => ({
    ...{ host: 'zap.servicebus.windows.net', port: 5671, plain: false, keyName: 'listen', key: 'c2VjcmV0' },
    ...{ topic: 'installation_1', subscription },
  });
  const open = (name = 'one', position?: string): Machine => {
    const [got, changes, loads]: [unknown[], string[], number[]] = [[], [], []];
    const context = {
      receivers: [{ onMessage: (body: unknown) => void got.push(body) }],
      load: () => {
        loads.push(Date.now() - START);
        return load();
      },
      check: () => check(),
    };
    const stream = new SharedStream({ source: SOURCE, details: detailsOf(name) }, context, {
      ...{ transport: 'amqp', idleMs: IDLE_MS, timing: TIMING, redisUrl: 'redis://made.up' },
      ...{ topic: 'https://api.example', position },
    });
    const machine: Machine = { stream, got, changes, loads, isOver: false };
    stream.listen(() => changes.push(`${stream.sharing.role} ${stream.state.error?.code ?? stream.state.kind}`));
    void stream.ended.then(() => (machine.isOver = true));
    machines.push(machine);
    return machine;
  };
  const attach = async (link: ScriptedLink = bus.link) => {
    link.attach();
    await pass(TIMING.settleMs);
  };
  const openReceiver = async (name?: string) => {
    const machine = open(name);
    await pass(GRACE_MS);
    await attach();
    expect([machine.stream.sharing.role, machine.stream.state.kind]).to.deep.equal(['receiver', 'live']);
    return machine;
  };
  const openFollower = async (status: object = { kind: 'live' }, forMs = 10 * MINUTE) => {
    store.hold(JSON.stringify(status), forMs);
    const machine = open();
    await pass(0);
    expect(machine.stream.sharing.role).to.equal('follower');
    return machine;
  };
  /** The other machine says something else of its receiver. */
  const report = async (status: object | string) => {
    store.status = typeof status === 'string' ? status : JSON.stringify(status);
    await beat();
  };
  /** Two machines: the first receives, the second follows. */
  const openBoth = async () => {
    const one = await openReceiver();
    await beat();
    const two = open('two');
    await pass(2 * BEAT_MS);
    expect([two.stream.sharing.role, two.stream.state.kind]).to.deep.equal(['follower', 'live']);
    return [one, two] as const;
  };
  const openLinks = () => bus.links.filter(({ isClosed }) => !isClosed).map(({ opened }) => opened[1]);
  const later = () => {
    let resolve!: () => void;
    const promise = new Promise<void>((settle) => (resolve = settle));
    return { promise, resolve };
  };

  describe('and this machine receives', () => {
    it('after a second in which another one may speak up, with the details that were found', async () => {
      const { stream, loads, changes } = open();
      expect(stream.state).to.deep.equal({ kind: 'connecting' });
      await pass(GRACE_MS - 1);
      expect(bus.links).to.deep.equal([]);
      expect(stream.sharing).to.deep.equal({ role: 'joining', isSplit: false, problem: undefined });
      await pass(1);
      expect(openLinks()).to.deep.equal(['one']);
      expect([stream.sharing.role, stream.state.kind]).to.deep.equal(['receiver', 'connecting']);
      await attach();
      expect(stream.state).to.deep.equal({ kind: 'live' });
      expect(stream.gapEndedAt).to.equal(START + GRACE_MS);
      expect(changes).to.deep.equal(['joining connecting', 'receiver connecting', 'receiver live']);
      expect(loads).to.deep.equal([]);
    });

    it('with fresh details where those that were found are half a minute old', async () => {
      store.hold('', 30 * SECOND);
      const machine = open();
      await pass(30 * SECOND);
      expect(machine.loads).to.deep.equal([30 * SECOND]);
      expect(openLinks()).to.deep.equal(['again']);
    });

    it('with those that were found up to then', async () => {
      store.hold('', 30 * SECOND - BEAT_MS);
      const machine = open();
      await pass(30 * SECOND - BEAT_MS);
      expect(machine.loads).to.deep.equal([]);
      expect(openLinks()).to.deep.equal(['one']);
    });

    it('with those that were found for the first time only', async () => {
      const { stream, loads } = await openReceiver();
      store.hold('', SECOND);
      await beat();
      expect(stream.sharing.role).to.equal('follower');
      expect(openLinks()).to.deep.equal([]);
      await pass(SECOND);
      expect(loads).to.have.length(1);
      expect(openLinks()).to.deep.equal(['again']);
    });

    it('hands each message to its own receivers and to the other machines', async () => {
      const [one, two] = await openBoth();
      void bus.link.send(message(1));
      expect([one.got, two.got]).to.deep.equal([[message(1)], []]);
      await pass(2 * BEAT_MS);
      expect(two.got).to.deep.equal([message(1)]);
      expect([one.got.length, one.stream.received, two.stream.received]).to.deep.equal([1, 1, 1]);
      expect(one.stream.lastMessageAt).to.equal(Date.now() - 2 * BEAT_MS);
      expect(two.stream.lastMessageAt).to.be.within(Date.now() - 2 * BEAT_MS, Date.now());
    });

    it('completes a message when the store has it', async () => {
      await openReceiver();
      const { link } = bus;
      void link.send(message(1));
      await pass(19);
      expect(link.completed).to.deep.equal([]);
      await pass(1);
      expect(link.completed).to.deep.equal([message(1)]);
    });

    it('keeps a message that is no observation to itself', async () => {
      const [one, two] = await openBoth();
      const { link } = bus;
      void link.send('{"Type":"heartbeat"}');
      await pass(0);
      expect(link.completed).to.deep.equal(['{"Type":"heartbeat"}']);
      await pass(2 * BEAT_MS);
      expect([one.got.length, two.got.length]).to.deep.equal([1, 0]);
    });

    it('tells the others the state of its receiver and its gaps, by the clock of the store', async () => {
      store.aheadMs = 60 * MINUTE;
      const { stream } = await openReceiver();
      void bus.link.send(message(1), { high: 0, low: 1 });
      await pass(SECOND);
      void bus.link.send(message(2), { high: 0, low: 5 });
      const skippedAt = Date.now();
      expect(stream.skippedAt).to.equal(skippedAt);
      await beat();
      expect(JSON.parse(store.status)).to.deep.equal({
        kind: 'live',
        gapAt: START + GRACE_MS + store.aheadMs,
        skippedAt: skippedAt + store.aheadMs,
      });
      const { skippedAt: told } = JSON.parse(store.status) as { skippedAt: number };
      store.aheadMs += 5;
      await beat();
      bus.link.fail('ECONNREFUSED');
      await beat();
      expect(JSON.parse(store.status)).to.deep.include({
        ...{ kind: 'away', error: FEED_ERRORS.unreachable, skippedAt: told },
      });
    });

    it('counts how often it was opened again, also by another receiver', async () => {
      const { stream } = await openReceiver();
      await pass(MINUTE);
      bus.link.fail();
      await pass(SECOND);
      await attach();
      expect(stream.reconnects).to.equal(1);
      store.hold('', SECOND);
      await pass(2 * SECOND);
      await attach();
      expect([bus.links.length, stream.reconnects]).to.deep.equal([3, 2]);
    });

    it('opens no second receiver before the first one is closed', async () => {
      const { loads } = await openReceiver();
      const closed = later();
      bus.closing = () => closed.promise;
      store.hold('', SECOND);
      await pass(SECOND + BEAT_MS);
      expect([openLinks(), loads]).to.deep.equal([['one'], []]);
      closed.resolve();
      await pass(0);
      expect(openLinks()).to.deep.equal(['again']);
    });

    it('has its gap when it was lost for longer than a minute', async () => {
      const { stream, loads } = await openReceiver();
      await pass(MINUTE);
      bus.link.fail();
      load = async () => {
        await new Promise((resolve) => setTimeout(resolve, MINUTE));
        return detailsOf('again');
      };
      await pass(SECOND + MINUTE);
      await attach();
      expect(stream.gapEndedAt).to.equal(START + loads[0]! + MINUTE);
    });
  });

  describe('and another machine receives', () => {
    it('is as that one says', async () => {
      const { stream, changes } = await openFollower();
      expect(stream.state).to.deep.equal({ kind: 'live' });
      expect(bus.links).to.deep.equal([]);
      await report({ kind: 'away', error: FEED_ERRORS.unreachable });
      expect(stream.state).to.deep.equal({ kind: 'away', error: FEED_ERRORS.unreachable });
      await report({ kind: 'connecting', error: FEED_ERRORS.cut });
      expect(stream.state).to.deep.equal({ kind: 'connecting', error: FEED_ERRORS.cut });
      await report({ kind: 'live' });
      expect(changes).to.deep.equal([
        ...['follower live', 'follower BUS_UNREACHABLE', 'follower BUS_CUT', 'follower live'],
      ]);
    });

    it('is connecting where nobody receives any more', async () => {
      const { stream } = await openFollower({ kind: 'live' });
      store.empty();
      store.hold('', -1);
      await beat();
      expect(stream.state).to.deep.equal({ kind: 'connecting' });
    });

    for (const status of ['', '{', '7', 'null', '[]', '{}', '{"kind":"strange"}', '{"kind":7}']) {
      it(`is connecting where that one says ${JSON.stringify(status)}`, async () => {
        const { stream } = await openFollower({ kind: 'live' });
        await report(status);
        expect(stream.state).to.deep.equal({ kind: 'connecting' });
      });
    }

    const { code, text, remedy, lasting } = FEED_ERRORS.cut;
    const strange: [string, unknown][] = [
      ['no object', 'BUS_CUT'],
      ['null', null],
      ['of a code that is not known', { code: 'BUS_OF_A_LATER_VERSION', text, remedy, lasting }],
      ['without a text', { code, remedy, lasting }],
      ['without a remedy', { code, text, lasting }],
      ['without a word on whether it lasts', { code, text, remedy }],
    ];
    for (const [name, error] of strange) {
      it(`gives no reason where that of the other one is ${name}`, async () => {
        const { stream } = await openFollower();
        await report({ kind: 'away', error });
        expect(stream.state).to.deep.equal({ kind: 'away' });
      });
    }

    it('gets the messages from the store', async () => {
      const { stream, got } = await openFollower();
      store.add(message(1));
      store.add(message(2));
      await beat();
      expect(got).to.deep.equal([message(1), message(2)]);
      expect([stream.received, stream.lastMessageAt]).to.deep.equal([2, Date.now()]);
    });

    it('has no gap from the moment in which that one is live, whatever gaps were before', async () => {
      const { stream } = await openFollower({ kind: 'connecting', gapAt: START - MINUTE });
      expect(stream.gapEndedAt).to.equal(Infinity);
      await report({ kind: 'live', gapAt: START - MINUTE });
      expect(stream.gapEndedAt).to.equal(Date.now());
    });

    it('has the gaps of that one, by the clock of the store', async () => {
      store.aheadMs = 60 * MINUTE;
      const { stream } = await openFollower({ kind: 'live', gapAt: START });
      await pass(10 * SECOND);
      const gapAt = Date.now();
      await report({ kind: 'away', error: FEED_ERRORS.cut, gapAt: gapAt + store.aheadMs });
      expect(stream.gapEndedAt, 'not yet').to.equal(START);
      await report({ kind: 'live', gapAt: gapAt + store.aheadMs });
      expect(stream.gapEndedAt).to.equal(gapAt);
    });

    it('has no gap that is older than its own', async () => {
      const { stream } = await openFollower({ kind: 'live' });
      await pass(10 * SECOND);
      for (const gapAt of [START - MINUTE, 'yesterday', undefined]) await report({ kind: 'live', gapAt });
      expect(stream.gapEndedAt).to.equal(START);
    });

    it('has a gap where messages are gone that it has not got', async () => {
      const { stream, changes } = await openFollower();
      await beat();
      for (const value of [1, 2, 3]) store.add(message(value));
      store.trim(1);
      changes.length = 0;
      await beat();
      expect(stream.gapEndedAt).to.equal(Date.now());
      expect(changes).to.deep.equal(['follower live']);
    });

    it('says when numbers were left out at that one, if it was there by then', async () => {
      store.aheadMs = 60 * MINUTE;
      const { stream, changes } = await openFollower({ kind: 'live', skippedAt: START + store.aheadMs });
      expect(stream.skippedAt).to.equal(undefined);
      await pass(SECOND);
      const skippedAt = Date.now();
      changes.length = 0;
      await report({ kind: 'live', skippedAt: skippedAt + store.aheadMs });
      expect(stream.skippedAt).to.equal(skippedAt);
      expect(changes).to.deep.equal(['follower live']);
      await report({ kind: 'live', skippedAt: String(Date.now() + store.aheadMs) });
      await report({ kind: 'live', gapAt: START });
      expect(stream.skippedAt).to.equal(skippedAt);
    });

    it('has no second gap, and no numbers left out again, where the two clocks drift apart', async () => {
      const { stream } = await openFollower();
      await pass(SECOND);
      const at = Date.now();
      await report({ kind: 'live', gapAt: at, skippedAt: at });
      store.aheadMs = -5;
      await report({ kind: 'away', gapAt: at, skippedAt: at });
      await report({ kind: 'live', gapAt: at, skippedAt: at });
      expect([stream.gapEndedAt, stream.skippedAt]).to.deep.equal([at, at]);
    });

    it('still says when numbers were left out once it receives itself', async () => {
      const { stream } = await openFollower();
      await pass(SECOND);
      const skippedAt = Date.now();
      await report({ kind: 'live', skippedAt });
      store.handOver();
      await beat();
      await attach();
      expect([stream.sharing.role, stream.state.kind, stream.skippedAt]).to.deep.equal(['receiver', 'live', skippedAt]);
    });

    it('calls a listener only where something has changed, and none that was taken back', async () => {
      const { stream, changes } = await openFollower();
      let calls = 0;
      const forget = stream.listen(() => (calls += 1));
      await report('{"kind": "live"}');
      expect(changes, 'the same in other letters').to.deep.equal(['follower live']);
      await report({ kind: 'connecting' });
      forget();
      await report({ kind: 'live' });
      expect([calls, changes.length]).to.deep.equal([1, 3]);
    });

    it('goes on after a restart from where it was', async () => {
      const before = await openFollower();
      store.add(message(1));
      await beat();
      const { position } = before.stream;
      before.stream.close();
      await pass(0);
      for (const value of [2, 3]) store.add(message(value));
      const after = open('one', position);
      await pass(0);
      expect(after.got).to.deep.equal([message(2), message(3)]);
    });
  });

  describe('and the right to receive goes from one machine to another', () => {
    /** This machine receives after the other one, and its receiver is live so long afterwards. */
    const takeOver = async (machine: Machine, liveAfterMs: number) => {
      load = async () => {
        await new Promise((resolve) => setTimeout(resolve, liveAfterMs - TIMING.settleMs));
        return detailsOf('again');
      };
      await beat();
      expect(machine.stream.sharing.role).to.equal('receiver');
      await pass(liveAfterMs - TIMING.settleMs);
      await attach();
      expect(machine.stream.state.kind).to.equal('live');
    };

    it('has no gap where it was handed over, and the new receiver is live within a minute', async () => {
      const machine = await openFollower();
      await pass(MINUTE);
      store.handOver();
      await takeOver(machine, TIMING.gapMs);
      expect(machine.stream.gapEndedAt).to.equal(START);
      await pass(TIMING.stableMs);
      bus.link.fail();
      await pass(TIMING.gapMs + SECOND);
      await attach();
      expect(machine.stream.gapEndedAt, 'a gap of its own').to.be.above(START);
    });

    it('has a gap where that takes longer', async () => {
      const machine = await openFollower();
      await pass(MINUTE);
      store.handOver();
      await takeOver(machine, TIMING.gapMs + 1);
      expect(machine.stream.gapEndedAt).to.equal(Date.now() - TIMING.settleMs);
    });

    it('has a gap where the other one has gone without a word', async () => {
      const machine = await openFollower({ kind: 'live' }, MINUTE);
      await pass(MINUTE - BEAT_MS);
      await takeOver(machine, SECOND);
      expect(machine.stream.gapEndedAt).to.equal(Date.now() - TIMING.settleMs);
    });

    it('has a gap where no messages had come here before', async () => {
      const machine = await openFollower({ kind: 'connecting' });
      await pass(MINUTE);
      store.handOver();
      await takeOver(machine, SECOND);
      expect(machine.stream.gapEndedAt).to.equal(Date.now() - TIMING.settleMs);
    });

    it('goes to the next machine at once where the one that receives is closed, with nothing lost', async () => {
      const [one, two] = await openBoth();
      const { gapEndedAt } = two.stream;
      one.stream.close();
      await beat();
      expect([two.stream.sharing.role, openLinks()]).to.deep.equal(['receiver', ['two']]);
      await attach();
      expect(two.stream.gapEndedAt).to.equal(gapEndedAt);
    });
  });

  describe('and Redis is away', () => {
    it('goes on receiving where Redis comes back empty, whoever asks it first', async () => {
      const [one, two] = await openBoth();
      store.empty();
      await beat();
      expect([one.stream.sharing.role, openLinks()]).to.deep.equal(['receiver', ['one']]);
      expect(two.stream.sharing.role).not.to.equal('receiver');
    });

    it('has a gap in a receiver that it opens alone, whoever had handed over before', async () => {
      const { stream } = await openFollower();
      await pass(SECOND);
      store.handOver();
      await beat();
      await attach();
      expect(stream.gapEndedAt).to.equal(START);
      store.hold('{"kind":"live"}', MINUTE);
      await beat();
      store.isAway = true;
      await pass(AWAY_MS + BEAT_MS);
      await attach();
      expect([stream.sharing.role, stream.state.kind]).to.deep.equal(['alone', 'live']);
      expect(stream.gapEndedAt).to.be.within(Date.now() - SECOND, Date.now());
    });

    it('keeps the receiver of its own that does not reach the bus', async () => {
      const [one] = await openBoth();
      store.isAway = true;
      await pass(AWAY_MS + BEAT_MS);
      const [link] = bus.links;
      link!.fail('ECONNREFUSED');
      await pass(TIMING.yieldAfterMs + SECOND);
      await attach();
      expect([one.stream.sharing.role, one.stream.state.kind]).to.deep.equal(['alone', 'live']);
    });

    it('has a receiver on each machine, says so, and has a gap when Redis is back', async () => {
      const [one, two] = await openBoth();
      store.isAway = true;
      await pass(AWAY_MS);
      expect(openLinks()).to.deep.equal(['one']);
      await pass(2 * BEAT_MS);
      expect(openLinks()).to.deep.equal(['one', 'two']);
      const sharing = { role: 'alone', isSplit: true, problem: 'Redis cannot be reached' };
      expect([one.stream.sharing, two.stream.sharing]).to.deep.equal([sharing, sharing]);
      expect([one, two].map(({ changes }) => changes.at(-1))).to.deep.equal(['alone live', 'alone connecting']);
      store.isAway = false;
      await beat();
      for (const { stream } of [one, two]) {
        expect(stream.gapEndedAt).to.be.within(Date.now() - BEAT_MS, Date.now());
        expect(stream.sharing.isSplit).to.equal(false);
      }
      expect(openLinks(), 'one receives for both again').to.have.length(1);
    });

    it('completes messages at once where each machine receives for itself', async () => {
      await openBoth();
      store.isAway = true;
      await pass(AWAY_MS + 2 * BEAT_MS);
      const [link] = bus.links;
      void link!.send(message(1));
      await pass(0);
      expect(link!.completed).to.deep.equal([message(1)]);
    });

    it('shares nothing, and so loses nothing, where it is the only machine', async () => {
      const { stream } = await openReceiver();
      await beat();
      const { gapEndedAt } = stream;
      store.isAway = true;
      await pass(AWAY_MS + 2 * BEAT_MS);
      expect([stream.sharing.role, stream.sharing.isSplit]).to.deep.equal(['alone', false]);
      store.isAway = false;
      await beat();
      expect([stream.sharing.role, stream.gapEndedAt]).to.deep.equal(['receiver', gapEndedAt]);
    });

    it('may share with machines that it does not know where it has never reached Redis', async () => {
      store.isAway = true;
      const { stream } = open();
      await pass(AWAY_MS + BEAT_MS);
      expect([stream.sharing.role, stream.sharing.isSplit]).to.deep.equal(['alone', true]);
      expect(openLinks()).to.deep.equal(['one']);
    });
  });

  describe('and the receiver of this machine does not reach the bus', () => {
    const failFor = async (ms: number) => {
      bus.link.fail('ECONNREFUSED');
      await pass(ms);
    };

    it('leaves it to another machine after 15 s, and follows that one', async () => {
      const [one, two] = await openBoth();
      await failFor(TIMING.yieldAfterMs - 1);
      expect(one.stream.sharing.role).to.equal('receiver');
      await pass(1 + BEAT_MS);
      expect([one.stream.sharing.role, two.stream.sharing.role]).to.deep.equal(['follower', 'receiver']);
      expect(openLinks()).to.deep.equal(['two']);
      await attach();
      await beat();
      expect(one.stream.state.kind).to.equal('live');
    });

    it('leaves it when its receiver is closed, and not before', async () => {
      const [one] = await openBoth();
      await failFor(TIMING.yieldAfterMs - SECOND);
      one.stream.retryNow();
      await pass(0);
      const closed = later();
      bus.closing = () => closed.promise;
      await pass(2 * SECOND);
      expect(one.stream.sharing.role).to.equal('receiver');
      expect(JSON.parse(store.status)).to.deep.include({ kind: 'connecting' });
      open('three');
      await pass(2 * BEAT_MS);
      const loads = one.loads.length;
      closed.resolve();
      await pass(0);
      expect([one.stream.sharing.role, one.loads.length]).to.deep.equal(['follower', loads]);
    });

    it('tries again itself where no other machine receives half a minute later', async () => {
      const [one, two] = await openBoth();
      await failFor(TIMING.yieldAfterMs + BEAT_MS);
      two.stream.close();
      await pass(TIMING.yieldMs - BEAT_MS - 1);
      expect(one.stream.sharing.role).to.equal('follower');
      await pass(2 * BEAT_MS);
      expect(one.stream.sharing.role).to.equal('receiver');
      await attach();
      expect(one.stream.state.kind).to.equal('live');
    });

    it('keeps it where there is no other machine', async () => {
      const { stream } = await openReceiver();
      await beat();
      await failFor(MINUTE);
      expect(stream.sharing.role).to.equal('receiver');
    });

    it('keeps it where it reaches the bus again in time', async () => {
      const [one] = await openBoth();
      for (let times = 0; times < 3; times += 1) {
        bus.link.fail('ECONNREFUSED');
        one.stream.retryNow();
        await pass(10 * SECOND);
        one.stream.retryNow();
        await pass(0);
        await attach();
        expect(one.stream.state.kind).to.equal('live');
      }
      await pass(MINUTE);
      expect(one.stream.sharing.role).to.equal('receiver');
    });

    it('keeps it where the other machine goes before', async () => {
      const [one, two] = await openBoth();
      await failFor(10 * SECOND);
      two.stream.close();
      await pass(MINUTE);
      expect(one.stream.sharing.role).to.equal('receiver');
    });

    it('may be closed meanwhile', async () => {
      const [one] = await openBoth();
      const closed = later();
      bus.closing = () => closed.promise;
      await failFor(TIMING.yieldAfterMs);
      one.stream.close();
      closed.resolve();
      await beat();
      expect(one.isOver).to.equal(true);
    });
  });

  describe('and somebody wants something of it', () => {
    const channel = () => bus.link.channel;

    it('changes the transport of its receiver', async () => {
      const { stream } = await openReceiver();
      stream.useTransport('websocket');
      await pass(0);
      expect(channel()).to.equal('websocket');
    });

    it('remembers the transport for a receiver that is opened later', async () => {
      const { stream } = await openFollower();
      stream.useTransport('websocket');
      await pass(GRACE_MS);
      store.handOver();
      await beat();
      expect(channel()).to.equal('websocket');
    });

    it('tries to connect at once', async () => {
      const { stream } = await openReceiver();
      bus.link.fail();
      await pass(0);
      stream.retryNow();
      await pass(0);
      expect(bus.links).to.have.length(2);
    });

    it('opens a receiver anew of which a read shows that it is dead', async () => {
      const { stream } = await openReceiver();
      stream.markDead();
      await pass(0);
      expect(stream.state).to.deep.equal({ kind: 'away', error: FEED_ERRORS.silent });
    });

    it('does nothing of this where another machine receives', async () => {
      const { stream } = await openFollower();
      stream.retryNow();
      stream.markDead();
      await beat();
      expect([stream.state.kind, bus.links.length]).to.deep.equal(['live', 0]);
    });

    it('checks a receiver without messages by the read that it was given', async () => {
      check = () => Promise.resolve('changed');
      const { stream } = await openReceiver();
      await pass(IDLE_MS);
      expect(stream.state).to.deep.include({ kind: 'away' });
      expect(stream.state.error?.code).to.equal('BUS_SILENT');
    });
  });

  describe('and it ends', () => {
    it('with its own receiver first, so that another machine may have one', async () => {
      const machine = await openReceiver();
      const closed = later();
      bus.closing = () => closed.promise;
      machine.stream.close();
      await beat();
      expect([machine.isOver, store.gone.length]).to.deep.equal([false, 0]);
      closed.resolve();
      await pass(0);
      expect([machine.isOver, store.gone.length]).to.deep.equal([true, 1]);
      expect(timers.countTimers()).to.equal(0);
    });

    it('once, however often it is closed, without a word to its listeners', async () => {
      const { stream, changes } = await openReceiver();
      changes.length = 0;
      stream.close();
      stream.close();
      bus.link.fail();
      await pass(MINUTE);
      expect(store.gone).to.have.length(1);
      expect(changes).to.deep.equal([]);
    });

    it('while its receiver fails, and leaves no timer', async () => {
      const [one, two] = await openBoth();
      bus.link.fail('ECONNREFUSED');
      await pass(0);
      two.stream.close();
      one.stream.close();
      await pass(0);
      expect(timers.countTimers()).to.equal(0);
    });

    it('where Zaptec closes the source to this account, with the reason', async () => {
      const machine = await openReceiver();
      await pass(MINUTE);
      load = () => Promise.reject(zaptecError('HTTP_403', 'made up', { status: 403 }));
      bus.link.fail();
      await pass(SECOND - 1);
      // What the store says to its last word must not change the reason.
      store.empty();
      await pass(1);
      expect(machine.isOver).to.equal(true);
      expect(machine.stream.state).to.deep.include({ kind: 'away' });
      expect(machine.stream.state.error?.code).to.equal('BUS_NO_ROLE');
      expect(store.gone).to.have.length(1);
    });

    it('and not where another machine has taken over', async () => {
      const machine = await openReceiver();
      store.hold('', MINUTE);
      await pass(10 * SECOND);
      expect([machine.isOver, store.gone.length]).to.deep.equal([false, 0]);
    });

    it('and opens no receiver, whatever the store says by then', async () => {
      const machine = await openFollower();
      store.handOver();
      machine.stream.close();
      await pass(MINUTE);
      expect([machine.isOver, bus.links.length]).to.deep.equal([true, 0]);
    });
  });
});

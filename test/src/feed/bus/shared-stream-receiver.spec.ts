import { expect } from 'chai';
import { zaptecError } from '../../../../src/errors/zaptec-error';
import { FEED_ERRORS } from '../../../../src/feed/feed-error';
import {
  BEAT_MS,
  detailsOf,
  GRACE_MS,
  IDLE_MS,
  message,
  START,
  ScriptedMachines,
} from '../../../support/feed/scripted-machines';
import { later } from '../../../support/later';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

describe('a stream that machines share in memory', () => {
  let machines: ScriptedMachines;

  beforeEach(async () => {
    machines = await ScriptedMachines.start();
  });
  afterEach(() => machines.stop());

  describe('and this machine receives', () => {
    it('after a second in which another one may speak up, with the details that were found', async () => {
      const { stream, loads, changes } = machines.open();
      expect(stream.state).to.deep.equal({ kind: 'connecting' });
      await machines.pass(GRACE_MS - 1);
      expect(machines.bus.links).to.deep.equal([]);
      expect(stream.sharing).to.deep.equal({ role: 'joining', isSplit: false, problem: undefined });
      await machines.pass(1);
      expect(machines.openLinks).to.deep.equal(['one']);
      expect([stream.sharing.role, stream.state.kind]).to.deep.equal(['receiver', 'connecting']);
      await machines.attach();
      expect(stream.state).to.deep.equal({ kind: 'live' });
      expect(stream.gapEndedAt).to.equal(START + GRACE_MS);
      expect(changes).to.deep.equal(['joining connecting', 'receiver connecting', 'receiver live']);
      expect(loads).to.deep.equal([]);
    });

    it('with fresh details where those that were found are half a minute old', async () => {
      machines.store.hold('', 30 * SECOND);
      const machine = machines.open();
      await machines.pass(30 * SECOND);
      expect(machine.loads).to.deep.equal([30 * SECOND]);
      expect(machines.openLinks).to.deep.equal(['again']);
    });

    it('with those that were found up to then', async () => {
      machines.store.hold('', 30 * SECOND - BEAT_MS);
      const machine = machines.open();
      await machines.pass(30 * SECOND - BEAT_MS);
      expect(machine.loads).to.deep.equal([]);
      expect(machines.openLinks).to.deep.equal(['one']);
    });

    it('with those that were found for the first time only', async () => {
      const { stream, loads } = await machines.openReceiver();
      machines.store.hold('', SECOND);
      await machines.beat();
      expect(stream.sharing.role).to.equal('follower');
      expect(machines.openLinks).to.deep.equal([]);
      await machines.pass(SECOND);
      expect(loads).to.have.length(1);
      expect(machines.openLinks).to.deep.equal(['again']);
    });

    it('hands each message to its own receivers and to the other machines', async () => {
      const [one, two] = await machines.openBoth();
      void machines.bus.link.send(message(1));
      expect([one.got, two.got]).to.deep.equal([[message(1)], []]);
      await machines.pass(2 * BEAT_MS);
      expect(two.got).to.deep.equal([message(1)]);
      expect([one.got.length, one.stream.received, two.stream.received]).to.deep.equal([1, 1, 1]);
      expect(one.stream.lastMessageAt).to.equal(Date.now() - 2 * BEAT_MS);
      expect(two.stream.lastMessageAt).to.be.within(Date.now() - 2 * BEAT_MS, Date.now());
    });

    it('completes a message when the store has it', async () => {
      await machines.openReceiver();
      const { link } = machines.bus;
      void link.send(message(1));
      await machines.pass(19);
      expect(link.completed).to.deep.equal([]);
      await machines.pass(1);
      expect(link.completed).to.deep.equal([message(1)]);
    });

    it('keeps a message that is no observation to itself', async () => {
      const [one, two] = await machines.openBoth();
      const { link } = machines.bus;
      void link.send('{"Type":"heartbeat"}');
      await machines.pass(0);
      expect(link.completed).to.deep.equal(['{"Type":"heartbeat"}']);
      await machines.pass(2 * BEAT_MS);
      expect([one.got.length, two.got.length]).to.deep.equal([1, 0]);
    });

    it('tells the others the state of its receiver and its gaps, by the clock of the store', async () => {
      machines.store.aheadMs = 60 * MINUTE;
      const { stream } = await machines.openReceiver();
      void machines.bus.link.send(message(1), { high: 0, low: 1 });
      await machines.pass(SECOND);
      void machines.bus.link.send(message(2), { high: 0, low: 5 });
      const skippedAt = Date.now();
      expect(stream.skippedAt).to.equal(skippedAt);
      await machines.beat();
      expect(JSON.parse(machines.store.status)).to.deep.equal({
        kind: 'live',
        gapAt: START + GRACE_MS + machines.store.aheadMs,
        skippedAt: skippedAt + machines.store.aheadMs,
      });
      const { skippedAt: told } = JSON.parse(machines.store.status) as { skippedAt: number };
      machines.store.aheadMs += 5;
      await machines.beat();
      machines.bus.link.fail('ECONNREFUSED');
      await machines.beat();
      expect(JSON.parse(machines.store.status)).to.deep.include({
        ...{ kind: 'away', error: FEED_ERRORS.unreachable, skippedAt: told },
      });
    });

    it('counts how often it was opened again, also by another receiver', async () => {
      const { stream } = await machines.openReceiver();
      await machines.pass(MINUTE);
      machines.bus.link.fail();
      await machines.pass(SECOND);
      await machines.attach();
      expect(stream.reconnects).to.equal(1);
      machines.store.hold('', SECOND);
      await machines.pass(2 * SECOND);
      await machines.attach();
      expect([machines.bus.links.length, stream.reconnects]).to.deep.equal([3, 2]);
    });

    it('opens no second receiver before the first one is closed', async () => {
      const { loads } = await machines.openReceiver();
      const closed = later();
      machines.bus.closing = () => closed.promise;
      machines.store.hold('', SECOND);
      await machines.pass(SECOND + BEAT_MS);
      expect([machines.openLinks, loads]).to.deep.equal([['one'], []]);
      closed.resolve();
      await machines.pass(0);
      expect(machines.openLinks).to.deep.equal(['again']);
    });

    it('has its gap when it was lost for longer than a minute', async () => {
      const { stream, loads } = await machines.openReceiver();
      await machines.pass(MINUTE);
      machines.bus.link.fail();
      machines.load = async () => {
        await new Promise((resolve) => setTimeout(resolve, MINUTE));
        return detailsOf('again');
      };
      await machines.pass(SECOND + MINUTE);
      await machines.attach();
      expect(stream.gapEndedAt).to.equal(START + loads[0]! + MINUTE);
    });
  });

  describe('and somebody wants something of it', () => {
    const channel = () => machines.bus.link.channel;

    it('changes the transport of its receiver', async () => {
      const { stream } = await machines.openReceiver();
      stream.useTransport('websocket');
      await machines.pass(0);
      expect(channel()).to.equal('websocket');
    });

    it('remembers the transport for a receiver that is opened later', async () => {
      const { stream } = await machines.openFollower();
      stream.useTransport('websocket');
      await machines.pass(GRACE_MS);
      machines.store.handOver();
      await machines.beat();
      expect(channel()).to.equal('websocket');
    });

    it('tries to connect at once', async () => {
      const { stream } = await machines.openReceiver();
      machines.bus.link.fail();
      await machines.pass(0);
      stream.retryNow();
      await machines.pass(0);
      expect(machines.bus.links).to.have.length(2);
    });

    it('opens a receiver anew of which a read shows that it is dead', async () => {
      const { stream } = await machines.openReceiver();
      stream.markDead();
      await machines.pass(0);
      expect(stream.state).to.deep.equal({ kind: 'away', error: FEED_ERRORS.silent });
    });

    it('does nothing of this where another machine receives', async () => {
      const { stream } = await machines.openFollower();
      stream.retryNow();
      stream.markDead();
      await machines.beat();
      expect([stream.state.kind, machines.bus.links.length]).to.deep.equal(['live', 0]);
    });

    it('checks a receiver without messages by the read that it was given', async () => {
      machines.check = () => Promise.resolve('changed');
      const { stream } = await machines.openReceiver();
      await machines.pass(IDLE_MS);
      expect(stream.state).to.deep.include({ kind: 'away' });
      expect(stream.state.error?.code).to.equal('BUS_SILENT');
    });
  });

  describe('and it ends', () => {
    it('with its own receiver first, so that another machine may have one', async () => {
      const machine = await machines.openReceiver();
      const closed = later();
      machines.bus.closing = () => closed.promise;
      machine.stream.close();
      await machines.beat();
      expect([machine.isOver, machines.store.gone.length]).to.deep.equal([false, 0]);
      closed.resolve();
      await machines.pass(0);
      expect([machine.isOver, machines.store.gone.length]).to.deep.equal([true, 1]);
      expect(machines.timers.countTimers()).to.equal(0);
    });

    it('once, however often it is closed, without a word to its listeners', async () => {
      const { stream, changes } = await machines.openReceiver();
      changes.length = 0;
      stream.close();
      stream.close();
      machines.bus.link.fail();
      await machines.pass(MINUTE);
      expect(machines.store.gone).to.have.length(1);
      expect(changes).to.deep.equal([]);
    });

    it('while its receiver fails, and leaves no timer', async () => {
      const [one, two] = await machines.openBoth();
      machines.bus.link.fail('ECONNREFUSED');
      await machines.pass(0);
      two.stream.close();
      one.stream.close();
      await machines.pass(0);
      expect(machines.timers.countTimers()).to.equal(0);
    });

    it('where Zaptec closes the source to this account, with the reason', async () => {
      const machine = await machines.openReceiver();
      await machines.pass(MINUTE);
      machines.load = () => Promise.reject(zaptecError('HTTP_403', 'made up', { status: 403 }));
      machines.bus.link.fail();
      await machines.pass(SECOND - 1);
      // What the store says to its last word must not change the reason.
      machines.store.empty();
      await machines.pass(1);
      expect(machine.isOver).to.equal(true);
      expect(machine.stream.state).to.deep.include({ kind: 'away' });
      expect(machine.stream.state.error?.code).to.equal('BUS_NO_ROLE');
      expect(machines.store.gone).to.have.length(1);
    });

    it('and not where another machine has taken over', async () => {
      const machine = await machines.openReceiver();
      machines.store.hold('', MINUTE);
      await machines.pass(10 * SECOND);
      expect([machine.isOver, machines.store.gone.length]).to.deep.equal([false, 0]);
    });

    it('and opens no receiver, whatever the store says by then', async () => {
      const machine = await machines.openFollower();
      machines.store.handOver();
      machine.stream.close();
      await machines.pass(MINUTE);
      expect([machine.isOver, machines.bus.links.length]).to.deep.equal([true, 0]);
    });
  });
});

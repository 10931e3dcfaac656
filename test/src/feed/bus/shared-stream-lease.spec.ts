import { expect } from 'chai';
import { TIMING } from '../../../../src/feed/timing';
import {
  AWAY_MS,
  BEAT_MS,
  detailsOf,
  message,
  START,
  type Machine,
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

  describe('and the right to receive goes from one machine to another', () => {
    /** This machine receives after the other one, and its receiver is live so long afterwards. */
    const takeOver = async (machine: Machine, liveAfterMs: number) => {
      machines.load = async () => {
        await new Promise((resolve) => setTimeout(resolve, liveAfterMs - TIMING.settleMs));
        return detailsOf('again');
      };
      await machines.beat();
      expect(machine.stream.sharing.role).to.equal('receiver');
      await machines.pass(liveAfterMs - TIMING.settleMs);
      await machines.attach();
      expect(machine.stream.state.kind).to.equal('live');
    };

    it('has no gap where it was handed over, and the new receiver is live within a minute', async () => {
      const machine = await machines.openFollower();
      await machines.pass(MINUTE);
      machines.store.handOver();
      await takeOver(machine, TIMING.gapMs);
      expect(machine.stream.gapEndedAt).to.equal(START);
      await machines.pass(TIMING.stableMs);
      machines.bus.link.fail();
      await machines.pass(TIMING.gapMs + SECOND);
      await machines.attach();
      expect(machine.stream.gapEndedAt, 'a gap of its own').to.be.above(START);
    });

    it('has a gap where that takes longer', async () => {
      const machine = await machines.openFollower();
      await machines.pass(MINUTE);
      machines.store.handOver();
      await takeOver(machine, TIMING.gapMs + 1);
      expect(machine.stream.gapEndedAt).to.equal(Date.now() - TIMING.settleMs);
    });

    it('has a gap where the other one has gone without a word', async () => {
      const machine = await machines.openFollower({ kind: 'live' }, MINUTE);
      await machines.pass(MINUTE - BEAT_MS);
      await takeOver(machine, SECOND);
      expect(machine.stream.gapEndedAt).to.equal(Date.now() - TIMING.settleMs);
    });

    it('has a gap where no messages had come here before', async () => {
      const machine = await machines.openFollower({ kind: 'connecting' });
      await machines.pass(MINUTE);
      machines.store.handOver();
      await takeOver(machine, SECOND);
      expect(machine.stream.gapEndedAt).to.equal(Date.now() - TIMING.settleMs);
    });

    it('goes to the next machine at once where the one that receives is closed, with nothing lost', async () => {
      const [one, two] = await machines.openBoth();
      const { gapEndedAt } = two.stream;
      one.stream.close();
      await machines.beat();
      expect([two.stream.sharing.role, machines.openLinks]).to.deep.equal(['receiver', ['two']]);
      await machines.attach();
      expect(two.stream.gapEndedAt).to.equal(gapEndedAt);
    });
  });

  describe('and Redis is away', () => {
    it('goes on receiving where Redis comes back empty, whoever asks it first', async () => {
      const [one, two] = await machines.openBoth();
      machines.store.empty();
      await machines.beat();
      expect([one.stream.sharing.role, machines.openLinks]).to.deep.equal(['receiver', ['one']]);
      expect(two.stream.sharing.role).not.to.equal('receiver');
    });

    it('has a gap in a receiver that it opens alone, whoever had handed over before', async () => {
      const { stream } = await machines.openFollower();
      await machines.pass(SECOND);
      machines.store.handOver();
      await machines.beat();
      await machines.attach();
      expect(stream.gapEndedAt).to.equal(START);
      machines.store.hold('{"kind":"live"}', MINUTE);
      await machines.beat();
      machines.store.isAway = true;
      await machines.pass(AWAY_MS + BEAT_MS);
      await machines.attach();
      expect([stream.sharing.role, stream.state.kind]).to.deep.equal(['alone', 'live']);
      expect(stream.gapEndedAt).to.be.within(Date.now() - SECOND, Date.now());
    });

    it('keeps the receiver of its own that does not reach the bus', async () => {
      const [one] = await machines.openBoth();
      machines.store.isAway = true;
      await machines.pass(AWAY_MS + BEAT_MS);
      const [link] = machines.bus.links;
      link!.fail('ECONNREFUSED');
      await machines.pass(TIMING.yieldAfterMs + SECOND);
      await machines.attach();
      expect([one.stream.sharing.role, one.stream.state.kind]).to.deep.equal(['alone', 'live']);
    });

    it('has a receiver on each machine, says so, and has a gap when Redis is back', async () => {
      const [one, two] = await machines.openBoth();
      machines.store.isAway = true;
      await machines.pass(AWAY_MS);
      expect(machines.openLinks).to.deep.equal(['one']);
      await machines.pass(2 * BEAT_MS);
      expect(machines.openLinks).to.deep.equal(['one', 'two']);
      const sharing = { role: 'alone', isSplit: true, problem: 'Redis cannot be reached' };
      expect([one.stream.sharing, two.stream.sharing]).to.deep.equal([sharing, sharing]);
      expect([one, two].map(({ changes }) => changes.at(-1))).to.deep.equal(['alone live', 'alone connecting']);
      machines.store.isAway = false;
      await machines.beat();
      for (const { stream } of [one, two]) {
        expect(stream.gapEndedAt).to.be.within(Date.now() - BEAT_MS, Date.now());
        expect(stream.sharing.isSplit).to.equal(false);
      }
      expect(machines.openLinks, 'one receives for both again').to.have.length(1);
    });

    it('completes messages at once where each machine receives for itself', async () => {
      await machines.openBoth();
      machines.store.isAway = true;
      await machines.pass(AWAY_MS + 2 * BEAT_MS);
      const [link] = machines.bus.links;
      void link!.send(message(1));
      await machines.pass(0);
      expect(link!.completed).to.deep.equal([message(1)]);
    });

    it('shares nothing, and so loses nothing, where it is the only machine', async () => {
      const { stream } = await machines.openReceiver();
      await machines.beat();
      const { gapEndedAt } = stream;
      machines.store.isAway = true;
      await machines.pass(AWAY_MS + 2 * BEAT_MS);
      expect([stream.sharing.role, stream.sharing.isSplit]).to.deep.equal(['alone', false]);
      machines.store.isAway = false;
      await machines.beat();
      expect([stream.sharing.role, stream.gapEndedAt]).to.deep.equal(['receiver', gapEndedAt]);
    });

    it('may share with machines that it does not know where it has never reached Redis', async () => {
      machines.store.isAway = true;
      const { stream } = machines.open();
      await machines.pass(AWAY_MS + BEAT_MS);
      expect([stream.sharing.role, stream.sharing.isSplit]).to.deep.equal(['alone', true]);
      expect(machines.openLinks).to.deep.equal(['one']);
    });
  });

  describe('and the receiver of this machine does not reach the bus', () => {
    const failFor = async (ms: number) => {
      machines.bus.link.fail('ECONNREFUSED');
      await machines.pass(ms);
    };

    it('leaves it to another machine after 15 s, and follows that one', async () => {
      const [one, two] = await machines.openBoth();
      await failFor(TIMING.yieldAfterMs - 1);
      expect(one.stream.sharing.role).to.equal('receiver');
      await machines.pass(1 + BEAT_MS);
      expect([one.stream.sharing.role, two.stream.sharing.role]).to.deep.equal(['follower', 'receiver']);
      expect(machines.openLinks).to.deep.equal(['two']);
      await machines.attach();
      await machines.beat();
      expect(one.stream.state.kind).to.equal('live');
    });

    it('leaves it when its receiver is closed, and not before', async () => {
      const [one] = await machines.openBoth();
      await failFor(TIMING.yieldAfterMs - SECOND);
      one.stream.retryNow();
      await machines.pass(0);
      const closed = later();
      machines.bus.closing = () => closed.promise;
      await machines.pass(2 * SECOND);
      expect(one.stream.sharing.role).to.equal('receiver');
      expect(JSON.parse(machines.store.status)).to.deep.include({ kind: 'connecting' });
      machines.open('three');
      await machines.pass(2 * BEAT_MS);
      const loads = one.loads.length;
      closed.resolve();
      await machines.pass(0);
      expect([one.stream.sharing.role, one.loads.length]).to.deep.equal(['follower', loads]);
    });

    it('tries again itself where no other machine receives half a minute later', async () => {
      const [one, two] = await machines.openBoth();
      await failFor(TIMING.yieldAfterMs + BEAT_MS);
      two.stream.close();
      await machines.pass(TIMING.yieldMs - BEAT_MS - 1);
      expect(one.stream.sharing.role).to.equal('follower');
      await machines.pass(2 * BEAT_MS);
      expect(one.stream.sharing.role).to.equal('receiver');
      await machines.attach();
      expect(one.stream.state.kind).to.equal('live');
    });

    it('keeps it where there is no other machine', async () => {
      const { stream } = await machines.openReceiver();
      await machines.beat();
      await failFor(MINUTE);
      expect(stream.sharing.role).to.equal('receiver');
    });

    it('keeps it where it reaches the bus again in time', async () => {
      const [one] = await machines.openBoth();
      for (let times = 0; times < 3; times += 1) {
        machines.bus.link.fail('ECONNREFUSED');
        one.stream.retryNow();
        await machines.pass(10 * SECOND);
        one.stream.retryNow();
        await machines.pass(0);
        await machines.attach();
        expect(one.stream.state.kind).to.equal('live');
      }
      await machines.pass(MINUTE);
      expect(one.stream.sharing.role).to.equal('receiver');
    });

    it('keeps it where the other machine goes before', async () => {
      const [one, two] = await machines.openBoth();
      await failFor(10 * SECOND);
      two.stream.close();
      await machines.pass(MINUTE);
      expect(one.stream.sharing.role).to.equal('receiver');
    });

    it('may be closed meanwhile', async () => {
      const [one] = await machines.openBoth();
      const closed = later();
      machines.bus.closing = () => closed.promise;
      await failFor(TIMING.yieldAfterMs);
      one.stream.close();
      closed.resolve();
      await machines.beat();
      expect(one.isOver).to.equal(true);
    });
  });
});

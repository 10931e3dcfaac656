import { expect } from 'chai';
import { FEED_ERRORS } from '../../../../src/feed/feed-error';
import { message, START, ScriptedMachines } from '../../../support/feed/scripted-machines';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

describe('a stream that machines share in memory', () => {
  let machines: ScriptedMachines;

  beforeEach(async () => {
    machines = await ScriptedMachines.start();
  });
  afterEach(() => machines.stop());

  describe('and another machine receives', () => {
    it('is as that one says', async () => {
      const { stream, changes } = await machines.openFollower();
      expect(stream.state).to.deep.equal({ kind: 'live' });
      expect(machines.bus.links).to.deep.equal([]);
      await machines.report({ kind: 'away', error: FEED_ERRORS.unreachable });
      expect(stream.state).to.deep.equal({ kind: 'away', error: FEED_ERRORS.unreachable });
      await machines.report({ kind: 'connecting', error: FEED_ERRORS.cut });
      expect(stream.state).to.deep.equal({ kind: 'connecting', error: FEED_ERRORS.cut });
      await machines.report({ kind: 'live' });
      expect(changes).to.deep.equal([
        ...['follower live', 'follower BUS_UNREACHABLE', 'follower BUS_CUT', 'follower live'],
      ]);
    });

    it('is connecting where nobody receives any more', async () => {
      const { stream } = await machines.openFollower({ kind: 'live' });
      machines.store.empty();
      machines.store.hold('', -1);
      await machines.beat();
      expect(stream.state).to.deep.equal({ kind: 'connecting' });
    });

    for (const status of ['', '{', '7', 'null', '[]', '{}', '{"kind":"strange"}', '{"kind":7}']) {
      it(`is connecting where that one says ${JSON.stringify(status)}`, async () => {
        const { stream } = await machines.openFollower({ kind: 'live' });
        await machines.report(status);
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
        const { stream } = await machines.openFollower();
        await machines.report({ kind: 'away', error });
        expect(stream.state).to.deep.equal({ kind: 'away' });
      });
    }

    it('gets the messages from the store', async () => {
      const { stream, got } = await machines.openFollower();
      machines.store.add(message(1));
      machines.store.add(message(2));
      await machines.beat();
      expect(got).to.deep.equal([message(1), message(2)]);
      expect([stream.received, stream.lastMessageAt]).to.deep.equal([2, Date.now()]);
    });

    it('has no gap from the moment in which that one is live, whatever gaps were before', async () => {
      const { stream } = await machines.openFollower({ kind: 'connecting', gapAt: START - MINUTE });
      expect(stream.gapEndedAt).to.equal(Infinity);
      await machines.report({ kind: 'live', gapAt: START - MINUTE });
      expect(stream.gapEndedAt).to.equal(Date.now());
    });

    it('has the gaps of that one, by the clock of the store', async () => {
      machines.store.aheadMs = 60 * MINUTE;
      const { stream } = await machines.openFollower({ kind: 'live', gapAt: START });
      await machines.pass(10 * SECOND);
      const gapAt = Date.now();
      await machines.report({ kind: 'away', error: FEED_ERRORS.cut, gapAt: gapAt + machines.store.aheadMs });
      expect(stream.gapEndedAt, 'not yet').to.equal(START);
      await machines.report({ kind: 'live', gapAt: gapAt + machines.store.aheadMs });
      expect(stream.gapEndedAt).to.equal(gapAt);
    });

    it('has no gap that is older than its own', async () => {
      const { stream } = await machines.openFollower({ kind: 'live' });
      await machines.pass(10 * SECOND);
      for (const gapAt of [START - MINUTE, 'yesterday', undefined]) await machines.report({ kind: 'live', gapAt });
      expect(stream.gapEndedAt).to.equal(START);
    });

    it('has a gap where messages are gone that it has not got', async () => {
      const { stream, changes } = await machines.openFollower();
      await machines.beat();
      for (const value of [1, 2, 3]) machines.store.add(message(value));
      machines.store.trim(1);
      changes.length = 0;
      await machines.beat();
      expect(stream.gapEndedAt).to.equal(Date.now());
      expect(changes).to.deep.equal(['follower live']);
    });

    it('says when numbers were left out at that one, if it was there by then', async () => {
      machines.store.aheadMs = 60 * MINUTE;
      const { stream, changes } = await machines.openFollower({
        kind: 'live',
        skippedAt: START + machines.store.aheadMs,
      });
      expect(stream.skippedAt).to.equal(undefined);
      await machines.pass(SECOND);
      const skippedAt = Date.now();
      changes.length = 0;
      await machines.report({ kind: 'live', skippedAt: skippedAt + machines.store.aheadMs });
      expect(stream.skippedAt).to.equal(skippedAt);
      expect(changes).to.deep.equal(['follower live']);
      await machines.report({ kind: 'live', skippedAt: String(Date.now() + machines.store.aheadMs) });
      await machines.report({ kind: 'live', gapAt: START });
      expect(stream.skippedAt).to.equal(skippedAt);
    });

    it('has no second gap, and no numbers left out again, where the two clocks drift apart', async () => {
      const { stream } = await machines.openFollower();
      await machines.pass(SECOND);
      const at = Date.now();
      await machines.report({ kind: 'live', gapAt: at, skippedAt: at });
      machines.store.aheadMs = -5;
      await machines.report({ kind: 'away', gapAt: at, skippedAt: at });
      await machines.report({ kind: 'live', gapAt: at, skippedAt: at });
      expect([stream.gapEndedAt, stream.skippedAt]).to.deep.equal([at, at]);
    });

    it('still says when numbers were left out once it receives itself', async () => {
      const { stream } = await machines.openFollower();
      await machines.pass(SECOND);
      const skippedAt = Date.now();
      await machines.report({ kind: 'live', skippedAt });
      machines.store.handOver();
      await machines.beat();
      await machines.attach();
      expect([stream.sharing.role, stream.state.kind, stream.skippedAt]).to.deep.equal(['receiver', 'live', skippedAt]);
    });

    it('calls a listener only where something has changed, and none that was taken back', async () => {
      const { stream, changes } = await machines.openFollower();
      let calls = 0;
      const forget = stream.listen(() => (calls += 1));
      await machines.report('{"kind": "live"}');
      expect(changes, 'the same in other letters').to.deep.equal(['follower live']);
      await machines.report({ kind: 'connecting' });
      forget();
      await machines.report({ kind: 'live' });
      expect([calls, changes.length]).to.deep.equal([1, 3]);
    });

    it('goes on after a restart from where it was', async () => {
      const before = await machines.openFollower();
      machines.store.add(message(1));
      await machines.beat();
      const { position } = before.stream;
      before.stream.close();
      await machines.pass(0);
      for (const value of [2, 3]) machines.store.add(message(value));
      const after = machines.open('one', position);
      await machines.pass(0);
      expect(after.got).to.deep.equal([message(2), message(3)]);
    });
  });
});

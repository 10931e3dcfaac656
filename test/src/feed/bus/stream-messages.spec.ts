import { expect } from 'chai';
import { TIMING } from '../../../../src/feed/timing';
import { detailsAfter, START, ScriptedStream } from '../../../support/feed/scripted-stream';
import { later } from '../../../support/later';

const SECOND = 1_000;

describe('a stream on a scripted bus', () => {
  let scripted: ScriptedStream;

  beforeEach(async () => {
    scripted = await ScriptedStream.start();
  });
  afterEach(() => scripted.stop());

  describe('that gets messages', () => {
    it('hands each of them to every receiver, counts it and notes its time', async () => {
      const more: unknown[] = [];
      scripted.receivers.push({ onMessage: (body) => void more.push(body) });
      await scripted.openStable();
      await scripted.pass(7 * SECOND);
      void scripted.bus.link.send('a');
      void scripted.bus.link.send('b');
      expect([scripted.bodies, more]).to.deep.equal([
        ['a', 'b'],
        ['a', 'b'],
      ]);
      expect(scripted.stream.received).to.equal(2);
      expect(scripted.stream.lastMessageAt).to.equal(Date.now());
    });

    it('leaves a message in the bus until the receiver that wants it is done', async () => {
      const done = later<undefined>();
      scripted.receivers.unshift({ onMessage: () => done.promise });
      await scripted.openStable();
      void scripted.bus.link.send('a');
      await scripted.pass(0);
      expect(scripted.bus.link.completed).to.deep.equal([]);
      done.resolve(undefined);
      await scripted.pass(0);
      expect(scripted.bus.link.completed).to.deep.equal(['a']);
    });

    it('is live with the first of them, whatever the SDK has reported, and stays it', async () => {
      await scripted.open();
      scripted.bus.link.attaching();
      void scripted.bus.link.send('a');
      expect(scripted.changes).to.deep.equal(['live']);
      await scripted.pass(2 * TIMING.openMs);
      expect(scripted.changes).to.deep.equal(['live']);
      expect(scripted.bus.links).to.have.length(1);
    });

    it('says so when numbers are left out between two messages of a link', async () => {
      await scripted.openStable();
      void scripted.bus.link.send('a', { high: 0, low: 1 });
      void scripted.bus.link.send('b', { high: 0, low: 2 });
      expect(scripted.stream.skippedAt).to.equal(undefined);
      await scripted.pass(SECOND);
      void scripted.bus.link.send('c', { high: 0, low: 4 });
      expect(scripted.stream.skippedAt).to.equal(Date.now());
      expect(scripted.changes, 'the listeners were told').to.deep.equal(['live']);
    });

    it('is not given up where one comes on a link that was opened anew, whatever the SDK has reported', async () => {
      await scripted.openStable();
      await scripted.idle();
      await scripted.pass(SECOND);
      scripted.bus.link.attaching();
      void scripted.bus.link.send('a');
      await scripted.pass(2 * TIMING.openMs);
      expect(scripted.changes).to.deep.equal([]);
      expect(scripted.bus.links).to.have.length(2);
    });

    it('misses no numbers between the last message of a link and the first of the next one', async () => {
      await scripted.openStable();
      void scripted.bus.link.send('a', { high: 0, low: 1 });
      await scripted.fail();
      await scripted.nextLink();
      await scripted.attach();
      void scripted.bus.link.send('b', { high: 0, low: 9 });
      await scripted.pass(TIMING.stableMs);
      scripted.bus.link.attach();
      void scripted.bus.link.send('c', { high: 0, low: 20 });
      expect(scripted.stream.skippedAt).to.equal(undefined);
    });
  });

  describe('tells since when no message was lost', () => {
    it('from the moment in which it was made where its details were found before', async () => {
      await scripted.open();
      expect(scripted.stream.gapEndedAt).to.equal(Infinity);
      await scripted.pass(5 * SECOND);
      await scripted.attach();
      expect(scripted.stream.gapEndedAt).to.equal(START);
    });

    it('from the moment in which the details came, which brings back the subscription', async () => {
      scripted.load = () => detailsAfter(2 * SECOND);
      await scripted.openUnloaded();
      await scripted.pass(2 * SECOND);
      await scripted.attach();
      expect(scripted.stream.gapEndedAt).to.equal(START + 2 * SECOND);
    });

    /** Loses the stream for so long. */
    const loseFor = async (ms: number) => {
      const loadMs = ms - SECOND - TIMING.settleMs;
      scripted.load = () => detailsAfter(loadMs);
      await scripted.fail();
      await scripted.pass(SECOND + loadMs);
      await scripted.attach();
      expect(scripted.isLive).to.equal(true);
    };

    it('and a short gap changes nothing, since messages wait in the subscription', async () => {
      await scripted.openStable();
      await loseFor(TIMING.gapMs);
      expect(scripted.stream.gapEndedAt).to.equal(START);
    });

    it('and a longer one counts until its details were loaded', async () => {
      await scripted.openStable();
      await loseFor(TIMING.gapMs + 1);
      expect(scripted.stream.gapEndedAt).to.equal(Date.now() - TIMING.settleMs);
    });

    it('and several short gaps in a row do not add up', async () => {
      await scripted.openStable();
      for (let times = 0; times < 3; times += 1) {
        await loseFor(TIMING.gapMs);
        await scripted.pass(TIMING.stableMs);
      }
      expect(scripted.stream.gapEndedAt).to.equal(START);
    });

    it('and tries that fail in between do not shorten the gap', async () => {
      await scripted.openStable();
      await scripted.fail();
      await scripted.nextWaits(2);
      await scripted.nextLink();
      await scripted.attach();
      expect(scripted.stream.gapEndedAt).to.equal(START + scripted.loads.at(-1)!);
    });

    it('and the sleep of a computer counts where it was longer than a minute', async () => {
      await scripted.openStable();
      scripted.timers.setWallClock(TIMING.gapMs + 1);
      await scripted.fail();
      await scripted.nextLink();
      await scripted.attach();
      expect(scripted.stream.gapEndedAt).to.equal(Date.now());
      const gapEndedAt = scripted.stream.gapEndedAt;
      await scripted.pass(TIMING.stableMs);
      await scripted.fail();
      await scripted.nextLink();
      await scripted.attach();
      expect(scripted.stream.gapEndedAt, 'it counts once').to.equal(gapEndedAt);
    });

    it('and a shorter sleep counts as no gap', async () => {
      await scripted.openStable();
      scripted.timers.setWallClock(TIMING.gapMs);
      await scripted.fail();
      await scripted.nextLink();
      await scripted.attach();
      expect(scripted.stream.gapEndedAt).to.equal(START);
    });

    it('and the messages of a subscription that was removed are lost, however short the gap', async () => {
      await scripted.openStable();
      await scripted.fail('amqp:not-found');
      expect(scripted.changes).to.deep.equal(['BUS_REMOVED']);
      await scripted.nextLink();
      await scripted.attach();
      expect(scripted.stream.gapEndedAt).to.equal(START + scripted.loads[0]!);
      const gapEndedAt = scripted.stream.gapEndedAt;
      await scripted.pass(TIMING.stableMs);
      await scripted.fail();
      await scripted.nextLink();
      await scripted.attach();
      expect(scripted.stream.gapEndedAt, 'they are lost once').to.equal(gapEndedAt);
    });
  });
});

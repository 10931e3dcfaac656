import { expect } from 'chai';
import type { CheckResult } from '../../../../src/feed/bus/stream';
import { FEED_ERRORS } from '../../../../src/feed/feed-error';
import { TIMING } from '../../../../src/feed/timing';
import { detailsAfter, START, ScriptedStream } from '../../../support/feed/scripted-stream';
import { later } from '../../../support/later';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const NEVER = () => new Promise<never>(() => undefined);

describe('a stream on a scripted bus', () => {
  let scripted: ScriptedStream;

  beforeEach(async () => {
    scripted = await ScriptedStream.start();
  });
  afterEach(() => scripted.stop());

  describe('that was lost', () => {
    it('is opened again after 1 s where it was stable, with one receiver at a time', async () => {
      await scripted.openStable();
      const first = scripted.bus.link;
      await scripted.fail('cut');
      expect(scripted.changes).to.deep.equal(['BUS_CUT']);
      expect(first.isClosed).to.equal(true);
      await scripted.pass(SECOND - 1);
      expect(scripted.bus.links).to.have.length(1);
      await scripted.pass(1);
      expect([scripted.bus.links.length, scripted.openLinks]).to.deep.equal([2, 1]);
      await scripted.attach();
      expect(scripted.changes).to.deep.equal(['BUS_CUT', 'live']);
      expect(scripted.stream.reconnects).to.equal(1);
    });

    it('waits longer where it was open for less than a minute', async () => {
      await scripted.open();
      await scripted.attach();
      await scripted.pass(TIMING.stableMs - TIMING.settleMs - 1);
      await scripted.fail();
      expect(await scripted.nextWaits(1)).to.deep.equal([15]);
    });

    it('counts as stable after a minute, from the moment in which it opened', async () => {
      await scripted.open();
      await scripted.attach();
      await scripted.pass(TIMING.stableMs - TIMING.settleMs);
      await scripted.fail();
      expect(await scripted.nextWaits(2)).to.deep.equal([1, 15]);
    });

    it('is not opened before its connection has ended, which takes 3 s at most', async () => {
      await scripted.openStable();
      scripted.bus.closing = NEVER;
      await scripted.fail();
      expect(await scripted.nextWaits(1)).to.deep.equal([4]);
    });

    it('stays away when messages come that were on their way', async () => {
      await scripted.openStable();
      scripted.bus.closing = NEVER;
      await scripted.fail();
      void scripted.bus.link.send('a');
      scripted.load = NEVER;
      await scripted.pass(TIMING.closeMs + SECOND);
      void scripted.bus.link.send('b');
      expect(scripted.bodies).to.deep.equal(['a', 'b']);
      expect(scripted.changes).to.deep.equal(['BUS_UNREACHABLE']);
    });

    it('is connecting, with the reason, while the SDK opens its link anew', async () => {
      await scripted.openStable();
      scripted.bus.link.attaching();
      expect(scripted.stream.state).to.deep.equal({ kind: 'connecting', error: FEED_ERRORS.cut });
      scripted.bus.link.attach();
      await scripted.pass(TIMING.settleMs);
      expect(scripted.changes).to.deep.equal(['BUS_CUT', 'live']);
      expect([scripted.bus.links.length, scripted.stream.reconnects]).to.deep.equal([1, 1]);
    });
  });

  describe('of which a read shows that it is dead', () => {
    it('is away and opened anew, and is not trusted before its next message', async () => {
      await scripted.openStable();
      scripted.stream.markDead();
      await scripted.pass(0);
      expect(scripted.stream.state).to.deep.equal({ kind: 'away', error: FEED_ERRORS.silent });
      await scripted.nextLink();
      await scripted.attach();
      expect(scripted.changes).to.deep.equal(['BUS_SILENT']);
      await scripted.pass(5 * MINUTE);
      expect(scripted.stream.state.kind).to.equal('away');
      void scripted.bus.link.send('a');
      expect(scripted.changes).to.deep.equal(['BUS_SILENT', 'live']);
      expect(scripted.stream.state).to.deep.equal({ kind: 'live' });
    });

    it('is no better for messages that were on their way when it was given up', async () => {
      await scripted.openStable();
      scripted.bus.closing = NEVER;
      scripted.stream.markDead();
      void scripted.bus.link.send('a');
      await scripted.pass(0);
      void scripted.bus.link.send('b');
      expect(scripted.bodies).to.deep.equal(['a', 'b']);
      expect(scripted.changes).to.deep.equal(['BUS_SILENT']);
      await scripted.pass(TIMING.closeMs + SECOND);
      await scripted.attach();
      expect(scripted.changes, 'not trusted').to.deep.equal(['BUS_SILENT']);
    });

    it('is trusted for good with its next message', async () => {
      await scripted.openStable();
      scripted.stream.markDead();
      await scripted.nextLink();
      await scripted.attach();
      void scripted.bus.link.send('a');
      await scripted.fail();
      await scripted.nextLink();
      await scripted.attach();
      expect(scripted.changes).to.deep.equal(['BUS_SILENT', 'live', 'BUS_UNREACHABLE', 'live']);
    });

    it('is not trusted where its link was just being opened anew', async () => {
      await scripted.openStable();
      scripted.load = () => detailsAfter(SECOND);
      await scripted.idle();
      await scripted.pass(SECOND);
      expect(scripted.bus.links).to.have.length(1);
      scripted.stream.markDead();
      await scripted.nextLink();
      await scripted.attach();
      expect(scripted.stream.state).to.deep.equal({ kind: 'away', error: FEED_ERRORS.waiting });
    });

    it('says that it waits for a message where another error came in between', async () => {
      await scripted.openStable();
      scripted.stream.markDead();
      await scripted.nextLink();
      await scripted.fail();
      await scripted.nextLink();
      await scripted.attach();
      expect(scripted.stream.state).to.deep.equal({ kind: 'away', error: FEED_ERRORS.waiting });
    });

    it('has lost messages, however short the gap', async () => {
      await scripted.openStable();
      scripted.stream.markDead();
      await scripted.nextLink();
      await scripted.attach();
      expect(scripted.stream.gapEndedAt).to.equal(START + scripted.loads[0]!);
    });

    it('is trusted again after half an hour in which there was nothing to send', async () => {
      await scripted.openStable();
      scripted.stream.markDead();
      await scripted.nextLink();
      await scripted.attach();
      await scripted.pass(TIMING.idleMs);
      expect(scripted.checks).to.equal(1);
      expect(scripted.changes).to.deep.equal(['BUS_SILENT', 'live']);
    });

    it('is not trusted again where nobody knows whether there was anything to send', async () => {
      scripted.check = () => Promise.resolve('unknown');
      await scripted.openStable();
      scripted.stream.markDead();
      await scripted.nextLink();
      await scripted.attach();
      await scripted.pass(TIMING.idleMs);
      await scripted.attach();
      expect(scripted.checks).to.equal(1);
      expect(scripted.changes).to.deep.equal(['BUS_SILENT']);
      await scripted.nextLink();
      await scripted.attach();
      expect(scripted.changes).to.deep.equal(['BUS_SILENT']);
    });

    it('is left alone where it is away already', async () => {
      await scripted.openStable();
      await scripted.fail();
      scripted.stream.markDead();
      await scripted.nextLink();
      await scripted.attach();
      expect(scripted.changes).to.deep.equal(['BUS_UNREACHABLE', 'live']);
      expect(scripted.stream.gapEndedAt).to.equal(START);
    });
  });

  describe('without a message for half an hour', () => {
    it('checks once, and opens its link anew without a word where nothing has changed', async () => {
      await scripted.openStable();
      await scripted.idle();
      expect(scripted.checks).to.equal(1);
      expect(scripted.bus.links[0]!.isClosed).to.equal(true);
      await scripted.pass(SECOND);
      await scripted.attach();
      expect(scripted.changes).to.deep.equal([]);
      expect(scripted.bus.links).to.have.length(2);
      expect(scripted.stream.gapEndedAt).to.equal(START);
    });

    it('waits an hour for the next check', async () => {
      await scripted.openStable();
      await scripted.idle();
      await scripted.pass(SECOND);
      await scripted.attach();
      await scripted.pass(2 * TIMING.idleMs - 1);
      expect(scripted.checks).to.equal(1);
      await scripted.pass(1);
      expect(scripted.checks).to.equal(2);
    });

    it('is dead where a charger has changed meanwhile', async () => {
      scripted.check = () => Promise.resolve('changed');
      await scripted.openStable();
      await scripted.idle();
      expect(scripted.changes).to.deep.equal(['BUS_SILENT']);
      await scripted.pass(SECOND);
      await scripted.attach();
      expect(scripted.stream.state.kind).to.equal('away');
    });

    it('is checked half an hour after its last message', async () => {
      await scripted.openStable();
      void scripted.bus.link.send('a');
      await scripted.pass(TIMING.idleMs - 1);
      expect(scripted.checks).to.equal(0);
      await scripted.pass(1);
      expect(scripted.checks).to.equal(1);
    });

    it('has a gap from then on where its link cannot be opened anew', async () => {
      await scripted.openStable();
      await scripted.idle();
      await scripted.pass(SECOND);
      scripted.bus.link.attaching();
      await scripted.pass(TIMING.openMs);
      expect(scripted.changes).to.deep.equal(['BUS_NO_ANSWER']);
      await scripted.attachAfter(TIMING.gapMs + 1 - SECOND - TIMING.openMs);
    });

    it('leaves alone a link that was opened while the check took long', async () => {
      const result = later<CheckResult>();
      scripted.check = () => result.promise;
      await scripted.openStable();
      await scripted.idle();
      await scripted.fail();
      await scripted.nextLink();
      await scripted.attach();
      result.resolve('changed');
      await scripted.pass(0);
      expect(scripted.changes).to.deep.equal(['BUS_UNREACHABLE', 'live']);
      expect(scripted.bus.link.isClosed).to.equal(false);
    });

    it('is not checked while it has no link', async () => {
      await scripted.openStable();
      await scripted.fail();
      await scripted.nextLink();
      scripted.bus.link.attaching();
      scripted.bus.closing = NEVER;
      scripted.load = NEVER;
      await scripted.pass(2 * TIMING.idleMs);
      expect(scripted.checks).to.equal(0);
    });
  });
});

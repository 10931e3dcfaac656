import { expect } from 'chai';
import sinon from 'sinon';
import { zaptecError } from '../../../../src/errors/zaptec-error';
import type { BusDetails } from '../../../../src/feed/bus/details';
import type { CheckResult } from '../../../../src/feed/bus/stream';
import { FeedFailure, FEED_ERRORS } from '../../../../src/feed/feed-error';
import { TIMING } from '../../../../src/feed/timing';
import { BUS_DETAILS } from '../../../support/feed/bus-details';
import { START, ScriptedStream } from '../../../support/feed/scripted-stream';
import { later } from '../../../support/later';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const NEVER = () => new Promise<never>(() => undefined);
const forbidden = () => zaptecError('HTTP_403', 'made up', { status: 403 });

describe('a stream on a scripted bus', () => {
  let scripted: ScriptedStream;

  beforeEach(async () => {
    scripted = await ScriptedStream.start();
  });
  afterEach(() => scripted.stop());

  describe('that is opened', () => {
    it('is connecting until its link has been open for half a second', async () => {
      await scripted.open();
      expect(scripted.stream.state).to.deep.equal({ kind: 'connecting' });
      scripted.bus.link.attach();
      await scripted.pass(TIMING.settleMs - 1);
      expect(scripted.changes).to.deep.equal([]);
      await scripted.pass(1);
      expect(scripted.changes).to.deep.equal(['live']);
      expect(scripted.stream.state).to.deep.equal({ kind: 'live' });
    });

    it('uses the details that were found, and does not load them again', async () => {
      await scripted.open();
      expect(scripted.loads).to.deep.equal([]);
      expect(scripted.bus.link.opened.slice(0, 2)).to.deep.equal(['installation_1', 'default']);
    });

    it('loads the details where none were found', async () => {
      await scripted.openUnloaded();
      expect(scripted.loads).to.deep.equal([0]);
      expect(scripted.bus.links).to.have.length(1);
    });

    it('says after 8 s that the details take long, and goes on with them when they come', async () => {
      const details = later<BusDetails>();
      scripted.load = () => details.promise;
      await scripted.openUnloaded();
      await scripted.pass(TIMING.openMs - 1);
      expect(scripted.changes).to.deep.equal([]);
      await scripted.pass(1);
      expect(scripted.changes).to.deep.equal(['BUS_SLOW']);
      details.resolve(BUS_DETAILS);
      await scripted.pass(0);
      await scripted.attach();
      expect(scripted.changes).to.deep.equal(['BUS_SLOW', 'live']);
    });

    it('does not say that the details take long where they came, or were refused, in time', async () => {
      scripted.load = () =>
        scripted.loads.length === 1 ? Promise.reject(new FeedFailure(FEED_ERRORS.notEncrypted)) : NEVER();
      await scripted.openUnloaded();
      await scripted.pass(TIMING.openMs);
      expect(scripted.changes).to.deep.equal(['BUS_NOT_ENCRYPTED']);
    });

    it('no longer calls a listener that was taken back', async () => {
      await scripted.open();
      let calls = 0;
      const forget = scripted.stream.listen(() => (calls += 1));
      await scripted.attach();
      forget();
      await scripted.fail();
      expect(calls).to.equal(1);
      expect(scripted.changes).to.deep.equal(['live', 'BUS_UNREACHABLE']);
    });
  });

  describe('that cannot be opened', () => {
    it('says why, and tries again after 15 s, 1 min, 1 min, 2 min, and then every 5 min', async () => {
      await scripted.open();
      await scripted.fail();
      expect(scripted.changes).to.deep.equal(['BUS_UNREACHABLE']);
      expect(scripted.stream.state).to.deep.equal({ kind: 'away', error: FEED_ERRORS.unreachable });
      expect(await scripted.nextWaits(6)).to.deep.equal([15, 60, 60, 120, 300, 300]);
      expect(scripted.changes, 'each state once').to.deep.equal(['BUS_UNREACHABLE']);
      expect(scripted.loads, 'fresh details each time').to.have.length(6);
      expect(scripted.stream.reconnects, 'none was open').to.equal(0);
    });

    it('is given up where its link does not open within 8 s', async () => {
      await scripted.open();
      scripted.bus.link.attaching();
      await scripted.pass(TIMING.openMs - 1);
      expect(scripted.changes).to.deep.equal([]);
      await scripted.pass(1);
      expect(scripted.changes).to.deep.equal(['BUS_NO_ANSWER']);
      await scripted.pass(0);
      expect(scripted.openLinks).to.equal(0);
    });

    it('tries again where the details cannot be loaded', async () => {
      scripted.load = () => Promise.reject(zaptecError('HTTP_500', 'made up', { status: 500 }));
      await scripted.openUnloaded();
      expect(scripted.changes).to.deep.equal(['BUS_NO_DETAILS']);
      await scripted.pass(75 * SECOND);
      expect(scripted.loads).to.deep.equal([0, 15 * SECOND, 75 * SECOND]);
      scripted.load = () => Promise.resolve(BUS_DETAILS);
      await scripted.pass(MINUTE);
      await scripted.attach();
      expect(scripted.isLive).to.equal(true);
    });

    it('waits for minutes where only a person can help', async () => {
      scripted.load = () => Promise.reject(new FeedFailure(FEED_ERRORS.notEncrypted));
      await scripted.openUnloaded();
      await scripted.pass(35 * MINUTE);
      expect(scripted.loads.map((ms) => ms / MINUTE)).to.deep.equal([0, 5, 20, 35]);
    });

    it('ends where Zaptec closes the source', async () => {
      scripted.load = () => Promise.reject(forbidden());
      await scripted.openUnloaded();
      expect(scripted.isOver).to.equal(true);
      expect(scripted.stream.state.error?.code).to.equal('BUS_NO_ROLE');
      await scripted.pass(60 * MINUTE);
      expect(scripted.loads).to.deep.equal([0]);
    });

    it('tries at once when somebody asks for it, and begins the waits anew', async () => {
      await scripted.open();
      await scripted.fail();
      await scripted.nextWaits(3);
      scripted.stream.retryNow();
      await scripted.pass(0);
      expect(scripted.bus.links).to.have.length(5);
      await scripted.fail();
      expect(await scripted.nextWaits(2)).to.deep.equal([15, 60]);
    });

    it('forgets that somebody asked while there was nothing to wait for', async () => {
      await scripted.open();
      await scripted.fail();
      await scripted.nextLink();
      await scripted.attach();
      await scripted.pass(TIMING.stableMs);
      scripted.stream.retryNow();
      await scripted.fail();
      expect(await scripted.nextWaits(1)).to.deep.equal([1]);
      scripted.stream.retryNow();
      await scripted.pass(0);
      expect(scripted.bus.links, 'it still can be asked for').to.have.length(4);
    });
  });

  describe('that has two transports', () => {
    const channels = () => scripted.bus.links.map(({ channel }) => channel);

    it('tries them in turn until one opens, and stays with that one', async () => {
      await scripted.open();
      await scripted.fail();
      await scripted.nextWaits(2);
      expect(channels()).to.deep.equal(['amqp', 'websocket', 'amqp']);
      await scripted.nextLink();
      await scripted.attach();
      await scripted.fail();
      await scripted.nextLink();
      expect(channels().slice(3)).to.deep.equal(['websocket', 'websocket']);
    });

    it('tries one alone on this machine, which nothing blocks', async () => {
      await scripted.open({ ...BUS_DETAILS, host: '127.0.0.1', port: 5672, plain: true });
      scripted.load = () => Promise.resolve({ ...BUS_DETAILS, host: '127.0.0.1', port: 5672, plain: true });
      await scripted.fail();
      await scripted.nextWaits(2);
      expect(channels()).to.deep.equal(['amqp', 'amqp', 'amqp']);
    });

    for (const transport of ['amqp', 'websocket'] as const) {
      it(`tries ${transport} alone where that was chosen`, async () => {
        await scripted.open(BUS_DETAILS, transport);
        await scripted.fail();
        await scripted.nextWaits(2);
        expect(channels()).to.deep.equal([transport, transport, transport]);
      });
    }

    it('changes at once to the one that is chosen, without a word', async () => {
      await scripted.openStable();
      scripted.stream.useTransport('websocket');
      await scripted.pass(0);
      expect(channels()).to.deep.equal(['amqp', 'websocket']);
      expect(scripted.openLinks).to.equal(1);
      await scripted.attach();
      expect(scripted.changes).to.deep.equal([]);
      expect(scripted.stream.gapEndedAt).to.equal(START);
    });

    it('has a gap from a change on where the other one does not open', async () => {
      await scripted.openStable();
      scripted.stream.useTransport('websocket');
      await scripted.pass(0);
      scripted.bus.link.attaching();
      await scripted.pass(TIMING.openMs);
      expect(scripted.changes).to.deep.equal(['BUS_NO_ANSWER']);
      await scripted.attachAfter(TIMING.gapMs + 1 - TIMING.openMs);
    });

    it('stays with its own where the choice is the same, or is left open', async () => {
      await scripted.openStable(BUS_DETAILS, 'amqp');
      scripted.stream.useTransport('amqp');
      scripted.stream.useTransport('auto');
      scripted.stream.useTransport('amqp');
      await scripted.pass(MINUTE);
      expect(channels()).to.deep.equal(['amqp']);
      await scripted.fail();
      expect(await scripted.nextWaits(1)).to.deep.equal([1]);
    });

    it('tries the one that is chosen at once where it had no connection', async () => {
      scripted.load = () => Promise.reject(zaptecError('HTTP_500', 'made up', { status: 500 }));
      await scripted.openUnloaded();
      scripted.load = () => Promise.resolve(BUS_DETAILS);
      scripted.stream.useTransport('websocket');
      await scripted.pass(0);
      expect(channels()).to.deep.equal(['websocket']);
    });

    it('tries again at once where it is away and the choice may help', async () => {
      await scripted.open(BUS_DETAILS, 'amqp');
      await scripted.fail();
      await scripted.nextWaits(2);
      scripted.stream.useTransport('auto');
      await scripted.pass(0);
      expect(scripted.bus.links).to.have.length(4);
      scripted.stream.useTransport('auto');
      await scripted.fail();
      expect(await scripted.nextWaits(1), 'the same choice again').to.deep.equal([15]);
    });
  });

  describe('whose environment demands a proxy', () => {
    beforeEach(() => sinon.stub(process, 'env').value({ HTTPS_PROXY: 'http://proxy.example:3128' }));

    it('says that a WebSocket which does not open would not use it', async () => {
      await scripted.open(BUS_DETAILS, 'websocket');
      await scripted.fail();
      expect(scripted.changes).to.deep.equal(['BUS_NO_PROXY']);
    });

    it('says what is wrong with a WebSocket that was open', async () => {
      await scripted.openStable(BUS_DETAILS, 'websocket');
      await scripted.fail();
      expect(scripted.changes).to.deep.equal(['BUS_UNREACHABLE']);
    });

    it('says what is wrong with AMQP, to which a proxy does not matter', async () => {
      await scripted.open(BUS_DETAILS, 'amqp');
      await scripted.fail();
      expect(scripted.changes).to.deep.equal(['BUS_UNREACHABLE']);
    });

    it('says what is wrong with a simulator on this machine', async () => {
      await scripted.open({ ...BUS_DETAILS, host: '127.0.0.1', plain: true }, 'websocket');
      await scripted.fail();
      expect(scripted.changes).to.deep.equal(['BUS_UNREACHABLE']);
    });

    it('says what is wrong with a host that needs none', async () => {
      sinon.stub(process, 'env').value({ HTTPS_PROXY: 'http://proxy.example:3128', NO_PROXY: 'windows.net' });
      await scripted.open(BUS_DETAILS, 'websocket');
      await scripted.fail();
      expect(scripted.changes).to.deep.equal(['BUS_UNREACHABLE']);
    });
  });

  describe('that is closed', () => {
    const expectOver = async (withinMs = 0) => {
      await scripted.pass(withinMs);
      expect(scripted.isOver, 'ended').to.equal(true);
      const [{ length }, loaded] = [scripted.bus.links, scripted.loads.length];
      await scripted.pass(60 * MINUTE);
      expect([scripted.bus.links.length, scripted.loads.length]).to.deep.equal([length, loaded]);
      expect(scripted.openLinks).to.equal(0);
      expect(scripted.timers.countTimers()).to.equal(0);
      expect(scripted.changes).to.deep.equal([]);
    };

    it('ends, with nothing left, while it is live', async () => {
      await scripted.openStable();
      scripted.stream.close();
      await expectOver();
    });

    it('ends when its connection has ended, or 3 s later', async () => {
      await scripted.openStable();
      scripted.bus.closing = NEVER;
      scripted.stream.close();
      await scripted.pass(TIMING.closeMs - 1);
      expect(scripted.isOver).to.equal(false);
      scripted.bus.link.isClosed = true;
      await expectOver(1);
    });

    it('ends while its details are loaded, and opens nothing', async () => {
      scripted.load = (signal) => new Promise((_, reject) => (signal.onabort = () => reject(new Error('aborted'))));
      await scripted.openUnloaded();
      scripted.stream.close();
      await expectOver();
      expect(scripted.bus.links).to.have.length(0);
    });

    it('opens nothing with details that come afterwards', async () => {
      const details = later<BusDetails>();
      scripted.load = () => details.promise;
      await scripted.openUnloaded();
      scripted.stream.close();
      details.resolve(BUS_DETAILS);
      await expectOver();
      expect(scripted.bus.links).to.have.length(0);
    });

    it('ends while its link is being opened', async () => {
      await scripted.open();
      scripted.bus.link.attaching();
      scripted.stream.close();
      await expectOver();
    });

    it('ends while it waits for its next try', async () => {
      await scripted.open();
      await scripted.fail();
      scripted.changes.length = 0;
      scripted.stream.close();
      await expectOver();
    });

    it('ends while it is being checked', async () => {
      const result = later<CheckResult>();
      scripted.check = () => result.promise;
      await scripted.openStable();
      await scripted.pass(TIMING.idleMs);
      scripted.stream.close();
      result.resolve('changed');
      await expectOver();
    });

    it('still hands on the messages that the SDK has received', async () => {
      await scripted.openStable();
      scripted.stream.close();
      void scripted.bus.link.send('a');
      expect(scripted.bodies).to.deep.equal(['a']);
      await expectOver();
    });
  });
});

import { expect } from 'chai';
import { ReceiverConnection } from '../../../../src/feed/bus/receiver-connection';
import { FEED_ERRORS, type FeedError } from '../../../../src/feed/feed-error';
import { TIMING } from '../../../../src/feed/timing';
import { fakeTimers, type FakeTimers } from '../../../support/fake-timers';
import { ScriptedBus } from '../../../support/feed/scripted-bus';
import { BUS_DETAILS } from '../../../support/feed/bus-details';

describe('the connection of a receiver', () => {
  let timers: FakeTimers;
  let bus: ScriptedBus;
  let connection: ReceiverConnection;
  let seen: string[];
  /** Why it was lost; undefined while it is not. */
  let lost: { error: FeedError | undefined } | undefined;

  beforeEach(async () => {
    bus = await ScriptedBus.start();
    timers = fakeTimers();
    seen = [];
    lost = undefined;
    const events = {
      attached: () => void seen.push('attached'),
      reattaching: () => void seen.push('reattaching'),
      message: (body: unknown) => void seen.push(String(body)),
    };
    connection = new ReceiverConnection(BUS_DETAILS, 'amqp', events, TIMING);
    void connection.untilLost().then((error) => (lost = { error }));
    await timers.tickAsync(0);
  });
  afterEach(async () => {
    await connection.close();
    timers.restore();
    bus.stop();
  });

  const settle = () => timers.tickAsync(TIMING.settleMs);

  it('is attached once its link has been open for half a second', async () => {
    bus.link.attach();
    await timers.tickAsync(TIMING.settleMs - 1);
    expect(seen).to.deep.equal([]);
    await timers.tickAsync(1);
    expect(seen).to.deep.equal(['attached']);
    await timers.tickAsync(60 * TIMING.openMs);
    expect(seen).to.deep.equal(['attached']);
    expect(lost).to.equal(undefined);
  });

  it('is lost where its link is refused, which opens it for a moment', async () => {
    bus.link.attach();
    await timers.tickAsync(TIMING.settleMs - 1);
    bus.link.fail('not-found');
    await connection.close();
    await settle();
    expect(lost).to.deep.equal({ error: FEED_ERRORS.removed });
    expect(seen).to.deep.equal([]);
  });

  it('is lost where nothing answers within 8 s', async () => {
    await timers.tickAsync(TIMING.openMs - 1);
    expect(lost).to.equal(undefined);
    await timers.tickAsync(1);
    expect(lost).to.deep.equal({ error: FEED_ERRORS.noAnswer });
  });

  it('is attached with its first message at once, and only once', async () => {
    bus.link.attaching();
    expect(connection.confirm()).to.equal(true);
    expect(seen).to.deep.equal(['attached']);
    expect(connection.attachedAt).to.equal(Date.now());
    await timers.tickAsync(2 * TIMING.openMs);
    expect(seen).to.deep.equal(['attached']);
    expect(lost).to.equal(undefined);
  });

  it('is attached with a message that comes right after its link has opened, and only once', async () => {
    bus.link.attach();
    connection.confirm();
    await settle();
    connection.confirm();
    await settle();
    expect(seen).to.deep.equal(['attached']);
  });

  it('is not confirmed by a message that comes when it is lost', async () => {
    bus.link.attaching();
    connection.lose();
    expect(connection.confirm()).to.equal(false);
    await settle();
    expect(seen).to.deep.equal([]);
    expect(lost).to.deep.equal({ error: undefined });
  });

  it('is attaching again where the SDK opens the link anew after a minute', async () => {
    bus.link.attach();
    await timers.tickAsync(TIMING.stableMs);
    bus.link.attach();
    expect(seen).to.deep.equal(['attached', 'reattaching']);
    expect(connection.attachedAt, 'it is younger now').to.equal(Date.now());
    await settle();
    expect(seen).to.deep.equal(['attached', 'reattaching', 'attached']);
    expect(lost).to.equal(undefined);
  });

  it('is lost where the SDK opens the link anew in vain', async () => {
    bus.link.attach();
    await timers.tickAsync(TIMING.stableMs);
    bus.link.attaching();
    await timers.tickAsync(TIMING.openMs - 1);
    expect(lost).to.equal(undefined);
    await timers.tickAsync(1);
    expect(lost).to.deep.equal({ error: FEED_ERRORS.noAnswer });
  });

  it('is lost where the SDK opens the link anew within a minute, for which it has no back-off', async () => {
    bus.link.attach();
    await timers.tickAsync(TIMING.stableMs - 1);
    bus.link.attaching();
    await timers.tickAsync(0);
    expect(lost).to.deep.equal({ error: FEED_ERRORS.cut });
    expect(seen).to.deep.equal(['attached']);
  });

  it('is not attached by a link that is closed before it has settled', async () => {
    bus.link.attach();
    await timers.tickAsync(TIMING.settleMs - 1);
    bus.link.attaching();
    await settle();
    expect(seen).to.deep.equal([]);
  });

  it('settles anew where its link is reported open twice', async () => {
    bus.link.attach();
    await timers.tickAsync(TIMING.settleMs - 1);
    void bus.link.handlers.postInitialize();
    await timers.tickAsync(TIMING.settleMs - 1);
    expect(seen).to.deep.equal([]);
    await timers.tickAsync(1);
    expect(seen).to.deep.equal(['attached']);
  });

  it('leaves no timer, and is not confirmed by what comes still, when it is closed', async () => {
    bus.link.attach();
    bus.link.attaching();
    await connection.close();
    expect(timers.countTimers()).to.equal(0);
    void bus.link.send('late');
    connection.confirm();
    expect(seen).to.deep.equal(['late']);
    expect(timers.countTimers()).to.equal(0);
    expect(bus.link.isClosed).to.equal(true);
  });
});

import { createHmac } from 'node:crypto';
import { ServiceBusClient } from '@azure/service-bus';
import { expect } from 'chai';
import { runningClock } from '../../../simulator/clock';
import { BusCloud, connectionString, contentOf, until } from '../../support/simulator/bus-cloud';
import { RETRY } from '../../support/simulator/one-try';

const HOUR_S = 3600;

describe('the bus, with the official client,', () => {
  let bus: BusCloud;
  beforeEach(async () => {
    bus = await BusCloud.start();
  });
  afterEach(() => bus.stop());

  it('delivers messages and completes them', async () => {
    const receiver = await bus.receiver();
    bus.publish(3);
    const messages = await receiver.receiveMessages(3, { maxWaitTimeInMs: 5000 });
    expect(messages.map((message) => contentOf(message).ValueAsString)).to.deep.equal(['0', '1', '2']);
    for (const message of messages) await receiver.completeMessage(message);
    expect(bus.stats).to.include({ delivered: 3, completed: 3, locked: 0, waiting: 0 });
  });

  it('keeps the link of a batch whose drain crosses the last messages', async () => {
    // The client drains after 100 ms, and closes the link after another 200 ms without an answer.
    const [drainedMs, closedMs] = [100, 300];
    let completed = 0;
    for (let tries = 1; ; tries += 1) {
      const receiver = await bus.receiver();
      const startedAt = performance.now();
      const batch = receiver.receiveMessages(5, { maxWaitTimeInMs: drainedMs });
      await until(() => bus.stats.receivers === 1);
      // The messages are on their way when the client asks for its credit back.
      bus.fault('bus-half-open');
      bus.publish(5);
      await new Promise((resolve) => setTimeout(resolve, drainedMs + 30));
      bus.fault('bus-half-open', { on: false });
      const messages = await batch;
      // On a busy computer the answer may come too late for the client: that proves nothing.
      const isAnswered = performance.now() - startedAt < closedMs;
      expect(isAnswered || tries < 5, 'the client had its answer').to.equal(true);
      for (const message of messages) await receiver.completeMessage(message);
      completed += messages.length;
      if (isAnswered) {
        expect(messages.length).to.equal(5);
        // Without an answer to its drain the client would have closed the link by now.
        expect(bus.stats).to.include({ receivers: 1, completed, locked: 0 });
        return;
      }
      await receiver.close();
      await until(() => bus.stats.receivers === 0);
    }
  });

  it('sends what the client reads: lock, sequence number, times, id', async () => {
    const receiver = await bus.receiver();
    bus.publish(2);
    const [first, second] = await receiver.receiveMessages(2, { maxWaitTimeInMs: 5000 });
    const now = bus.cloud.clock.now();
    expect(first!.enqueuedTimeUtc!.getTime()).to.equal(now);
    expect(first!.lockedUntilUtc!.getTime()).to.equal(now + 60_000);
    expect(first!.deliveryCount).to.equal(0);
    expect(first!.lockToken)
      .to.match(/^[0-9a-f-]{36}$/)
      .and.not.equal(second!.lockToken);
    expect(first!.messageId).to.be.a('string').and.not.equal(second!.messageId);
    expect(second!.sequenceNumber!.toNumber()).to.equal(first!.sequenceNumber!.toNumber() + 1);
  });

  it('delivers abandoned messages again, and dead-letters them after ten deliveries', async () => {
    const receiver = await bus.receiver();
    bus.publish();
    const counts: (number | undefined)[] = [];
    for (let time = 0; time < 10; time++) {
      const [message] = await receiver.receiveMessages(1, { maxWaitTimeInMs: 5000 });
      counts.push(message!.deliveryCount);
      await receiver.abandonMessage(message!);
    }
    expect(counts).to.deep.equal([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(bus.stats).to.include({ waiting: 0, locked: 0, redelivered: 9 });
    expect(bus.stats.topics[0]).to.include({ deadLettered: 1, abandoned: 10 });
  });

  it('removes dead-lettered and deferred messages from the queue', async () => {
    const receiver = await bus.receiver();
    bus.publish(2);
    const [first, second] = await receiver.receiveMessages(2, { maxWaitTimeInMs: 5000 });
    await receiver.deadLetterMessage(first!);
    await receiver.deferMessage(second!);
    expect(bus.stats.topics[0]).to.include({ deadLettered: 1, deferred: 1, waiting: 0, locked: 0 });
  });

  it('delivers a message again when its lock expires, and refuses the late settlement', async () => {
    const receiver = await bus.receiver();
    bus.publish();
    const [late] = await receiver.receiveMessages(1, { maxWaitTimeInMs: 5000 });
    bus.cloud.clock.advance(59_999);
    expect(bus.stats).to.include({ locked: 1, waiting: 0 });
    bus.cloud.clock.advance(1);
    const [again] = await receiver.receiveMessages(1, { maxWaitTimeInMs: 5000 });
    expect([again!.messageId, again!.deliveryCount]).to.deep.equal([late!.messageId, 1]);
    const error: unknown = await receiver.completeMessage(late!).catch((reason: unknown) => reason);
    expect(error).to.have.property('code', 'MessageLockLost');
    await receiver.completeMessage(again!);
    expect(bus.stats).to.include({ completed: 1, locked: 0, waiting: 0 });
  });

  it('deletes messages in the mode receiveAndDelete', async () => {
    const received = await bus.listen('receiveAndDelete');
    bus.publish(5);
    await until(() => received.messages.length === 5);
    expect(received.values()).to.deep.equal(['0', '1', '2', '3', '4']);
    expect(received.messages[0]!.lockToken).to.equal(undefined);
    expect(bus.stats).to.include({ completed: 5, locked: 0 });
  });

  it('frees settled deliveries, so that more messages get through than a session holds', async () => {
    const received = await bus.listen('peekLock');
    bus.publish(2200);
    await until(() => bus.stats.completed === 2200);
    expect(received.values()).to.deep.equal(Array.from({ length: 2200 }, (_, index) => String(index)));
    expect(received.errors).to.deep.equal([]);
  });

  it('splits the messages among competing receivers', async () => {
    const one = await bus.listen('peekLock');
    const other = await bus.listen('peekLock');
    // The link is open before it has credit.
    for (let sent = 0; one.messages.length === 0 || other.messages.length === 0; sent++) {
      bus.publish(1, 1000 + sent);
      await until(() => bus.stats.completed === sent + 1);
    }
    const before = [one.messages.length, other.messages.length];
    bus.publish(100);
    await until(() => bus.stats.waiting + bus.stats.locked === 0);
    expect([one.messages.length - before[0]!, other.messages.length - before[1]!]).to.deep.equal([50, 50]);
    const all = [...one.values(), ...other.values()];
    expect(new Set(all).size).to.equal(all.length);
  });

  it('keeps messages for 5 minutes', async () => {
    await bus.details();
    bus.publish(2);
    bus.cloud.clock.advance(200_000);
    bus.publish(1, 2);
    bus.cloud.clock.advance(100_000);
    expect(bus.stats.topics[0]).to.include({ waiting: 1, expired: 2 });
    const received = await bus.listen();
    await until(() => received.messages.length === 1);
    expect(received.values()).to.deep.equal(['2']);
  });

  it('keeps at most 20,000 messages without a receiver, and none for a topic without a client', async () => {
    bus.publish(10);
    expect(bus.stats.topics).to.deep.equal([]);
    await bus.details();
    bus.publish(20_010);
    expect(bus.stats.topics[0]).to.include({ waiting: 20_000, overflown: 10, published: 20_010 });
  });

  const refused = async (change: (text: string) => string) => {
    const details = await bus.details();
    const client = new ServiceBusClient(change(connectionString(details)), { retryOptions: RETRY });
    const receiver = client.createReceiver(details.Topic, details.Subscription);
    const error: unknown = await receiver
      .receiveMessages(1, { maxWaitTimeInMs: 10 })
      .catch((reason: unknown) => reason);
    await client.close();
    return error as (Error & { code?: string }) | unknown[];
  };
  /** A connection string with a token that is signed with the right key, or with another one. */
  const signed = async (expiry: number, key?: string) => {
    const { Host, Port, Username, Password } = await bus.details();
    const resource = encodeURIComponent(`sb://${Host}:${Port}/`);
    const signature = createHmac('sha256', key ?? Password)
      .update(`${resource}\n${expiry}`)
      .digest('base64');
    const token = `sr=${resource}&sig=${encodeURIComponent(signature)}&se=${expiry}&skn=${Username}`;
    return () =>
      `Endpoint=sb://${Host}:${Port};SharedAccessSignature=SharedAccessSignature ${token};UseDevelopmentEmulator=true`;
  };

  it('refuses a wrong key', async () => {
    const error = await refused((text) => text.replace(/SharedAccessKey=./, 'SharedAccessKey=x'));
    expect(error).to.be.instanceOf(Error);
    expect(String(error)).to.match(/invalid signature/);
    expect(bus.stats).to.include({ receivers: 0 });
  });

  it('accepts a token for the whole namespace until it expires', async () => {
    const now = Math.floor(bus.cloud.clock.now() / 1000);
    expect(await refused(await signed(now + HOUR_S))).to.deep.equal([]);
    expect(String(await refused(await signed(now)))).to.match(/expired/);
    expect(String(await refused(await signed(now + HOUR_S, 'another key')))).to.match(/invalid signature/);
  });

  it('refuses a token of another topic', async () => {
    const group = await bus.details(`userGroups/${bus.site.supportGroupId}`);
    const error = await refused(() => connectionString(group));
    expect(String(error)).to.match(/key name/);
  });

  it('sends messages to the topic of the user group too', async () => {
    const received = await bus.listen();
    const group = await bus.details(`userGroups/${bus.site.supportGroupId}`);
    expect(group).to.deep.include({ Type: 0, UseSSL: false, Subscription: 'default' });
    expect([group.Topic, group.Username]).to.deep.equal(Array(2).fill(`usergroup_${bus.site.supportGroupId}`));
    const groupReceived = bus.subscribe(bus.client(group).createReceiver(group.Topic, group.Subscription));
    await until(() => bus.stats.receivers === 2);
    bus.publish(3);
    await until(() => received.messages.length + groupReceived.messages.length === 6);
    expect(groupReceived.values()).to.deep.equal(received.values());
  });

  it('removes a subscription after 14 days without use, until its details are loaded again', async () => {
    await bus.stop();
    let behind = 14 * 86_400_000;
    const clock = { ...runningClock(), now: () => Date.now() - behind };
    bus = await BusCloud.start({ clock, tokenLifetimeS: 30 * 86_400 });
    const details = await bus.details();
    behind = 0;
    const receiver = bus.client(details).createReceiver(details.Topic, details.Subscription);
    const error: unknown = await receiver
      .receiveMessages(1, { maxWaitTimeInMs: 10 })
      .catch((reason: unknown) => reason);
    expect(error).to.have.property('code', 'MessagingEntityNotFound');
    expect(bus.stats.topics[0]).to.include({ removed: true });
    const again = await bus.listen();
    bus.publish();
    await until(() => again.messages.length === 1);
  });

  it('stops at once while clients are connected and messages locked', async () => {
    await bus.listen('peekLock');
    await bus.simulator.stop();
    expect(bus.stats.connections).to.equal(0);
    expect(bus.cloud.clock.waiting).to.equal(0);
  });
});

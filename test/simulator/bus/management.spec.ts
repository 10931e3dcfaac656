import { expect } from 'chai';
import type { ServiceBusReceiver } from '@azure/service-bus';
import { BusCloud, contentOf } from '../../support/simulator/bus-cloud';
import { loggedIn } from '../../support/simulator/raw-amqp';

const LOCK_MS = 60_000;

describe('the management node of the bus, to the official client,', () => {
  let bus: BusCloud;
  let receiver: ServiceBusReceiver;
  beforeEach(async () => {
    bus = await BusCloud.start();
    receiver = await bus.receiver();
  });
  afterEach(() => bus.stop());
  const receive = async (count: number) => {
    bus.publish(count);
    const messages = await receiver.receiveMessages(count, { maxWaitTimeInMs: 5000 });
    expect(messages.length).to.equal(count);
    return messages;
  };
  const values = (messages: { body: unknown }[]) =>
    messages.map((message) => contentOf(message).ValueAsString as string);
  const codeOf = async (call: Promise<unknown>): Promise<string | undefined> => {
    const error: unknown = await call.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    return (error as { code?: string } | undefined)?.code;
  };

  it('peeks at waiting, locked and deferred messages in their order, and delivers none', async () => {
    const [first, second] = await receive(2);
    await receiver.deferMessage(second!);
    bus.publish(2, 2);
    const seen = await receiver.peekMessages(10);
    expect(values(seen)).to.deep.equal(['0', '1', '2', '3']);
    expect(seen.map(({ state }) => state)).to.deep.equal(['active', 'deferred', 'active', 'active']);
    expect(seen.map(({ lockToken }) => lockToken)).to.deep.equal(Array(4).fill(undefined));
    expect(seen[0]!.messageId).to.equal(first!.messageId);
    expect(bus.stats).to.include({ locked: 1, waiting: 2, delivered: 2 });
  });

  it('peeks on from the last message, from a sequence number, and at nothing', async () => {
    expect(await receiver.peekMessages(1)).to.deep.equal([]);
    bus.publish(5);
    expect(values(await receiver.peekMessages(2))).to.deep.equal(['0', '1']);
    const [third] = await receiver.peekMessages(1);
    expect(values([third!])).to.deep.equal(['2']);
    const again = await receiver.peekMessages(9, { fromSequenceNumber: third!.sequenceNumber! });
    expect(values(again)).to.deep.equal(['2', '3', '4']);
  });

  it('renews the lock of a message, which then lasts another minute', async () => {
    const [message] = await receive(1);
    bus.cloud.clock.advance(LOCK_MS - 1);
    const end = await receiver.renewMessageLock(message!);
    expect(end.getTime()).to.equal(bus.cloud.clock.now() + LOCK_MS);
    bus.cloud.clock.advance(LOCK_MS - 1);
    await receiver.completeMessage(message!);
    expect(bus.stats).to.include({ completed: 1, redelivered: 0 });
  });

  it('renews no lock that has expired', async () => {
    const [message] = await receive(1);
    bus.cloud.clock.advance(LOCK_MS);
    expect(await codeOf(receiver.renewMessageLock(message!))).to.equal('MessageLockLost');
  });

  it('settles messages whose link is closed', async () => {
    const messages = await receive(4);
    bus.fault('bus-detach', { match: 'detach-forced' });
    // By its answer the client has noticed that the link is closed, and settles through the management node.
    await receiver.peekMessages(1);
    expect(bus.stats.receivers).to.equal(0);
    const [first, second, third, fourth] = messages;
    await receiver.completeMessage(first!);
    await receiver.deadLetterMessage(second!);
    await receiver.deferMessage(third!);
    await receiver.abandonMessage(fourth!);
    expect(bus.stats).to.include({ locked: 0, waiting: 1, completed: 1 });
    expect(bus.stats.topics[0]).to.include({ deadLettered: 1, deferred: 1, abandoned: 1 });
    expect(await codeOf(receiver.renewMessageLock(first!))).to.equal('MessageLockLost');
  });

  it('delivers deferred messages by their sequence numbers, to be settled or deferred again', async () => {
    const [first, second] = await receive(2);
    await receiver.deferMessage(first!);
    await receiver.deferMessage(second!);
    const [one, two] = await receiver.receiveDeferredMessages([first!.sequenceNumber!, second!.sequenceNumber!]);
    expect(values([one!, two!])).to.deep.equal(['0', '1']);
    expect([one!.state, one!.lockedUntilUtc!.getTime()]).to.deep.equal(['deferred', bus.cloud.clock.now() + LOCK_MS]);
    await receiver.completeMessage(one!);
    await receiver.abandonMessage(two!);
    expect(bus.stats).to.include({ completed: 1, locked: 0, waiting: 0 });
    const [again] = await receiver.receiveDeferredMessages(second!.sequenceNumber!);
    expect(again!.deliveryCount).to.equal(1);
    expect(await codeOf(receiver.receiveDeferredMessages(first!.sequenceNumber!))).to.equal('MessageNotFound');
  });

  it('deletes a deferred message that is received in the mode receiveAndDelete', async () => {
    const [message] = await receive(1);
    await receiver.deferMessage(message!);
    const deleting = await bus.receiver('receiveAndDelete');
    const [deferred] = await deleting.receiveDeferredMessages(message!.sequenceNumber!);
    expect(values([deferred!])).to.deep.equal(['0']);
    expect(bus.stats).to.include({ completed: 1, locked: 0 });
  });

  it('lets deferred messages expire after 5 minutes', async () => {
    const [message] = await receive(1);
    await receiver.deferMessage(message!);
    bus.cloud.clock.advance(5 * 60_000);
    expect(await receiver.peekMessages(1)).to.deep.equal([]);
    expect(await codeOf(receiver.receiveDeferredMessages(message!.sequenceNumber!))).to.equal('MessageNotFound');
    expect(bus.stats.topics[0]).to.include({ expired: 1 });
  });

  it('refuses to schedule messages, because the key can only listen', async () => {
    const details = await bus.details();
    const sender = bus.client(details).createSender(details.Topic);
    const call = sender.scheduleMessages({ body: 'x' }, new Date(Date.now() + 1000));
    expect(await codeOf(call)).to.equal('UnauthorizedAccess');
    expect(await codeOf(sender.sendMessages({ body: 'x' }))).to.equal('UnauthorizedAccess');
  });

  /** The answer to a request that the official client would not send. */
  const answerTo = async (operation: string, body: object) => {
    const details = await bus.details();
    const node = `${details.Topic}/Subscriptions/default/$management`;
    const raw = await loggedIn(details);
    raw.sender(0, node).receiver(1, node).credit(1, 1);
    raw.transfer(0, { message_id: 'a', application_properties: { operation }, body }).flush();
    const { application_properties: properties } = await raw.message();
    raw.socket.destroy();
    return properties as { statusCode: number; errorCondition: string; statusDescription: string };
  };

  it('names the field of a request that it cannot read, and the operations that it knows', async () => {
    for (const [operation, body, field] of [
      ['peek-message', { 'from-sequence-number': 'x', 'message-count': 1 }, 'from-sequence-number'],
      ['peek-message', { 'from-sequence-number': 0 }, 'message-count'],
      ['renew-lock', {}, 'lock-tokens'],
      ['update-disposition', { 'disposition-status': 'eaten' }, 'disposition-status'],
      ['receive-by-sequence-number', { 'sequence-numbers': ['x'] }, 'sequence-numbers'],
    ] as const) {
      const answer = await answerTo(`com.microsoft:${operation}`, body);
      expect(answer).to.include({ statusCode: 400, errorCondition: 'com.microsoft:argument-error' });
      expect(answer.statusDescription).to.match(new RegExp(`^${field}: .* is not possible; `));
    }
    const answer = await answerTo('com.microsoft:fly', {});
    expect(answer.statusCode).to.equal(501);
    expect(answer.statusDescription).to.contain('com.microsoft:fly').and.contain('com.microsoft:peek-message');
  });

  it('answers nothing about a topic of another key', async () => {
    const group = await bus.details(`userGroups/${bus.site.supportGroupId}`);
    const own = await bus.details();
    const raw = await loggedIn(own);
    const node = `${group.Topic}/Subscriptions/default/$management`;
    const body = { 'from-sequence-number': 0, 'message-count': 1 };
    raw.sender(0, node).receiver(1, node).credit(1, 1);
    raw.transfer(0, { application_properties: { operation: 'com.microsoft:peek-message' }, body }).flush();
    expect((await raw.message()).application_properties).to.include({ statusCode: 401 });
    raw.socket.destroy();
  });
});

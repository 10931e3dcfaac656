import { connect } from 'node:net';
import { expect } from 'chai';
import { create_connection as createConnection, type EventContext } from 'rhea';
import type { FaultName } from '../../../simulator/faults/table';
import { BusCloud, contentOf, until, type Received } from '../../support/simulator/bus-cloud';

describe('the fault', () => {
  let bus: BusCloud;
  beforeEach(async () => {
    bus = await BusCloud.start();
  });
  afterEach(() => bus.stop());

  /** A message gets through. Another receiver that has come back may take one: then there is a next. */
  const flows = async (received: Received) => {
    const before = received.messages.length;
    await until(() => bus.stats.receivers > 0);
    while (received.messages.length === before) {
      const { delivered } = bus.stats;
      bus.publish(1, 777);
      await until(() => received.messages.length > before || bus.stats.delivered > delivered);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  const codes = ({ errors }: Received) => errors.map(({ code }) => code);

  it('bus-cut resets connections, and new ones until it ends', async () => {
    const received = await bus.listen();
    bus.fault('bus-cut');
    await until(() => bus.stats.connections === 0 && bus.stats.receivers === 0);
    await bus.receiver().then((receiver) => receiver.receiveMessages(1, { maxWaitTimeInMs: 5 }).catch(() => []));
    expect(bus.simulator.faults.list().find(({ name }) => name === 'bus-cut')!.hits).to.be.above(1);
    expect(bus.stats.connections).to.equal(0);
    bus.fault('bus-cut', { on: false });
    await flows(await bus.listen());
    expect(received.messages.length).to.be.at.most(1);
  });

  it('bus-cut with a count resets connections once, and the client returns by itself', async () => {
    const received = await bus.listen();
    bus.fault('bus-cut', { count: 1 });
    await until(() => bus.stats.receivers === 0);
    await flows(received);
  });

  it('bus-auth-error closes links as unauthorised and refuses tokens', async () => {
    const received = await bus.listen();
    bus.fault('bus-auth-error');
    await until(() => received.errors.length > 0);
    expect(codes(received)[0]).to.equal('UnauthorizedAccess');
    const receiver = await bus.receiver();
    const error: unknown = await receiver.receiveMessages(1, { maxWaitTimeInMs: 5 }).catch((reason: unknown) => reason);
    expect(String(error)).to.match(/invalid signature/);
    bus.fault('bus-auth-error', { on: false });
    await flows(await bus.listen());
  });

  it('bus-auth-silent leaves tokens without an answer until it ends', async () => {
    const { Host: host, Port: port } = await bus.details();
    // The official client would wait for a minute, also when it is closed.
    const connection = createConnection({ host, port, reconnect: false }).connect();
    const answers: unknown[] = [];
    connection.open_receiver({ source: '$cbs', target: 'answers' });
    connection.on('message', ({ message }: EventContext) => answers.push(message!.correlation_id));
    const sender = connection.open_sender('$cbs');
    await new Promise((resolve) => sender.once('sendable', resolve));
    const put = (id: string) =>
      sender.send({ message_id: id, reply_to: 'answers', application_properties: { name: 'sb://x/y' }, body: 'token' });
    bus.fault('bus-auth-silent');
    put('first');
    await until(() => bus.simulator.faults.list().find(({ name }) => name === 'bus-auth-silent')!.hits === 1);
    bus.fault('bus-auth-silent', { on: false });
    put('second');
    await until(() => answers.length > 0);
    expect(answers).to.deep.equal(['second']);
    connection.close();
  });

  it('bus-refused refuses links with every condition, or with the one in match', async () => {
    const received = await bus.listen();
    bus.fault('bus-refused');
    await until(() => received.errors.length >= 4);
    expect(bus.stats.receivers).to.equal(0);
    expect(new Set(codes(received))).to.include.members([
      'MessagingEntityNotFound',
      'UnauthorizedAccess',
      'QuotaExceeded',
    ]);
    received.errors.length = 0;
    bus.fault('bus-refused', { match: 'not-found' });
    await until(() => received.errors.length >= 4);
    expect(new Set(codes(received).slice(1))).to.deep.equal(new Set(['MessagingEntityNotFound']));
    bus.fault('bus-refused', { on: false });
    await flows(received);
  });

  it('bus-refused-at-once refuses links as they open, from which the official client may never recover', async () => {
    bus.fault('bus-refused-at-once', { match: 'not-found' });
    const received = bus.subscribe(await bus.receiver());
    await until(() => received.errors.some(({ message }) => message.includes('since it is undefined')));
    expect(codes(received)[0]).to.equal('MessagingEntityNotFound');
    expect(bus.stats.receivers).to.equal(0);
    bus.fault('bus-refused-at-once', { on: false });
    const other = await bus.listen();
    bus.publish();
    await until(() => received.messages.length + other.messages.length === 1);
  });

  it('bus-auth-error with a status refuses tokens with that status', async () => {
    const seen = [];
    for (const match of ['403', '404']) {
      bus.fault('bus-auth-error', { match });
      const receiver = await bus.receiver();
      const error: unknown = await receiver
        .receiveMessages(1, { maxWaitTimeInMs: 5 })
        .catch((reason: unknown) => reason);
      seen.push((error as { code?: string }).code);
    }
    expect(seen).to.deep.equal(['QuotaExceeded', 'ServiceCommunicationProblem']);
  });

  it('bus-detach closes links once', async () => {
    const received = await bus.listen();
    bus.fault('bus-detach', { match: 'com.microsoft:timeout' });
    await until(() => received.errors.length > 0);
    expect(codes(received)).to.deep.equal(['ServiceTimeout']);
    await flows(received);
    expect(received.errors.length).to.be.at.most(2);
  });

  it('bus-stall sends no message until it ends', async () => {
    const received = await bus.listen('peekLock');
    bus.fault('bus-stall');
    bus.publish(5);
    const group = await bus.details(`userGroups/${bus.site.supportGroupId}`);
    const other = bus.client(group).createReceiver(group.Topic, group.Subscription);
    expect(await other.receiveMessages(1, { maxWaitTimeInMs: 20 })).to.deep.equal([]);
    expect([received.messages.length, bus.stats.waiting, bus.stats.receivers > 0]).to.deep.equal([0, 5, true]);
    bus.fault('bus-stall', { on: false });
    await until(() => received.messages.length === 5);
  });

  it('bus-half-open stops all traffic without closing a connection, until it ends', async () => {
    const received = await bus.listen('peekLock');
    bus.fault('bus-half-open');
    bus.publish(3);
    // A new connection is accepted but gets no answer.
    const socket = connect(bus.simulator.amqpPort, '127.0.0.1');
    let answered = 0;
    socket.on('data', (bytes) => (answered += bytes.length));
    socket.write(Buffer.from([...Buffer.from('AMQP'), 3, 1, 0, 0]));
    await until(() => bus.stats.connections === 2);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(answered).to.equal(0);
    expect([received.messages, received.errors]).to.deep.equal([[], []]);
    bus.fault('bus-half-open', { on: false });
    await until(() => received.messages.length === 3 && answered > 0);
    socket.destroy();
  });

  it('bus-removed removes the subscription until its details are loaded again', async () => {
    const received = await bus.listen();
    bus.publish();
    await until(() => received.messages.length === 1);
    bus.fault('bus-removed');
    await until(() => received.errors.length >= 2);
    expect(codes(received)).to.include('MessagingEntityNotFound');
    expect(bus.stats.topics[0]).to.include({ removed: true, receivers: 0 });
    await bus.details();
    await flows(received);
  });

  const ask = async () => {
    const answer = await bus.ask();
    const text = await answer.text();
    return { status: answer.status, code: /"Code":(\d+)/.exec(text)?.[1] };
  };

  it('bus-details-5xx, bus-details-403 or bus-off refuses the connection details', async () => {
    bus.fault('bus-details-5xx');
    const statuses = [];
    for (let time = 0; time < 4; time++) statuses.push((await ask()).status);
    expect(statuses).to.have.members([500, 502, 503, 504]);
    bus.fault('bus-details-5xx', { on: false });
    bus.fault('bus-details-403');
    expect((await ask()).status).to.equal(403);
    bus.fault('bus-details-403', { on: false });
    bus.fault('bus-off');
    expect(await ask()).to.deep.equal({ status: 500, code: '526' });
    bus.fault('bus-off', { on: false });
    expect((await ask()).status).to.equal(200);
  });

  it('bus-off closes and refuses links', async () => {
    const received = await bus.listen();
    bus.fault('bus-off');
    await until(() => received.errors.length >= 2);
    expect(bus.stats.receivers).to.equal(0);
    bus.fault('bus-off', { on: false });
    await bus.details();
    await flows(received);
  });

  it('bus-details-change answers another host and key with each call, and makes the old key invalid', async () => {
    const received = await bus.listen();
    const old = await bus.details();
    bus.fault('bus-details-change');
    const [first, second] = [await bus.details(), await bus.details()];
    expect([old.Host, first.Host, second.Host]).to.deep.equal(['127.0.0.1', 'localhost', '127.0.0.1']);
    expect(new Set([old.Password, first.Password, second.Password]).size).to.equal(3);
    await flows(received);
    const late = bus.client(old).createReceiver(old.Topic, old.Subscription);
    const error: unknown = await late.receiveMessages(1, { maxWaitTimeInMs: 5 }).catch((reason: unknown) => reason);
    expect(String(error)).to.match(/invalid signature/);
  });

  /** The messages that a fault makes of one message. */
  const altered = async (name: FaultName, count: number) => {
    const received = await bus.listen();
    bus.fault(name);
    bus.publishValue(710, '3');
    await until(() => received.messages.length >= count);
    bus.fault(name, { on: false });
    bus.publishValue(711, '1');
    await until(() => received.messages.length === count + 1);
    expect(contentOf(received.messages.at(-1)!)).to.include({
      StateId: 711,
      ValueAsString: '1',
      ChargerId: bus.charger.id,
    });
    return received.messages.slice(0, -1);
  };

  it('bus-duplicates sends messages twice', async () => {
    const [one, other] = await altered('bus-duplicates', 2);
    expect(contentOf(one!)).to.deep.equal(contentOf(other!));
    expect(one!.messageId).not.to.equal(other!.messageId);
  });

  it('bus-foreign-charger sends a message of an unknown charger after the correct one', async () => {
    const [correct, foreign] = await altered('bus-foreign-charger', 2);
    expect(contentOf(correct!).ChargerId).to.equal(bus.charger.id);
    expect(contentOf(foreign!).ChargerId).to.match(/^f0f0/);
    expect([...bus.simulator.world.chargers.keys()]).not.to.include(contentOf(foreign!).ChargerId);
  });

  it('bus-zero-charger sends a message of a charger with an id of zeros', async () => {
    const [, zero] = await altered('bus-zero-charger', 2);
    expect(contentOf(zero!)).to.include({ ChargerId: '00000000-0000-0000-0000-000000000000', StateId: 710 });
  });

  it('bus-no-value omits the value', async () => {
    const [mute] = await altered('bus-no-value', 1);
    expect(contentOf(mute!)).to.include({ StateId: 710 }).and.not.to.have.property('ValueAsString');
  });

  it('bus-no-id omits the message id', async () => {
    const [message] = await altered('bus-no-id', 1);
    expect(message!.messageId).to.equal(undefined);
    expect(contentOf(message!)).to.include({ StateId: 710, ValueAsString: '3' });
  });

  it('bus-no-id causes an error of the official client with its default options', async () => {
    const received = bus.subscribe(await bus.receiver());
    await until(() => bus.stats.receivers === 1);
    bus.fault('bus-no-id');
    bus.publish(10);
    await until(() => received.messages.length === 10 && received.errors.length >= 10);
    expect(received.errors[0]!.message).to.contain('no message ID');
  });

  it('bus-times-future moves times by a day, but not the world', async () => {
    const [message] = await altered('bus-times-future', 1);
    const sentAt = Date.parse(`${String(contentOf(message!).Timestamp).slice(0, 19)}Z`);
    expect(sentAt - Math.floor(bus.simulator.world.now / 1000) * 1000).to.equal(86_400_000);
  });

  it('bus-broken-bytes makes every message unreadable', async () => {
    const received = await bus.listen();
    bus.fault('bus-broken-bytes');
    bus.publish(40);
    await until(() => received.messages.length === 40);
    const sound = received.messages.filter((message) => {
      try {
        return contentOf(message).ValueAsString !== undefined;
      } catch {
        return false;
      }
    });
    expect(sound).to.deep.equal([]);
    expect(new Set(received.messages.map(({ body }) => (body as Buffer).length)).size).to.be.above(5);
  });

  it('bus-delay delays messages by delayMs, or until it ends', async () => {
    const received = await bus.listen();
    bus.fault('bus-delay', { delayMs: 4000 });
    bus.publish();
    bus.cloud.clock.advance(3999);
    expect(bus.stats.published).to.equal(0);
    bus.cloud.clock.advance(1);
    await until(() => received.messages.length === 1);
    bus.publish(2, 1);
    bus.fault('bus-delay', { on: false });
    await until(() => received.messages.length === 3);
    expect(received.values()).to.deep.equal(['0', '1', '2']);
  });

  it('bus-disorder changes the order and loses nothing', async () => {
    const received = await bus.listen();
    bus.fault('bus-disorder');
    bus.publish(30);
    bus.cloud.clock.advance(3000);
    await until(() => received.messages.length === 30);
    const sorted = received
      .values()
      .map(Number)
      .sort((a, b) => a - b);
    expect(sorted).to.deep.equal(Array.from({ length: 30 }, (_, index) => index));
    expect(received.values().map(Number)).not.to.deep.equal(sorted);
  });

  it('bus-thief takes every second message, or messages by probability', async () => {
    const received = await bus.listen();
    bus.fault('bus-thief');
    bus.publish(100);
    expect(bus.stats).to.include({ stolen: 50, published: 50 });
    bus.fault('bus-thief', { probability: 0.1 });
    bus.publish(1000);
    expect(bus.stats.stolen - 50).to.be.within(60, 140);
    bus.fault('bus-thief', { on: false });
    await until(() => received.messages.length === bus.stats.published);
  });

  it('bus-duplicates strikes only the charger and observation in match', async () => {
    const received = await bus.listen();
    bus.fault('bus-duplicates', { match: `${bus.charger.deviceId} ${bus.charger.id} 710` });
    bus.publishValue(711, '1');
    bus.publishValue(710, '3');
    await until(() => received.messages.length === 3);
    expect(received.messages.map((message) => contentOf(message).StateId)).to.deep.equal([711, 710, 710]);
  });

  it('bus-no-value leaves a topic alone that does not match', async () => {
    const group = await bus.details(`userGroups/${bus.site.supportGroupId}`);
    const groupReceived = bus.subscribe(bus.client(group).createReceiver(group.Topic, group.Subscription));
    const received = await bus.listen();
    bus.fault('bus-no-value', { match: 'usergroup_' });
    bus.publishValue(710, '3');
    await until(() => received.messages.length + groupReceived.messages.length === 2);
    expect([received.values(), groupReceived.values()]).to.deep.equal([['3'], [undefined]]);
  });
});

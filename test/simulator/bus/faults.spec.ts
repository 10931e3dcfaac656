import { connect } from 'node:net';
import { expect } from 'chai';
import { create_connection as createConnection, type EventContext } from 'rhea';
import type { FaultName } from '../../../simulator/faults/table';
import { BusCloud, contentOf, until, type Received } from '../../support/simulator/bus-cloud';

describe('what the faults of the bus do', () => {
  let bus: BusCloud;
  beforeEach(async () => {
    bus = await BusCloud.start();
  });
  afterEach(() => bus.stop());

  /** A message gets through within moments. */
  const flows = async (heard: Received) => {
    const before = heard.messages.length;
    await until(() => bus.stats.receivers > 0);
    bus.publish(1, 777);
    await until(() => heard.messages.length > before);
  };
  const codes = ({ errors }: Received) => errors.map(({ code }) => code);

  it('bus-cut: resets the connections, and new ones until it ends', async () => {
    const heard = await bus.listen();
    bus.fault('bus-cut');
    await until(() => bus.stats.connections === 0 && bus.stats.receivers === 0);
    await bus.receiver().then((receiver) => receiver.receiveMessages(1, { maxWaitTimeInMs: 5 }).catch(() => []));
    expect(bus.simulator.faults.list().find(({ name }) => name === 'bus-cut')!.hits).to.be.above(1);
    expect(bus.stats.connections).to.equal(0);
    bus.fault('bus-cut', { on: false });
    await flows(await bus.listen());
    expect(heard.messages.length).to.be.at.most(1);
  });

  it('bus-cut with a count: one cut, and the client is back by itself', async () => {
    const heard = await bus.listen();
    bus.fault('bus-cut', { count: 1 });
    await until(() => bus.stats.receivers === 0);
    await flows(heard);
  });

  it('bus-auth-error: closes links as unauthorised and refuses tokens', async () => {
    const heard = await bus.listen();
    bus.fault('bus-auth-error');
    await until(() => heard.errors.length > 0);
    expect(codes(heard)[0]).to.equal('UnauthorizedAccess');
    const receiver = await bus.receiver();
    const error: unknown = await receiver.receiveMessages(1, { maxWaitTimeInMs: 5 }).catch((reason: unknown) => reason);
    expect(String(error)).to.match(/invalid signature/);
    bus.fault('bus-auth-error', { on: false });
    await flows(await bus.listen());
  });

  it('bus-auth-silent: tokens are not answered until it ends', async () => {
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

  it('bus-refused: refuses links in every way, or in the one that it is told', async () => {
    const heard = await bus.listen();
    bus.fault('bus-refused');
    await until(() => heard.errors.length >= 4);
    expect(bus.stats.receivers).to.equal(0);
    expect(new Set(codes(heard))).to.include.members([
      'MessagingEntityNotFound',
      'UnauthorizedAccess',
      'QuotaExceeded',
    ]);
    heard.errors.length = 0;
    bus.fault('bus-refused', { match: 'not-found' });
    await until(() => heard.errors.length >= 4);
    expect(new Set(codes(heard).slice(1))).to.deep.equal(new Set(['MessagingEntityNotFound']));
    bus.fault('bus-refused', { on: false });
    await flows(heard);
  });

  it('bus-refused-at-once: refuses links as they are opened, which the official client may never get over', async () => {
    bus.fault('bus-refused-at-once', { match: 'not-found' });
    const heard = bus.subscribe(await bus.receiver());
    await until(() => heard.errors.some(({ message }) => message.includes('since it is undefined')));
    expect(codes(heard)[0]).to.equal('MessagingEntityNotFound');
    expect(bus.stats.receivers).to.equal(0);
    bus.fault('bus-refused-at-once', { on: false });
    const other = await bus.listen();
    bus.publish();
    await until(() => heard.messages.length + other.messages.length === 1);
  });

  it('bus-auth-error with a status: refuses tokens with that one', async () => {
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

  it('bus-detach: closes links once', async () => {
    const heard = await bus.listen();
    bus.fault('bus-detach', { match: 'com.microsoft:timeout' });
    await until(() => heard.errors.length > 0);
    expect(codes(heard)).to.deep.equal(['ServiceTimeout']);
    await flows(heard);
    expect(heard.errors.length).to.be.at.most(2);
  });

  it('bus-stall: sends nothing until it ends', async () => {
    const heard = await bus.listen('peekLock');
    bus.fault('bus-stall');
    bus.publish(5);
    const group = await bus.details(`userGroups/${bus.site.supportGroupId}`);
    const other = bus.client(group).createReceiver(group.Topic, group.Subscription);
    expect(await other.receiveMessages(1, { maxWaitTimeInMs: 20 })).to.deep.equal([]);
    expect([heard.messages.length, bus.stats.waiting, bus.stats.receivers > 0]).to.deep.equal([0, 5, true]);
    bus.fault('bus-stall', { on: false });
    await until(() => heard.messages.length === 5);
  });

  it('bus-half-open: nothing goes in or out, nothing is closed; it heals', async () => {
    const heard = await bus.listen('peekLock');
    bus.fault('bus-half-open');
    bus.publish(3);
    // A newcomer gets in, but no answer.
    const socket = connect(bus.simulator.amqpPort, '127.0.0.1');
    let answered = 0;
    socket.on('data', (bytes) => (answered += bytes.length));
    socket.write(Buffer.from([...Buffer.from('AMQP'), 3, 1, 0, 0]));
    await until(() => bus.stats.connections === 2);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(answered).to.equal(0);
    expect([heard.messages, heard.errors]).to.deep.equal([[], []]);
    bus.fault('bus-half-open', { on: false });
    await until(() => heard.messages.length === 3 && answered > 0);
    socket.destroy();
  });

  it('bus-removed: the subscription is gone until its details are loaded again', async () => {
    const heard = await bus.listen();
    bus.publish();
    await until(() => heard.messages.length === 1);
    bus.fault('bus-removed');
    await until(() => heard.errors.length >= 2);
    expect(codes(heard)).to.include('MessagingEntityNotFound');
    expect(bus.stats.topics[0]).to.include({ removed: true, receivers: 0 });
    await bus.details();
    await flows(heard);
  });

  const ask = async () => {
    const answer = await bus.ask();
    const text = await answer.text();
    return { status: answer.status, code: /"Code":(\d+)/.exec(text)?.[1] };
  };

  it('bus-details-5xx, bus-details-403 and bus-off: the details are refused', async () => {
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

  it('bus-off: closes and refuses links', async () => {
    const heard = await bus.listen();
    bus.fault('bus-off');
    await until(() => heard.errors.length >= 2);
    expect(bus.stats.receivers).to.equal(0);
    bus.fault('bus-off', { on: false });
    await bus.details();
    await flows(heard);
  });

  it('bus-details-change: another host and key with each call, and the old key is worth nothing', async () => {
    const heard = await bus.listen();
    const old = await bus.details();
    bus.fault('bus-details-change');
    const [first, second] = [await bus.details(), await bus.details()];
    expect([old.Host, first.Host, second.Host]).to.deep.equal(['127.0.0.1', 'localhost', '127.0.0.1']);
    expect(new Set([old.Password, first.Password, second.Password]).size).to.equal(3);
    await flows(heard);
    const late = bus.client(old).createReceiver(old.Topic, old.Subscription);
    const error: unknown = await late.receiveMessages(1, { maxWaitTimeInMs: 5 }).catch((reason: unknown) => reason);
    expect(String(error)).to.match(/invalid signature/);
  });

  /** What comes of one message under a fault, the bodies as they are. */
  const altered = async (name: FaultName, count: number) => {
    const heard = await bus.listen();
    bus.fault(name);
    bus.publishValue(710, '3');
    await until(() => heard.messages.length >= count);
    bus.fault(name, { on: false });
    bus.publishValue(711, '1');
    await until(() => heard.messages.length === count + 1);
    expect(contentOf(heard.messages.at(-1)!)).to.include({
      StateId: 711,
      ValueAsString: '1',
      ChargerId: bus.charger.id,
    });
    return heard.messages.slice(0, -1);
  };

  it('bus-duplicates: messages come twice', async () => {
    const [one, other] = await altered('bus-duplicates', 2);
    expect(contentOf(one!)).to.deep.equal(contentOf(other!));
    expect(one!.messageId).not.to.equal(other!.messageId);
  });

  it('bus-foreign-charger and bus-zero-charger: more messages, the right one first', async () => {
    const [honest, foreign] = await altered('bus-foreign-charger', 2);
    expect(contentOf(honest!).ChargerId).to.equal(bus.charger.id);
    expect(contentOf(foreign!).ChargerId).to.match(/^f0f0/);
    expect([...bus.simulator.world.chargers.keys()]).not.to.include(contentOf(foreign!).ChargerId);
  });

  it('bus-zero-charger: a charger of zeros', async () => {
    const [, zero] = await altered('bus-zero-charger', 2);
    expect(contentOf(zero!)).to.include({ ChargerId: '00000000-0000-0000-0000-000000000000', StateId: 710 });
  });

  it('bus-no-value: the value is missing', async () => {
    const [mute] = await altered('bus-no-value', 1);
    expect(contentOf(mute!)).to.include({ StateId: 710 }).and.not.to.have.property('ValueAsString');
  });

  it('bus-no-id: the message id is missing', async () => {
    const [nameless] = await altered('bus-no-id', 1);
    expect(nameless!.messageId).to.equal(undefined);
    expect(contentOf(nameless!)).to.include({ StateId: 710, ValueAsString: '3' });
  });

  it('bus-no-id: the official client as it is by default complains of each', async () => {
    const heard = bus.subscribe(await bus.receiver());
    await until(() => bus.stats.receivers === 1);
    bus.fault('bus-no-id');
    bus.publish(10);
    await until(() => heard.messages.length === 10 && heard.errors.length >= 10);
    expect(heard.errors[0]!.message).to.contain('no message ID');
  });

  it('bus-times-future: a day ahead, while the world stays as it is', async () => {
    const [message] = await altered('bus-times-future', 1);
    const told = Date.parse(`${String(contentOf(message!).Timestamp).slice(0, 19)}Z`);
    expect(told - Math.floor(bus.simulator.world.now / 1000) * 1000).to.equal(86_400_000);
  });

  it('bus-broken-bytes: nothing that could be read', async () => {
    const heard = await bus.listen();
    bus.fault('bus-broken-bytes');
    bus.publish(40);
    await until(() => heard.messages.length === 40);
    const sound = heard.messages.filter((message) => {
      try {
        return contentOf(message).ValueAsString !== undefined;
      } catch {
        return false;
      }
    });
    expect(sound).to.deep.equal([]);
    expect(new Set(heard.messages.map(({ body }) => (body as Buffer).length)).size).to.be.above(5);
  });

  it('bus-delay: later by what it is told, or at once when it ends', async () => {
    const heard = await bus.listen();
    bus.fault('bus-delay', { delayMs: 4000 });
    bus.publish();
    bus.cloud.clock.advance(3999);
    expect(bus.stats.published).to.equal(0);
    bus.cloud.clock.advance(1);
    await until(() => heard.messages.length === 1);
    bus.publish(2, 1);
    bus.fault('bus-delay', { on: false });
    await until(() => heard.messages.length === 3);
    expect(heard.values()).to.deep.equal(['0', '1', '2']);
  });

  it('bus-disorder: another order, and nothing is lost', async () => {
    const heard = await bus.listen();
    bus.fault('bus-disorder');
    bus.publish(30);
    bus.cloud.clock.advance(3000);
    await until(() => heard.messages.length === 30);
    const sorted = heard
      .values()
      .map(Number)
      .sort((a, b) => a - b);
    expect(sorted).to.deep.equal(Array.from({ length: 30 }, (_, index) => index));
    expect(heard.values().map(Number)).not.to.deep.equal(sorted);
  });

  it('bus-thief: every second message, or by probability, goes elsewhere', async () => {
    const heard = await bus.listen();
    bus.fault('bus-thief');
    bus.publish(100);
    expect(bus.stats).to.include({ stolen: 50, published: 50 });
    bus.fault('bus-thief', { probability: 0.1 });
    bus.publish(1000);
    expect(bus.stats.stolen - 50).to.be.within(60, 140);
    bus.fault('bus-thief', { on: false });
    await until(() => heard.messages.length === bus.stats.published);
  });

  it('keep to what they match: one charger, one observation', async () => {
    const heard = await bus.listen();
    bus.fault('bus-duplicates', { match: `${bus.charger.deviceId} ${bus.charger.id} 710` });
    bus.publishValue(711, '1');
    bus.publishValue(710, '3');
    await until(() => heard.messages.length === 3);
    expect(heard.messages.map((message) => contentOf(message).StateId)).to.deep.equal([711, 710, 710]);
  });

  it('leave a second topic alone that they do not match', async () => {
    const group = await bus.details(`userGroups/${bus.site.supportGroupId}`);
    const grouped = bus.subscribe(bus.client(group).createReceiver(group.Topic, group.Subscription));
    const heard = await bus.listen();
    bus.fault('bus-no-value', { match: 'usergroup_' });
    bus.publishValue(710, '3');
    await until(() => heard.messages.length + grouped.messages.length === 2);
    expect([heard.values(), grouped.values()]).to.deep.equal([['3'], [undefined]]);
  });
});

import { expect } from 'chai';
import { until, type BusCloud } from '../../support/simulator/bus-cloud';
import { accepted, putToken, type RawAmqp } from '../../support/simulator/raw-amqp';
import { RawClients } from '../../support/simulator/raw-clients';

describe('a link of the bus', () => {
  let bus: BusCloud;
  let clients: RawClients;
  beforeEach(async () => {
    clients = await RawClients.start();
    ({ bus } = clients);
  });
  afterEach(() => clients.stop());
  /** A client that has locked all messages. */
  const holding = async (count: number): Promise<RawAmqp> => {
    const raw = await clients.keyed();
    bus.publish(count);
    raw
      .receiver(0, await clients.address())
      .credit(0, count)
      .flush();
    await raw.next('transfer', count);
    expect(bus.stats).to.include({ locked: count, waiting: 0, receivers: 1 });
    return raw;
  };
  const linkFrames = ({ received }: RawAmqp) =>
    received.map(({ name }) => name).filter((name) => name === 'attach' || name === 'transfer');

  it('is attached before its first message, also where credit comes with the attach', async () => {
    await bus.details();
    bus.publish(3);
    const raw = (await clients.keyed())
      .receiver(0, await clients.address())
      .credit(0, 3)
      .flush();
    await raw.next('transfer', 3);
    expect(linkFrames(raw)).to.deep.equal(['attach', 'transfer', 'transfer', 'transfer']);
  });

  it('is attached before the answer to a request that came with the attach', async () => {
    const raw = await clients.keyed();
    raw.sender(0, '$cbs').receiver(1, '$cbs').credit(1, 5);
    raw.transfer(0, putToken(await bus.details(), 'sb://localhost/', bus.cloud.clock.now())).flush();
    await raw.next('transfer');
    expect(linkFrames(raw)).to.deep.equal(['attach', 'attach', 'transfer']);
  });

  it('ends with a connection that closes without a detach, and the locks with it', async () => {
    const raw = await holding(3);
    raw.frame('close', {}).flush();
    await raw.next('close');
    expect(bus.stats).to.include({ connections: 1, locked: 0, waiting: 3, receivers: 0 });
    raw.socket.end();
    await until(() => bus.stats.connections === 0);
  });

  it('ends with its socket, and the locks with it', async () => {
    (await holding(3)).socket.destroy();
    await until(() => bus.stats.connections === 0);
    expect(bus.stats).to.include({ locked: 0, waiting: 3, receivers: 0 });
    const received = await bus.listen('peekLock');
    await until(() => received.messages.length === 3);
    expect(received.messages.map(({ deliveryCount }) => deliveryCount)).to.deep.equal([0, 0, 0]);
  });

  it('ends with its session, but the locks stay as long as the connection', async () => {
    const raw = await holding(2);
    raw.frame('end', {}).flush();
    await raw.next('end');
    expect(bus.stats).to.include({ locked: 2, waiting: 0, receivers: 0 });
    raw.socket.end();
    await until(() => bus.stats.locked === 0);
    expect(bus.stats).to.include({ waiting: 2 });
  });

  it('reads the settlements that come together with its end', async () => {
    for (const end of ['detach', 'end', 'close']) {
      const raw = await holding(2);
      raw.frame('disposition', { role: true, first: 0, last: 1, settled: true, state: accepted });
      raw.frame(end, end === 'detach' ? { handle: 0, closed: true } : {}).flush();
      await raw.next(end);
      expect(bus.stats, end).to.include({ locked: 0, waiting: 0, receivers: 0 });
    }
    expect(bus.stats.completed).to.equal(6);
  });

  it('answers a drain with the drain flag, whether messages use the credit up or not', async () => {
    for (const credit of [2, 5]) {
      const raw = await clients.keyed();
      bus.publish(2);
      raw
        .receiver(0, await clients.address())
        .credit(0, credit, { drain: true })
        .flush();
      await raw.next('transfer', 2);
      await until(() => raw.received.some(({ name, performative }) => name === 'flow' && performative.handle === 0));
      const flow = raw.received.findLast(({ name }) => name === 'flow')!.performative;
      expect([flow.drain, flow.link_credit, flow.delivery_count]).to.deep.equal([true, 0, credit]);
    }
  });

  it('answers a drain for which no credit is left', async () => {
    const raw = await holding(2);
    raw.credit(0, 0, { delivery_count: 2, drain: true }).flush();
    const { performative } = await raw.next('flow');
    expect([performative.drain, performative.link_credit]).to.deep.equal([true, 0]);
  });

  it('may have the name of a link in the other direction', async () => {
    const raw = await clients.keyed();
    const name = 'cbs';
    raw.sender(0, '$cbs', { name }).receiver(1, '$cbs', { name }).credit(1, 5);
    raw.transfer(0, putToken(await bus.details(), 'sb://localhost/', bus.cloud.clock.now())).flush();
    expect((await raw.message()).application_properties).to.include({ 'status-code': 202 });
    raw.frame('detach', { handle: 1, closed: true }).flush();
    await raw.next('detach');
    expect(
      raw.received.filter((frame) => frame.name === 'attach').map((frame) => frame.performative.name),
    ).to.deep.equal([name, name]);
    expect(raw.closed).to.equal(false);
  });

  it('may lack the end that the client does not need', async () => {
    const raw = await clients.keyed();
    raw.receiver(0, await clients.address(), { target: undefined }).credit(0, 1);
    raw.receiver(1, '$cbs', { target: undefined }).sender(2, '$cbs', { source: undefined }).flush();
    await raw.next('attach', 3);
    bus.publish();
    await raw.message();
    expect(raw.closed).to.equal(false);
  });

  it('is refused where it lacks the end that the client needs, and the connection stays', async () => {
    const raw = await clients.keyed();
    raw.receiver(0, '', { source: undefined }).credit(0, 1).sender(1, '', { target: undefined }).flush();
    await raw.next('detach', 2);
    expect(raw.closed).to.equal(false);
  });

  it('that says neither direction ends at most its own connection', async () => {
    const [raw, other] = [await clients.keyed(), await clients.keyed()];
    raw.flush();
    await raw.next('begin');
    // An attach with a name and a handle only.
    raw.socket.write(Buffer.from('0000001202000000005312c00502a1017843', 'hex'));
    other
      .receiver(0, await clients.address())
      .credit(0, 1)
      .flush();
    await other.next('attach');
    bus.publish();
    await other.message();
  });

  it('answer others while a client settles four billion messages that it never had', async () => {
    const [raw, other] = [await clients.keyed(), await clients.keyed()];
    raw
      .receiver(0, await clients.address())
      .credit(0, 1)
      .flush();
    bus.publish();
    await raw.message();
    const everything = { first: 0, last: 4_294_967_295, settled: true };
    for (const role of [true, false]) raw.frame('disposition', { role, ...everything, state: accepted }).flush();
    other.receiver(0, await clients.address()).flush();
    await other.next('attach');
    await until(() => bus.stats.completed === 1);
  });

  it('sends frames of the least size to a client that announces smaller ones', async () => {
    const raw = await clients.keyed({ max_frame_size: 8 });
    raw
      .receiver(0, await clients.address())
      .credit(0, 1)
      .flush();
    bus.publishValue(513, 'x'.repeat(1_000));
    const [first, second] = [await raw.next('transfer'), await raw.next('transfer', 2)];
    expect([first.payload!.length, second.payload!.length].every((length) => length > 0 && length < 512)).to.equal(
      true,
    );
  });

  it('end one connection at most for an array of four billion elements without a width', async () => {
    const [raw, other] = [await clients.keyed(), await clients.keyed()];
    raw.flush();
    await raw.next('begin');
    // An attach whose name is an array of nulls.
    raw.socket.write(Buffer.from('0000001802000000005312c00b01f000000010ffffffff40', 'hex'));
    other.receiver(0, await clients.address()).flush();
    await other.next('attach');
  });

  it('discards a message that the client aborts', async () => {
    const raw = await clients.keyed();
    raw.sender(0, '$cbs').receiver(1, '$cbs').credit(1, 5).abort(0);
    const request = putToken(await bus.details(), 'sb://localhost/', bus.cloud.clock.now());
    raw.transfer(0, request, { delivery_id: 1, delivery_tag: Buffer.from('1') }).flush();
    expect((await raw.message()).application_properties).to.include({ 'status-code': 202 });
    expect(raw.closed).to.equal(false);
  });
});

import { expect } from 'chai';
import { until, type BusCloud } from '../../support/simulator/bus-cloud';
import { plain, putToken, type RawAmqp } from '../../support/simulator/raw-amqp';
import { RawClients } from '../../support/simulator/raw-clients';

/** The typecodes of AMQP int. */
const INT = [0x71, 0x54];
const SASL = 3;
const OK = 0;
const AUTH = 1;

describe('the bus, to any AMQP 1.0 client,', () => {
  let bus: BusCloud;
  let clients: RawClients;
  beforeEach(async () => {
    clients = await RawClients.start();
    ({ bus } = clients);
  });
  afterEach(() => clients.stop());
  const outcomeOf = async (mechanism: string, response?: Buffer) => {
    const raw = await clients.connect();
    raw.saslHeader().sasl(mechanism, response).flush();
    const { performative } = await raw.next('sasl_outcome');
    return { raw, code: performative.code as number };
  };
  const detachReason = async (raw: RawAmqp): Promise<string> =>
    (await raw.next('detach')).performative.error.condition as string;

  it('offers the SASL mechanisms of Service Bus', async () => {
    const raw = (await clients.connect()).saslHeader().flush();
    const { performative } = await raw.next('sasl_mechanisms');
    expect(raw.headers).to.deep.equal([SASL]);
    expect(performative.sasl_server_mechanisms).to.deep.equal(['MSSBCBS', 'PLAIN', 'ANONYMOUS']);
  });

  it('accepts ANONYMOUS and MSSBCBS, which open no link by themselves', async () => {
    for (const mechanism of ['ANONYMOUS', 'MSSBCBS']) {
      const { raw, code } = await outcomeOf(mechanism);
      expect(code).to.equal(OK);
      raw
        .amqpHeader()
        .open()
        .begin()
        .receiver(0, await clients.address())
        .credit(0, 1)
        .flush();
      expect(await detachReason(raw)).to.equal('amqp:unauthorized-access');
    }
  });

  it('lets a client that logs in by PLAIN with the key receive without a token', async () => {
    const raw = await clients.keyed();
    raw
      .receiver(0, await clients.address())
      .credit(0, 1)
      .flush();
    await until(() => bus.stats.receivers === 1);
    bus.publish();
    expect((await raw.message()).message_annotations).to.include({ 'x-opt-sequence-number': 1 });
  });

  it('reads what comes together with the login, wherever its bytes are split', async () => {
    const { Username, Password } = await bus.details();
    const address = await clients.address();
    for (const pieces of [1, 2, 3, 7]) {
      const raw = await clients.connect();
      raw.saslHeader().sasl('PLAIN', plain(Username, Password)).amqpHeader().open().begin().receiver(0, address);
      await raw.credit(0, 1).flushInPieces(pieces);
      bus.publish();
      await raw.message();
      raw.socket.destroy();
      await until(() => bus.stats.receivers === 0);
    }
  });

  it('reads nothing that comes together with a refused login', async () => {
    const raw = await clients.connect();
    const { Username } = await bus.details();
    raw.saslHeader().sasl('PLAIN', plain(Username, 'wrong')).amqpHeader().open().begin().flush();
    expect((await raw.next('sasl_outcome')).performative.code).to.equal(AUTH);
    raw.socket.end();
    await until(() => raw.closed);
    expect(raw.received.map(({ name }) => name)).not.to.include('open');
  });

  it('refuses PLAIN with a wrong key, an unknown name or during bus-auth-error', async () => {
    const { Username, Password } = await bus.details();
    expect((await outcomeOf('PLAIN', plain(Username, `${Password}x`))).code).to.equal(AUTH);
    expect((await outcomeOf('PLAIN', plain('nobody', Password))).code).to.equal(AUTH);
    bus.fault('bus-auth-error');
    expect((await outcomeOf('PLAIN', plain(Username, Password))).code).to.equal(AUTH);
  });

  it('does not let a key open the topic of another key', async () => {
    const group = await bus.details(`userGroups/${bus.site.supportGroupId}`);
    const raw = await clients.keyed();
    raw.receiver(0, `${group.Topic}/Subscriptions/default`).credit(0, 1).flush();
    expect(await detachReason(raw)).to.equal('amqp:unauthorized-access');
  });

  it('refuses a sender to the topic, because the key can only listen', async () => {
    const raw = await clients.keyed();
    raw.sender(0, (await bus.details()).Topic).flush();
    expect(await detachReason(raw)).to.equal('amqp:unauthorized-access');
  });

  it('echoes source and target of both links of $cbs', async () => {
    const raw = (await clients.connect()).amqpHeader().open().begin().sender(0, '$cbs').receiver(1, '$cbs').flush();
    const ends = [];
    for (const number of [1, 2]) {
      const { source, target } = (await raw.next('attach', number)).performative;
      ends.push([source, target].map((end) => end.value[0].value as string));
    }
    expect(ends).to.deep.equal([
      ['client-0', '$cbs'],
      ['$cbs', 'client-1'],
    ]);
  });

  /** The answer to put-token without a reply-to, for the given audience. */
  const answerFor = async (audience: string) => {
    const details = await bus.details();
    const raw = await clients.connect();
    raw.amqpHeader().open().begin().sender(0, '$cbs').receiver(1, '$cbs').credit(1, 5);
    raw.transfer(0, putToken(details, audience, bus.cloud.clock.now())).flush();
    return { raw, frame: await raw.next('transfer'), answer: await raw.message() };
  };

  it('answers put-token without a reply-to on the link, with a status code that is an AMQP int', async () => {
    const { frame, answer } = await answerFor(`amqps://localhost/${await clients.address()}`);
    expect(frame.performative.handle).to.equal(1);
    expect([answer.correlation_id, answer.application_properties['status-code']]).to.deep.equal([7, 202]);
    const key = Buffer.from('status-code');
    expect(INT).to.include(frame.payload![frame.payload!.indexOf(key) + key.length]);
  });

  it('grants what the audience of a token names: the namespace, the topic or the subscription', async () => {
    const { Topic } = await bus.details();
    for (const audience of [
      'sb://localhost/',
      `sb://localhost:5671/${Topic}`,
      `amqp://h/${Topic}/subscriptions/default`,
    ]) {
      const { raw, answer } = await answerFor(audience);
      expect(answer.application_properties['status-code'], audience).to.equal(202);
      raw
        .receiver(2, await clients.address())
        .credit(2, 1)
        .flush();
      bus.publish();
      expect(await raw.message(2)).to.have.property('body');
    }
  });

  it('knows a subscription by every form of its address', async () => {
    const { Topic } = await bus.details();
    for (const form of [
      `${Topic}/Subscriptions/default`,
      `${Topic}/subscriptions/default`,
      `${Topic.toUpperCase()}/SUBSCRIPTIONS/Default`,
      `/${Topic}/Subscriptions/default`,
      `amqps://127.0.0.1/${Topic}/Subscriptions/default`,
      `amqp://localhost:5672/${Topic}/Subscriptions/default`,
      `sb://localhost/${Topic}/Subscriptions/default/`,
    ]) {
      const raw = await clients.keyed();
      raw.receiver(0, form).credit(0, 1).flush();
      bus.publish();
      expect(await raw.message(), form).to.have.property('body');
      raw.socket.destroy();
    }
  });

  it('refuses an address that names no subscription', async () => {
    const { Topic } = await bus.details();
    for (const form of [Topic, `${Topic}/Subscriptions/other`, `${Topic}/Subscriptions/default/$DeadLetterQueue`]) {
      const raw = await clients.keyed();
      raw.receiver(0, form).credit(0, 1).flush();
      expect(await detachReason(raw), form).to.be.oneOf(['amqp:not-found', 'amqp:unauthorized-access']);
    }
  });
});

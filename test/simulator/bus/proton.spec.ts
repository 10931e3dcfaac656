import { expect } from 'chai';
import { BusCloud, until } from '../../support/simulator/bus-cloud';
import { protonOrSkip, runProton } from '../../support/simulator/proton';

describe('the bus, with Qpid Proton,', () => {
  let python = '';
  let bus: BusCloud;
  before(async function () {
    python = await protonOrSkip(this);
  });
  beforeEach(async () => {
    bus = await BusCloud.start();
  });
  afterEach(() => bus.stop());

  const task = async (login: 'plain' | 'cbs', count: number) => {
    const { Host, Port, Topic, Username: user, Password: password } = await bus.details();
    const address = `${Topic}/Subscriptions/default`;
    const now = bus.cloud.clock.now();
    return { url: `amqp://${Host}:${Port}`, host: Host, address, user, password, login, now, count };
  };
  const values = (messages: string[]) =>
    messages.map((message) => (JSON.parse(message) as { ValueAsString: string }).ValueAsString);
  /** No receiver and no lock is left, although the client closes its connection without detaching its link. */
  const nothingIsLeft = async () => {
    await until(() => bus.stats.connections === 0);
    expect(bus.stats).to.include({ receivers: 0, locked: 0, waiting: 0 });
  };

  it('delivers to a client that logs in by PLAIN and sends credit together with its attach', async () => {
    const wanted = await task('plain', 30);
    bus.publish(30);
    const { messages, errors } = await runProton(python, wanted);
    expect(errors).to.deep.equal([]);
    expect(values(messages)).to.deep.equal(Array.from({ length: 30 }, (_, index) => String(index)));
    await nothingIsLeft();
  });

  it('delivers to a client that puts a token without a reply-to', async () => {
    const wanted = await task('cbs', 5);
    bus.publish(5);
    const { statuses, messages, errors } = await runProton(python, wanted);
    expect(errors).to.deep.equal([]);
    expect(statuses).to.deep.equal([['int32', 202]]);
    expect(values(messages)).to.deep.equal(['0', '1', '2', '3', '4']);
    await nothingIsLeft();
  });

  it('survives a request that the client aborts', async () => {
    const wanted = { ...(await task('cbs', 1)), abort: true };
    bus.publish(1);
    const { messages, errors } = await runProton(python, wanted);
    expect(errors).to.deep.equal([]);
    expect(values(messages)).to.deep.equal(['0']);
  });

  it('refuses a wrong key at the login', async () => {
    const wanted = { ...(await task('plain', 1)), password: 'wrong' };
    const { messages, errors } = await runProton(python, wanted);
    expect(messages).to.deep.equal([]);
    expect(errors.join()).to.contain('amqp:unauthorized-access');
  });
});

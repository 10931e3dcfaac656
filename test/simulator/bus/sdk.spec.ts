import { expect } from 'chai';
import { BusCloud, tell } from './support';

describe('the bus and the official client', () => {
  let bus: BusCloud;
  beforeEach(async () => {
    bus = await BusCloud.start();
  });
  afterEach(() => bus.stop());

  it('receives and completes messages', async () => {
    const receiver = await bus.receiver();
    bus.publish(3);
    const messages = await receiver.receiveMessages(3, { maxWaitTimeInMs: 2000 });
    expect(messages.map((message) => tell(message).ValueAsString)).to.deep.equal(['0', '1', '2']);
    for (const message of messages) await receiver.completeMessage(message);
    expect(bus.simulator.bus.stats()).to.include({ completed: 3, locked: 0, waiting: 0 });
  });
});

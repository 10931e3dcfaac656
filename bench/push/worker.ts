import { once } from 'node:events';
import { bare } from './bare';
import type { BrokerReady } from './broker';
import { feed } from './feed';

const RECEIVERS = { bare, feed };

/** A receiver in a process of its own, so that none pays for what another left behind. */
async function main(name: keyof typeof RECEIVERS): Promise<void> {
  const [ready] = (await once(process, 'message')) as [BrokerReady];
  const receiver = await RECEIVERS[name](ready);
  process.on('message', () => void receiver.round().then(() => process.send?.('done')));
  process.on('disconnect', () => process.exit());
  process.send?.('open');
}

void main(process.argv[2] as keyof typeof RECEIVERS);

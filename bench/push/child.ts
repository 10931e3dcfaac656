import { once } from 'node:events';
import { bare } from './bare';
import type { CloudAccess } from './broker';
import { feed } from './feed';

const RECEIVERS = { bare, feed };

/** The program of the child process: one receiver, so that no receiver is slowed down by the garbage of another. */
async function main(name: keyof typeof RECEIVERS): Promise<void> {
  const [access] = (await once(process, 'message')) as [CloudAccess];
  const receiver = await RECEIVERS[name](access);
  process.on('message', () => void receiver.round().then(() => process.send?.('done')));
  process.on('disconnect', () => process.exit());
  process.send?.('open');
}

void main(process.argv[2] as keyof typeof RECEIVERS);

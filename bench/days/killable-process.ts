import { createRequire } from 'node:module';
import { helper } from '../../test/support/node-red/harness';
import { VirtualClock } from '../../test/support/virtual-clock';
import type { Start, Step } from './killable-runtime';
import { startHere, type Runtime } from './runtime';

/** A Node-RED that lives until it is killed. The first message is its start, each other one a step of its clock. */
function main(): void {
  let runtime: Promise<Runtime> | undefined;
  const onMessage = async (message: Start | Step): Promise<void> => {
    if ('flow' in message) {
      runtime = start(message);
      await runtime;
      process.send?.('started');
      return;
    }
    const running = await runtime;
    for (const [id, payload] of message.inputs) running?.receive(id, payload);
    process.send?.(await running?.pass(message.ms));
  };
  process.on('message', (message) => {
    onMessage(message as Start | Step).catch((error: unknown) => {
      console.error(error);
      process.exit(1);
    });
  });
  // Nobody would end it otherwise.
  process.on('disconnect', () => process.exit());
}

async function start({ flow, now, dir, isPersistent }: Start): Promise<Runtime> {
  const contextStorage = { default: { module: isPersistent ? 'localfilesystem' : 'memory', config: {} } };
  helper.settings({ contextStorage, userDir: dir });
  await new Promise<void>((resolve) => helper.startServer(() => resolve()));
  const clock = new VirtualClock(now);
  const context = createRequire(__filename)('@node-red/runtime/lib/nodes/context') as { load(): Promise<void> };
  return startHere(flow, clock, [() => context.load()]);
}

main();

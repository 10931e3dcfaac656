import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { OpenReceiver } from './receiver';

/** The receiver of that name in a process of its own. */
export function apart(name: 'bare' | 'feed'): OpenReceiver {
  return async (ready) => {
    const worker = fork(join(__dirname, 'worker.ts'), [name], { execArgv: ['--import', 'tsx'] });
    const opened = once(worker, 'message');
    worker.send(ready);
    await opened;
    return {
      round: async () => {
        const told = once(worker, 'message');
        worker.send('round');
        await told;
      },
      close: () => {
        worker.disconnect();
        return once(worker, 'exit');
      },
    };
  };
}

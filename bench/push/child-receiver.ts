import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { OpenReceiver } from './receiver';

/** The receiver of that name in a child process of its own. */
export function childReceiver(name: 'bare' | 'feed'): OpenReceiver {
  return async (access) => {
    const child = fork(join(__dirname, 'child.ts'), [name], { execArgv: ['--import', 'tsx'] });
    const opened = once(child, 'message');
    child.send(access);
    await opened;
    return {
      round: async () => {
        const received = once(child, 'message');
        child.send('round');
        await received;
      },
      close: () => {
        child.disconnect();
        return once(child, 'exit');
      },
    };
  };
}

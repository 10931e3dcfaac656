import { setTimeout as sleep } from 'node:timers/promises';
import { openClient } from '../../src/client';
import { Countdown } from './countdown';
import type { OpenReceiver } from './receiver';

const CHECK_MS = 10;

/** A feed of the client, used without Node-RED. */
export const feed: OpenReceiver = async ({ baseUrl, username, password, installationId }) => {
  const client = openClient({ baseUrl, username, password });
  const opened = client.feed({ installationId }, { timing: { lingerMs: 1 } });
  let countdown: Countdown | undefined;
  opened.listen({ change: ({ source }) => source === 'push' && countdown?.count() });
  while (opened.status.state !== 'live') await sleep(CHECK_MS);
  await opened.ready;
  return {
    round: () => (countdown = new Countdown()).done,
    close: () => {
      opened.close();
      client.close();
      return Promise.resolve();
    },
  };
};

import { setTimeout as sleep } from 'node:timers/promises';
import { ServiceBusClient } from '@azure/service-bus';
import type { CloudAccess } from './broker';
import { Countdown } from './countdown';
import type { OpenReceiver } from './receiver';

const IN_FLIGHT = 1_000;
const ATTACH_MS = 1_500;
const CLOSE_MS = 2_000;

/** The official client library alone, used as its documentation shows, with as many messages in flight as a feed has. */
export const bare: OpenReceiver = async (access) => {
  const details = await detailsOf(access);
  const client = new ServiceBusClient(
    `Endpoint=sb://${details.Host}:${details.Port}/;SharedAccessKeyName=${details.Username};` +
      `SharedAccessKey=${details.Password};UseDevelopmentEmulator=true`,
  );
  const receiver = client.createReceiver(details.Topic, details.Subscription, {
    maxAutoLockRenewalDurationInMs: 0,
    skipParsingBodyAsJson: true,
  });
  let countdown: Countdown | undefined;
  receiver.subscribe(
    {
      processMessage: () => {
        countdown?.count();
        return Promise.resolve();
      },
      processError: () => Promise.resolve(),
    },
    { maxConcurrentCalls: IN_FLIGHT },
  );
  await sleep(ATTACH_MS);
  return {
    round: () => (countdown = new Countdown()).done,
    close: () => Promise.race([client.close(), sleep(CLOSE_MS)]),
  };
};

interface Details {
  Host: string;
  Port: number;
  Username: string;
  Password: string;
  Topic: string;
  Subscription: string;
}

/** The connection details that a feed would choose: those of the user group. */
async function detailsOf({ baseUrl, username, password, installationId }: CloudAccess): Promise<Details> {
  const login = await fetch(`${baseUrl}/oauth/token`, {
    method: 'POST',
    body: new URLSearchParams({ grant_type: 'password', username, password }),
  });
  const { access_token: token } = (await login.json()) as { access_token: string };
  const get = async (path: string) =>
    (await fetch(`${baseUrl}/api/${path}`, { headers: { Authorization: `Bearer ${token}` } })).json();
  const { SupportGroup } = (await get(`installation/${installationId}`)) as { SupportGroup: { Id: string } };
  return (await get(`userGroups/${SupportGroup.Id}/messagingConnectionDetails`)) as Details;
}

/**
 * A client that is given a host and a login and builds every address itself: `https://HOST` and `sb://HOST/`. In a process
 * of its own, because Node.js reads NODE_EXTRA_CA_CERTS at its start only. Prints how many messages it got.
 */
import { ServiceBusClient } from '@azure/service-bus';
import { RETRY } from './one-try';

const [, , host = '', username = '', password = ''] = process.argv;
const base = `https://${host}`;

async function json(path: string, init: RequestInit): Promise<any> {
  const answer = await fetch(base + path, init);
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return answer.json();
}

async function main(): Promise<void> {
  const body = new URLSearchParams({ grant_type: 'password', username, password });
  const { access_token: token } = await json('/oauth/token', { method: 'POST', body });
  const headers = { Authorization: `Bearer ${token}` };
  const { Data } = await json('/api/installation', { headers });
  const details = await json(`/api/installation/${Data[0].Id}/messagingConnectionDetails`, { headers });
  const key = `SharedAccessKeyName=${details.Username};SharedAccessKey=${details.Password}`;
  const client = new ServiceBusClient(`Endpoint=sb://${host}/;${key};EntityPath=${details.Topic}`, {
    retryOptions: RETRY,
  });
  const receiver = client.createReceiver(details.Topic, 'default');
  await fetch(`${base}/simulator/chargers/Garage/unplug`, { method: 'POST' });
  const messages = await receiver.receiveMessages(1, { maxWaitTimeInMs: 10_000 });
  for (const message of messages) await receiver.completeMessage(message);
  await client.close();
  process.stdout.write(String(messages.length));
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(String(error));
    process.exit(1);
  },
);

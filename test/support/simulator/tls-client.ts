/**
 * The official client in a process of its own, because Node.js reads NODE_EXTRA_CA_CERTS at its start only. Receives as
 * many messages as the second argument says, over WebSocket where the third is `websocket`; prints their number.
 */
import { ServiceBusClient } from '@azure/service-bus';
import { WebSocket } from 'ws';
import { RETRY } from './one-try';

const [, , endpoint = '', topic = '', count = '1', transport = 'amqp'] = process.argv;
const options = transport === 'websocket' ? { webSocketOptions: { webSocket: WebSocket as never } } : {};

async function main(): Promise<void> {
  const client = new ServiceBusClient(endpoint, { ...options, retryOptions: RETRY });
  const receiver = client.createReceiver(topic, 'default');
  const messages = await receiver.receiveMessages(Number(count), { maxWaitTimeInMs: 10_000 });
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

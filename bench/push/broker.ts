import { createAdaptorServer } from '@hono/node-server';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { startSimulator } from '../../simulator/index';

/** Internal12vVoltage: the pretend world itself says nothing of it. */
const OBSERVATION = 516;
/** All rounds together have fewer messages than this has milliseconds. */
const AGO_MS = 600_000;

/** What the bench needs to know to connect. */
export interface BrokerReady {
  baseUrl: string;
  username: string;
  password: string;
  installationId: string;
}

/** A process of its own: the pretend cloud, whose bus is reached through a cable of a given length. */
async function main(delayMs: number): Promise<void> {
  const simulator = await startSimulator({ speed: 0 });
  const port = await cable(simulator.amqpPort, delayMs);
  const server = createAdaptorServer({
    fetch: async (request) => {
      const answer = await simulator.fetch(request);
      if (!request.url.includes('messagingConnectionDetails')) return answer;
      return Response.json({ ...((await answer.json()) as object), Port: port });
    },
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const charger = [...simulator.world.chargers.values()][0];
  const [account] = simulator.accounts;
  if (!charger || !account) throw new Error('The world is empty');
  const began = Date.now() - AGO_MS;
  let told = 0;
  process.on('message', (count: number) => {
    for (let left = count; left > 0; left -= 1) {
      told += 1;
      simulator.bus.publish({ chargerId: charger.id, id: OBSERVATION, at: began + told, value: String(told) }, charger);
    }
    process.send?.('told');
  });
  process.on('disconnect', () => process.exit());
  const ready: BrokerReady = {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    username: account.username,
    password: account.password,
    installationId: [...simulator.world.installations.keys()][0] ?? '',
  };
  process.send?.(ready);
}

/** @param delayMs each way */
async function cable(target: number, delayMs: number): Promise<number> {
  const server = createServer((near) => {
    const far = connect(target, '127.0.0.1');
    forward(near, far, delayMs);
    forward(far, near, delayMs);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

function forward(from: Socket, to: Socket, delayMs: number): void {
  from.setNoDelay();
  from.on('error', () => to.destroy());
  // Not ahead of what is still under way.
  from.on('close', () => setTimeout(() => to.destroy(), delayMs));
  from.on('data', (bytes) => {
    if (delayMs === 0) to.write(bytes);
    else setTimeout(() => to.destroyed || to.write(bytes), delayMs);
  });
}

void main(Number(process.argv[2] ?? 0));

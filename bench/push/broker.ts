import { createAdaptorServer } from '@hono/node-server';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { startSimulator } from '../../simulator/index';

/** Internal12vVoltage, which the simulator does not send by itself. */
const OBSERVATION = 516;
/** More milliseconds than all rounds together have messages, so that each has a timestamp of its own in the past. */
const FIRST_AGE_MS = 600_000;

/** The simulator, the account and the installation that a receiver connects to. */
export interface CloudAccess {
  baseUrl: string;
  username: string;
  password: string;
  installationId: string;
}

/** The program of a child process: the simulator, with a bus that is reached over a connection with a given delay. */
async function main(delayMs: number): Promise<void> {
  const simulator = await startSimulator({ speed: 0 });
  const port = await delayedProxy(simulator.amqpPort, delayMs);
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
  if (!charger || !account) throw new Error('The simulator has no charger or no account');
  const firstAt = Date.now() - FIRST_AGE_MS;
  let sent = 0;
  process.on('message', (count: number) => {
    for (let left = count; left > 0; left -= 1) {
      sent += 1;
      simulator.bus.publish(
        { chargerId: charger.id, id: OBSERVATION, at: firstAt + sent, value: String(sent) },
        charger,
      );
    }
    process.send?.('sent');
  });
  process.on('disconnect', () => process.exit());
  const access: CloudAccess = {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    username: account.username,
    password: account.password,
    installationId: [...simulator.world.installations.keys()][0] ?? '',
  };
  process.send?.(access);
}

/** A TCP proxy. @param delayMs delay of each direction @returns its port */
async function delayedProxy(target: number, delayMs: number): Promise<number> {
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
  // The bytes that are still under way arrive first.
  from.on('close', () => setTimeout(() => to.destroy(), delayMs));
  from.on('data', (bytes) => {
    if (delayMs === 0) to.write(bytes);
    else setTimeout(() => to.destroyed || to.write(bytes), delayMs);
  });
}

void main(Number(process.argv[2] ?? 0));

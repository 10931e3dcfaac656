import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { expect } from 'chai';
import { RequestLimiter } from '../../../src/http/limiter';
import { openRedis } from '../../../src/cluster/redis';
import { redisOrSkip } from '../../support/redis-server';

/** Answers as a Redis 5 with a password: it knows no users. */
async function redis5(): Promise<Server> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (data) => {
      // A command is an array of texts: so many, and then each with its length.
      for (const [, words = '', name = ''] of data.toString().matchAll(/\*(\d+)\r\n\$\d+\r\n(\w+)\r\n/g)) {
        if (name.toLowerCase() !== 'auth') socket.write('-NOAUTH Authentication required.\r\n');
        else socket.write(words === '2' ? '+OK\r\n' : "-ERR wrong number of arguments for 'auth' command\r\n");
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

describe('a Redis that is older than users', function () {
  this.timeout(20_000);
  const names = ['log', 'warn', 'error', 'info'] as const;
  const printed: string[] = [];
  const terminal = globalThis.console as unknown as Record<string, (...words: unknown[]) => void>;
  const originals = { ...terminal };
  beforeEach(() => {
    printed.length = 0;
    for (const name of names) terminal[name] = (...words: unknown[]) => void printed.push(words.join(' '));
  });
  afterEach(() => Object.assign(terminal, originals));

  const saidOf = (redisUrl: string) =>
    new Promise<string>((resolve) => {
      const limiter = new RequestLimiter('account', {
        redisUrl,
        onShared: (shared, text) => {
          limiter.stop();
          resolve(shared ? 'shared' : text.slice(0, text.indexOf(': this machine')));
        },
      });
    });

  for (const scheme of ['redis', 'redis+cluster']) {
    it(`is said to be too old by the reason alone, and nothing is printed (${scheme})`, async () => {
      const server = await redis5();
      const { port } = server.address() as AddressInfo;
      const said = await saidOf(`${scheme}://somebody:planted-word@127.0.0.1:${port}`);
      expect(said).to.equal('Redis is too old: version 6 or later is needed');
      expect(printed).to.deep.equal([]);
      server.close();
    });
  }

  it('prints nothing where a password is given that the server does not want', async function () {
    const redis = await redisOrSkip(this);
    expect(await saidOf(redis.url.replace('//', '//:planted-word@'))).to.equal('shared');
    expect(printed).to.deep.equal([]);
    await redis.kill();
  });

  it('prints nothing where nobody listens to its errors', async () => {
    const redis = openRedis('redis://127.0.0.1:1');
    await new Promise((resolve) => redis.once('close', resolve));
    redis.disconnect();
    expect(printed).to.deep.equal([]);
  });
});

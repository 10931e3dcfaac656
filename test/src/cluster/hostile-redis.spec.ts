import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { expect } from 'chai';
import { CurrentConnection } from '../../../src/cluster/current-connection';
import { FeedLease } from '../../../src/cluster/feed-lease';
import { openRedis, type RedisConnection } from '../../../src/cluster/redis';
import { RequestLimiter } from '../../../src/http/limiter';
import { pause, until } from '../../support/cluster/machines';
import { RedisProxy } from '../../support/cluster/redis-proxy';
import { ownRedis, type RedisServer } from '../../support/redis-server';
import { together, type Scenario } from '../../support/together';

/** All that one machine has with Redis, and what it has said of it. */
class User {
  readonly said: string[] = [];
  readonly limiter: RequestLimiter;
  readonly current: CurrentConnection;
  readonly feed: FeedLease;
  sent: number[] = [];
  #isOver = false;

  constructor(redisUrl: string) {
    const note = (shared: boolean, text: string) => void this.said.push(shared ? 'shared' : text);
    this.limiter = new RequestLimiter('account', { redisUrl, onShared: note });
    this.current = new CurrentConnection({
      ...{ id: 'account', redisUrl },
      onMode: (mode, reason) => note(mode === 'shared', reason),
    });
    this.feed = new FeedLease({
      ...{ redisUrl, topic: 'topic' },
      status: () => 'status',
      receives: () => false,
      onChange: () => undefined,
      onMessages: () => undefined,
      onMissed: () => undefined,
    });
    void this.#use();
    void this.#send();
  }

  /** The permits, the currents and the feed, in this order. */
  get isShared(): boolean[] {
    const hasFeed = this.feed.role === 'receiver' || this.feed.role === 'follower';
    return [this.limiter.cluster !== undefined, this.current.mode === 'shared', hasFeed];
  }

  async close(): Promise<void> {
    this.#isOver = true;
    this.limiter.stop();
    this.current.close();
    await this.feed.close();
  }

  async #use(): Promise<void> {
    while (!this.#isOver) {
      const { machine, session } = this.current;
      await this.current.ask('site', { machine, session, digest: '' });
      await pause(200);
    }
  }

  async #send(): Promise<void> {
    const send = () =>
      this.limiter.run({ lane: 'message', attempt: 1 }, async () => {
        this.sent.push(performance.now());
      });
    while (!this.#isOver) await send().catch(() => undefined);
  }
}

describe('a Redis that turns hostile', function () {
  this.timeout(60_000);
  const rejections: unknown[] = [];
  const note = (reason: unknown) => void rejections.push(reason);

  before(() => void process.on('unhandledRejection', note));
  const it = together();
  after(() => void process.off('unhandledRejection', note));
  afterEach(() => expect(rejections.splice(0)).to.deep.equal([]));

  const use = (own: Scenario, redisUrl: string) => {
    const one = new User(redisUrl);
    own.after(() => one.close());
    return one;
  };
  const open = async (own: Scenario) => {
    const redis = await ownRedis(own);
    const admin = openRedis(redis.url);
    own.after(() => admin.disconnect());
    return { redis, admin };
  };
  const openProxy = async (own: Scenario, { port }: RedisServer) => {
    const proxy = await RedisProxy.open(port);
    own.after(() => proxy.close());
    return proxy;
  };
  const shared = (one: User, ...parts: boolean[]) =>
    until('shared', () => one.isShared.join() === (parts.length > 0 ? parts : [true, true, true]).join(), 15_000);
  const alone = (one: User) => shared(one, false, false, false);
  const lastSaid = (one: User) => one.said.at(-1)?.split(': this machine')[0];

  const NO_RIGHTS = 'The user of Redis may not run the commands that are needed';
  interface Change {
    damage: (admin: RedisConnection) => Promise<unknown>;
    mend: (admin: RedisConnection) => Promise<unknown>;
    said: string;
  }
  const acl = (admin: RedisConnection, ...rules: string[]) => admin.call('ACL', 'SETUSER', 'guest', ...rules);
  const allowed = (admin: RedisConnection) => acl(admin, 'on', '>word', '~zaptec*', '+@all');
  const changes: Record<string, Change> = {
    'has keys of another type': {
      damage: async (admin) => {
        for (const key of await admin.keys('zaptec*')) await admin.multi().del(key).set(key, 'word').exec();
      },
      mend: (admin) => admin.flushall(),
      said: 'Another program uses keys at Redis that are called as ours: give the address a prefix of its own',
    },
    'becomes a replica that nobody may write': {
      damage: (admin) => admin.call('REPLICAOF', '127.0.0.1', '1'),
      mend: (admin) => admin.call('REPLICAOF', 'NO', 'ONE'),
      said: 'Redis takes no writes: it is a replica',
    },
    'no longer runs scripts for its user': {
      damage: (admin) => acl(admin, '-evalsha', '-eval'),
      mend: allowed,
      said: NO_RIGHTS,
    },
    'no longer runs a command of a script for its user': {
      damage: (admin) => acl(admin, '-hget'),
      mend: allowed,
      said: NO_RIGHTS,
    },
    'no longer shows its user the keys': { damage: (admin) => acl(admin, 'resetkeys'), mend: allowed, said: NO_RIGHTS },
    'no longer knows its user': {
      damage: (admin) => admin.call('ACL', 'DELUSER', 'guest'),
      mend: allowed,
      said: 'Redis refuses the user name or the password',
    },
    'has another password': {
      damage: async (admin) => {
        await acl(admin, 'resetpass', '>other');
        await admin.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
      },
      mend: allowed,
      said: 'Redis refuses the user name or the password',
    },
  };
  describe('for a while', () => {
    for (const [what, { damage, mend, said }] of Object.entries(changes)) {
      it(`is left alone while it ${what}, with the reason, and used again afterwards`, async (own) => {
        const { redis, admin } = await open(own);
        await allowed(admin);
        const one = use(own, redis.url.replace('//', '//guest:word@'));
        await shared(one);
        await damage(admin);
        await alone(one);
        await until('the reason', () => lastSaid(one) === said, 5_000);
        await until('the reason of the feed', () => one.feed.problem === said, 5_000);
        const from = performance.now();
        await until('a request', () => (one.sent.at(-1) ?? 0) > from + 1_000);
        await mend(admin);
        await shared(one);
      });
    }
  });

  it('shares what it can while it has no memory left', async (own) => {
    const { redis, admin } = await open(own);
    const one = use(own, redis.url);
    await shared(one);
    await admin.config('SET', 'maxmemory', '1');
    await until('the reason', () => one.said.includes('Redis has no memory or disk left for a write'));
    const from = performance.now();
    await until('a request', () => (one.sent.at(-1) ?? 0) > from + 500);
    await admin.config('SET', 'maxmemory', '0');
    await shared(one);
  });

  it('goes on after its scripts were forgotten', async (own) => {
    const { redis, admin } = await open(own);
    const one = use(own, redis.url);
    await shared(one);
    await admin.script('FLUSH');
    const from = performance.now();
    await until('a request', () => (one.sent.at(-1) ?? 0) > from + 500);
    expect(one.said).to.deep.equal(['shared', 'shared']);
  });

  it('is not taken for another database where the one of the address cannot be chosen', async (own) => {
    const { redis, admin } = await open(own);
    const one = use(own, redis.url.replace('/0', '/99'));
    await until('the reason', () => lastSaid(one) === 'Redis has no database of this number', 10_000);
    expect(await admin.keys('*')).to.deep.equal([]);
  });

  it('is left for the new master at the same address', async (own) => {
    const { redis, admin } = await open(own);
    const second = await ownRedis(own);
    const proxy = await openProxy(own, redis);
    const one = use(own, proxy.url);
    await shared(one);
    proxy.port = second.port;
    await admin.call('REPLICAOF', '127.0.0.1', String(second.port));
    await until('the new master', async () => {
      const other = openRedis(second.url);
      const keys = await other.keys('zaptec*');
      other.disconnect();
      return keys.length > 0 && one.isShared.every(Boolean);
    });
  });

  it('is reached on a new connection where the old one leads nowhere', async (own) => {
    const { redis } = await open(own);
    const proxy = await openProxy(own, redis);
    const one = use(own, proxy.url);
    await shared(one);
    proxy.loseAll();
    await alone(one);
    await shared(one);
  });

  it('that comes and goes is left alone for longer each time', async (own) => {
    const { redis } = await open(own);
    const proxy = await openProxy(own, redis);
    const one = use(own, proxy.url);
    await shared(one);
    const from = one.said.length;
    for (let times = 0; times < 12; times += 1) {
      proxy.reset();
      await pause(700);
    }
    // The permits: away, back, away for two seconds, back, away for four. The currents keep asking.
    const ofPermits = one.said.slice(from).filter((text) => text.includes('this machine goes on alone'));
    expect(ofPermits.length).to.be.within(1, 4);
  });

  const answers: Record<string, string> = {
    'a word': '+OK\r\n',
    nothing: '$-1\r\n',
    'a number': ':5\r\n',
    'an empty list': '*0\r\n',
    'an empty object': '$2\r\n{}\r\n',
    'half of an object': '$6\r\n{"now"\r\n',
    'words for numbers': '$26\r\n{"now":"1","machines":"x"}\r\n',
    'a list of objects': '*2\r\n$2\r\n{}\r\n$2\r\n{}\r\n',
    'late without a time': '$13\r\n{"late":true}\r\n',
    'an error with an address': '-ERR no way to redis://user:geheim@host:6379\r\n',
    'no protocol at all': '\u0000\u00ff\r\n',
  };
  describe('and answers', () => {
    for (const [what, answer] of Object.entries(answers)) {
      it(`${what} ends nothing, and is one that is away`, async (own) => {
        const server = createServer((socket) => {
          socket.on('error', () => undefined);
          socket.on('data', (data) => {
            // Each command begins with the number of its parts.
            for (const command of data.toString('latin1').split(/(?=\*\d+\r\n\$)/)) {
              const isScript = /\r\n(evalsha|eval)\r\n/i.test(command);
              socket.write(isScript ? Buffer.from(answer, 'latin1') : '$14\r\nredis_version:\r\n');
            }
          });
        });
        // It does not close as long as somebody is connected.
        own.after(() => new Promise((resolve) => server.close(resolve)));
        await once(server.listen(0, '127.0.0.1'), 'listening');
        const { port } = server.address() as AddressInfo;
        const one = use(own, `redis://user:geheim@127.0.0.1:${port}/0`);
        await until('alone', () => one.feed.role === 'alone' && one.said.length >= 2, 10_000);
        await until('a request', () => one.sent.length > 0, 10_000);
        expect([...one.said, one.feed.problem].join()).to.not.include('geheim');
      });
    }
  });
});

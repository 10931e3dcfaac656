import { expect } from 'chai';
import { openRedis, type RedisConnection } from '../../../src/cluster/redis';
import { connection, CONNECTION_ID, flow, sink, subscribe } from '../../support/node-red/builder';
import {
  accountOf,
  chargersOf,
  expectSchema,
  helper,
  load,
  until,
  useCloud,
  useNodeRed,
} from '../../support/node-red/harness';
import { redisOrSkip, type RedisServer } from '../../support/redis-server';

describe('finished sessions, with Redis in the connection', function () {
  this.timeout(30_000);
  useNodeRed();
  const cloud = useCloud({ scenario: 'home' });
  let redis: RedisServer;
  beforeEach(async function () {
    redis = await redisOrSkip(this);
  });
  afterEach(async () => {
    await helper.unload();
    await redis.kill();
  });

  /** One that lives for an hour: those of permits expire while a slow machine looks for them. */
  const keyOfAccount = async (inspector: RedisConnection): Promise<string> => {
    for (;;) {
      const [key] = await inspector.keys('zaptec:{*}:limit');
      if (key !== undefined) return key;
    }
  };

  /** Two sessions end, the first of which another machine has reported. @returns all ids, and those that were sent */
  const sessions = async (over: object) => {
    const account = accountOf(cloud())[CONNECTION_ID];
    const nodes = [
      connection({ cloud: 'custom', baseUrl: cloud().baseUrl, ...over }),
      ...flow(subscribe({ emit: 'sessions' }), sink('feed')),
    ];
    await load(nodes, { [CONNECTION_ID]: { ...account, redisUrl: redis.url } });
    const { payload } = await until('feed', (message) => message['payload'].state === 'live');
    expectSchema('feed', payload);
    expect(payload).to.include({ sharing: 'receiver' });
    const inspector = openRedis(redis.url);
    const limit = await keyOfAccount(inspector);
    const { world } = cloud();
    const garage = chargersOf(cloud()).find(({ name }) => name === 'Garage')!;
    if (!garage.session) world.plug(garage.id);
    const ended: string[] = [];
    const sent: string[] = [];
    world.onSessionFinished(({ id }) => ended.push(id));
    const last = until('out', (message) => sent.push(message['payload'].id) > 0 && message['payload'].id === ended[1]);
    const { id: running = '' } = garage.session ?? {};
    await inspector.zadd(limit.replace('limit', 'sessions-reported'), Date.now(), running);
    world.unplug(garage.id);
    world.plug(garage.id);
    world.advance(1_000);
    world.unplug(garage.id);
    await last;
    inspector.disconnect();
    expect(ended[0]).to.equal(running);
    // A session that ended in the moment before the node came is sent too.
    return { ended, sent: sent.filter((id) => ended.includes(id)) };
  };

  it('come on this machine whoever else has reported them, unless it is chosen', async () => {
    const { ended, sent } = await sessions({});
    expect(sent).to.deep.equal(ended);
  });

  it('come only if no other machine has reported them, where they are reported once', async () => {
    const { ended, sent } = await sessions({ endedSessions: 'once' });
    expect(sent).to.deep.equal(ended.slice(1));
  });
});

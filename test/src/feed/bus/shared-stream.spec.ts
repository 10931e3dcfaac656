import { expect } from 'chai';
import type { Bus } from '../../../../simulator/bus/index';
import { startSimulator } from '../../../../simulator/index';
import { feedKeys } from '../../../../src/cluster/feed-keys';
import { openRedis } from '../../../../src/cluster/redis';
import type { BusDetails } from '../../../../src/feed/bus/details';
import { decodeEnvelope } from '../../../../src/feed/bus/envelope';
import { SharedStream } from '../../../../src/feed/bus/shared-stream';
import { TIMING } from '../../../../src/feed/timing';
import { until } from '../../../support/cluster/machines';
import { ownRedis } from '../../../support/redis-server';
import { together, type Scenario } from '../../../support/together';

const POWER = 513;

describe('a stream that several machines share', function () {
  this.timeout(60_000);
  const it = together();

  const begin = async (own: Scenario) => {
    const redis = await ownRedis(own);
    const simulator = await startSimulator({ speed: 0 });
    own.after(() => simulator.stop());
    /** Opens the stream of one machine, with its own connection details. */
    const open = ({
      changed = {},
      position,
    }: { changed?: Partial<BusDetails>; position?: string | undefined } = {}) => {
      const { id } = [...simulator.world.installations.values()][0]!;
      const bus = (simulator.bus as Bus).details('installation', id);
      const {
        Host: host,
        Port: port,
        Username: keyName,
        Password: key,
        Topic: topic,
        Subscription: subscription,
      } = bus;
      const details = { host, port, plain: true, keyName, key, topic, subscription, ...changed };
      const got: number[] = [];
      const context = {
        load: () => Promise.resolve(details),
        receivers: [{ onMessage: (body: unknown) => void got.push(Number(decodeEnvelope(body)?.valueAsString)) }],
        check: () => Promise.resolve('quiet' as const),
      };
      // A machine that yields because this computer is busy would leave nobody to receive.
      const timing = { ...TIMING, retryMs: [200], yieldAfterMs: 5_000 };
      const stream = new SharedStream({ source: { kind: 'installation', id }, details }, context, {
        ...{ transport: 'amqp', idleMs: TIMING.idleMs, timing, redisUrl: redis.url, position },
        topic: simulator.baseUrl,
      });
      own.after(async () => {
        stream.close();
        await stream.ended;
      });
      return { stream, got };
    };
    const publish = (from: number, count: number) => {
      const charger = simulator.world.findCharger('Garage')!;
      for (let value = from; value < from + count; value += 1) {
        const message = { chargerId: charger.id, id: POWER, at: simulator.world.now, value: String(value) };
        simulator.bus.publish(message, charger);
      }
    };
    return { redis, simulator, open, publish };
  };
  const numbers = (from: number, count: number) => Array.from({ length: count }, (_, index) => from + index);
  const sorted = (list: readonly number[]) => [...new Set(list)].sort((a, b) => a - b);
  const isLive = (stream: SharedStream, role: SharedStream['sharing']['role']) =>
    until(role, () => stream.state.kind === 'live' && stream.sharing.role === role);

  it('is left to another machine by one that cannot reach the bus', async (own) => {
    const { open, publish } = await begin(own);
    const one = open({ changed: { port: 1 } });
    await until('the lease', () => one.stream.sharing.role === 'receiver');
    const two = open();
    await isLive(two.stream, 'receiver');
    await isLive(one.stream, 'follower');
    publish(0, 10);
    await until('the messages', () => one.got.length === 10 && two.got.length === 10);
  });

  it('shows the error of the machine that receives on all of them', async (own) => {
    const { open } = await begin(own);
    const one = open({ changed: { port: 1 } });
    await until('the lease', () => one.stream.sharing.role === 'receiver');
    const two = open({ changed: { port: 1 } });
    await until('an error', () => two.stream.sharing.role === 'follower' && two.stream.state.kind === 'away');
    expect(two.stream.state.error?.code).to.equal('BUS_UNREACHABLE');
  });

  it('shows on all machines when numbers are left out between messages', async (own) => {
    const { simulator, open, publish } = await begin(own);
    const one = open();
    await isLive(one.stream, 'receiver');
    const two = open();
    await isLive(two.stream, 'follower');
    publish(0, 1);
    await until('a message', () => two.got.length === 1);
    simulator.faults.set('bus-thief', { on: true, probability: 1 });
    publish(1, 1);
    simulator.faults.set('bus-thief', { on: false });
    publish(2, 1);
    await until('the gap', () => one.stream.skippedAt !== undefined && two.stream.skippedAt !== undefined);
    expect(two.got).to.deep.equal([0, 2]);
    expect(two.stream.skippedAt! - one.stream.skippedAt!).to.be.within(-1_000, 1_000);
    const late = open();
    await isLive(late.stream, 'follower');
    expect(late.stream.skippedAt, 'before it was there').to.equal(undefined);
  });

  it('completes a message only when the other machines can have it', async (own) => {
    const { redis, simulator, open, publish } = await begin(own);
    const one = open();
    await isLive(one.stream, 'receiver');
    redis.freeze();
    publish(0, 3);
    await until('the messages', () => one.got.length === 3);
    expect(simulator.bus.stats()).to.include({ completed: 0, locked: 3 });
    redis.thaw();
    await until('all completed', () => simulator.bus.stats().completed === 3);
  });

  it('goes on after a restart from where it was, and sees when messages are gone by then', async (own) => {
    const { redis, simulator, open, publish } = await begin(own);
    const [one, two] = [open(), open()];
    await until('shared', () => [one, two].every(({ stream }) => stream.state.kind === 'live'));
    const [receiver, follower] = one.stream.sharing.role === 'receiver' ? [one, two] : [two, one];
    publish(0, 10);
    await until('the messages', () => follower.got.length === 10);
    const { position } = follower.stream;
    follower.stream.close();
    await follower.stream.ended;
    publish(10, 1_200);
    await until('the messages', () => receiver.got.length === 1_210);
    await until('all completed', () => simulator.bus.stats().completed === 1_210);
    const again = open({ position });
    await until('the rest', () => again.got.length >= 1_200);
    expect(sorted(again.got)).to.deep.equal(numbers(10, 1_200));
    await isLive(again.stream, 'follower');
    const gapEndedAt = again.stream.gapEndedAt;

    const inspector = openRedis(redis.url);
    const [, messages] = feedKeys('', simulator.baseUrl);
    again.stream.close();
    await again.stream.ended;
    publish(2_000, 5);
    await until('the messages', () => receiver.got.includes(2_004));
    await until('all completed', () => simulator.bus.stats().completed === 1_215);
    await inspector.xtrim(messages, 'MAXLEN', 2);
    inspector.disconnect();
    const late = open({ position: again.stream.position });
    await until('what is left', () => late.got.length === 2);
    expect(late.stream.gapEndedAt).to.be.above(gapEndedAt).and.below(Infinity);
  });
});

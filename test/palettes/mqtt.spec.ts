import type { EventEmitter } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { startSimulator, type Simulator } from '../../simulator/index';
import { startNodeRed, type NodeRed } from '../editor/fixture/node-red';
import { freePort } from '../support/free-port';
import { deployExample, startProgram, until, type Program } from './support';

type Sent = (topic: string, payload: Buffer, packet: { retain: boolean }) => void;
interface Client extends EventEmitter {
  on(event: 'message', listener: Sent): this;
  on(event: string, listener: () => void): this;
  subscribeAsync(topic: string): Promise<unknown>;
  publishAsync(topic: string, payload: string, options?: { retain: boolean }): Promise<unknown>;
  endAsync(force?: boolean): Promise<void>;
}
// That of Node-RED's own MQTT nodes.
const mqtt = createRequire(createRequire(__filename).resolve('node-red'))('mqtt') as {
  connectAsync(url: string): Promise<Client>;
};

describe('the examples for MQTT, with mosquitto', function () {
  this.timeout(120_000);
  let cloud: Simulator;
  let red: NodeRed;
  let broker: Program;
  let port: number;
  let dir: string;
  let userDir: string;

  const connect = () => mqtt.connectAsync(`mqtt://127.0.0.1:${port}`);
  const startBroker = async () => {
    const file = path.join(dir, 'mosquitto.conf');
    await writeFile(file, `listener ${port} 127.0.0.1\nallow_anonymous true\npersistence false\n`);
    return startProgram('mosquitto', 'mosquitto', ['-c', file], {
      ready: async () => (await connect()).endAsync(true),
    });
  };
  const startRed = () => startNodeRed({ userDir, settings: { mqttReconnectTime: 500 } });
  const deploy = (name: string) =>
    deployExample(red, cloud, name, ({ type }) =>
      type === 'mqtt-broker' ? { broker: '127.0.0.1', port: String(port) } : {},
    );
  /** What the broker keeps: that is what somebody gets who subscribes now. */
  const retained = async (): Promise<Map<string, string>> => {
    const client = await connect();
    const kept = new Map<string, string>();
    client.on('message', (topic, payload, { retain }) => {
      if (retain) kept.set(topic, payload.toString());
    });
    await client.subscribeAsync('#');
    // The broker sends what it keeps before it answers this.
    const echo = new Promise<void>((resolve) => {
      client.on('message', (topic) => {
        if (topic === 'echo') resolve();
      });
    });
    await client.publishAsync('echo', '');
    await echo;
    await client.endAsync(true);
    return kept;
  };
  const devicesOf = (kept: Map<string, string>) => [...kept].filter(([topic]) => topic.endsWith('/config'));
  const isAnnounced = () =>
    until('every device', async () => {
      const kept = await retained();
      const states = [...kept.keys()].filter((topic) => topic.endsWith('/state'));
      return devicesOf(kept).length === 3 && states.length === 3 ? kept : undefined;
    });
  const status = (wanted: string) =>
    until(`the status ${wanted}`, async () => ((await retained()).get('zaptec/status') === wanted ? true : undefined));
  const publish = async (topic: string, payload: string, retain = false) => {
    const client = await connect();
    await client.publishAsync(topic, payload, { retain });
    await client.endAsync();
  };
  const value = (topic: string, fits: (text: string) => boolean) =>
    until(topic, async () => {
      const text = (await retained()).get(topic);
      return text !== undefined && fits(text) ? text : undefined;
    });
  const current = () => [...cloud.world.installations.values()][0]!.availableCurrent;
  const commands = () => cloud.requests.filter(({ path: where }) => /sendcommand/i.test(where)).length;

  beforeEach(async () => {
    dir = await mkdtemp(path.join(tmpdir(), 'zaptec-mqtt-'));
    userDir = await mkdtemp(path.join(tmpdir(), 'zaptec-mqtt-red-'));
    port = await freePort();
    cloud = await startSimulator({ scenario: 'home' });
    broker = await startBroker();
    red = await startRed();
  });
  afterEach(async () => {
    await red.stop();
    await broker.end();
    await cloud.stop();
    for (const folder of [dir, userDir]) await rm(folder, { recursive: true, force: true });
  });

  it('home-assistant-mqtt keeps devices and states for whoever comes later, and no command', async () => {
    await deploy('home-assistant-mqtt');
    const kept = await isAnnounced();
    expect(kept.get('zaptec/status')).to.equal('online');
    await publish('zaptec/Home/Garage/enabled/set', 'OFF');
    await value('zaptec/Home/Garage/state', (text) => JSON.parse(text).enabled === false);
    await publish('zaptec/Home/currentA/set', '10');
    await value('zaptec/Home/state', (text) => JSON.parse(text).appliedA === 10);
    expect(current()).to.deep.equal([10, 10, 10]);
    expect([...(await retained()).keys()].filter((topic) => topic.endsWith('/set'))).to.deep.equal([]);
  });

  it('home-assistant-mqtt says offline when Node-RED stops or dies, and the same devices when it is back', async () => {
    await deploy('home-assistant-mqtt');
    const before = devicesOf(await isAnnounced());
    await red.kill();
    await status('offline');
    red = await startRed();
    await status('online');
    expect(devicesOf(await isAnnounced())).to.have.deep.members(before);
    await red.stop();
    await status('offline');
    red = await startRed();
    await status('online');
  });

  it('home-assistant-mqtt brings everything back after the broker was killed', async () => {
    await deploy('home-assistant-mqtt');
    const before = devicesOf(await isAnnounced());
    await broker.end('SIGKILL');
    broker = await startBroker();
    const after = await isAnnounced();
    expect(devicesOf(after)).to.have.deep.members(before);
    expect(after.get('zaptec/status')).to.equal('online');
  });

  it('home-assistant-mqtt announces again when Home Assistant starts', async () => {
    await deploy('home-assistant-mqtt');
    const [device] = devicesOf(await isAnnounced());
    await publish(device![0], '', true);
    await publish('homeassistant/status', 'online');
    await value(device![0], (text) => text === device![1]);
  });

  it('mqtt-bridge sets by the topic that it reports, and not by a command that was retained before', async () => {
    await publish('zaptec/Home/Garage/enabled/set', 'off', true);
    await publish('zaptec/Home/currentA/set', '6', true);
    const before = [...current()];
    await deploy('mqtt-bridge');
    await value('zaptec/Home/Garage/enabled', (text) => text === 'true');
    await value('zaptec/Home/currentA', (text) => Number(text) === Math.min(...before));
    expect(commands()).to.equal(0);
    expect(current()).to.deep.equal(before);
    await publish('zaptec/Home/Garage/enabled/set', 'off');
    await value('zaptec/Home/Garage/enabled', (text) => text === 'false');
    await value('zaptec/Home/Garage/reason', (text) => text === 'paused');
    await publish('zaptec/Home/currentA/set', '12');
    await value('zaptec/Home/appliedA', (text) => text === '12');
    await publish('zaptec/Home/Garage/enabled/set', 'on');
    await value('zaptec/Home/Garage/enabled', (text) => text === 'true');
  });
});

import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import {
  chargersOf,
  get,
  helper,
  type Message,
  siteOf,
  type Simulator,
  until,
  useCloud,
  useNodeRed,
} from '../support/node-red/harness';
import { exampleNodes, loadExample } from '../support/node-red/examples';

/** Units of the device classes, from Home Assistant's pages on sensors and numbers. */
const UNITS: Record<string, string | undefined> = {
  power: 'W',
  energy: 'kWh',
  current: 'A',
  voltage: 'V',
  enum: undefined,
  timestamp: undefined,
};
/** Options of each platform that Home Assistant's pages on MQTT name; `required` are those without which it refuses it. */
const COMMON = ['platform', 'name', 'unique_id', 'icon', 'entity_category', 'value_template'];
const PLATFORMS: Record<string, { required: string[]; allowed: string[] }> = {
  sensor: {
    required: ['unique_id'],
    allowed: ['device_class', 'unit_of_measurement', 'state_class', 'options', 'expire_after'],
  },
  binary_sensor: { required: ['unique_id'], allowed: ['device_class', 'expire_after'] },
  switch: { required: ['unique_id', 'command_topic'], allowed: [] },
  number: {
    required: ['unique_id', 'command_topic'],
    allowed: ['device_class', 'unit_of_measurement', 'min', 'max', 'step', 'mode'],
  },
};
const DISCOVERY = /^homeassistant\/device\/[a-zA-Z0-9_-]+\/config$/;
const FLAT = JSON.parse(readFileSync('docs/schema/state-flat.schema.json', 'utf8')).properties as Record<
  string,
  { enum?: string[] }
>;
const OURS = ['enabled', 'charging', 'currentA', 'appliedA', 'decision'];

const isConfig = (topic: RegExp) => (message: Message) => topic.test(message['topic']);
const currentOf = (simulator: Simulator) => siteOf(simulator).availableCurrent;
const commandsOf = ({ requests }: Simulator) => requests.filter(({ path }) => /sendcommand/i.test(path));

describe('the examples for MQTT', () => {
  useNodeRed();
  const cloud = useCloud({ scenario: 'home' });

  /** As the broker delivers it to the node that has subscribed to the topic. */
  const publish = (id: string, topic: string, payload: string, retain = false) =>
    get(id).send({ topic, payload, retain, qos: 0 });
  const start = async (name: string, prefix: string) => {
    await loadExample(cloud(), name);
    const [garage] = chargersOf(cloud());
    return { id: garage!.id, announce: () => publish(`${prefix}-birth`, 'zaptec/status', 'online') };
  };

  describe('home-assistant-mqtt', () => {
    /** What Home Assistant gets of each device when Node-RED comes online. */
    const devices = async (): Promise<Message[]> => {
      const { announce } = await start('home-assistant-mqtt', 'ha');
      const [site, ...chargers] = [siteOf(cloud()), ...chargersOf(cloud())].map(({ id }) =>
        until('ha-config', isConfig(new RegExp(id))),
      );
      announce();
      return Promise.all([site!, ...chargers]);
    };

    it('describes each charger and the installation by options that Home Assistant knows', async () => {
      const all = await devices();
      const ids = new Set<string>();
      for (const { topic, payload } of all) {
        expect(topic).to.match(DISCOVERY);
        expect(payload.device.identifiers).to.have.lengthOf(1);
        expect(payload.origin).to.have.property('name', 'node-red-contrib-zaptec');
        expect(payload.availability[0]).to.deep.equal({ topic: 'zaptec/status' });
        for (const [key, component] of Object.entries<Message>(payload.components)) {
          const { platform, device_class: kind, unit_of_measurement: unit, state_class: state, ...rest } = component;
          const { required, allowed } = PLATFORMS[platform]!;
          expect(component, key).to.include.keys(...required);
          expect([...COMMON, ...required, ...allowed], key).to.include.members(Object.keys(component));
          if (platform === 'sensor' || platform === 'number') expect(unit, key).to.equal(UNITS[kind]);
          if (kind === 'energy') expect(state, key).to.equal('total_increasing');
          if (state === 'measurement') expect(unit, key).to.be.a('string');
          const values = [...rest['value_template'].matchAll(/value_json\.(\w+)/g)].map(([, value]) => value);
          expect([...Object.keys(FLAT), ...OURS], key).to.include.members(values);
          if (kind === 'enum') expect(rest['options'], key).to.deep.equal(FLAT[key]?.enum);
          expect(ids.has(rest['unique_id']), `${rest['unique_id']} is there twice`).to.equal(false);
          ids.add(rest['unique_id']);
        }
      }
      const [site, ...chargers] = all;
      for (const { payload } of chargers) {
        expect(payload.device.via_device).to.equal(site!['payload'].device.identifiers[0]);
        expect(payload.components).to.not.have.property('currentA');
      }
      expect(site!['payload'].components.currentA).to.include({ platform: 'number', max: siteOf(cloud()).maxCurrent });
    });

    it('keeps the ids when it announces again, also after a restart', async () => {
      const idsOf = (all: Message[]) =>
        all.map(({ topic, payload }) => [topic, Object.values<Message>(payload.components).map((c) => c['unique_id'])]);
      const before = idsOf(await devices());
      await helper.unload();
      expect(idsOf(await devices())).to.deep.equal(before);
    });

    it('names as topics of commands those that the flow listens to, and none that is retained', async () => {
      const nodes = exampleNodes('home-assistant-mqtt');
      const listens = nodes.filter(({ type }) => type === 'mqtt in').map(({ topic }) => String(topic));
      for (const { payload } of await devices()) {
        for (const component of Object.values<Message>(payload.components)) {
          const { command_topic: topic } = component;
          if (topic === undefined) continue;
          expect(listens.some((pattern) => new RegExp(`^${pattern.replaceAll('+', '[^/]+')}$`).test(topic))).to.equal(
            true,
          );
          expect(component).to.not.have.property('retain');
          const [id] = payload.device.identifiers as string[];
          expect(topic, 'a name may have a slash, an id has none').to.include(id?.replace('zaptec_', ''));
        }
      }
    });

    it('switches a charger off and on, and reports it', async () => {
      const { id, announce } = await start('home-assistant-mqtt', 'ha');
      const state = (enabled: boolean) =>
        until('ha-state', ({ topic, payload }) => topic === 'zaptec/Home/Garage/state' && payload.enabled === enabled);
      const known = state(true);
      announce();
      await known;
      const off = state(false);
      publish('ha-set', 'zaptec/Home/Garage/enabled/set', 'OFF');
      expect((await off)['payload']).to.include({ id, reason: 'paused', charging: false });
      const on = state(true);
      publish('ha-set', 'zaptec/Home/Garage/enabled/set', 'ON');
      expect((await on)['payload'].reason).to.not.equal('paused');
    });

    it('sets the current of the installation, and never that of a charger', async () => {
      const { announce } = await start('home-assistant-mqtt', 'ha');
      const known = until('ha-istate', ({ payload }) => payload.currentA !== undefined);
      announce();
      await known;
      const set = until('ha-istate', ({ payload }) => payload.appliedA === 10);
      publish('ha-current', 'zaptec/Home/currentA/set', '10');
      expect(await set).to.deep.include({
        topic: 'zaptec/Home/state',
        payload: { currentA: 10, appliedA: 10, decision: 'applied' },
      });
      expect(currentOf(cloud())).to.deep.equal([10, 10, 10]);
      expect(cloud().requests.filter(({ path }) => /\/chargers\/[^/]+\/update$/.test(path))).to.deep.equal([]);
      // The target that waits stays what the slider shows.
      const waits = until('ha-istate', ({ payload }) => payload.decision === 'deferred');
      publish('ha-current', 'zaptec/Home/currentA/set', '16');
      expect((await waits)['payload']).to.include({ currentA: 16, appliedA: 10 });
      // One that is refused never becomes the target.
      const refused = until('ha-istate', ({ payload }) => payload.decision === 'refused');
      publish('ha-current', 'zaptec/Home/currentA/set', '999');
      expect((await refused)['payload']).to.include({ currentA: 16, appliedA: 10 });
      const again = until('ha-istate', ({ payload }) => payload.currentA !== undefined);
      announce();
      expect((await again)['payload']).to.include({ currentA: 16, appliedA: 10 });
    });

    it('ignores a command that somebody has retained', async () => {
      await start('home-assistant-mqtt', 'ha');
      const sent = commandsOf(cloud()).length;
      const before = [...currentOf(cloud())];
      publish('ha-set', 'zaptec/Home/Garage/enabled/set', 'OFF', true);
      publish('ha-current', 'zaptec/Home/currentA/set', '6', true);
      const refused = until('ha-error', () => true);
      publish('ha-set', 'zaptec/Home/Garage/enabled/set', 'perhaps');
      expect((await refused)['error'].code).to.equal('INPUT_INVALID');
      expect(commandsOf(cloud())).to.have.lengthOf(sent);
      expect(currentOf(cloud())).to.deep.equal(before);
    });
  });

  describe('mqtt-bridge', () => {
    it('sends each value to its topic, and listens to that topic with /set', async () => {
      const nodes = exampleNodes('mqtt-bridge');
      const { announce } = await start('mqtt-bridge', 'mqtt');
      const values = new Map<string, unknown>();
      const there = until('mqtt-value', ({ topic, payload }) => {
        values.set(topic, payload);
        return ['Garage/enabled', 'Carport/enabled', 'currentA'].every((key) => values.has(`zaptec/Home/${key}`));
      });
      announce();
      await there;
      expect(values.get('zaptec/Home/Garage/mode')).to.be.a('string');
      expect(values.get('zaptec/Home/Garage/powerW')).to.be.a('number');
      const sets = nodes.map(({ topic }) => String(topic)).filter((topic) => topic.endsWith('/set'));
      expect(sets).to.have.lengthOf(2);
      for (const set of sets) {
        const topic = new RegExp(`^${set.slice(0, -'/set'.length).replaceAll('+', '[^/]+')}$`);
        expect(
          [...values.keys()].filter((key) => topic.test(key)),
          set,
        ).to.not.deep.equal([]);
      }
    });

    it('takes the serial number in the place of the name', async () => {
      await start('mqtt-bridge', 'mqtt');
      const { deviceId } = chargersOf(cloud())[0]!;
      const done = until('mqtt-result', () => true);
      publish('mqtt-set', `zaptec/Home/${deviceId}/enabled/set`, 'on');
      expect((await done)['payload']).to.include({ command: 'resume' });
    });

    it('clears the topic of a reason that is over', async () => {
      const { id, announce } = await start('mqtt-bridge', 'mqtt');
      const reason = (text: string) =>
        until('mqtt-value', ({ topic, payload }) => topic === 'zaptec/Home/Garage/reason' && payload === text);
      const none = reason('');
      announce();
      await none;
      const paused = reason('paused');
      publish('mqtt-set', 'zaptec/Home/Garage/enabled/set', 'false');
      await paused;
      const over = reason('');
      cloud().world.unplug(id);
      await over;
    });
  });

  it('tell the broker what to say when Node-RED comes, goes or dies, and keep everything but commands', () => {
    for (const name of ['home-assistant-mqtt', 'mqtt-bridge']) {
      const nodes = exampleNodes(name);
      const broker = nodes.find(({ type }) => type === 'mqtt-broker');
      expect(broker).to.include({ birthTopic: 'zaptec/status', birthPayload: 'online', birthRetain: 'true' });
      expect(broker).to.include({ closeTopic: 'zaptec/status', closePayload: 'offline', closeRetain: 'true' });
      expect(broker).to.include({ willTopic: 'zaptec/status', willPayload: 'offline', willRetain: 'true' });
      for (const out of nodes.filter(({ type }) => type === 'mqtt out'))
        expect(out, name).to.include({ retain: 'true' });
      expect(nodes.filter(({ type }) => type === 'function')).to.deep.equal([]);
    }
  });
});

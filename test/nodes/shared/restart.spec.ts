import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { startNodeRed, type NodeRed } from '../../editor/fixture/node-red';
import { charger, connection, flow, subscribe, type FlowNode } from '../../support/node-red/builder';
import { accountOf, chargersOf, useCloud, type Message } from '../../support/node-red/harness';

const CLOSING_MS = 5_000;
/** What carries the messages of the bus, whichever way it is loaded. */
const SDK = /service-bus|core-amqp|rhea/;

/** Everything that was sent to it as one line of JSON each, as it survives the end of the process. */
const recorder = (id: string): FlowNode[] => [
  { id, type: 'json', z: 'tab', action: 'str', property: 'payload', wires: [[`${id}-file`]] },
  {
    id: `${id}-file`,
    type: 'file',
    z: 'tab',
    filename: id,
    filenameType: 'str',
    appendNewline: true,
    encoding: 'none',
    overwriteFile: 'false',
    wires: [[]],
  },
];

describe('a restart of Node-RED', function () {
  this.timeout(120_000);
  const cloud = useCloud({ scenario: 'home' });
  let userDir: string;
  let red: NodeRed | undefined;
  let over = false;
  before(() => {
    userDir = mkdtempSync(path.join(tmpdir(), 'zaptec-restart-'));
  });
  after(async () => {
    over = true;
    await red?.kill();
    rmSync(userDir, { recursive: true, force: true });
  });

  const start = () =>
    startNodeRed({
      userDir,
      settings: {
        fileWorkingDirectory: userDir,
        contextStorage: { default: { module: 'localfilesystem', config: { flushInterval: 1 } } },
        functionExternalModules: true,
      },
    });
  const lines = (id: string): Message[] => {
    try {
      const text = readFileSync(path.join(userDir, id), 'utf8');
      return text.split('\n').flatMap((line) => (line.endsWith('}') ? [JSON.parse(line) as Message] : []));
    } catch {
      return [];
    }
  };
  /** Waits for the file: the other process cannot call us. */
  const line = async (id: string, fits: (entry: Message) => boolean, after = 0): Promise<Message> => {
    while (!over) {
      const found = lines(id).slice(after).find(fits);
      if (found) return found;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`nothing fits in ${id}: ${JSON.stringify(lines(id))}\n${red?.log()}`);
  };
  const loaded = async (): Promise<boolean> => SDK.test(await (await fetch(`${red!.url}/loaded`)).text());
  const cloudNode = () => connection({ cloud: 'custom', baseUrl: cloud().baseUrl });
  const asking: FlowNode[] = [
    { id: 'in', type: 'http in', z: 'tab', url: '/loaded', method: 'get', wires: [['which']] },
    {
      id: 'which',
      type: 'function',
      z: 'tab',
      func: "msg.payload = Object.keys(process.mainModule.constructor._cache).join('\\n'); return msg;",
      libs: [{ var: 'process', module: 'process' }],
      outputs: 1,
      wires: [['answer']],
    },
    { id: 'answer', type: 'http response', z: 'tab', wires: [] },
  ];
  const listening = flow(
    subscribe({ id: 'sessions', emit: 'sessions', wires: [['ended'], ['feed']] }),
    subscribe({ id: 'events', emit: 'events', wires: [['events-out'], []] }),
    subscribe({ id: 'states', emit: 'snapshots', chargers: ['Garage'], wires: [['state'], []] }),
    ...['ended', 'feed', 'events-out', 'state'].map(recorder),
    asking,
  ).filter(({ id }) => id !== 'out');

  it('loses no session and sends none twice, and a flow without a feed never loads the bus', async () => {
    const { world } = cloud();
    const garage = chargersOf(cloud()).find(({ name }) => name === 'Garage')!;
    const sessionId = garage.session!.id;
    red = await start();
    const account = accountOf(cloud());
    await red.deploy(
      [cloudNode(), ...flow(charger({ action: 'state', charger: 'Garage', wires: [[]] }), asking)] as never,
      account,
    );
    expect(await loaded(), 'without a subscribe node').to.equal(false);
    await red.deploy([cloudNode(), ...listening] as never, account);
    await line('feed', ({ state }) => state === 'live');
    expect(await loaded(), 'with a subscribe node').to.equal(true);
    await line('state', ({ mode }) => mode === 'charging');

    const began = Date.now();
    await red.stop();
    expect(Date.now() - began, 'the end').to.be.below(CLOSING_MS);
    world.unplug(garage.id);
    const [feedLines, stateLines] = [lines('feed').length, lines('state').length];
    red = await start();
    await line('ended', ({ id }) => id === sessionId);
    await line('feed', ({ state }) => state === 'live', feedLines);
    await line('state', ({ mode }) => mode === 'disconnected', stateLines);

    world.plug(garage.id);
    const { sessionId: second } = await line('events-out', ({ event }) => event === 'session-started');
    await red.kill();
    world.unplug(garage.id);
    red = await start();
    await line('ended', ({ id }) => id === second);
    const ended = lines('ended').map(({ id }) => id as string);
    expect(ended.filter((id) => id === sessionId)).to.have.length(1);
    expect(new Set(ended)).to.deep.equal(new Set([sessionId, second]));
  });
});

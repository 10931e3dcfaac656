import { expect } from 'chai';
import type { FinishedSession } from '../../../simulator/world/model';
import { sessions } from '../../support/node-red/builder';
import {
  ask,
  expectSchema,
  failing,
  get,
  send,
  status,
  useNodeRed,
  type Message,
} from '../../support/node-red/harness';
import { VirtualCloud } from '../../support/node-red/virtual-cloud';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

describe('the sessions node for what is new', () => {
  useNodeRed();
  let virtual: VirtualCloud;
  beforeEach(() => {
    virtual = new VirtualCloud();
  });
  afterEach(() => virtual.stop());

  const start = (over: Parameters<typeof sessions>[0] = {}) =>
    virtual.start([sessions({ which: 'new', ...over })], { scenario: 'home', speed: 0 });
  const news = async (message: object = {}): Promise<Message> => virtual.time.until(ask('sessions', message));
  const changes = ({ payload }: Message): string[] => {
    for (const row of payload as Message[]) expectSchema('session-row', row);
    return (payload as Message[]).map((row) => `${row['change']} ${row['id']}`);
  };
  const world = () => virtual.cloud.world;
  /** A session that becomes known now. The world stands still, and the clock of the node does not. */
  const add = (id: number, endedAgoMs: number): FinishedSession => {
    const { all } = world().archive;
    const endedAt = Date.now() - endedAgoMs;
    const last = all.at(-1)!;
    const readings = [{ ...last.readings[0]!, at: endedAt - HOUR, energyKwh: 0 }];
    const session = {
      ...last,
      id: `0a1b2c3d-0000-4000-9000-${String(id).padStart(12, '0')}`,
      startedAt: endedAt - HOUR,
      endedAt,
      recognisedAt: world().now,
      readings,
    };
    (world().history as FinishedSession[]).push(session);
    return session;
  };

  it('sends each session once: new, late, replaced, voided and corrected', async () => {
    await start();
    const first = await news();
    const ended = world().archive.ended({ from: world().now - 35 * DAY, to: world().now }, 10_000);
    expect(changes(first)).to.have.lengthOf(ended.length).and.to.have.lengthOf.above(20);
    expect(first.zaptec).not.to.have.property('batch');
    expect(changes(await news())).to.deep.equal([]);

    const late = add(1, 5 * DAY);
    const fresh = add(2, 60_000);
    expect(changes(await news())).to.deep.equal([`late ${late.id}`, `new ${fresh.id}`]);

    late.voided = true;
    fresh.replacedBy = late.id;
    expect(changes(await news())).to.have.members([`voided ${late.id}`, `replaced ${fresh.id}`]);
    expect(changes(await news())).to.deep.equal([]);
    const known = ended.at(-1)!;
    known.energyKwh += 1;
    expect(changes(await news())).to.deep.equal([`corrected ${known.id}`]);
    expect(changes(await news())).to.deep.equal([]);
    expect(changes(await news({ reset: true })).length).to.be.above(20);
  });

  it('begins where the dialog says, and reads no more than the look-back afterwards', async () => {
    await start({ from: '2026-04-20', lookback: 3 });
    const rows = (await news()).payload as Message[];
    expect(rows.every((row) => row['day'] >= '2026-04-20')).to.equal(true);
    virtual.cloud.requests.length = 0;
    add(1, 4 * DAY);
    const seen = add(2, 2 * DAY);
    expect(changes(await news())).to.deep.equal([`late ${seen.id}`]);
  });

  it('sends again what was not acknowledged, and nothing of what was', async () => {
    await start({ acknowledge: true });
    const first = await news();
    await virtual.time.until(status('sessions', /no ack yet/));
    const all = changes(first);
    expectSchema('meta', first.zaptec);
    expect(first.zaptec.batch).to.be.a('string');
    const second = await news();
    expect(changes(second)).to.deep.equal(all);
    send('sessions', { ack: second.zaptec.batch });
    await virtual.time.until(status('sessions', 'acknowledged'));
    const fresh = add(1, 60_000);
    const third = await news();
    expect(changes(third)).to.deep.equal([`new ${fresh.id}`]);
    send('sessions', { ack: third.zaptec.batch });
    expect(changes(await news())).to.deep.equal([]);
    const error = await virtual.time.until(failing('sessions', { ack: third.zaptec.batch }));
    expect(error).to.include({ code: 'INPUT_INVALID' });
  });

  it('begins no reading for a blank acknowledgement', async () => {
    await start({ acknowledge: true });
    await news();
    virtual.cloud.requests.length = 0;
    for (const ack of [undefined, '', null]) send('sessions', { ack });
    await virtual.time.advance(5_000);
    expect(virtual.cloud.requests.filter(({ path }) => path === '/api/sessions/archived')).to.deep.equal([]);
  });

  for (const acknowledge of [false, true]) {
    it(`sends ${acknowledge ? 'all again' : 'the rest'} after a reading that failed midway`, async () => {
      await virtual.startSimulator({ speed: 0, scenario: 'housing', sessionsPerDay: 0.1 });
      await virtual.time.until(virtual.load(sessions({ which: 'new', output: 'each', acknowledge })));
      const seen: string[] = [];
      const broken = { match: '/api/sessions/archived' };
      get('out').on('input', ({ payload }: Message) => {
        seen.push(payload['id'] as string);
        if (seen.length === 150) virtual.cloud.faults.set('server-500-code', { on: true, ...broken });
      });
      const error = await virtual.time.until(
        new Promise<Message>((resolve) => {
          const node = get('sessions') as unknown as NodeJS.EventEmitter;
          node.once('call:error', (call: { args: [Message] }) => resolve(call.args[0]));
          send('sessions');
        }),
      );
      expect(error['code']).to.be.a('string');
      virtual.cloud.faults.set('server-500-code', { on: false, ...broken });
      const before = seen.length;
      send('sessions');
      await virtual.time.until(status('sessions', acknowledge ? /no ack yet/ : / found$/));
      await virtual.time.advance(1_000);
      const truth = world().archive.ended({ from: world().now - 35 * DAY, to: world().now }, 100_000);
      expect(new Set(seen).size, 'none is lost').to.equal(truth.length);
      expect(seen.length - new Set(seen).size, 'twice').to.equal(acknowledge ? before : 0);
    });
  }
});

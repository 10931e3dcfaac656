import { expect } from 'chai';
import { catchAll, flow, plan, sink } from '../../support/node-red/builder';
import {
  collect,
  deploy,
  get,
  load,
  logLines,
  next,
  send,
  status,
  useNodeRed,
  type Message,
} from '../../support/node-red/harness';
import { fakeTimers, type FakeTimers } from '../../support/fake-timers';

const MINUTE = 60_000;
/** 20:00 in Oslo. */
const EVENING = Date.parse('2026-05-04T20:00:30+02:00');
const OWN = { timeZone: 'Europe/Oslo', powerKw: '10' };

/** With the plan node, which has nothing of its own in what is tested here. */
describe('a node that decides by a strategy', () => {
  useNodeRed();
  let timers: FakeTimers;
  beforeEach(() => {
    timers = fakeTimers(EVENING);
  });
  afterEach(() => timers.restore());

  const nodes = (over: Parameters<typeof plan>[0] = {}) => flow(plan({ ...OWN, ...over }), sink('plans'), catchAll());
  const need = async (message: object = {}): Promise<number> => {
    const report = next('plans');
    send('plan', message);
    return ((await report).payload as { needKwh: number }).needKwh;
  };

  describe('takes a number', () => {
    it('of a flow that was saved when it was a number', async () => {
      await load(nodes({ amount: 12 }));
      expect(await need()).to.equal(12);
    });

    it('from the message, and keeps it', async () => {
      await load(nodes({ amount: 'kwh', amountType: 'msg' }));
      expect(await need({ kwh: ' 7,5 ' })).to.equal(7.5);
      expect(await need()).to.equal(7.5);
    });

    for (const [type, value] of [
      ['flow', 'kwh'],
      ['global', 'kwh'],
      ['env', 'KWH'],
      ['jsonata', '$number($flowContext("kwh"))'],
    ] as const) {
      it(`from ${type}, again at each decision`, async () => {
        process.env['KWH'] = '9';
        try {
          await load(nodes({ amount: value, amountType: type }));
          const set = (kwh: unknown) => {
            get('plan').context().flow.set('kwh', kwh);
            get('plan').context().global.set('kwh', kwh);
            process.env['KWH'] = String(kwh);
          };
          set(9);
          expect(await need()).to.equal(9);
          set('11');
          expect(await need()).to.equal(11);
        } finally {
          delete process.env['KWH'];
        }
      });
    }

    it('that changes while no message comes', async () => {
      await load(nodes({ goal: 'hours', amount: 'hours', amountType: 'flow', by: '06:00', repeat: 1 }));
      get('plan').context().flow.set('hours', 2);
      await need();
      get('plan').context().flow.set('hours', 3);
      const report = next('plans');
      await timers.tickAsync(2 * MINUTE);
      expect(((await report).payload as { needHours: number }).needHours).to.equal(3);
    });

    it('and prices too', async () => {
      await load(nodes({ prices: 'prices', pricesType: 'flow', goal: 'hours', amount: '1', by: '00:00', repeat: 0 }));
      const context = get('plan').context().flow;
      const cheapAt = (hour: number) => Array.from({ length: 24 }, (_, each) => (each === hour ? 0.1 : 1));
      const from = async (): Promise<string> => {
        const report = next('plans');
        await timers.tickAsync(2 * MINUTE);
        return ((await report).payload as { from: string }).from;
      };
      context.set('prices', cheapAt(21));
      expect(await from()).to.match(/T21:00/);
      context.set('prices', cheapAt(22));
      expect(await from()).to.match(/T22:00/);
      context.set('prices', 'unavailable');
      await timers.tickAsync(3 * MINUTE);
      const warnings = logLines().filter(({ level, type }) => level === 30 && type === 'zaptec-plan');
      expect(warnings).to.have.lengthOf(1);
      expect(warnings[0]?.msg).to.match(/^The prices cannot be read/);
    });

    it('and says where it is missing until it is there', async () => {
      await load(nodes({ amount: 'kwh', amountType: 'msg' }));
      const caught = next('caught');
      send('plan', {});
      expect((await caught).error.message).to.match(
        /setting amount comes from msg kwh, which holds nothing.+0 to 1000/,
      );
      await timers.tickAsync(MINUTE);
      await status('plan', 'bad settings');
      expect(await need({ kwh: 4 })).to.equal(4);
      await status('plan', 'no prices');
    });

    it('and refuses nonsense, while the last good one goes on to count', async () => {
      await load(nodes({ amount: 'kwh', amountType: 'msg' }));
      await need({ kwh: 4 });
      const [caught, report] = [next('caught'), next('plans')];
      send('plan', { kwh: 'many' });
      expect((await caught).error).to.include({ code: 'INPUT_INVALID' });
      expect((await caught).error.message).to.match(/amount \(msg kwh\) is "many"/);
      expect((await report).payload.needKwh).to.equal(4);
    });
  });

  it('takes the dry run and the repetition by message too, until it is deployed with other settings', async () => {
    await load(nodes());
    await need();
    send('plan', { config: { dryRun: 'true', repeat: 2 } });
    await status('plan', /^dry run/);
    const sent: Message[] = [];
    get('out').on('input', (message: Message) => void sent.push(message));
    const reports = collect(2, 'plans');
    await timers.tickAsync(5 * MINUTE);
    await reports;
    expect(sent).to.deep.equal([]);
    await deploy(nodes({ buffer: '20' }));
    send('plan', {});
    await status('plan', 'no prices');
  });

  it('locks out settings and override', async () => {
    await load(nodes({ lockOverrides: true }));
    expect(await need({ config: { amount: 3, nonsense: 1 }, override: 'rubbish' })).to.equal(20);
  });

  it('keeps what was an order to itself from the node behind it', async () => {
    const nodes = [
      plan({ ...OWN, wires: [['out', 'second'], []] }),
      plan({ ...OWN, id: 'second', wires: [[], ['plans']] }),
    ];
    await load(flow(...nodes, sink('plans'), catchAll()));
    const [sent, report] = [next(), next('plans')];
    send('plan', { config: { amount: 3 }, override: 'off', until: '23:00', keep: 'me' });
    expect(await sent).to.include({ keep: 'me', payload: false });
    expect(await sent).not.to.have.any.keys('config', 'override', 'until');
    expect((await report).payload).to.include({ needKwh: 20, code: 'waiting' });
  });

  it('answers messages in their order, whatever each of them waits for', async () => {
    await load(nodes({ amount: 'kwh', amountType: 'msg' }));
    const reports = collect(20, 'plans');
    for (let kwh = 1; kwh <= 20; kwh += 1) send('plan', { kwh });
    const needs = (await reports).map(({ payload }) => (payload as { needKwh: number }).needKwh);
    expect(needs).to.deep.equal(Array.from({ length: 20 }, (_, index) => index + 1));
  });

  it('ends an override at its time without a message', async () => {
    await load(nodes({ repeat: 0, leastRun: '0' }));
    const on = next();
    send('plan', { override: 'on', until: EVENING + 90_000 });
    expect((await on).payload).to.equal(true);
    const off = next();
    await timers.tickAsync(93_000);
    expect((await off).payload).to.equal(false);
  });
});

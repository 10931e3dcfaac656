import { expect } from 'chai';
import { catchAll, charger, flow, plan, sink } from '../../support/node-red/builder';
import {
  ask,
  busyAndIdle,
  deploy,
  expectMessage,
  failing,
  get,
  helper,
  load,
  logLines,
  loadAt,
  next,
  send,
  status,
  statusesOf,
  useCloud,
  useNodeRed,
  type Message,
} from '../../support/node-red/harness';
import { fakeTimers, type FakeTimers } from '../../support/fake-timers';

const HOUR = 3_600_000;
/** 20:00 in Oslo. */
const EVENING = Date.parse('2026-05-04T20:00:30+02:00');
const OWN = { timeZone: 'Europe/Oslo', powerKw: 10 };
/** Cheap from 01:00 to 05:00. */
const PRICES = Array.from({ length: 24 }, (_, hour) => ({
  start: new Date(Date.parse('2026-05-04T12:00+02:00') + hour * HOUR).toISOString(),
  value: hour >= 13 && hour < 17 ? 0.2 : 1,
}));

describe('the plan node', () => {
  useNodeRed();

  describe('by itself', () => {
    let timers: FakeTimers;
    beforeEach(() => {
      timers = fakeTimers(EVENING);
    });
    afterEach(() => timers.restore());

    const start = (over: Parameters<typeof plan>[0] = {}) =>
      load(flow(plan({ ...OWN, ...over }), sink('plans'), catchAll()));
    const both = async (message: object): Promise<{ charge: Message; report: Message }> => {
      const [charge, report] = [next(), next('plans')];
      send('plan', message);
      return { charge: await charge, report: await report };
    };

    it('answers prices with false or true, and with the plan', async () => {
      await start();
      const { charge, report } = await both({ payload: PRICES, keep: 'me' });
      expect(charge).to.include({ payload: false, keep: 'me', topic: 'zaptec/charge' });
      expect(charge.zaptec).to.deep.include({ result: 'waiting' });
      expectMessage(report, 'plan');
      expect(report.payload).to.deep.include({
        charge: false,
        code: 'waiting',
        needKwh: 20,
        cost: 4,
        from: '2026-05-05T01:00:00+02:00',
      });
      expect(report.zaptec.reason).to.equal('Waits for a cheaper time, from 01:00, 20 kWh to go by 07:00');
      await status('plan', '01:00, 20 kWh, 4');
    });

    it('says that prices are missing, and charges in time all the same', async () => {
      await start();
      const { report } = await both({ payload: 'go' });
      expect(report.payload).to.include({ charge: false, code: 'waiting' });
      expect(report.zaptec.reason).to.match(/^Prices are missing: waits as long as is safe, until 0\d:\d\d, 20 kWh/);
      await status('plan', 'no prices');
      await timers.tickAsync(11 * HOUR);
      expect(statusesOf('plan').map(({ text }) => text)).to.include('on, 20 kWh');
    });

    it('reads a forecast that is text, and refuses one that is no JSON', async () => {
      await start({ series: 'sun' });
      const forecast = JSON.stringify([
        { start: '2026-05-05T03:00+02:00', end: '2026-05-05T05:00+02:00', watts: 10_000 },
      ]);
      const { report } = await both({ payload: PRICES, forecast });
      expect(report.payload).to.include({ sunKwh: 19, from: '2026-05-05T03:00:00+02:00' });
      const error = await failing('plan', { payload: PRICES, forecast: 'sunny' });
      expect(error.message).to.match(/the text "sunny", which is no JSON/);
    });

    it('switches by itself when the time comes, repeats, and ends with the energy of the session', async () => {
      await start();
      await both({ payload: PRICES });
      const on = next();
      await timers.tickAsync(5 * HOUR);
      expect((await on).payload).to.equal(false);
      expect(statusesOf('plan').at(-1)?.text).to.equal('on, 20 kWh');
      const commands: boolean[] = [];
      get('out').on('input', ({ payload }: Message) => void commands.push(payload));
      await timers.tickAsync(16 * 60_000);
      expect(commands).to.have.lengthOf.within(3, 4).and.not.include(false);
      const { charge } = await both({
        car: { mode: 'charging', sessionId: 's', sessionKwh: 20, powerW: 9_000 },
        payload: '',
      });
      expect(charge.payload).to.equal(false);
      expect(charge.zaptec.result).to.equal('done');
    });

    it('repeats after so many minutes, whatever it was woken by in between', async () => {
      await start({ repeat: 7 });
      await both({ payload: PRICES });
      await timers.tickAsync(6.5 * 60_000);
      send('plan', { car: { mode: 'requesting', sessionId: 's', sessionKwh: 0 }, payload: '' });
      const again = next();
      await timers.tickAsync(31_000);
      expect((await again).payload).to.equal(false);
    });

    it('repeats a pause at once when another car comes, which the charger would let charge', async () => {
      await start();
      await both({ payload: PRICES });
      send('plan', { car: { mode: 'disconnected' }, payload: '' });
      const again = next();
      send('plan', { car: { mode: 'requesting', sessionId: 's', sessionKwh: 0 }, payload: '' });
      expect((await again).payload).to.equal(false);
    });

    it('takes settings, an override and the battery by message', async () => {
      await start();
      const { report } = await both({ payload: PRICES, config: { amount: 30, by: '06:00' } });
      expect(report.payload).to.include({ needKwh: 30, by: '2026-05-05T06:00:00+02:00' });
      const on = await both({ override: 'on', until: '22:00' });
      expect(on.charge).to.include({ payload: true });
      expect(on.report.payload.reason).to.equal('Switched on by message until 22:00');
      await both({ override: 'auto' });
      await deploy(flow(plan({ ...OWN, goal: 'battery', amount: 80, capacityKwh: 54 }), sink('plans'), catchAll()));
      expect((await both({ battery: '62' })).report.payload.needKwh).to.be.closeTo(10.8, 0.01);
    });

    it('takes an order of a button, whose payload is a word', async () => {
      await start();
      await both({ payload: PRICES });
      const errors: unknown[] = [];
      get('caught').on('input', ({ error }: Message) => void errors.push(error?.message));
      expect((await both({ override: 'on', payload: 'on' })).report.payload).to.include({ code: 'override-on' });
      await both({ override: 'auto', payload: PRICES });
      expect(errors).to.deep.equal([]);
    });

    it('ignores what messages set where it is told to', async () => {
      await start({ lockOverrides: true });
      const { charge, report } = await both({ payload: PRICES, override: 'on', config: { amount: 3 } });
      expect(charge.payload).to.equal(false);
      expect(report.payload.needKwh).to.equal(20);
    });

    it('reports in a dry run and sends nothing to the charger', async () => {
      await start({ dryRun: true });
      const sent: Message[] = [];
      get('out').on('input', (message: Message) => void sent.push(message));
      const report = next('plans');
      send('plan', { payload: PRICES });
      expect((await report).payload.dryRun).to.equal(true);
      await timers.tickAsync(6 * HOUR);
      expect(sent).to.deep.equal([]);
      expect(statusesOf('plan').at(-1)?.text).to.equal('dry run: on');
    });

    for (const [title, message, text] of [
      ['prices that cannot be read', { payload: { price: 'cheap' } }, /prices cannot be read/],
      ['an unknown setting', { config: { kwh: 3 } }, /msg\.config\.kwh/],
      ['a setting out of range', { config: { by: 'noon' } }, /msg\.config\.by is "noon"/],
      ['an unknown override', { override: 'maybe' }, /msg\.override is "maybe"/],
      [
        'an override until a time that has passed',
        { override: 'on', until: '2026-05-04T19:00+02:00' },
        /msg\.until is "2026-05-04T19:00\+02:00", which has passed/,
      ],
      ['an override until no time', { override: 'on', until: 'soon' }, /msg\.until is "soon", no time/],
      ['a level of the battery of 130', { battery: 130 }, /msg\.battery is 130/],
    ] as const) {
      it(`refuses ${title}, and goes on with what it has`, async () => {
        await start();
        await both({ payload: PRICES });
        const caught = next('caught');
        send('plan', message);
        const { error } = await caught;
        expect(error.message).to.match(text);
        expect(error.code).to.equal('INPUT_INVALID');
        expect((await both({})).report.payload).to.include({ needKwh: 20, cost: 4 });
      });
    }

    it('stays on the canvas with settings that make no sense, and refuses', async () => {
      await start({ by: 'soon' });
      await status('plan', 'bad settings');
      send('plan', { payload: PRICES });
      const error = await next('caught');
      expect(error.error.message).to.match(/by is "soon"/);
    });

    it('takes the default of a number that is blank, with a warning', async () => {
      await start({ amount: ' ', repeat: '' });
      expect((await both({ payload: PRICES })).report.payload).to.include({ needKwh: 20 });
      const warnings = logLines().filter(({ level, type }) => level === 30 && type === 'zaptec-plan');
      expect(warnings.map(({ msg }) => msg)).to.deep.equal([
        'The setting amount is blank: 20 applies',
        'The setting repeat is blank: 5 applies',
      ]);
    });

    it('has no timer left after it was deleted', async () => {
      await start();
      await both({ payload: PRICES });
      await helper.unload();
      expect(timers.countTimers()).to.equal(0);
    });
  });

  describe('with an account', () => {
    const cloud = useCloud({ scenario: 'home', speed: 0 });

    it('takes the session from the store, with no request of its own', async () => {
      const { busy } = busyAndIdle(cloud());
      await loadAt(
        cloud(),
        flow(
          plan({ connection: 'connection', charger: busy, goal: 'energy', amount: 80 }),
          charger({ id: 'state', charger: busy, wires: [['states']] }),
          sink('states'),
          sink('plans'),
        ),
      );
      const { payload } = await ask('state', {}, 'states');
      const before = cloud().requests.length;
      const [charge, report] = [next(), next('plans')];
      send('plan', { payload: '', override: 'off' });
      expect((await charge).payload).to.equal(false);
      const { payload: planned, zaptec } = await report;
      expectMessage(await report, 'plan');
      expect(planned.needKwh).to.be.closeTo(80 - (payload.sessionKwh as number), 0.01);
      expect(zaptec.charger.id).to.equal(busy);
      expect(cloud().requests).to.have.lengthOf(before);
    });

    it('takes a level of the battery for that of the car that was plugged in just before', async () => {
      const { busy } = busyAndIdle(cloud());
      const goal = { goal: 'battery', amount: 80, capacityKwh: '60' } as const;
      await loadAt(
        cloud(),
        flow(
          plan({ connection: 'connection', charger: busy, ...goal }),
          charger({ id: 'state', charger: busy, wires: [['states']] }),
          sink('states'),
          sink('plans'),
        ),
      );
      const need = async (message: object): Promise<number> => {
        const report = next('plans');
        send('plan', message);
        return (await report).payload.needKwh as number;
      };
      await need({ payload: '', car: { id: busy, mode: 'charging', sessionId: 'of before', sessionKwh: 3 } });
      await ask('state', { refresh: true }, 'states');
      expect(await need({ payload: '', battery: 71 })).to.be.closeTo(6, 0.2);
    });

    it('warns once where it cannot know which charger is meant', async () => {
      await loadAt(
        cloud(),
        flow(
          plan({ connection: 'connection' }),
          charger({ id: 'state', action: 'state', target: 'installation', wires: [['states']] }),
          sink('states'),
          sink('plans'),
        ),
      );
      await ask('state', {}, 'states');
      for (let times = 0; times < 2; times += 1) {
        const report = next('plans');
        send('plan', { payload: '' });
        await report;
      }
      const warnings = logLines().filter(({ level, type }) => level === 30 && type === 'zaptec-plan');
      expect(warnings).to.have.lengthOf(1);
      expect(warnings[0]?.msg).to.match(
        /^The account has 2 chargers, and the setting charger is blank\. Remedy: Choose/,
      );
    });

    it('says so when its connection is missing', async () => {
      await load([...flow(plan({ connection: 'nowhere' }), sink('plans'))]);
      await status('plan', 'no connection');
      expect((await failing('plan', {})).code).to.equal('CONFIG_INVALID');
    });
  });
});

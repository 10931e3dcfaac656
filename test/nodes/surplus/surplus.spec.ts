import { expect } from 'chai';
import { catchAll, charger, flow, sink, surplus, updateCurrent } from '../../support/node-red/builder';
import {
  ask,
  expectMessage,
  get,
  load,
  loadAt,
  next,
  send,
  status,
  useCloud,
  useNodeRed,
  type Message,
} from '../../support/node-red/harness';
import { fakeTimers, type FakeTimers } from '../../support/fake-timers';

const MINUTE = 60_000;
const NOON = Date.parse('2026-06-15T12:00:00+02:00');
/** A meter that tells everything in one payload. */
const METER = { grid: 'payload.gridW', chargersPower: 'payload.chargersW', chargersPowerType: 'msg' };

describe('the surplus node', () => {
  useNodeRed();

  describe('by itself', () => {
    let timers: FakeTimers;
    beforeEach(() => {
      timers = fakeTimers(NOON);
    });
    afterEach(() => timers.restore());

    const start = (over: Parameters<typeof surplus>[0] = {}) =>
      load(flow(surplus({ ...METER, timeZone: 'Europe/Oslo', ...over }), sink('reports'), catchAll()));
    const payloads = (id: string): unknown[] => {
      const all: unknown[] = [];
      get(id).on('input', ({ payload }: Message) => void all.push(payload));
      return all;
    };
    /** Readings every ten seconds for so long. */
    const run = async (minutes: number, sunW: number, chargersW = 0): Promise<void> => {
      for (let at = 0; at < minutes * 6; at += 1) {
        send('surplus', { payload: { gridW: chargersW - sunW, chargersW } });
        await timers.tickAsync(10_000);
      }
    };

    it('answers the first reading with a current, and with the decision', async () => {
      await start();
      const [current, report] = [next(), next('reports')];
      send('surplus', { payload: { gridW: -1_500, chargersW: 0 }, keep: 'me' });
      expect(await current).to.deep.include({ payload: { value: 0, unit: 'A' }, keep: 'me', topic: 'zaptec/current' });
      const { payload, zaptec } = await report;
      expectMessage(await report, 'surplus');
      expect(payload).to.deep.include({
        code: 'waiting',
        mode: 'sun',
        current: 0,
        sunW: 1_500,
        gridW: -1_500,
        starts: 0,
      });
      expect(zaptec).to.include({
        result: 'waiting',
        reason: 'Waits for sun: 1.5 kW of sun left, from 2.42 kW on',
      });
      await status('surplus', 'waits, 1.5 kW');
    });

    it('starts by itself, says each change once, and repeats as often as it is told to', async () => {
      await start({ repeat: 5 });
      const currents = payloads('out');
      await run(12, 7_000);
      expect(currents).to.deep.equal([
        { value: 0, unit: 'A' },
        { value: 10, unit: 'A' },
        { value: 10, unit: 'A' },
        { value: 10, unit: 'A' },
      ]);
      await status('surplus', '10 A, 7 kW');
    });

    it('takes a mode, settings and an override by message', async () => {
      await start();
      await run(1, 1_500);
      const report = async (message: object): Promise<Message> => {
        const answer = next('reports');
        send('surplus', message);
        return answer;
      };
      expect((await report({ mode: 'fast', payload: Date.now() })).payload).to.include({ code: 'fast', current: 16 });
      expect((await report({ config: { maxA: '20' } })).payload).to.include({ current: 20 });
      expect((await report({ override: 'off', until: '14:00' })).payload).to.include({
        code: 'override-off',
        current: 0,
      });
      expect((await report({ override: 'auto', mode: 'Off' })).payload).to.include({ code: 'off', current: 0 });
      const refused = next('caught');
      send('surplus', { mode: 'turbo' });
      expect((await refused).error).to.include({ code: 'INPUT_INVALID' });
      expect((await refused).error?.message).to.match(/msg.mode is "turbo"/);
    });

    it('ignores what messages set where it is told to', async () => {
      await start({ lockOverrides: true });
      const report = next('reports');
      send('surplus', { mode: 'fast', override: 'on', config: { maxA: 32 }, payload: { gridW: 0, chargersW: 0 } });
      expect((await report).payload).to.include({ code: 'waiting', current: 0 });
    });

    it('reports in a dry run and sends no current', async () => {
      await start({ dryRun: true, mode: 'fast' });
      const currents = payloads('out');
      const report = next('reports');
      send('surplus', { payload: { gridW: 0, chargersW: 0 } });
      expect((await report).payload).to.include({ code: 'fast', current: 16, dryRun: true });
      await timers.tickAsync(11 * MINUTE);
      expect(currents).to.deep.equal([]);
      await status('surplus', 'dry run: 16 A');
    });

    it('names bad values once, goes on with the last good one, and ends when the meter stays silent', async () => {
      await start({ leastOnMinutes: 15 });
      const errors: unknown[] = [];
      get('caught').on('input', ({ error }: Message) => void errors.push(error?.message));
      await run(10, 7_000);
      for (const payload of [null, { gridW: null }, { gridW: 'unavailable' }, { gridW: Number.NaN }, 7]) {
        send('surplus', { payload });
        await timers.tickAsync(1_000);
      }
      expect(errors).to.have.length(1);
      expect(errors[0]).to.match(/The meter gives no power: msg payload.gridW is null/);
      const currents = payloads('out');
      await timers.tickAsync(7 * MINUTE);
      expect(currents.at(-1)).to.deep.equal({ value: 0, unit: 'A' });
      await status('surplus', 'no meter: 0 A');
      await run(1, 1_500);
      await status('surplus', 'waits, 1.5 kW');
    });

    it('takes what a meter sends as it is, also beside an order', async () => {
      await start({ grid: 'payload', chargersPower: '0', chargersPowerType: 'num' });
      const report = next('reports');
      send('surplus', { payload: { power: 0, powerProduction: 2_300 } });
      expect((await report).payload).to.include({ gridW: -2_300, sunW: 2_300 });
      const other = next('reports');
      send('surplus', { mode: 'fast', payload: { power_delivered: 1.2, power_returned: 0 } });
      expect((await other).payload).to.include({ gridW: 1_200, code: 'fast' });
    });

    it('says which value is missing, though the current stays the same', async () => {
      await start({ grid: 'payload', chargersPower: '' });
      const reasons: unknown[] = [];
      get('reports').on('input', ({ payload }: Message) => void reasons.push(payload.reason));
      send('surplus', { payload: '1200 Watt' });
      await timers.tickAsync(1_000);
      send('surplus', { payload: '1.2 kW' });
      await timers.tickAsync(1_000);
      expect(reasons).to.have.lengthOf(2);
      expect(reasons[0]).to.match(/the meter gives no power/);
      expect(reasons[1]).to.match(/the power of the chargers is not known: subscribe to them/);
      await status('surplus', 'cars: ? kW');
    });

    it('lets a car go on that charges already, after a deploy that has cleared the context', async () => {
      await start();
      const currents = payloads('out');
      await run(10, 7_000, 6_900);
      expect(currents.every((current) => (current as { value: number }).value === 10)).to.equal(true);
    });
  });

  describe('with a connection', () => {
    const cloud = useCloud({ scenario: 'home' });

    it('takes the power of the chargers from the account and lets update-current set the current', async () => {
      await loadAt(
        cloud(),
        flow(
          charger({ action: 'state', target: 'installation' }),
          surplus({ connection: 'connection', mode: 'fast', wires: [['current'], ['reports']] }),
          updateCurrent({ wires: [['applied'], []] }),
          sink('applied'),
          sink('reports'),
        ),
      );
      await ask('charger');
      const [applied, report] = [next('applied'), next('reports')];
      send('surplus', { payload: '1.2 kW' });
      const { payload } = await report;
      expect(payload).to.include({ gridW: 1_200, current: 16 });
      expect(payload.chargersW).to.be.a('number');
      expect((await applied).payload.requested).to.deep.equal({ phase1: 16, phase2: 16, phase3: 16 });
    });
  });
});

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect } from 'chai';
import type { RequestRecord } from '../../../simulator/request-record';
import { RULES } from '../../../simulator/audit/rules';
import { guid, HOUR, MINUTE, SECOND, state, AuditPlayer, update } from '../../support/simulator/audit-player';
import { isThorough } from '../../support/draws';

/** Breaks every rule. */
function bad(player: AuditPlayer, client: string): void {
  const who = { client, userAgent: 'axios/1.7' };
  for (let n = 0; n < 5; n += 1) player.wait(500).login(200, who);
  for (let n = 0; n < 20; n += 1) player.get(state(1), n < 15 ? 200 : 429, who);
  player.wait(400).get(state(1), 429, who);
  player.post(update(), { availableCurrent: 6 }, 200, who);
  player.post(update(), { availableCurrent: 32 }, 200, who);
  for (const minPowerOfflineMode of [true, false]) player.post(update(), { minPowerOfflineMode }, 200, who);
  for (let n = 0; n < 4; n += 1) player.get(`/api/chargers/${guid(1)}`, 200, who);
  player.get('/api/chargers?PageIndex=1', 200, who);
  player.get(`/api/chargers/${guid(1)}/settings`, 200, who);
  for (let n = 0; n < 91; n += 1) player.get(`/api/chargehistory?From=${n}`, 200, who);
  for (let n = 0; n < 4; n += 1) player.post(`/api/chargers/${guid(2)}/sendCommand/506`, undefined, 200, who);
}

describe('the audit', () => {
  it('finds every violation of a bad client, and none of a good client beside it', () => {
    const player = new AuditPlayer();
    player.get(state(1), 200, { client: 'good' });
    bad(player, 'bad');
    player.wait(MINUTE).get(state(1), 200, { client: 'good' });
    expect(player.broken()).to.deep.equal(RULES.map(({ name }) => name));
    const [good, worst] = player.audit.report();
    expect(good).to.include({ client: 'good', requests: 2, ok: true });
    expect(worst).to.include({ client: 'bad', ok: false });
    expect([player.audit.clean(), player.audit.clean('good'), player.audit.clean('bad')]).to.deep.equal([
      false,
      true,
      false,
    ]);
    for (const { text, evidence } of worst!.verdicts) {
      expect(text).to.match(/^[^.\d]*\d.*\.$/);
      expect(evidence.length).to.be.within(1, 20);
    }
  });

  it('finds no violation of a quiet client in a day', () => {
    const player = new AuditPlayer(true);
    player.current = [16, 16, 16];
    player.login();
    for (let minute = 0; minute < 24 * 60; minute += 1) {
      if (minute % 60 === 0) {
        player.get('/api/chargers?PageSize=100&PageIndex=0');
        player.get(`/api/installation/${guid(1)}`);
      }
      if (minute % 10 === 0) player.get(state());
      player.wait(MINUTE);
    }
    player.expectKept();
  });

  it('deletes findings and pending requests on reset', () => {
    const player = new AuditPlayer();
    const underWay = player.arrive('GET', state());
    bad(player, 'bad');
    player.audit.reset();
    player.answer(underWay, 429);
    expect(player.audit.report()).to.deep.equal([]);
    expect(player.audit.clean('bad')).to.equal(true);
    player.wait(SECOND).get(state());
    player.expectKept();
  });

  it('has a verdict for each rule without a single request', () => {
    for (const { createObserver, name } of RULES) {
      const context = { now: () => 0, currentOf: () => undefined, refusedTokens: () => 0 };
      expect(createObserver(context).verdict(), name).to.include({ ok: true });
    }
  });

  it('processes 100,000 requests to 10,000 chargers in a few seconds', () => {
    const player = new AuditPlayer();
    const template = player.arrive('GET', '/api/constants');
    player.audit.reset();
    const records = Array.from({ length: 100_000 }, (_, n): RequestRecord => {
      const path = n % 10 === 0 ? `/api/chargers/${guid(n / 10)}` : state(n % 10_000);
      return { ...template, id: n, at: template.at + n * 101, path };
    });
    const startedAt = process.cpuUsage();
    for (const record of records) {
      player.now = record.at;
      player.audit.record(record);
      player.answer(record);
    }
    const { user, system } = process.cpuUsage(startedAt);
    expect(player.audit.report()[0]!.requests).to.equal(100_000);
    player.expectKept();
    // CPU time, because other processes may keep the machine busy.
    expect((user + system) / 1000).to.be.below(6_000);
  });

  it('keeps a bounded number of requests, whatever the time and the number of clients', () => {
    const player = new AuditPlayer();
    const held = new Set<RequestRecord>();
    const collect = (value: unknown, seen = new Set<unknown>()): void => {
      if (typeof value !== 'object' || value === null || seen.has(value)) return;
      seen.add(value);
      for (const inner of Object.values(value)) collect(inner, seen);
      if ('userAgent' in value) held.add(value as RequestRecord);
    };
    for (let n = 0; n < 1_200; n += 1) bad(player.wait(HOUR), `client ${n}`);
    expect(player.audit.report().length).to.be.below(1100);
    collect(player.audit.report());
    expect(held.size).to.be.below(1100 * 60);
  });

  it('needs bounded memory for a client that reads ever new objects', () => {
    setFlagsFromString('--expose-gc');
    const gc = runInNewContext('gc') as () => void;
    const player = new AuditPlayer();
    /** A map of the audit holds 20,000 entries at most. */
    const COUNT = isThorough ? 100_000 : 40_000;
    const MOST_BYTES = 50;
    const ask = (from: number) => {
      for (let n = from; n < from + COUNT; n += 1)
        player.wait(100).get(`/api/chargers/${guid(n)}?n=${n}`, n % 2 ? 200 : 429);
      gc();
      return process.memoryUsage().heapUsed;
    };
    const first = ask(0);
    expect(ask(COUNT) - first).to.be.below(COUNT * MOST_BYTES);
  });
});

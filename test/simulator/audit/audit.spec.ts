import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect } from 'chai';
import type { RequestRecord } from '../../../simulator/request-record';
import { RULES } from '../../../simulator/audit/rules';
import { guid, HOUR, MINUTE, SECOND, state, AuditPlayer, update } from '../../support/simulator/audit-player';

/** Does everything wrong that can be done wrong. */
function bad(tape: AuditPlayer, client: string): void {
  const who = { client, userAgent: 'axios/1.7' };
  for (let n = 0; n < 5; n += 1) tape.wait(500).login(200, who);
  for (let n = 0; n < 20; n += 1) tape.get(state(1), n < 15 ? 200 : 429, who);
  tape.wait(400).get(state(1), 429, who);
  tape.post(update(), { availableCurrent: 6 }, 200, who);
  tape.post(update(), { availableCurrent: 32 }, 200, who);
  for (let n = 0; n < 4; n += 1) tape.get(`/api/chargers/${guid(1)}`, 200, who);
  tape.get('/api/chargers?PageIndex=1', 200, who);
  tape.get(`/api/chargers/${guid(1)}/settings`, 200, who);
}

describe('audit', () => {
  it('a deliberately bad client turns every rule red, and the good one beside it none', () => {
    const tape = new AuditPlayer();
    tape.get(state(1), 200, { client: 'good' });
    bad(tape, 'bad');
    tape.wait(MINUTE).get(state(1), 200, { client: 'good' });
    expect(tape.broken()).to.deep.equal(RULES.map(({ name }) => name));
    const [good, worst] = tape.audit.report();
    expect(good).to.include({ client: 'good', requests: 2, ok: true });
    expect(worst).to.include({ client: 'bad', ok: false });
    expect([tape.audit.clean(), tape.audit.clean('good'), tape.audit.clean('bad')]).to.deep.equal([false, true, false]);
    for (const { text, evidence } of worst!.verdicts) {
      expect(text).to.match(/^[^.]*\d.*\.$/);
      expect(evidence.length).to.be.within(1, 20);
    }
  });

  it('forgets when it is told to, also what is under way', () => {
    const tape = new AuditPlayer();
    const underWay = tape.arrive('GET', state());
    bad(tape, 'bad');
    tape.audit.reset();
    tape.answer(underWay, 429);
    expect(tape.audit.report()).to.deep.equal([]);
    expect(tape.audit.clean('bad')).to.equal(true);
    tape.wait(SECOND).get(state());
    tape.expectKept();
  });

  it('every sentence stands without a single request', () => {
    for (const { createObserver, name } of RULES) {
      const context = { now: () => 0, currentOf: () => undefined, refusedTokens: () => 0 };
      expect(createObserver(context).verdict(), name).to.include({ ok: true });
    }
  });

  it('100,000 requests to 10,000 chargers in a few seconds', () => {
    const tape = new AuditPlayer();
    const template = tape.arrive('GET', '/api/constants');
    tape.audit.reset();
    const records = Array.from({ length: 100_000 }, (_, n): RequestRecord => {
      const path = n % 10 === 0 ? `/api/chargers/${guid(n / 10)}` : state(n % 10_000);
      return { ...template, id: n, at: template.at + n * 101, path };
    });
    const startedAt = process.cpuUsage();
    for (const record of records) {
      tape.now = record.at;
      tape.audit.record(record);
      tape.answer(record);
    }
    const { user, system } = process.cpuUsage(startedAt);
    expect(tape.audit.report()[0]!.requests).to.equal(100_000);
    tape.expectKept();
    // Time of the processor: others may keep it busy meanwhile.
    expect((user + system) / 1000).to.be.below(6_000);
  });

  it('keeps a bounded number of requests, however long it runs and whoever comes', () => {
    const tape = new AuditPlayer();
    const held = new Set<RequestRecord>();
    const collect = (value: unknown, seen = new Set<unknown>()): void => {
      if (typeof value !== 'object' || value === null || seen.has(value)) return;
      seen.add(value);
      for (const inner of Object.values(value)) collect(inner, seen);
      if ('userAgent' in value) held.add(value as RequestRecord);
    };
    for (let n = 0; n < 5000; n += 1) bad(tape.wait(HOUR), `client ${n}`);
    expect(tape.audit.report().length).to.be.below(1100);
    collect(tape.audit.report());
    expect(held.size).to.be.below(1100 * 60);
  });

  it('a client that asks for ever new things does not fill the memory', () => {
    setFlagsFromString('--expose-gc');
    const gc = runInNewContext('gc') as () => void;
    const tape = new AuditPlayer();
    const ask = (from: number) => {
      for (let n = from; n < from + 100_000; n += 1)
        tape.wait(100).get(`/api/chargers/${guid(n)}?n=${n}`, n % 2 ? 200 : 429);
      gc();
      return process.memoryUsage().heapUsed;
    };
    const first = ask(0);
    expect(ask(100_000) - first).to.be.below(5_000_000);
  });
});

import { expect } from 'chai';
import { Audit, type Verdict } from '../../../simulator/audit/index';
import type { SimulatorClock } from '../../../simulator/clock';
import type { RequestRecord } from '../../../simulator/request-record';

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
const GOOD_AGENT = 'house-battery/2.1 (+https://example.org/house)';

export const guid = (n: number): string => `0a1b2c3d-0000-4000-8000-${n.toString(16).padStart(12, '0')}`;
export const state = (n = 1): string => `/api/chargers/${guid(n)}/state`;
export const update = (n = 1): string => `/api/installation/${guid(n)}/update`;

type Extra = Partial<RequestRecord>;

/** Sends requests to an audit at chosen times. */
export class AuditPlayer {
  now = Date.parse('2026-05-04T10:00:00Z');
  current: [number, number, number] | undefined;
  readonly audit: Audit;
  #lastId = 0;

  constructor(known = false) {
    const clock: SimulatorClock = { now: () => this.now, setTimeout: () => undefined, clearTimeout: () => undefined };
    this.audit = new Audit(known ? { clock, currentOf: () => this.current } : { clock });
  }

  wait(ms: number): this {
    this.now += ms;
    return this;
  }

  /** A request that gets no answer yet. */
  arrive(method: string, target: string, extra: Extra = {}): RequestRecord {
    const url = new URL(target, 'http://localhost');
    const record: RequestRecord = {
      id: ++this.#lastId,
      at: this.now,
      account: 'owner',
      client: 'owner with a program',
      method,
      path: url.pathname,
      query: url.search,
      status: 0,
      userAgent: GOOD_AGENT,
      token: 'abc',
      ...extra,
    };
    this.audit.record(record);
    return record;
  }

  answer(record: RequestRecord, status = 200): RequestRecord {
    record.status = status;
    this.audit.answered(record);
    return record;
  }

  get(target: string, status = 200, extra: Extra = {}): RequestRecord {
    return this.answer(this.arrive('GET', target, extra), status);
  }

  post(target: string, body?: unknown, status = 200, extra: Extra = {}): RequestRecord {
    return this.answer(this.arrive('POST', target, { body, ...extra }), status);
  }

  login(status = 200, extra: Extra = {}): RequestRecord {
    return this.post('/oauth/token', undefined, status, extra);
  }

  verdict(rule: string): Verdict {
    return this.audit.report()[0]!.verdicts.find((verdict) => verdict.rule === rule)!;
  }

  broken(): string[] {
    return this.audit.report().flatMap(({ verdicts }) => verdicts.filter(({ ok }) => !ok).map(({ rule }) => rule));
  }

  /** Expects that only this rule is broken, with this evidence and text. */
  expectBroken(rule: string, evidence: readonly RequestRecord[], text: RegExp): void {
    expect(this.broken()).to.deep.equal([rule]);
    expect(this.verdict(rule).evidence).to.deep.equal(evidence);
    expect(this.verdict(rule).text).to.match(text);
  }

  expectKept(): void {
    expect(this.audit.report().flatMap(({ verdicts }) => verdicts.filter(({ ok }) => !ok))).to.deep.equal([]);
  }
}

import { expect } from 'chai';
import {
  frequentLines,
  isExcused,
  type Act,
  least,
  linesOfNodes,
  secretsIn,
  sessionsWrong,
  statesWrong,
} from '../../../bench/node-red-soak/judgement';
import type { Look } from '../../../bench/node-red-soak/machine';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

describe('the judgement of the soak', () => {
  describe('on sessions', () => {
    const ended = ['a', 'b'].map((id, at) => ({ id, chargerId: 'garage', at }));
    const judged = (reports: [string, number][], kills: number[] = [], awaitedFrom = 0) =>
      sessionsWrong(
        ended,
        reports.map(([id, at]) => ({ id, at })),
        { awaitedFrom, kills, withinMs: MINUTE },
      );

    it('wants each of them once', () => {
      expect(
        judged([
          ['a', 0],
          ['b', 1],
        ]),
      ).to.deep.equal([]);
      expect(judged([['a', 0]])).to.deep.equal(['b is missing']);
      expect(
        judged([
          ['a', 0],
          ['b', 1],
          ['a', 5 * SECOND],
        ]),
      ).to.deep.equal(['a came again after 5 s']);
    });

    it('awaits none that ended before a time, but wants each once', () => {
      expect(judged([['b', 0]], [], 1)).to.deep.equal([]);
      expect(judged([['a', 0]], [], 1)).to.deep.equal(['b is missing']);
      const again: [string, number][] = [
        ['b', 0],
        ['a', 0],
        ['a', 5 * SECOND],
      ];
      expect(judged(again, [], 1)).to.have.length(1);
    });

    it('lets one come again where the process was killed soon after the first report', () => {
      const twice: [string, number][] = [
        ['a', 0],
        ['b', 1],
        ['a', 90 * SECOND],
      ];
      expect(judged(twice, [30 * SECOND])).to.deep.equal([]);
      expect(judged(twice, [80 * SECOND]), 'long before the kill').to.have.length(1);
      expect(judged(twice, [100 * SECOND]), 'before the kill').to.have.length(1);
    });

    it('wants no session that never was', () => {
      expect(
        judged([
          ['a', 0],
          ['b', 1],
          ['c', 2],
        ]),
      ).to.deep.equal(['c never was']);
    });
  });

  describe('on states', () => {
    const chargers = [{ id: '1', name: 'Garage', mode: 3, online: true, paused: false }];

    it('compares mode and connection', () => {
      expect(statesWrong({ chargers }, [{ id: '1', mode: 'charging', online: true }])).to.deep.equal([]);
      expect(statesWrong({ chargers }, [{ id: '1', mode: 'finished', online: false }])).to.have.length(2);
      expect(statesWrong({ chargers }, [])).to.deep.equal(['Garage is not known']);
      expect(statesWrong({ chargers }, undefined)).to.deep.equal(['no answer']);
    });
  });

  describe('on secrets', () => {
    it('finds them as they are, in an address and in JSON, and repeats none', () => {
      const secret = 'made-up & "söl"';
      const lines = ['all well', `a ${secret} b`, `a=${encodeURIComponent(secret)}`, JSON.stringify({ secret })];
      const found = secretsIn(lines, [secret]);
      expect(found).to.deep.equal([2, 3, 4].map((line) => `line ${line} has the secret 1`));
    });

    it('finds tokens, keys of the bus and what the simulator plants', () => {
      const lines = [
        `Bearer ${'x'.repeat(40)}`,
        `eyJ${'a'.repeat(30)}.${'b'.repeat(30)}.c`,
        'Endpoint=sb://x/;SharedAccessKey=abc',
        'planted-pin',
        'a key, a token, a bearer',
      ];
      expect(secretsIn(lines, [])).to.have.length(4);
    });
  });

  it('counts lines of the log whatever their time, numbers and ids', () => {
    const id = '8ff49b6f-7726-4327-816c-43069c43a8c3';
    const lines = [
      `28 Nov 17:42:33 - [warn] charger ${id} is 3 s late`,
      `28 Nov 17:42:34 - [warn] charger ${id.replace('8', '9')} is 12 s late`,
      '28 Nov 17:42:35 - [info] Started flows',
    ];
    expect(frequentLines(lines)).to.deep.equal([
      ['[warn] charger ID is N s late', 2],
      ['[info] Started flows', 1],
    ]);
  });

  it('passes over the lines of the log that Node-RED writes at each start and each deploy', () => {
    const own = [
      '28 Nov 18:03:47 - [info] [zaptec-connection:soak] The limit is shared with the other machines',
      '28 Nov 18:03:47 - [warn] [zaptec-connection:soak] Redis cannot be reached',
      '28 Nov 18:03:47 - [error] [zaptec-charger:state] HTTP_500',
      'TypeError: x is not a function',
      '    at file.js:1:2',
    ];
    const others = [
      '',
      'Welcome to Node-RED',
      '===================',
      '28 Nov 18:03:47 - [info] Updated flows',
      '28 Nov 18:03:47 - [info] ',
      '28 Nov 18:03:47 - [warn] Projects disabled : editorTheme.projects.enabled=false',
    ];
    expect(linesOfNodes([...others, ...own])).to.deep.equal(own);
  });

  it('takes the least of several looks', () => {
    const looks = [9, 5, 7].map((heap): Look => ({
      heap,
      timers: 1,
      handles: 1,
      files: 1,
      rejections: 0,
      resources: {},
    }));
    expect(least(looks, 'heap')).to.equal(5);
  });

  describe('on the audit', () => {
    const verdict = (rule: string, ...times: number[]) => ({
      rule,
      ok: false,
      text: '',
      evidence: times.map((at) => ({ at, path: '/api/made-up' })) as never,
    });

    const act = (what: Act['what'], at: number): Act => ({ what, at });
    const repeated = verdict('polling', 100 * SECOND, 103 * SECOND);

    it('judges the requests of each life of the process, of an account and after each sleep', () => {
      for (const what of ['start', 'account', 'clock'] as const) {
        expect(isExcused(repeated, [act(what, 101 * SECOND)]), what).to.equal(true);
        expect(isExcused(repeated, [act(what, 99 * SECOND)]), what).to.equal(false);
        expect(isExcused(repeated, [act(what, 104 * SECOND)]), what).to.equal(false);
      }
      expect(isExcused(repeated, [act('connection', 101 * SECOND)])).to.equal(false);
      expect(isExcused(verdict('polling', 0, 20 * SECOND, 40 * SECOND), [])).to.equal(true);
    });

    it('allows three reads of static data in a life, and two logins', () => {
      const acts = [act('start', 0), act('account', 10 * MINUTE)];
      const reads = [1, 2, 3, 11, 12, 13].map((minutes) => minutes * MINUTE);
      expect(isExcused(verdict('static-data', ...reads), acts)).to.equal(true);
      expect(isExcused(verdict('static-data', ...reads, 14 * MINUTE), acts)).to.equal(false);
      expect(isExcused(verdict('token-reuse', ...reads), acts)).to.equal(false);
      expect(isExcused(verdict('token-reuse', 1, 2, 10 * MINUTE, 11 * MINUTE), acts)).to.equal(true);
    });

    it('explains no other rule', () => {
      const acts = [act('start', 0), act('account', 1)];
      for (const rule of ['rate', 'current-interval', 'pause'])
        expect(isExcused(verdict(rule, 2), acts)).to.equal(false);
    });
  });
});
